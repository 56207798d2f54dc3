"""External workforce: orders, offers, and pay at acceptance."""
