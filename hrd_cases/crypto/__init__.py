"""Keys, envelopes and signatures: bytes in, bytes out, described in docs/crypto-format.md."""
