"""Electronic signatures: the installation's own authority, PAdES seals of one act each, verification. No Django."""
