"""Law pack at/social."""
