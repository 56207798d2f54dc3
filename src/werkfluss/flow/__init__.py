"""What happens by itself: jobs, timers, mail, agent runs. The only room that knows the job engine."""
