"""What follows from what: handlers enqueue jobs with ids, in the transaction of the event, and do nothing else."""

from __future__ import annotations

from werkfluss.org import tenancy
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, on

# After these the law may answer otherwise of work that was given out.
ASK_AGAIN_AFTER = (
    "compliance.fact.recorded",
    "workforce.paper.added",
    "workforce.paper.confirmed",
    "workforce.resource.edited",
    "workforce.agent.stopped",
    "workforce.agent.released",
    "workforce.staff.imported",
    "evidence.import.done",
    "evidence.import.rolled_back",
    "work.task.edited",
    "work.plan.published",
)


def listen() -> None:
    on("work.plan.requested", _compute_plan)
    on("work.plan.published", _start_agents)
    on("work.plan.published", _propose_steps)
    on("work.step.delegated", _propose_steps)
    on("work.result.sent_back", _start_agents)
    on("workforce.agent.released", _start_agents)
    on("agents.run.started", _write_draft)
    on("work.service.ordered", _call_once)
    on("work.case_move.ordered", _move_cases)
    on("work.case_move.resumed", _move_cases)
    on("work.substitute.named_for_days", _tell_substitutes)
    on("work.substitute.ended", _tell_substitutes)
    on("work.message.sent", _deliver)
    on("work.message.tried_again", _deliver)
    on("care.message.written", _tell_care)
    on("care.family.invited", _invite_family)
    on("care.translation.ordered", _translate)
    for kind in ASK_AGAIN_AFTER:
        on(kind, _recheck)


def _compute_plan(event: Event, by: Actor) -> None:
    from werkfluss.flow import jobs

    jobs.enqueue(jobs.compute_plan, org=str(by.org_id), plan=str(event.subject.pk))


def _tell_care(event: Event, by: Actor) -> None:
    """The other side by mail; the firm's channel as well, where there is one."""
    from werkfluss.care.domain import teams
    from werkfluss.care.models import CareMessage
    from werkfluss.flow import jobs

    assert isinstance(event.subject, CareMessage)
    jobs.enqueue(jobs.tell_about_message, org=str(by.org_id), message=str(event.subject.pk))
    note = teams.note_for(event.subject, by=by)
    if note is not None:
        jobs.enqueue(jobs.tell_teams, org=str(by.org_id), post=str(note.pk))


def _invite_family(event: Event, by: Actor) -> None:
    from werkfluss.flow import jobs

    jobs.enqueue(jobs.invite_family, org=str(by.org_id), login=str(event.subject.pk))


def _translate(event: Event, by: Actor) -> None:
    from werkfluss.flow import jobs

    jobs.enqueue(jobs.translate_message, org=str(by.org_id), message=str(event.subject.pk))


def _tell_substitutes(_event: Event, by: Actor) -> None:
    from werkfluss.flow import jobs

    jobs.enqueue(jobs.tell_substitutes, org=str(by.org_id))


def _start_agents(_event: Event, by: Actor) -> None:
    """Agent work starts by itself: every assignment an agent could work on gets a job, one at a time per assignment."""
    from werkfluss.flow import jobs, steps

    for key in steps.waiting_for_agents():
        jobs.enqueue(jobs.run_agent, lock=f"assignment-{key}", org=str(by.org_id), assignment=str(key))


def _propose_steps(_event: Event, by: Actor) -> None:
    """One draft for all steps of cases that came to the plan in this transaction."""
    from werkfluss.flow import jobs

    once = f"steps-for-plan-{by.org_id}"
    tenancy.before_commit(lambda: jobs.enqueue(jobs.propose_steps, lock=once, once=once, org=str(by.org_id)))


def _write_draft(event: Event, by: Actor) -> None:
    """A draft that a person has asked for; runs for assignments begin in their own job."""
    from werkfluss.flow import jobs, written_drafts

    if written_drafts.is_draft(event.subject):
        jobs.enqueue(jobs.write_draft, org=str(by.org_id), run=str(event.subject.pk))


def _move_cases(event: Event, by: Actor) -> None:
    """One job for all cases of an order; it acts with the rights of whoever wants it."""
    from werkfluss.flow import jobs

    once = f"case-move-{event.subject.pk}"
    who = str(by.id) if by.kind is ActorKind.USER else ""
    jobs.enqueue(jobs.move_cases, lock=once, once=once, org=str(by.org_id), move=str(event.subject.pk), by=who)


def _deliver(_event: Event, by: Actor) -> None:
    """One job for all messages of this transaction; each is then delivered in a transaction of its own."""
    from werkfluss.flow import jobs

    once = f"messages-{by.org_id}"
    tenancy.before_commit(lambda: jobs.enqueue(jobs.deliver_messages, lock=once, once=once, org=str(by.org_id)))


def _call_once(_event: Event, by: Actor) -> None:
    """A program with an effect that must not be doubled has transactions of its own; the job finds what is due."""
    from werkfluss.flow import jobs

    once = f"timers-{by.org_id}"
    tenancy.before_commit(lambda: jobs.enqueue(jobs.fire_timers, lock=once, once=once, org=str(by.org_id)))


def _recheck(_event: Event, by: Actor) -> None:
    """One job for all that happens in this transaction, put into the queue last: its lock then lasts a moment only."""
    from werkfluss.flow import jobs

    tenancy.before_commit(lambda: jobs.enqueue_recheck(by.org_id))
