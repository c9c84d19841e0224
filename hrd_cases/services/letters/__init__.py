"""Letters: the gate they pass, and the letter on paper."""
