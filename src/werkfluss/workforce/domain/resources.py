"""Taking on resources, and what is declared of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.evidence.models import Document
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.ids import new_id
from werkfluss.kernel.text import Text, sort_key
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.workforce.domain.calendars import full_week
from werkfluss.workforce.models import (
    NATURAL_PERSONS,
    Absence,
    AgentFile,
    BusyInterval,
    Kind,
    Paper,
    Rate,
    Resource,
    ResourceSkill,
    Share,
    Skill,
    WorkingTime,
)

Hours = Sequence[tuple[int, time, time]]


def resources_on(day: date) -> QuerySet[Resource]:
    """Resources that are there on ``day`` or will come later, in dictionary order."""
    return (
        Resource.objects.exclude(active_to__lte=day).select_related("rate", "agent_file").order_by("sort_key", "number")
    )


def add_skill(*, key: str, name_de: str, name_en: str, by: Actor, **more: Any) -> Skill:
    """A skill in the firm's vocabulary; an existing one of this key is returned as it is."""
    skill, made = Skill.objects.get_or_create(key=key, defaults={"name_de": name_de, "name_en": name_en, **more})
    record(Event("workforce.skill.added", skill, {"key": key, "new": made}), by=by)
    return skill


def set_rate(*, name: str, cents_per_hour: int, by: Actor) -> Rate:
    """The hourly rate of a role."""
    rate, _ = Rate.objects.update_or_create(name=name, defaults={"cents_per_hour": cents_per_hour})
    record(Event("workforce.rate.set", rate, {"name": name, "cents_per_hour": cents_per_hour}), by=by)
    return rate


def add_resource(
    *, kind: Kind, name: str, rate: Rate, by: Actor, hours: Hours | None = None, **declared: Any
) -> Resource:
    """Take on a resource. Without ``hours`` a usual week of ``weekly_minutes``; an agent without hours is always there.

    ``declared`` are further columns of ``Resource``.
    """
    resource = Resource.objects.create(
        kind=kind, name=name, sort_key=sort_key(name), rate=rate, number=next_number("resource"), **declared
    )
    if hours is None and kind != Kind.AGENT:
        hours = full_week(resource.weekly_minutes)
    WorkingTime.objects.bulk_create(
        WorkingTime(resource=resource, weekday=weekday, start=start, end=end) for weekday, start, end in hours or ()
    )
    record(Event("workforce.resource.added", resource, {"kind": kind, "name": name}), by=by)
    return resource


def edit_resource(resource: Resource, *, changes: Mapping[str, Any], expected_version: int, by: Actor) -> None:
    """Correct what is declared of a resource; ``changes`` are columns.

    Raises:
        Conflict: somebody else was faster.
    """
    if "name" in changes:
        changes = {**changes, "sort_key": sort_key(changes["name"])}
    resource.edit(expected_version=expected_version, **changes)
    record(Event("workforce.resource.edited", resource, {"changes": changes}), by=by)


def end_resource(resource: Resource, *, first_day_gone: date, by: Actor) -> None:
    """End-date a resource; what it did stays."""
    resource.edit(active_to=first_day_gone)
    record(Event("workforce.resource.ended", resource, {"first_day_gone": first_day_gone}), by=by)


def set_skills(
    resource: Resource, *, skills: Mapping[Skill, int | None], proof: Document | None = None, by: Actor
) -> None:
    """Replace the declared skills of a resource; ``skills`` maps each to its level (organisations and agents only).

    Raises:
        Refused: a level for a natural person (neutral by default, AI Act Annex III no. 4(b)).
    """
    if Kind(resource.kind) in NATURAL_PERSONS and any(level is not None for level in skills.values()):
        raise Refused(
            Text(
                "Für Menschen gibt es keine Stufen, nur belegte Qualifikationen.",
                "People have no levels, only documented qualifications.",
            ),
            citation="KI-VO Anhang III Nr. 4 Buchst. b",
            what_to_do=Text("Bitte die Qualifikation ohne Stufe eintragen.", "Please enter the skill without a level."),
        )
    resource.skills.all().delete()
    ResourceSkill.objects.bulk_create(
        ResourceSkill(resource=resource, skill=skill, level=level, proof=proof) for skill, level in skills.items()
    )
    keys = sorted(skill.key for skill in skills)
    record(Event("workforce.skills.set", resource, {"skills": keys}), by=by)


def add_absences(
    resource: Resource, *, spans: Iterable[tuple[datetime, datetime, bool, str]], by: Actor
) -> list[Absence]:
    """Note absences as (start, end, all day, source uid); the reason is not kept."""
    rows = Absence.objects.bulk_create(
        Absence(resource=resource, start=start, end=end, all_day=all_day, source_uid=uid)
        for start, end, all_day, uid in spans
    )
    record(Event("workforce.absences.added", resource, {"count": len(rows)}), by=by)
    return rows


def set_hours(resource: Resource, *, hours: Hours, by: Actor) -> None:
    """Replace the regular hours of a week, given as (weekday, start, end), local time."""
    resource.working_times.all().delete()
    WorkingTime.objects.bulk_create(
        WorkingTime(resource=resource, weekday=weekday, start=start, end=end) for weekday, start, end in hours
    )
    record(Event("workforce.hours.set", resource, {"weekdays": sorted({row[0] for row in hours})}), by=by)


def agree_share(
    resource: Resource, *, minutes_per_week: int, valid_from: date, source: UUID | None = None, by: Actor
) -> Share:
    """The contracted part of the week of a fractional executive; an open one before it ends.

    ``source`` is the key under which this firm blocks shared time: to itself those times are not taken.
    """
    for share in Share.objects.filter(resource=resource, valid_to=None):
        share.edit(valid_to=valid_from)
    share = Share.objects.create(
        resource=resource, minutes_per_week=minutes_per_week, valid_from=valid_from, source=source
    )
    record(Event("workforce.share.agreed", share, {"minutes_per_week": minutes_per_week}), by=by)
    return share


def set_shares(resource: Resource, *, periods: Iterable[tuple[date, date, int]], by: Actor) -> list[Share]:
    """What a partner team has agreed to be there for: (first day, day after the last, minutes per week), disjoint.

    It replaces what was agreed before. Outside these periods the team is not planned with.
    """
    Share.objects.filter(resource=resource).delete()
    rows = Share.objects.bulk_create(
        Share(resource=resource, valid_from=start, valid_to=end, minutes_per_week=minutes)
        for start, end, minutes in periods
    )
    record(Event("workforce.shares.set", resource, {"count": len(rows)}), by=by)
    return rows


def block_shared_time(
    resource: Resource, *, spans: Iterable[tuple[datetime, datetime]], source: UUID | None = None, by: Actor
) -> int:
    """Tell other firms of this installation when a shared person is busy: times only, no firm, no text."""
    if resource.user_id is None:
        return 0
    key = source or new_id()
    BusyInterval.objects.filter(user_id=resource.user_id, source=key).delete()
    rows = BusyInterval.objects.bulk_create(
        BusyInterval(user_id=resource.user_id, start=start, end=end, source=key) for start, end in spans
    )
    record(Event("workforce.shared_time.blocked", resource, {"count": len(rows)}), by=by)
    return len(rows)


def add_paper(resource: Resource, *, kind: str, by: Actor, **facts: Any) -> Paper:
    """A paper of a resource; a confirmed one ends the older papers of its kind."""
    paper = Paper(resource=resource, kind=kind, **facts)
    if paper.state == "confirmed":
        for older in Paper.objects.filter(resource=resource, kind=kind, state="confirmed"):
            older.edit(state="ended")
    paper.save(force_insert=True)
    record(Event("workforce.paper.added", paper, {"kind": kind, "state": paper.state}), by=by)
    return paper


def confirm_paper(paper: Paper, *, document: Document, valid_from: date, expires: date | None, by: Actor) -> None:
    """A person has seen the paper: it is valid from, until; the older one of its kind ends."""
    others = Paper.objects.filter(resource_id=paper.resource_id, kind=paper.kind, state="confirmed")
    for older in others.exclude(pk=paper.pk):
        older.edit(state="ended")
    paper.edit(state="confirmed", document=document, valid_from=valid_from, expires=expires)
    data = {"kind": paper.kind, "valid_from": valid_from, "expires": expires}
    record(Event("workforce.paper.confirmed", paper, data), by=by)


def open_agent_file(resource: Resource, *, responsible: User, by: Actor, **facts: Any) -> AgentFile:
    """The personnel file of an agent: nobody works here without one who answers for it."""
    file = AgentFile.objects.create(resource=resource, responsible=responsible, **facts)
    record(Event("workforce.agent_file.opened", file, {"responsible": responsible.pk}), by=by)
    return file


def stop_agent(file: AgentFile, *, at: datetime, by: Actor) -> None:
    """The stop button: the agent takes no further work until a person opens it again."""
    file.edit(stopped_at=at)
    record(Event("workforce.agent.stopped", file, {"resource": file.resource_id}), by=by)


def release_agent(file: AgentFile, *, by: Actor) -> None:
    """Let a stopped agent work again."""
    file.edit(stopped_at=None)
    record(Event("workforce.agent.released", file, {"resource": file.resource_id}), by=by)
