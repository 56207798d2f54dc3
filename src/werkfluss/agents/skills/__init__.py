"""One folder per skill: pure functions without a database, so that each can be tested and replaced alone."""
