"""Access to a case over time: who opened it, keys that are missing or renewed, days on which it ends."""
