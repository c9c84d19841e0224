"""Pages of coming in, of one's own account, and of confirming an act."""
