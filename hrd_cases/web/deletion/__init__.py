"""Pages of deleting for good, legal holds and retention."""
