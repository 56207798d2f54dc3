"""Who and what can do work: people, freelancers, partner teams, agents; skills, calendars, capacity, papers."""
