"""Pages of papers and letters."""
