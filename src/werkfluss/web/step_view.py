"""One step with all that is said of it and may be done with it, as its page draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Membership, User
from werkfluss.org.roles import LABELS, Role
from werkfluss.process.raising import Raisable
from werkfluss.process.start_data import Asked, asked_after
from werkfluss.web import law_view
from werkfluss.web.process_view import ShownStep, language, shown_step
from werkfluss.work.domain import step_people, step_raising, step_talk, step_votes
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_people import PLAIN
from werkfluss.work.domain.step_rules import ALONE, role_named, rules_of
from werkfluss.work.domain.step_votes import Seat
from werkfluss.work.models import CaseTask, StepComment, StepQuestion
from werkfluss.workforce.models import Kind, Resource

# Where the step is a task of the plan, this is done there.
_AT_THE_TASK = frozenset({"claim", "return", "vote", "send_back", "complete"})


@dataclass(frozen=True, slots=True)
class ShownVote:
    """``who`` has voted in the place of ``place``; an open place has no ``who``."""

    place: str
    who: str = ""
    instead: str = ""
    choice: str = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """``may_answer`` and ``may_withdraw`` are for the reader."""

    question: StepQuestion
    to: str
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class StepCard:
    """``person`` is whom the reader stands in for; ``barred`` says why the reader may not act, in words.

    ``claimed``: the reader has claimed it; ``claimer`` is somebody else who has.
    """

    shown: ShownStep
    person: Resource | None
    barred: str
    claimer: str
    claimed: bool
    by_vote: bool
    four_eyes: bool
    votes: tuple[ShownVote, ...]
    seat: Seat | None
    tied: bool
    timeout: str
    refusal: str
    questions: tuple[ShownQuestion, ...]
    comments: tuple[StepComment, ...]
    acts: frozenset[str]
    provision: Text | None
    asked: tuple[Asked, ...]
    raisable: tuple[Raisable, ...]

    @property
    def step(self) -> CaseTask:
        return self.shown.step

    @property
    def overdue(self) -> bool:
        return self.step.due is not None and self.step.due < clock.now()

    @property
    def waits(self) -> bool:
        return any(one.question.state == "open" for one in self.questions)


def card(step: CaseTask, actor: Actor) -> StepCard:
    """Needs ``case.definition``, ``resource`` and ``claimed_by`` selected."""
    shown, rules = shown_step(step, actor), rules_of(step)
    person, barred = _standing(step, actor)
    seat = step_votes.seat_of(step, actor) if rules.by_vote else None
    labels = dict(shown.choices)
    votes = tuple(_votes(step, actor, labels)) if rules.by_vote else ()
    questions = tuple(_questions(step, actor))
    acts = frozenset(_acts(step, actor, shown, voting=rules.by_vote, seat=seat, free=not barred, asked=questions))
    return StepCard(
        shown=shown,
        person=seat.person if seat else person,
        barred="" if seat else barred,
        claimer=_claimer(step, actor),
        claimed=step.claimed_by_id is not None and step.claimed_by_id == actor.id,
        by_vote=rules.by_vote and not shown.led and shown.task is None,
        four_eyes=rules.anyone,
        votes=votes,
        seat=seat,
        tied=rules.by_vote and step_votes.tied(step, rules),
        timeout=labels.get(rules.timeout, ""),
        refusal=labels.get(rules.refusal, "") if rules.by_vote else "",
        questions=questions,
        comments=tuple(step.comments.select_related("author").order_by("created_at")),
        acts=acts - _AT_THE_TASK if shown.task else acts,
        provision=step_talk.provision_of(step),
        asked=asked_at(step) if "complete" in acts else (),
        raisable=() if barred or shown.led else step_raising.raisable_at(step),
    )


def asked_at(step: CaseTask) -> tuple[Asked, ...]:
    """The facts that whoever does this step gives to the case. Needs ``case.definition`` selected."""
    if step.kind not in ("work", "decision", "service", "call"):
        return ()
    model = model_of(step.case.definition)
    return asked_after(model, model.nodes[step.element])


def _standing(step: CaseTask, actor: Actor) -> tuple[Resource | None, str]:
    """For whom the reader acts, and why not at all."""
    try:
        return step_people.may_act(step, actor), ""
    except NotPermitted:
        return None, _("This step is not yours.")
    except Refused as refused:
        return None, f"{refused.reason.in_language(language())} {refused.what_to_do.in_language(language())}"


def _acts(
    step: CaseTask,
    actor: Actor,
    shown: ShownStep,
    *,
    voting: bool,
    seat: Seat | None,
    free: bool,
    asked: Sequence[ShownQuestion],
) -> Iterator[str]:
    """What the reader may do here."""
    if shown.led:
        return
    if free and step.role and step.claimed_by_id is None and not step.voters:
        yield "claim"
    if step.claimed_by_id == actor.id:
        yield "return"
    if voting and seat is not None:
        yield "vote"
        if shown.step.votes.filter(withdrawn_at=None).exists() and rules_of(step).anyone:
            yield "send_back"
    waits = any(one.question.state == "open" for one in asked)
    if free and not voting and not waits:
        yield "complete"
    if free:
        yield from ("ask", "follow_up")
    if free or actor.may("case.work") or any(one.may_answer for one in asked):
        yield "comment"
    if actor.may("case.work"):
        yield from ("move_due", "reassign")


def _claimer(step: CaseTask, actor: Actor) -> str:
    """Who else has claimed it; no name of an employee before the works council has agreed."""
    if step.claimed_by is None or step.claimed_by_id == actor.id:
        return ""
    return law_view.an_employee() if law_view.locked("allocation") else step.claimed_by.name


def _votes(step: CaseTask, actor: Actor, labels: dict[str, str]) -> Iterator[ShownVote]:
    rules = rules_of(step)
    hidden = law_view.locked("allocation")
    cast = {vote.place: vote for vote in step_votes.votes_of(step)}
    for place in [*rules.places, *([ALONE] if ALONE in cast else [])]:
        vote = cast.get(place)
        name = _place(step, place)
        if vote is None:
            yield ShownVote(name)
            continue
        own = vote.voter_id == actor.id
        chosen = (
            _("done") if vote.choice == PLAIN else ", ".join(labels.get(one, one) for one in vote.choice.split(", "))
        )
        yield ShownVote(
            place=name,
            who=_("you") if own else law_view.an_employee() if hidden else vote.voter.name,
            instead="" if vote.on_behalf_of is None or hidden else vote.on_behalf_of.name,
            choice=chosen,
            reason=vote.reason,
            at=vote.created_at,
        )


def _place(step: CaseTask, place: str) -> str:
    if place == ALONE:
        return _("after a tie")
    if place in ("1", "2"):
        return _("First person") if place == "1" else _("Second person")
    role = role_named(step.case, place)
    return LABELS[role].in_language(language()) if role else place


def _questions(step: CaseTask, actor: Actor) -> Iterator[ShownQuestion]:
    mine = set(step_talk.questions_for(actor).filter(step=step).values_list("pk", flat=True))
    rows = step.questions.exclude(state="withdrawn").select_related("asked_by", "to_user", "answered_by")
    for one in rows.order_by("created_at"):
        is_open = one.state == "open"
        yield ShownQuestion(
            question=one,
            to=one.to_user.name if one.to_user else LABELS[Role(one.to_role)].in_language(language()),
            may_answer=is_open and one.pk in mine,
            may_withdraw=is_open and (one.asked_by_id == actor.id or actor.may("case.work")),
        )


def people_to_ask(actor: Actor) -> list[tuple[str, str]]:
    """Roles and members, as values and labels of a choice; externals see the roles alone, not who works here."""
    rows = Membership.objects.filter(ended_at=None, user__is_active=True).select_related("user")
    members = list(rows.order_by("user__name"))
    held = {member.role for member in members}
    found = [(f"role:{role.value}", LABELS[role].in_language(language())) for role in Role if role.value in held]
    if not actor.may("project.read"):
        return found
    users: dict[UUID, User] = {member.user_id: member.user for member in members if member.user_id != actor.id}
    return found + [(f"user:{key}", user.name) for key, user in users.items()]


def people_to_assign() -> list[tuple[str, str]]:
    """Roles and people who can log in, as values and labels of a choice."""
    roles = [role for role in Role if role not in (Role.AGENT, Role.AUDITOR, Role.FAMILY)]
    people = Resource.objects.filter(user__isnull=False).exclude(kind=Kind.AGENT).order_by("sort_key")
    return [(f"role:{role.value}", LABELS[role].in_language(language())) for role in roles] + [
        (f"resource:{one.pk}", one.name) for one in people
    ]
