"""What the room of people deletes when a person is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db import models

from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import waiting
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text, sort_key
from werkfluss.org.domain.firms import firms_of
from werkfluss.workforce.expiry import PSEUDONYM
from werkfluss.workforce.models import EXTERNALS, NATURAL_PERSONS, BusyInterval, Kind, Paper, Rate, Resource

_NO_RATE = "gelöschte Person"


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Skills, hours, absences, shares and papers go, but for papers that have to wait; the row stays without what says
    who it was, as work refers to it.

    Raises:
        Refused: no natural person, or one who is still there.
    """
    if not isinstance(person, Resource) or Kind(person.kind) not in NATURAL_PERSONS:
        raise _refused(Text("Das ist keine natürliche Person.", "This is no natural person."))
    resource = Resource.objects.select_related("user").get(pk=person.pk)
    if resource.active_to is None or resource.active_to > clock.today():
        raise _refused(Text(f"{resource.name} ist noch tätig.", f"{resource.name} is still active."))
    papers = list(resource.papers.select_related("document"))
    held = waiting(papers, clock.today())
    going = [paper for paper in papers if paper.pk not in held]
    skills = list(resource.skills.select_related("proof"))
    rows: list[models.Model] = [*going, *skills, *resource.shares.all(), *resource.absences.all()]
    documents = [*documents_of(resource), *(paper.document for paper in going), *(skill.proof for skill in skills)]
    keys = [(row._meta.label_lower, row.pk) for row in rows]
    for row in [*rows, *resource.working_times.all()]:
        row.delete()
    if resource.user is not None and all(org.pk == resource.org_id for org in firms_of(resource.user)):
        # Whoever still works for another firm of this installation stays busy there.
        BusyInterval.objects.filter(user=resource.user).delete()
    pseudonym = f"{PSEUDONYM}{resource.number}"
    erased = Erased(
        # Once erased, the pseudonym is no longer a way to find anybody.
        identifiers=() if resource.name == pseudonym else _identifiers(resource),
        pseudonym=pseudonym,
        user=resource.user,
    )
    rate, rate_key = resource.rate, resource.rate_id
    _blank(resource, pseudonym)
    if _delete_rate(rate, resource, erased.identifiers):
        keys.append((Rate._meta.label_lower, rate_key))
    return replace(
        erased,
        objects=tuple(keys),
        waiting=tuple((Paper._meta.label, term) for term in held.values()),
        documents=tuple(document for document in documents if document is not None),
    )


def _identifiers(resource: Resource) -> tuple[str, ...]:
    first, _, last = resource.name.rpartition(" ")
    user = resource.user
    texts = [resource.name, f"{last}, {first}" if first else "", resource.email]
    texts += [user.email, user.name] if user is not None else []
    return tuple(dict.fromkeys(text for text in texts if text))


def _blank(resource: Resource, pseudonym: str) -> None:
    """Every column that says something of the person; of the last day only the year stays, from which what has to wait
    is counted.
    """
    fresh = Resource()
    last_year = (resource.active_to or clock.today()) - timedelta(days=1)
    nothing, _ = Rate.objects.get_or_create(name=_NO_RATE, defaults={"cents_per_hour": 0})
    resource.edit(
        name=pseudonym,
        sort_key=sort_key(pseudonym),
        email="",
        user=None,
        personnel_no="",
        title="",
        department="",
        country=fresh.country,
        subdivision="",
        city="",
        nationality="",
        languages=[],
        time_zone=fresh.time_zone,
        weekly_minutes=fresh.weekly_minutes,
        rate=nothing,
        active_from=None,
        active_to=min(clock.today(), date(last_year.year + 1, 1, 1)),
    )


def _delete_rate(rate: Rate, resource: Resource, identifiers: tuple[str, ...]) -> bool:
    """An external's rate, or one that carries the name, is what this person was paid; a role's rate stays."""
    if rate.name == _NO_RATE or Resource.objects.filter(rate=rate).exists():
        return False
    names = any(text.casefold() in rate.name.casefold() for text in identifiers)
    if not names and Kind(resource.kind) not in EXTERNALS:
        return False
    rate.delete()
    return True


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Art. 17 DSGVO",
        what_to_do=Text(
            "Bitte beenden Sie zuerst die Zusammenarbeit, oder wählen Sie eine Person.",
            "Please end the work first, or choose a person.",
        ),
    )
