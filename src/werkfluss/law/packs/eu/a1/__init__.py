"""Law pack eu/a1."""
