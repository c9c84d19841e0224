"""Pages of what is due: agenda, duty, due dates in words."""
