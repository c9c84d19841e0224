"""Pages about colleagues: administration, the team of a case, replaced keys."""
