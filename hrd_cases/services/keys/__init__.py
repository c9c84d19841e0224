"""Vaults and their keys: who is a member, the gate, opening, rotation, the audit log that holds them to it."""
