"""Pages that take in a list: its file, its columns, its rows."""
