"""Letting somebody into a case, and what is said to those who are in it."""
