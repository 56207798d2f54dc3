"""Facts, checks, conditions and deadlines: the only room that asks the law."""
