"""Law pack de/invoice."""
