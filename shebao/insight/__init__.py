"""Statistics that cannot point to a person. Never: a single record."""
