"""Work from its description to its acceptance: processes, cases, projects, tasks, plans, results."""
