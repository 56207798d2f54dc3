"""Law pack de/outreach."""
