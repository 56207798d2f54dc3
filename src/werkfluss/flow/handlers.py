"""What follows from what: handlers enqueue jobs with ids, in the transaction of the event, and do nothing else."""

from __future__ import annotations

from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, on


def listen() -> None:
    on("work.plan.requested", _compute_plan)
    on("work.plan.published", _start_agents)
    on("work.result.sent_back", _start_agents)
    on("workforce.agent.released", _start_agents)


def _compute_plan(event: Event, by: Actor) -> None:
    from werkfluss.flow import jobs

    jobs.enqueue(jobs.compute_plan, org=str(by.org_id), plan=str(event.subject.pk))


def _start_agents(_event: Event, by: Actor) -> None:
    """Agent work starts by itself: every assignment an agent could work on gets a job, one at a time per assignment."""
    from werkfluss.flow import jobs, steps

    for key in steps.waiting_for_agents():
        jobs.enqueue(jobs.run_agent, lock=f"assignment-{key}", org=str(by.org_id), assignment=str(key))
