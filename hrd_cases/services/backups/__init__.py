"""Backups that restore: made while people work, proved, kept by rule, deleted on their day. Begin with backups.py."""
