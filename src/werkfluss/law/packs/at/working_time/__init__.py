"""Law pack at/working_time."""
