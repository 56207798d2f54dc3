"""Finding things by typing: one bounded query per kind of thing, each behind the right of the page it leads to.

A source is asked only if the actor may open its page, and with the rows that page would show. So nobody finds what
they may not see, and an externals' search ends at their own orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain import explain
from werkfluss.engagement.domain import orders
from werkfluss.engagement.models import Order
from werkfluss.engagement.rules import own_orders
from werkfluss.kernel import clock
from werkfluss.web import navigation
from werkfluss.web.access import TABLE, FirmRequest
from werkfluss.web.forms.law import here
from werkfluss.web.objects import visible_documents
from werkfluss.web.people_view import KINDS
from werkfluss.work.domain import cases
from werkfluss.work.models import Case, ProcessDefinition, Project, Task
from werkfluss.workforce.expiry import PSEUDONYM
from werkfluss.workforce.models import Resource

LONGEST = 100
MOST_WORDS = 6
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``more`` if there is more than is shown."""

    label: Promise | str
    icon: str
    hits: tuple[Hit, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Rows behind the page ``page``; ``fields`` are searched as text, ``number`` by figures."""

    page: str
    label: Promise | str
    icon: str
    rows: Callable[[FirmRequest], QuerySet[Any]]
    fields: tuple[str, ...]
    title: Callable[[Any], str]
    note: Callable[[Any], str] | None = None
    number: str = ""


def _people(request: FirmRequest) -> QuerySet[Any]:
    """Those of the list of people; whoever manages them also those who have left."""
    rows = Resource.objects.exclude(name__startswith=PSEUDONYM).order_by("sort_key")
    return rows if request.actor.may("people.write") else rows.exclude(active_to__lte=clock.today())


def _processes(_request: FirmRequest) -> QuerySet[Any]:
    newest = ProcessDefinition.objects.order_by("key", "-revision").distinct("key").values("pk")
    return ProcessDefinition.objects.filter(pk__in=newest).order_by("name")


def _order_note(row: Order) -> str:
    return f"{_numbered(row.number)} · {row.resource.name}"


def _numbered(number: int) -> str:
    return f"{_('No.')} {number}"


def _case_note(row: Case) -> str:
    return f"{_numbered(row.number)} · {row.definition.name}"


SOURCES: tuple[Source, ...] = (
    Source(
        "person",
        _("People"),
        "users",
        _people,
        ("name", "title", "email", "personnel_no"),
        lambda row: str(row.name),
        lambda row: str(KINDS[row.kind]),
    ),
    Source(
        "project",
        _("Projects"),
        "folders",
        lambda _request: Project.objects.order_by("-number"),
        ("name",),
        lambda row: str(row.name),
        lambda row: _numbered(row.number),
        "number",
    ),
    Source(
        "task",
        _("Tasks"),
        "checklist",
        lambda _request: Task.objects.exclude(state=Task.State.DROPPED).select_related("project").order_by("-number"),
        ("title",),
        lambda row: str(row.title),
        lambda row: str(row.project.name),
        "number",
    ),
    Source(
        "order",
        _("Orders"),
        "briefcase",
        lambda _request: orders.orders(),
        ("title", "resource__name"),
        lambda row: str(row.title),
        _order_note,
        "number",
    ),
    Source(
        "my_order",
        _("My orders"),
        "file-certificate",
        lambda request: own_orders(request.actor),
        ("title",),
        lambda row: str(row.title),
        lambda row: _numbered(row.number),
        "number",
    ),
    Source(
        "case",
        _("Cases"),
        "route",
        lambda _request: cases.cases(),
        ("title", "definition__name"),
        lambda row: str(row.title),
        _case_note,
        "number",
    ),
    Source(
        "document",
        _("Documents"),
        "folder",
        lambda request: visible_documents(request.actor).order_by("-created_at"),
        ("title", "filename"),
        lambda row: str(row.title),
        lambda row: str(row.filename) if row.filename != row.title else "",
    ),
    Source("process", _("Processes"), "sitemap", _processes, ("name",), lambda row: str(row.name)),
)


def words_of(text: str) -> list[str]:
    """What was typed, as words; nothing if it is too short to mean anything."""
    words = text.replace("\0", "").strip()[:LONGEST].split()[:MOST_WORDS]
    return words if any(len(word) >= SHORTEST or word.isdecimal() for word in words) else []


def find(request: FirmRequest, text: str, *, most: int) -> list[Group]:
    """Everything that holds all words, by kind, at most ``most`` of each; one query per kind."""
    words = words_of(text)
    if not words:
        return []
    found = [_in_pages(request, words, most), *(_in_source(request, source, words, most) for source in _open(request))]
    if request.actor.may(TABLE["law_rule"].permission):
        found.append(_in_law(request, words, most))
    return [group for group in found if group.hits]


def _open(request: FirmRequest) -> Iterator[Source]:
    return (source for source in SOURCES if request.actor.may(TABLE[source.page].permission))


def _in_source(request: FirmRequest, source: Source, words: list[str], most: int) -> Group:
    wanted = Q()
    for word in words:
        wanted &= _holds(source, word)
    rows = list(source.rows(request).filter(wanted)[: most + 1])
    hits = (
        Hit(
            source.title(row),
            reverse(source.page, kwargs={"firm": request.org.slug, "pk": row.pk}),
            source.note(row) if source.note else "",
        )
        for row in rows
    )
    return _group(source.label, source.icon, hits, most)


def _holds(source: Source, word: str) -> Q:
    found = Q()
    # The database folds only the letters of its own locale; these are the ways in which umlauts are written.
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    for name in source.fields:
        for spelling in spellings:
            found |= Q(**{f"{name}__icontains": spelling})
    if source.number and word.isdecimal() and len(word) < 10:
        found |= Q(**{source.number: int(word)})
    return found


def _group(label: Promise | str, icon: str, hits: Iterable[Hit], most: int) -> Group:
    listed = list(hits)
    return Group(label, icon, tuple(listed[:most]), len(listed) > most)


def _in_pages(request: FirmRequest, words: list[str], most: int) -> Group:
    links = [link for group in navigation.groups_for(request) for link in group.links]
    hits = (Hit(str(link.label), link.url) for link in links if _all_in(words, str(link.label)))
    return _group(_("Pages"), "layout-dashboard", hits, most)


def _in_law(request: FirmRequest, words: list[str], most: int) -> Group:
    address = reverse("law_rule", kwargs={"firm": request.org.slug})
    hits = (
        Hit(here(card.title), f"{address}?{urlencode({'rule': card.id})}", here(card.pack_title))
        for card in explain.rule_cards()
        if _all_in(words, f"{card.title.de} {card.title.en} {card.pack_title.de} {card.pack_title.en} {card.id}")
    )
    return _group(_("Legal check"), "scale", hits, most)


def _all_in(words: list[str], text: str) -> bool:
    folded = text.casefold()
    return all(word.casefold() in folded for word in words)
