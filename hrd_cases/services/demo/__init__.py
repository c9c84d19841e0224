"""The demo organisation, founded and filled through the doors that people use. Begin with demo.py."""
