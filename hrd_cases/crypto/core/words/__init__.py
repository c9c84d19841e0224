"""Word lists made by `make`, and the list of common passphrases."""
