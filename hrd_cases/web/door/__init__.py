"""Connections and whole requests, before a page is asked."""
