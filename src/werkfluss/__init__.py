"""Werkfluss: delegate work to the best resource the law allows, and keep the evidence."""

__version__ = "0.1.0"
