"""What can be done with resources, and when they work."""
