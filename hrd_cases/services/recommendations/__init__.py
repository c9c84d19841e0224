"""Recommendations: a list that everybody in the organisation reads, and how it is filled."""
