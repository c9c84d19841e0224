"""Screening of companies: editions, the results of each company, pasted tables. Begin with editions.py."""
