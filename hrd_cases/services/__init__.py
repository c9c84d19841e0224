"""What somebody can do: one function, one act. Begin with kernel/context.py and keys/gate.py.

Each folder says in its first line what it holds; setup.cfg says which folder may know which.
"""
