"""Formats of others that this program reads and writes: age and its Bech32 keys."""
