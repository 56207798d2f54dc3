"""One folder per country and area: dated values, dated rules, sources."""
