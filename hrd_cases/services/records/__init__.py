"""Records of every kind: saved, read, answered by people, put in order, counted as facts for figures."""
