"""Pages of screenings: the editions and their tables, and the results of one company."""
