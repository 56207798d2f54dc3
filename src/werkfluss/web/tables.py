"""Lists, declared once: columns, filters, search. Every list sorts, filters, searches, pages, exports and remembers.

    PROJECTS = Table(
        "projects",
        columns=(Column("number", _("No."), order="number"), Column("name", _("Name"), order="name", link=page_of)),
        filters=(Filter("state", _("State"), field="state", choices=STATE_CHOICES),),
        search=("name__icontains",),
    )

    def projects(request):
        return PROJECTS.page(request, work.projects(), template="work/projects.html")

Two queries per page (count and rows), whatever the number of rows. What a person last asked for is kept in a cookie of
this very address: the login session holds nothing of a firm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self, overload, runtime_checkable
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext_lazy as _

from werkfluss.org.actor import Actor
from werkfluss.web.access import TABLE, FirmRequest
from werkfluss.web.preferences import YEAR
from werkfluss.web.templatetags import werkfluss as words
from werkfluss.web.workbooks import workbook_response

Word = Promise | str
Kind = Literal["text", "number", "money", "date", "moment", "status", "partial"]
REMEMBER_BYTES = 1500
NOTHING = _("Nothing here yet")


@runtime_checkable
class Source(Protocol):
    """Rows of several tables, which the database sorts and cuts all the same: it narrows, finds and sorts by itself."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    @overload
    def __getitem__(self, wanted: int) -> Any: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Any]: ...
    def narrow(self, key: str, value: str) -> Self:
        """The rows whose field ``key`` is ``value``."""
        ...

    def find(self, words: Sequence[str]) -> Self:
        """The rows that hold every one of the words."""
        ...

    def sort(self, key: str, *, down: bool) -> Self:
        """The rows in the order of the field ``key``."""
        ...


Rows = QuerySet[Any] | Sequence[Any] | Source


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` is a dotted name on the row or a function of it; ``order`` the field to sort by, empty for never.

    ``link`` gives the address of the row's own page; ``partial`` a template that draws the cell as ``value`` and
    ``row``; ``export`` what goes into the workbook if that is something else than the value.
    """

    key: str
    label: Word
    value: str | Callable[[Any], Any] = ""
    order: str = ""
    kind: Kind = "text"
    link: Callable[[Any], str] | None = None
    partial: str = ""
    export: Callable[[Any], Any] | None = None
    secondary: bool = False

    def of(self, row: Any) -> Any:
        """The cell's value, ``None`` where the path ends early."""
        if callable(self.value):
            return self.value(row)
        value = row
        for name in (self.value or self.key).split("."):
            value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        return value() if callable(value) else value

    def exported(self, row: Any) -> Any:
        return self.export(row) if self.export else self.of(row)


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice that narrows the list: by ``field``, or by ``apply(rows, value)``."""

    key: str
    label: Word
    choices: Sequence[tuple[str, Word]] | Callable[[], Sequence[tuple[str, Word]]]
    field: str = ""
    apply: Callable[[Any, str], Any] | None = None

    def options(self) -> list[tuple[str, Word]]:
        return list(self.choices() if callable(self.choices) else self.choices)

    def narrow(self, rows: Rows, value: str) -> Rows:
        if self.apply:
            narrowed: Rows = self.apply(rows, value)
            return narrowed
        if isinstance(rows, QuerySet):
            return rows.filter(**{self.field or self.key: value})
        name = self.field or self.key
        if isinstance(rows, Source):
            return rows.narrow(name, value)
        return [row for row in rows if str(getattr(row, name, "")) == value]


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list says while it has nothing: what would stand here, and the step that brings the first row."""

    title: Word = NOTHING
    text: Word = ""
    action: Word = ""
    url: Callable[[FirmRequest], str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person wants to see; read from the address, or from what was remembered."""

    query: QueryDict
    remembered: bool

    def get(self, key: str) -> str:
        return self.query.get(key, "").strip()

    @property
    def narrowed(self) -> bool:
        return any(value for key, value in self.query.items() if key not in {"sort", "page"})


@dataclass(frozen=True)
class Table:
    """A list page. ``name`` is unique; ``default_order`` names columns, a minus for downwards."""

    name: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    default_order: str = ""
    per_page: int = 50
    empty: Empty = field(default_factory=Empty)
    caption: Word = ""

    def page(
        self,
        request: FirmRequest,
        rows: Rows,
        *,
        template: str,
        context: Mapping[str, Any] | None = None,
        prepare: Callable[[list[Any]], None] | None = None,
    ) -> HttpResponse:
        """The whole answer: the page, only the table (HTMX), or a workbook (``?format=xlsx``).

        ``prepare`` gets the rows that will be drawn, once, to attach what they need without a query per row.
        """
        asked = self._asked(request)
        order, rows = self._sorted(self._narrowed(rows, asked), asked.get("sort"))
        if request.GET.get("format") == "xlsx":
            return self._workbook(rows, prepare)
        page = Paginator(rows, self.per_page).get_page(asked.get("page") or 1)
        shown = list(page.object_list)
        if prepare:
            prepare(shown)
        partial = bool(getattr(request, "htmx", False)) and request.headers.get("HX-Target") == f"table-{self.name}"
        response = render(
            request,
            "components/table.html" if partial else template,
            {**(context or {}), "table": Drawn(self, request, asked, order, page, shown)},
        )
        # The same address answers with a page or a part of it; caches must not mix them up.
        response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
        self._remember(request, response, asked)
        return response

    def _cookie(self) -> str:
        return f"werkfluss_list_{self.name}"

    def _asked(self, request: HttpRequest) -> Asked:
        if not request.GET and self._cookie() in request.COOKIES:
            return Asked(QueryDict(unquote(request.COOKIES[self._cookie()])), remembered=True)
        known = {"q", "sort", "page", *(each.key for each in self.filters)}
        query = QueryDict(mutable=True)
        query.update({key: value for key in known if (value := request.GET.get(key, "").replace("\x00", ""))})
        return Asked(query, remembered=False)

    def _remember(self, request: HttpRequest, response: HttpResponse, asked: Asked) -> None:
        if asked.remembered or not request.GET:
            return
        query = asked.query.copy()
        query.pop("page", None)
        value = quote(query.urlencode())
        if value and len(value) < REMEMBER_BYTES:
            response.set_cookie(
                self._cookie(),
                value,
                max_age=YEAR,
                path=request.path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(self._cookie(), path=request.path)

    def _narrowed(self, rows: Rows, asked: Asked) -> Rows:
        for each in self.filters:
            value = asked.get(each.key)
            # A value that is not offered (an old address) narrows nothing instead of failing in the database.
            if value and value in {str(option) for option, _label in each.options()}:
                rows = each.narrow(rows, value)
        words = asked.get("q").split()[:8]
        return self._found(rows, words) if words else rows

    def _found(self, rows: Rows, words: list[str]) -> Rows:
        """Rows that hold every word in one of the searched fields, or for plain rows in one of the columns."""
        if isinstance(rows, QuerySet):
            for word in words:
                rows = rows.filter(_any_of(self.search, word))
            return rows
        if isinstance(rows, Source):
            return rows.find(words)
        found = []
        for row in rows:
            text = " ".join(str(column.exported(row)) for column in self.columns).casefold()
            if all(word.casefold() in text for word in words):
                found.append(row)
        return found

    def _sorted(self, rows: Rows, wanted: str) -> tuple[str, Rows]:
        order = wanted or self.default_order
        down, key = order.startswith("-"), order.removeprefix("-")
        column = next((each for each in self.columns if each.key == key and each.order), None)
        if column is None:
            return "", rows
        if isinstance(rows, QuerySet):
            # The key as last resort keeps pages stable while many rows share a value.
            return order, rows.order_by(f"-{column.order}" if down else column.order, "pk")
        if isinstance(rows, Source):
            return order, rows.sort(column.order, down=down)
        return order, sorted(rows, key=lambda row: _comparable(column.of(row)), reverse=down)

    def _workbook(self, rows: Rows, prepare: Callable[[list[Any]], None] | None) -> HttpResponse:
        all_rows = list(rows)
        if prepare:
            prepare(all_rows)
        head = [str(column.label) for column in self.columns]
        return workbook_response(self.name, head, ([c.exported(row) for c in self.columns] for row in all_rows))


@dataclass(frozen=True)
class Drawn:
    """A table as its template sees it."""

    table: Table
    request: FirmRequest
    asked: Asked
    order: str
    page: Page[Any]
    shown: list[Any]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def caption(self) -> Word:
        return self.table.caption

    @property
    def searchable(self) -> bool:
        return bool(self.table.search)

    @property
    def search(self) -> str:
        return self.asked.get("q")

    @property
    def empty(self) -> Empty:
        return self.table.empty

    @property
    def empty_url(self) -> str:
        """The step that brings the first row; none for whoever may not take it."""
        url = self.table.empty.url(self.request) if self.table.empty.url else ""
        actor: Actor | None = getattr(self.request, "actor", None)
        if not url or actor is None:
            return url
        needed = TABLE[resolve(urlsplit(url).path).url_name or ""].permission
        return url if needed in {"public", "login"} or actor.may(needed) else ""

    def filters(self) -> list[tuple[Filter, list[tuple[str, Word]], str]]:
        return [(each, each.options(), self.asked.get(each.key)) for each in self.table.filters]

    def head(self) -> list[dict[str, Any]]:
        """Each column with the address that sorts by it, and how it is sorted now."""
        key = self.order.removeprefix("-")
        drawn = []
        for column in self.table.columns:
            now = "" if column.key != key else "descending" if self.order.startswith("-") else "ascending"
            nxt = f"-{column.key}" if now == "ascending" else column.key
            drawn.append({"column": column, "now": now, "url": self._url(sort=nxt) if column.order else ""})
        return drawn

    def body(self) -> list[list[tuple[Column, str]]]:
        """Each row as its columns with what is drawn in them."""
        return [[(column, self._drawn(column, row)) for column in self.table.columns] for row in self.shown]

    def _drawn(self, column: Column, row: Any) -> str:
        """One cell; in Python, because a template per cell would take most of the time of the page."""
        value = column.of(row)
        if column.partial:
            return render_to_string(column.partial, {"value": value, "row": row}, self.request)
        if column.link is None:
            return _WRITERS.get(column.kind, _plain)(value)
        # A number that is a link names an object: No. 1024, not 1.024.
        text = str(value) if column.kind == "number" else _WRITERS.get(column.kind, _plain)(value)
        url = column.link(row)
        return format_html('<a href="{}">{}</a>', url, text) if url else text

    def pages(self) -> list[dict[str, Any]]:
        """Numbers of pages with their addresses; an empty address for a gap."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [{"number": n, "url": self._url(page=n) if isinstance(n, int) else ""} for n in numbers]

    @property
    def next_url(self) -> str:
        return self._url(page=self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def previous_url(self) -> str:
        return self._url(page=self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def export_url(self) -> str:
        return self._url(format="xlsx")

    @property
    def reset_url(self) -> str:
        return "?reset=1"

    def _url(self, **changes: object) -> str:
        query = self.asked.query.copy()
        query.pop("page", None)
        for key, value in changes.items():
            query[key] = str(value)
        return f"?{query.urlencode()}"


def _plain(value: Any) -> str:
    return conditional_escape(words.say(value)) or "–"


_WRITERS: Mapping[Kind, Callable[[Any], str]] = {
    "money": words.money,
    "number": words.number,
    "date": words.day,
    "moment": words.moment,
    "status": words.status,
}


def _any_of(lookups: tuple[str, ...], word: str) -> Q:
    found = Q()
    for lookup in lookups:
        found |= Q(**{lookup: word})
    return found


def _comparable(value: object) -> tuple[bool, Any]:
    """Empty cells last; text without regard to case."""
    return (value is None, value.casefold() if isinstance(value, str) else value if value is not None else 0)
