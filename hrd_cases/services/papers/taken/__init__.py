"""What a paper in work takes over from other records of its case."""
