"""Travel mode: keys given up before a border, and let in again after it."""
