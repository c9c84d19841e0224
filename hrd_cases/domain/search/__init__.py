"""What search finds: the texts of a record, how they are folded, and what somebody typed beside them."""
