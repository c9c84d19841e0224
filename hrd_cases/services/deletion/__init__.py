"""Deletion that is honest: retention, holds, two people, keys destroyed. Begin with deleting.py."""
