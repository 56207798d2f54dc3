"""What can be done with the cases of international people."""
