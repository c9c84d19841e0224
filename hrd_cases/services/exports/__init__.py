"""What leaves the program as lists and cases: decided, asked for its purpose, and logged."""
