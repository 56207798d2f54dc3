"""Inquiries sorted by what they ask for: rules of people in ``rules.yaml``, no model, no look at the person."""
