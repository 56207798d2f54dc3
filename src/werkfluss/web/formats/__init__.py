"""How dates and numbers are written, one package per language; Django reads them (FORMAT_MODULE_PATH)."""
