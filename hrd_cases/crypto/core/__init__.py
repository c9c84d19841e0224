"""Keys, envelopes, statements and the log: what the whole program rests on."""
