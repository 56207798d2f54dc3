"""Law pack de/remote_work."""
