"""Values and rules, only Python.

Begin with fields.py (how a thing is declared), then access/table.py (who may do what).
"""
