"""Requests in, pages out. Begin with pages/request.py (the life of a request) and kernel/urls.py (the addresses).

Each folder says in its first line what it holds; setup.cfg says which folder may know which.
"""
