"""Law pack de/aueg."""
