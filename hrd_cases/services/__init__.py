"""What somebody can do: one function, one act. Begin with context.py and gate.py."""
