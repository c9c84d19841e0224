"""Encrypted case management for those who defend human rights defenders. Begin with docs/architecture.md."""
