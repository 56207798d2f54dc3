"""AI Act."""
