"""What people do about the keys and work of others: admit, replace, hand over, leave. Begin with administration.py."""
