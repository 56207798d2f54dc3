"""Law pack eu/cross_border."""
