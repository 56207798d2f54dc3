"""Law pack eu/data_protection."""
