"""Objects that other objects name by type and key: what they are called, where they are, and who may know of them.

A deadline, a condition and a document say what they belong to without a link, since it may be in any room. One query
per type of object finds the names of a whole list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from werkfluss.evidence.models import Document
from werkfluss.org.actor import Actor
from werkfluss.web.access import TABLE
from werkfluss.web.happenings import object_word

Ref = tuple[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Known:
    """How a type of object is shown. ``page`` is an address that takes the key ``of`` gives as ``pk``."""

    permission: str
    name: Callable[[Any], str] = str
    related: tuple[str, ...] = ()
    page: str = ""
    of: Callable[[Any], UUID] = lambda row: row.pk


def _order(row: Any) -> str:
    return f"{_('Order')} {row.order.number}"


KNOWN: dict[str, Known] = {
    "org.firmprofile": Known("firm.enter", lambda _row: str(_("the firm itself")), page=""),
    "workforce.resource": Known("people.read", lambda row: row.name, page="person"),
    "workforce.paper": Known(
        "people.read", lambda row: row.resource.name, ("resource",), "person", lambda row: row.resource_id
    ),
    "compliance.fact": Known("people.read", lambda _row: str(_("Fact"))),
    "compliance.deadline": Known("deadline.read", lambda row: row.title_de, page="deadline"),
    "compliance.condition": Known("deadline.read", lambda row: row.text_de),
    "work.project": Known("project.read", lambda row: row.name, page="project"),
    "work.task": Known("project.read", lambda row: row.title, page="task"),
    "work.result": Known("project.read", lambda row: row.task.title, ("task",), "task", lambda row: row.task_id),
    "work.case": Known("case.read", lambda row: row.title, page="case"),
    "care.expatcase": Known("care.read", lambda row: row.person.name, ("person",), "care_case"),
    "care.authoritypaper": Known("care.read", lambda row: row.person.name, ("person",), "authority_made"),
    "care.authority": Known("care.read", lambda row: row.name),
    "engagement.order": Known("order.read", lambda row: f"{_('Order')} {row.number}", page="order"),
    "engagement.delivery": Known("order.read", _order, ("order",), "order", lambda row: row.order_id),
    "engagement.selfbilledinvoice": Known("order.read", _order, ("order",), "order", lambda row: row.order_id),
    "engagement.talent": Known("talent.read", lambda row: row.name, page="talent"),
    "engagement.talentsource": Known("talent.read", lambda row: row.name),
    "engagement.pulse": Known("staying.read", lambda row: f"{_('Survey')} {row.number}", page="pulse"),
    "engagement.measure": Known("staying.read", lambda row: row.title, page="measure"),
    "evidence.importbatch": Known("people.write", lambda row: row.document.filename, ("document",), "import_result"),
    "agents.run": Known("agent.read", lambda row: row.skill, page="agent_run"),
}
# Objects nobody has thought of yet are shown to those who may see everything.
_OTHERS = Known("firm.manage")


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as a list shows it."""

    kind: str
    name: str
    url: str


def permission_of(object_type: str) -> str:
    """The right without which one must not learn of objects of this type."""
    return KNOWN.get(object_type, _OTHERS).permission


def visible(actor: Actor, *, type_field: str, own: Q | None = None) -> Q:
    """The rows of a list whose objects the actor may know of; ``own`` rows are always among them."""
    types = [label for label, known in KNOWN.items() if actor.may(known.permission)]
    allowed = Q(**{f"{type_field}__in": types})
    if actor.may(_OTHERS.permission):
        allowed = ~Q(**{f"{type_field}__in": [label for label in KNOWN if label not in types]})
    return allowed | own if own is not None else allowed


def visible_documents(actor: Actor) -> QuerySet[Document]:
    """Documents of objects the actor may know of, and those they kept themselves; without their bytes."""
    mine = visible(actor, type_field="object_type", own=Q(uploaded_by=actor.id))
    return Document.objects.filter(mine).select_related("org", "blob").defer("blob__content")


def shown(refs: Iterable[Ref], *, firm: str, actor: Actor) -> dict[Ref, Shown]:
    """Names and addresses of all objects; what is gone keeps only the name of its type."""
    listed = list(refs)
    found = {(label, key): Shown(object_word(label) if label else "", "", "") for label, key in listed}
    for label, known, row in _read(listed):
        found[label, row.pk] = Shown(object_word(label), known.name(row), _address(known, row, firm, actor))
    return found


def names(refs: Iterable[Ref]) -> dict[Ref, str]:
    """The name of each object, or the word for its type where it has none or is gone."""
    listed = list(refs)
    found = {(label, key): object_word(label) if label else "" for label, key in listed}
    found |= {(label, row.pk): name for label, known, row in _read(listed) if (name := known.name(row))}
    return found


def _read(refs: Iterable[Ref]) -> Iterator[tuple[str, Known, Any]]:
    """The objects themselves, with how their type is shown: one query for each type."""
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for label, key in refs:
        if label in KNOWN and key is not None:
            by_type[label].add(key)
    for label, keys in by_type.items():
        known = KNOWN[label]
        for row in apps.get_model(label)._default_manager.select_related(*known.related).filter(pk__in=keys):
            yield label, known, row


def _address(known: Known, row: Any, firm: str, actor: Actor) -> str:
    if not known.page or known.page not in TABLE or not actor.may(TABLE[known.page].permission):
        return ""
    return reverse(known.page, kwargs={"firm": firm, "pk": known.of(row)})
