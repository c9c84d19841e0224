"""Who may do what.

Read table.py first: one line an act; rules.py holds the conditions, each a sentence that is true or false.
"""
