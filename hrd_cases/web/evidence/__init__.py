"""Pages of exhibits and files."""
