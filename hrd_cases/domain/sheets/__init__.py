"""Tables that people kept in a spreadsheet: from bytes to rows of text, within limits. Begin with reading.py."""
