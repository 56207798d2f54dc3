"""Residence and the right to work."""
