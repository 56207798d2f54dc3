"""AI agents at work: skills that can be copied, a runner with a budget, and the log of every run."""
