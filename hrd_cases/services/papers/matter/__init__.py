"""What the bundle of a paper holds and how its texts refer to it."""
