"""The example firm as files, and what reads and generates them."""
