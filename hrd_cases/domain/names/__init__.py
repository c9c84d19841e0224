"""One recogniser of names: where a person stands in a text, however the name is spelled, and what to ask about it."""
