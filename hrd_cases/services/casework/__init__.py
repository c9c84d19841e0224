"""The daily work: calls, cases, people, companies, consents, duplicates, search."""
