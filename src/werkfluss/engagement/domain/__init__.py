"""What can be done with orders, offers, deliveries and the invoices that follow."""
