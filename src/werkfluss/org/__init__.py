"""Who acts for whom: firms, users, roles, the wall between firms, and the chain of evidence."""
