"""The passport of an external: kinds of papers, and the signed file with which it travels. Plain Python, no Django."""
