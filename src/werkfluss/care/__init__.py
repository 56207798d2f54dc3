"""International people: their case, their papers, their next step."""
