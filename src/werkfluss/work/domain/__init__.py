"""What can be done with processes, projects, tasks, plans and results."""
