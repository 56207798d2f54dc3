"""E-invoices of EN 16931: read UBL, CII and ZUGFeRD PDF into one model, check, write."""
