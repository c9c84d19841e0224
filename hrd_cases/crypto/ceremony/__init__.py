"""The custodians' cards and shares, and how lost keys are given back."""
