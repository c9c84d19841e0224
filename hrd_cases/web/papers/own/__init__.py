"""The pages of our own templates."""
