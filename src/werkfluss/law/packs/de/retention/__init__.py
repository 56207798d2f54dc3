"""Law pack de/retention."""
