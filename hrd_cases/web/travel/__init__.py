"""Pages of travel mode."""
