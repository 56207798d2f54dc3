"""Approval by several and four eyes: each vote with its reason; the step ends when a branch has the votes it needs.

Nobody approves the own work, a substitute neither that of the represented person; nobody votes twice. Where no branch
can get its votes any more, the role that the drawing names for escalation decides alone. Silence approves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.process.approvals import is_tied
from werkfluss.work.domain import cases
from werkfluss.work.domain.case_run import lock
from werkfluss.work.domain.step_claims import fresh, require_reason
from werkfluss.work.domain.step_people import (
    PLAIN,
    acting_for,
    as_vote,
    barred,
    has_right,
    is_own,
    roles_of,
    stood_in_for,
    verdict,
)
from werkfluss.work.domain.step_rules import ALONE, StepRules, role_named, rules_of
from werkfluss.work.models import CaseTask, StepVote
from werkfluss.workforce.models import Resource


@dataclass(frozen=True, slots=True)
class Seat:
    """A vote that an actor may cast: whose place it is, and for whom the actor stands in."""

    place: str
    person: Resource | None = None


def votes_of(step: CaseTask) -> list[StepVote]:
    """The votes that count, the first one first."""
    rows = StepVote.objects.filter(step=step, withdrawn_at=None).select_related("voter", "on_behalf_of")
    return list(rows.order_by("created_at"))


def tied(step: CaseTask, rules: StepRules) -> bool:
    """Whether no branch can get its votes any more."""
    choices = [vote.choice for vote in votes_of(step) if vote.place != ALONE]
    return is_tied(choices, needed=rules.needed, left=len(rules.places) - len(choices))


def seat_of(step: CaseTask, actor: Actor) -> Seat | None:
    """The vote that is left for this actor; ``None`` if there is none."""
    rules = rules_of(step)
    votes = votes_of(step)
    if not rules.by_vote or actor.id is None or actor.kind is not ActorKind.USER:
        return None
    taken = {vote.place for vote in votes}
    seen = {user for vote in votes for user in (vote.voter_id, vote.on_behalf_of_id)} | barred(step, rules)
    if actor.id in seen or (step.claimed_by_id not in (None, actor.id) and not votes):
        return None
    for seat in _seats(step, rules, actor, votes):
        if seat.place not in taken and (seat.person is None or seat.person.user_id not in seen):
            return seat
    return None


def _seats(step: CaseTask, rules: StepRules, actor: Actor, votes: list[StepVote]) -> Iterator[Seat]:
    if rules.anyone:
        person = None if is_own(step, actor) else acting_for(step, actor, clock.now())
        if person is not None or has_right(step, actor):
            yield from (Seat(place, person) for place in rules.places)
    else:
        roles = {place: role_named(step.case, place) for place in rules.places}
        yield from (Seat(place) for place, role in roles.items() if role in actor.roles)
        for person in stood_in_for(actor, clock.now()):
            held = roles_of(person)
            yield from (Seat(place, person) for place, role in roles.items() if role in held)
    if rules.escalation in actor.roles and votes and tied(step, rules):
        yield Seat(ALONE)


def cast_vote(step: CaseTask, *, choices: Sequence[str] = (), reason: str = "", by: Actor) -> StepVote:
    """Vote for a branch (or, at a step without branches, that it is done). The last vote that is needed ends the step.

    ``choices`` are several branches only where the step allows that.

    Raises:
        NotPermitted: this actor has no vote here, or no longer.
        Conflict: the step is no longer open.
        Refused: no such branch, or a refusal without a reason.
    """
    lock(step.case_id)
    fresh(step)
    rules = rules_of(step)
    seat = seat_of(step, by)
    if seat is None or by.id is None:
        raise NotPermitted("own_tasks.work")
    picked = tuple(dict.fromkeys(choices))
    offered = {flow for flow, _ in step.choices}
    if not offered.issuperset(picked) or bool(offered) is not bool(picked) or (len(picked) > 1 and not step.several):
        raise Refused(
            Text("Diesen Weg gibt es hier nicht.", "There is no such branch here."),
            citation="Vorgang",
            what_to_do=Text("Bitte wählen Sie einen der Wege.", "Please choose one of the branches."),
        )
    if rules.refusal and rules.refusal in picked:
        require_reason(reason)
    made = StepVote.objects.create(
        step=step,
        voter_id=by.id,
        on_behalf_of_id=seat.person.user_id if seat.person else None,
        place=seat.place[:120],
        choice=as_vote(picked),
        reason=reason.strip()[:300],
    )
    said = {
        "case": step.case_id,
        "step": step.element,
        "place": made.place,
        "choice": ", ".join(picked),
        "reason": made.reason,
        "on_behalf_of": made.on_behalf_of_id,
    }
    record(Event("work.step.voted", step, said), by=by)
    taken = verdict(step, rules)
    if taken:
        ways = () if taken == PLAIN else taken.split(", ")
        cases.complete_step(step, choices=ways, reason=_summary(step), by=by)
    elif tied(step, rules):
        record(Event("work.step.tied", step, {"case": step.case_id, "step": step.element}), by=by)
    return made


def _summary(step: CaseTask) -> str:
    """The reasons of the votes in one line, for the case."""
    return "; ".join(vote.reason for vote in votes_of(step) if vote.reason)[:300]


def send_back(step: CaseTask, *, reason: str, by: Actor) -> CaseTask:
    """The second pair of eyes does not agree: the first word no longer counts, and the step is open as before.

    Raises:
        NotPermitted: this actor has no vote here.
        Conflict: the step is no longer open, or nobody has said anything yet.
        Refused: no reason.
    """
    lock(step.case_id)  # the vote that ends the step may be cast at this moment
    fresh(step)
    require_reason(reason)
    if seat_of(step, by) is None or not rules_of(step).anyone:
        raise NotPermitted("own_tasks.work")
    votes = votes_of(step)
    if not votes:
        raise Conflict(f"step {step.name}")
    for vote in votes:
        vote.edit(withdrawn_at=clock.now())
    said = {"case": step.case_id, "step": step.element, "reason": reason.strip()[:300]}
    record(Event("work.step.sent_back", step, said), by=by)
    return step
