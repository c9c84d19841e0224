"""Pages of the daily work: calls, cases, people, companies, consents, records."""
