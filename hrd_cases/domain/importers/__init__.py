"""What a list kept in a spreadsheet can be brought in as: one file for each kind of record.

Begin with registry.py; CONTRIBUTING.md says how the next one is added.
"""
