"""Law pack at/residence."""
