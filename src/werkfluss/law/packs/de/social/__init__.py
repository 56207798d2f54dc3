"""Social insurance, wage tax and the cost of an engagement."""
