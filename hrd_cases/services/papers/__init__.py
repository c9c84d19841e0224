"""Papers of a case for court and others, from the choices to the frozen, numbered release. Begin with papers.py."""
