"""Who may act on a step: whose it is, who has claimed it, who stands in, and whom four eyes keep away.

Nothing of this feeds the planner or any comparison of people; the rows say who may act now, no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Membership, User
from werkfluss.org.roles import Role
from werkfluss.process.approvals import decided
from werkfluss.work.domain import step_substitutes
from werkfluss.work.domain.step_rules import ALONE, StepRules, rules_of
from werkfluss.work.models import Case, CaseTask, StepQuestion, StepVote, Substitution
from werkfluss.workforce.models import Absence, Kind, Resource

PLAIN = "-"  # what a vote at a step without branches is for: that it is done
LONG = timedelta(hours=4)  # whoever is away for less needs nobody to stand in


def absent_users(at: datetime) -> dict[UUID, Resource]:
    """Who is away at an instant, by declared absences or because a substitute is named for the day; with a log-in."""
    rows = Absence.objects.filter(start__lte=at, end__gt=at, end__gte=F("start") + LONG, resource__user__isnull=False)
    people = [one.resource for one in rows.select_related("resource__user")]
    people += [row.resource for row in step_substitutes.named_for(at).values()]
    return {one.user_id: one for one in people if one.user_id}


def stood_in_for(actor: Actor, at: datetime) -> list[Resource]:
    """The absent people for whom the actor stands in now."""
    if actor.id is None or actor.kind is not ActorKind.USER:
        return []
    day = at.astimezone(clock.FIRM_ZONE).date()
    rows = Substitution.objects.filter(substitute__user_id=actor.id, ended_at=None).select_related("resource__user")
    rows = rows.filter(Q(start=None) | Q(start__lte=day, end__gte=day))
    mine = {row.resource_id: row.resource for row in rows if row.resource.user_id}
    if not mine:
        return []
    away = {one.pk for one in absent_users(at).values()}
    chosen = step_substitutes.in_force([key for key in mine if key in away], at)
    return [mine[key] for key, row in chosen.items() if row.substitute.user_id == actor.id]


def lonely_roles(person: Resource, away: Iterable[UUID]) -> set[str]:
    """The roles of an absent person that nobody present has: their steps would wait for no one."""
    absent = set(away)
    members = Membership.objects.filter(ended_at=None).values_list("user_id", "role")
    own = {role for user, role in members if user == person.user_id}
    return own - {role for user, role in members if user != person.user_id and user not in absent}


def roles_of(person: Resource) -> set[Role]:
    """The roles that a person with a log-in has now."""
    rows = Membership.objects.filter(user=person.user, ended_at=None).values_list("role", flat=True)
    return {Role(role) for role in rows}


def has_right(step: CaseTask, actor: Actor) -> bool:
    """Whose step it is may act on it, the person behind an agent, the role; and who works on cases."""
    if actor.kind is ActorKind.SYSTEM or step.role in actor.roles or actor.may("case.work"):
        return True
    if any(role in actor.roles for role in step.voters):
        return True
    if step.resource is None or actor.id is None:
        return False
    return step.resource.user_id == actor.id or _answers_for(step.resource, actor.id)


def _answers_for(resource: Resource, user: UUID) -> bool:
    if resource.kind != Kind.AGENT:
        return False
    return Resource.objects.filter(pk=resource.pk, agent_file__responsible_id=user).exists()


def is_own(step: CaseTask, actor: Actor) -> bool:
    """Whether it waits for this actor in the own name."""
    if step.claimed_by_id is not None:
        return step.claimed_by_id == actor.id
    own = step.resource is not None and step.resource.user_id is not None and step.resource.user_id == actor.id
    return own or step.role in actor.roles


def acting_for(step: CaseTask, actor: Actor, at: datetime) -> Resource | None:
    """The absent person in whose place the actor may do this step; ``None`` if there is none."""
    people = stood_in_for(actor, at)
    away = absent_users(at) if people and step.role and step.claimed_by_id is None else {}
    for person in people:
        if step.resource_id == person.pk or step.claimed_by_id == person.user_id:
            return person
        if step.claimed_by_id is None and step.role and step.role in lonely_roles(person, away):
            return person
    return None


def barred(step: CaseTask, rules: StepRules) -> set[UUID]:
    """Who did what this step approves, and in whose place: four eyes are two people."""
    if not rules.approves:
        return set()
    done = CaseTask.objects.filter(case_id=step.case_id, element__in=rules.approves, state="done")
    return {user for pair in done.values_list("done_by", "done_for") for user in pair if user is not None}


def may_act(step: CaseTask, actor: Actor, *, at: datetime | None = None) -> Resource | None:
    """Whom the actor acts for (``None``: in the own name) in doing anything to a step.

    Raises:
        NotPermitted: it is somebody else's step.
        Refused: somebody has claimed it, or four eyes keep this actor away.
    """
    if actor.kind is ActorKind.SYSTEM:
        return None
    person = None
    if not is_own(step, actor):
        person = acting_for(step, actor, at or clock.now())
    if person is None and not has_right(step, actor):
        raise NotPermitted("case.work")
    if step.claimed_by_id is not None and step.claimed_by_id != actor.id and person is None:
        raise _claimed()
    if barred(step, rules_of(step)) & {actor.id, person.user_id if person else None}:
        raise _own_work()
    return person


def may_complete(step: CaseTask, actor: Actor, *, picked: Sequence[str]) -> UUID | None:
    """The user in whose place the actor ends a step (``None``: in the own name).

    The system ends it when its time has passed, by the branch that the drawing names.

    Raises:
        NotPermitted: it is somebody else's step.
        Refused: it is claimed by somebody else, four eyes keep this actor away, it is decided by votes that are not
            there yet, or a question about it is open.
    """
    if actor.kind is ActorKind.SYSTEM:
        return None
    rules = rules_of(step)
    if rules.by_vote:
        if verdict(step, rules) != as_vote(picked):
            raise _by_vote(rules)
        own = StepVote.objects.filter(step=step, voter_id=actor.id, withdrawn_at=None).first()
        if own is None:
            raise NotPermitted("case.work")
        return own.on_behalf_of_id
    person = may_act(step, actor)
    if StepQuestion.objects.filter(step=step, state="open").exists():
        raise _question_open()
    return person.user_id if person else None


def as_vote(picked: Sequence[str]) -> str:
    """What a vote for these branches says."""
    return ", ".join(sorted(picked)) or PLAIN


def verdict(step: CaseTask, rules: StepRules) -> str:
    """The branch that the votes take (``PLAIN`` where there are none); empty as long as it is open."""
    votes = list(StepVote.objects.filter(step=step, withdrawn_at=None).order_by("created_at"))
    alone = next((vote.choice for vote in votes if vote.place == ALONE), "")
    return alone or decided([vote.choice for vote in votes], needed=rules.needed, refusal=rules.refusal)


def reopened(case: Case, keys: Sequence[str]) -> None:
    """Steps that were taken back are decided anew: what was voted before no longer counts."""
    votes = StepVote.objects.filter(step__case=case, step__key__in=keys, withdrawn_at=None)
    votes.update(withdrawn_at=clock.now(), version=F("version") + 1)


def members_of(role: Role) -> list[User]:
    """Who has a role now and can log in."""
    rows = Membership.objects.filter(role=role.value, ended_at=None, user__is_active=True).select_related("user")
    return [row.user for row in rows.order_by("user__email")]


def _claimed() -> Refused:
    return Refused(
        Text("Diesen Schritt hat jemand anderes übernommen.", "Somebody else has claimed this step."),
        citation="Vorgang",
        what_to_do=Text(
            "Bitten Sie darum, ihn zurückzugeben, oder lassen Sie ihn neu zuteilen.",
            "Ask for it to be returned, or have it reassigned.",
        ),
    )


def _own_work() -> Refused:
    return Refused(
        Text(
            "Wer einen Schritt getan hat, genehmigt ihn nicht selbst, auch nicht in Vertretung.",
            "Whoever did a step does not approve it, not as a substitute either.",
        ),
        citation="Vier-Augen-Prinzip",
        what_to_do=Text("Bitte lassen Sie eine andere Person entscheiden.", "Please let another person decide."),
    )


def _by_vote(rules: StepRules) -> Refused:
    count = rules.needed
    return Refused(
        Text(
            f"Diesen Schritt entscheiden {count} Stimmen; sie liegen noch nicht vor.",
            f"This step is decided by {count} votes; they are not there yet.",
        ),
        citation="Mehr-Augen-Prinzip",
        what_to_do=Text("Bitte geben Sie Ihre Stimme ab.", "Please cast your vote."),
    )


def _question_open() -> Refused:
    return Refused(
        Text("Zu diesem Schritt ist eine Rückfrage offen.", "A question about this step is open."),
        citation="Vorgang",
        what_to_do=Text(
            "Warten Sie die Antwort ab, oder ziehen Sie die Rückfrage zurück.",
            "Wait for the answer, or withdraw the question.",
        ),
    )
