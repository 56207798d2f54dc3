"""What time does to steps: the outcome that the drawing names for it, and who has to hear of them when.

Silence approves nothing: without a named branch a late step is only escalated. Each person hears of a step at most once
a day, in one mail for all steps, inside the own working hours; each stage of an escalation is told once. The key of a
``StepNotice`` makes a repeated run of the job send nothing again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from werkfluss.kernel.errors import WerkflussError
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, services, step_tasks
from werkfluss.work.domain.step_lists import open_rows
from werkfluss.work.domain.step_people import absent_users, barred, members_of
from werkfluss.work.domain.step_rules import rules_of
from werkfluss.work.domain.step_substitutes import in_force
from werkfluss.work.domain.step_votes import tied, votes_of
from werkfluss.work.models import Assignment, CaseTask, MailWish, StepNotice, StepQuestion
from werkfluss.workforce.domain.calendars import working_windows
from werkfluss.workforce.models import Kind, Resource

AHEAD = timedelta(days=1)
SECOND_STAGE = timedelta(days=3)
_AT_ONCE = 200
_OFFICE = (time(8), time(18))
_FRIDAY = 4
REASON = "Frist abgelaufen"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that ``user`` has to hear about a step; (step, user, stage, key) is told once.

    ``stage`` is ``reminder``, ``follow_up``, ``question`` or ``escalated``. ``person`` is whom the user stands in for.
    """

    step: CaseTask
    user: User
    stage: str
    key: str
    person: Resource | None = None


def time_out(now: datetime, *, by: Actor) -> int:
    """End the steps whose time has passed by the branch that their drawing names for that; returns how many."""
    ended = 0
    for step in open_rows().filter(due__lte=now).exclude(questions__state="open", questions__stops_due=True)[:_AT_ONCE]:
        branch = rules_of(step).timeout
        if not branch or services.is_led(step.case.definition.key, step.element):
            continue
        try:
            with transaction.atomic():
                cases.complete_step(step, choice=branch, reason=REASON, by=by)
        except WerkflussError:
            continue  # somebody was faster, or the case is over: the next run looks again
        ended += 1
    return ended


def news(now: datetime) -> dict[User, list[News]]:
    """What every person has to hear now and has not heard yet; nobody outside the own working hours."""
    away = absent_users(now)
    instead = _substitutes(away, now)
    found = [*_reminders(now, away, instead), *_questions(), *_escalations(now)]
    wanted = _wanted(found, now)
    known = set(
        StepNotice.objects.filter(user__in={one.user for one in wanted}).values_list(
            "step_id", "user_id", "stage", "key"
        )
    )
    told: dict[User, list[News]] = defaultdict(list)
    for one in wanted:
        if (one.step.pk, one.user.pk, one.stage, one.key) not in known:
            told[one.user].append(one)
    return _once_a_day(told)


def keep_news(items: Sequence[News], *, by: Actor) -> list[News]:
    """Note what is sent in this transaction; what was noted before by another run is left out of the answer."""
    fresh = []
    for one in items:
        _, made = StepNotice.objects.get_or_create(step=one.step, user=one.user, stage=one.stage, key=one.key)
        if made:
            fresh.append(one)
    for one in fresh:
        said = {"case": one.step.case_id, "step": one.step.element, "stage": one.stage, "key": one.key}
        record(Event("work.step.told", one.step, said), by=by)
    return fresh


def recipients(step: CaseTask) -> list[User]:
    """With whom a step lies now: who has its task, who claimed it, whose it is, who has a vote and has not cast it,
    else the role.
    """
    task = step_tasks.task_of(step)
    if task is not None:
        given = Assignment.objects.filter(task=task, state=Assignment.State.ACTIVE).select_related("resource__user")
        users = [_answering(one.resource) for one in given]
        return [user for user in users if user is not None]
    if step.claimed_by is not None:
        return [step.claimed_by]
    if step.voters:
        voted = {user for vote in votes_of(step) for user in (vote.voter_id, vote.on_behalf_of_id)}
        out = voted | barred(step, rules_of(step))
        found = {user.pk: user for role in step.voters for user in members_of(Role(role)) if user.pk not in out}
        return list(found.values())
    if step.resource is not None:
        user = _answering(step.resource)
        return [user] if user is not None else []
    return members_of(Role(step.role)) if step.role else []


def _answering(resource: Resource) -> User | None:
    """The person themselves; for an agent who answers for it."""
    if resource.kind == Kind.AGENT:
        return User.objects.filter(pk=resource.agent_file.responsible_id).first()
    return resource.user


def _substitutes(away: dict[UUID, Resource], now: datetime) -> dict[UUID, User]:
    rows = in_force([one.pk for one in away.values()], now).values()
    return {row.resource.user_id: row.substitute.user for row in rows if row.resource.user_id and row.substitute.user}


def _reminders(now: datetime, away: dict[UUID, Resource], instead: dict[UUID, User]) -> Iterator[News]:
    soon = Q(due__lte=now + AHEAD) | Q(follow_up__lte=now)
    stopped = set(StepQuestion.objects.filter(state="open", stops_due=True).values_list("step_id", flat=True))
    for step in open_rows().filter(soon).select_related("resource__user", "task"):
        if services.is_led(step.case.definition.key, step.element):
            continue
        is_due = step.due is not None and step.due <= now + AHEAD and step.pk not in stopped
        for user in recipients(step):
            person = away.get(user.pk)
            told = instead.get(user.pk) if person is not None else user
            if told is None:
                continue
            if is_due:
                yield News(step, told, "reminder", _day(told, now), person)
            elif step.follow_up is not None and step.follow_up <= now:
                yield News(step, told, "follow_up", step.follow_up.date().isoformat(), person)


def _questions() -> Iterator[News]:
    rows = StepQuestion.objects.filter(state="open", step__state="open", step__case__state="running")
    for one in rows.select_related("step__case__definition", "step__case__org", "to_user"):
        users = [one.to_user] if one.to_user is not None else members_of(Role(one.to_role))
        for user in users:
            if user.pk != one.asked_by_id:
                yield News(one.step, user, "question", one.pk.hex[-12:])


def _escalations(now: datetime) -> Iterator[News]:
    late = open_rows().filter(due__lte=now).exclude(questions__state="open", questions__stops_due=True)
    for step in late:
        if services.is_led(step.case.definition.key, step.element):
            continue
        yield from (News(step, user, "escalated", "1") for user in members_of(rules_of(step).escalation))
        if step.due is not None and step.due + SECOND_STAGE <= now:
            yield from (News(step, user, "escalated", "2") for user in members_of(Role.MANAGING_DIRECTOR))
    for step in open_rows().filter(votes__withdrawn_at=None, votes__isnull=False).distinct():
        rules = rules_of(step)
        if tied(step, rules):
            yield from (News(step, user, "escalated", "tied") for user in members_of(rules.escalation))


def _wanted(found: Sequence[News], now: datetime) -> list[News]:
    users = {one.user.pk: one.user for one in found}
    working = at_work(users.values(), now)
    silent = set(MailWish.objects.filter(user__in=users, follow_ups=False).values_list("user_id", flat=True))
    return [one for one in found if one.user.pk in working and (one.stage != "follow_up" or one.user.pk not in silent)]


def _once_a_day(told: dict[User, list[News]]) -> dict[User, list[News]]:
    """Reminders come in one mail a day; what comes up later that day waits for the next."""
    dated = {(one.user.pk, one.key) for items in told.values() for one in items if one.stage == "reminder"}
    had = set(
        StepNotice.objects.filter(
            stage="reminder", user__in={user for user, _ in dated}, key__in={key for _, key in dated}
        ).values_list("user_id", "key")
    )
    kept = {
        user: [one for one in items if one.stage != "reminder" or (one.user.pk, one.key) not in had]
        for user, items in told.items()
    }
    return {user: items for user, items in kept.items() if items}


def at_work(users: Iterable[User], now: datetime) -> set[UUID]:
    """Who is inside the own working hours; for people without a calendar Monday to Friday, 8 to 18 where they are."""
    everybody = list(users)
    rows = list(Resource.objects.filter(user__in=everybody).prefetch_related("working_times"))
    planned = [one for one in rows if one.working_times.all()]
    windows = working_windows(planned, start=now, end=now + timedelta(minutes=1))
    working = {one.user_id for one in planned if windows[one.pk] and one.user_id is not None}
    known = {one.user_id for one in planned}
    return working | {user.pk for user in everybody if user.pk not in known and _office_hours(user, now)}


def _office_hours(user: User, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(user.time_zone))
    return local.weekday() <= _FRIDAY and _OFFICE[0] <= local.time() < _OFFICE[1]


def _day(user: User, now: datetime) -> str:
    return now.astimezone(ZoneInfo(user.time_zone)).date().isoformat()
