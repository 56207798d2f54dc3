"""Law pack de/terms."""
