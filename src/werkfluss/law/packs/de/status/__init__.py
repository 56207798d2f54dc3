"""Law pack de/status."""
