"""Facts are recorded, the law is asked, conditions and deadlines are worked off."""
