"""What can be done to firms, users and memberships."""
