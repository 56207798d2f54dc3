"""Readers and writers of the outside world's files. Pure Python, no Django."""
