"""The record: who did what and when, and whether the chain holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.org import chain
from werkfluss.org.actor import ActorKind
from werkfluss.org.models import Entry, User
from werkfluss.web import record_words
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.happenings import kind_word, object_word
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.work.models import Task
from werkfluss.workforce.models import Resource

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says, as short pairs; nothing if it was erased."""

    erased: bool
    facts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "" if self.erased else ", ".join(f"{name}: {text}" for name, text in self.facts)


def attach_words(entries: list[Entry]) -> None:
    """Put on each entry who acted and what it says, with names instead of keys: one query per kind of name."""
    keys = {entry.actor_id for entry in entries if entry.actor_id}
    keys.update(key for entry in entries for key in record_words.keys_in(_data(entry)))
    names = dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))
    named: dict[UUID, str] = {**names}
    named.update(Resource.objects.filter(pk__in=keys).values_list("pk", "name"))
    named.update(Task.objects.filter(pk__in=keys).values_list("pk", "title"))
    for entry in entries:
        entry.who = _who(entry, names)  # type: ignore[attr-defined]  # drawn by the column "who"
        entry.said = _said(entry, named)  # type: ignore[attr-defined]  # drawn by the column "said"


def _data(entry: Entry) -> dict[str, Any]:
    data = entry.payload.data
    return data if isinstance(data, dict) else {}


def _said(entry: Entry, names: dict[UUID, str]) -> Said:
    return Said(entry.payload.erased_at is not None, record_words.said(_data(entry), names))


def _who(entry: Entry, names: dict[UUID, str]) -> str:
    if entry.actor_kind == ActorKind.USER:
        return names.get(entry.actor_id or NOBODY) or _("a person who is gone")
    return _("AI agent") if entry.actor_kind == ActorKind.AGENT else _("Werkfluss itself")


ENTRIES = Table(
    "entries",
    caption=gettext_lazy("Entries of the record"),
    columns=(
        Column("seq", gettext_lazy("No."), order="seq", kind="number"),
        Column("at", gettext_lazy("When"), order="at", kind="moment"),
        Column("who", gettext_lazy("Who")),
        Column("kind", gettext_lazy("What"), value=lambda row: kind_word(row.kind), order="kind"),
        Column(
            "object",
            gettext_lazy("Object"),
            value=lambda row: object_word(row.object_type),
            order="object_type",
            secondary=True,
        ),
        Column("said", gettext_lazy("Details"), partial="evidence/what.html", secondary=True),
    ),
    filters=(
        Filter(
            "actor",
            gettext_lazy("Who"),
            field="actor_kind",
            choices=(
                (ActorKind.USER.value, gettext_lazy("people")),
                (ActorKind.AGENT.value, gettext_lazy("AI agents")),
                (ActorKind.SYSTEM.value, gettext_lazy("Werkfluss itself")),
            ),
        ),
    ),
    search=("kind__icontains", "object_type__icontains"),
    default_order="-seq",
    empty=Empty(gettext_lazy("No entries yet"), gettext_lazy("As soon as somebody does something, it stands here.")),
)


def evidence(request: FirmRequest) -> HttpResponse:
    return _entries(request, None)


def verify_evidence(request: FirmRequest) -> HttpResponse:
    """Reads the whole chain; changes nothing, so a reload of the result is harmless."""
    return _entries(request, chain.verify() if request.method == "POST" else None)


def _entries(request: FirmRequest, report: chain.Report | None) -> HttpResponse:
    rows = Entry.objects.select_related("payload")
    return ENTRIES.page(
        request, rows, template="evidence/entries.html", context={"report": report}, prepare=attach_words
    )


urlpatterns = [
    firm_page("record/", evidence, permission="evidence.read"),
    firm_page("record/check/", verify_evidence, permission="evidence.read", methods=FORM),
]
