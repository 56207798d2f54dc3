"""Working Time Act."""
