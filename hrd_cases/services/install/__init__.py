"""The installation: made, checked, served by one process."""
