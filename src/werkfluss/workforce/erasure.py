"""What the room of people deletes when a person is erased."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text, sort_key
from werkfluss.org.domain.firms import firms_of
from werkfluss.workforce.models import NATURAL_PERSONS, BusyInterval, Kind, Resource


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Skills, hours, absences, shares and papers go; the row stays without what says who it was, as work refers to it.

    Raises:
        Refused: no natural person, or one who is still there.
    """
    if not isinstance(person, Resource) or Kind(person.kind) not in NATURAL_PERSONS:
        raise _refused(Text("Das ist keine natürliche Person.", "This is no natural person."))
    resource = Resource.objects.select_related("user").get(pk=person.pk)
    if resource.active_to is None or resource.active_to > clock.today():
        raise _refused(Text(f"{resource.name} ist noch tätig.", f"{resource.name} is still active."))
    papers = list(resource.papers.select_related("document"))
    skills = list(resource.skills.select_related("proof"))
    rows: list[models.Model] = [*papers, *skills, *resource.shares.all(), *resource.absences.all()]
    documents = [*documents_of(resource), *(paper.document for paper in papers), *(skill.proof for skill in skills)]
    keys = tuple((row._meta.label_lower, row.pk) for row in rows)
    for row in [*rows, *resource.working_times.all()]:
        row.delete()
    if resource.user is not None and all(org.pk == resource.org_id for org in firms_of(resource.user)):
        # Whoever still works for another firm of this installation stays busy there.
        BusyInterval.objects.filter(user=resource.user).delete()
    pseudonym = f"gelöschte Person {resource.number}"
    erased = Erased(
        objects=keys,
        documents=tuple(document for document in documents if document is not None),
        # Once erased, the pseudonym is no longer a way to find anybody.
        identifiers=() if resource.name == pseudonym else _identifiers(resource),
        pseudonym=pseudonym,
        user=resource.user,
    )
    _blank(resource, pseudonym)
    return erased


def _identifiers(resource: Resource) -> tuple[str, ...]:
    first, _, last = resource.name.rpartition(" ")
    user = resource.user
    texts = [resource.name, f"{last}, {first}" if first else "", resource.email]
    texts += [user.email, user.name] if user is not None else []
    return tuple(dict.fromkeys(text for text in texts if text))


def _blank(resource: Resource, pseudonym: str) -> None:
    resource.edit(
        name=pseudonym,
        sort_key=sort_key(pseudonym),
        email="",
        user=None,
        personnel_no="",
        title="",
        department="",
        city="",
        nationality="",
        languages=[],
    )


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Art. 17 DSGVO",
        what_to_do=Text(
            "Bitte beenden Sie zuerst die Zusammenarbeit, oder wählen Sie eine Person.",
            "Please end the work first, or choose a person.",
        ),
    )
