"""From the records of a case to what a paper says: sources, plans, names, secrecy, consents."""
