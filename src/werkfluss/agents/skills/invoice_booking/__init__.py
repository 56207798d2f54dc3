"""Prepares bookings of incoming invoices: checks, account, tax key, and a light with reasons. No language model."""
