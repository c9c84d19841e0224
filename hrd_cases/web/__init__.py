"""Requests in, pages out. Begin with request.py (the life of a request) and places.py (the addresses)."""
