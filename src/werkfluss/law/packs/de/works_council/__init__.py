"""Law pack de/works_council."""
