"""Rows and files, the only place that knows SQLAlchemy. Begin with work.py (transactions), then records.py."""
