"""Templates of our own: brought in by lawyers, filled from papers and letters that passed the gate."""
