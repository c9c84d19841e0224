"""Values to paper: start at process.py; everything heavier lives in the worker it starts."""
