"""Law packs of this jurisdiction."""
