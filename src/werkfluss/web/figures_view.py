"""Figures for the managing director: joins what care, orders and people say about groups, and words it.

Only here the rooms meet. What may be shown is decided by ``workforce.groups`` and, of services, by the full tens of
``care.domain.bookings``; this module only chooses words, so that nothing else can get onto the page, into the file or
onto the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from werkfluss.care.domain import figures as care
from werkfluss.care.domain import packages
from werkfluss.care.routes import care_route
from werkfluss.engagement.domain import returning
from werkfluss.kernel import clock
from werkfluss.process import library
from werkfluss.web.bar_plot import Bar, draw
from werkfluss.web.forms.care_catalogue import MARK_WORDS
from werkfluss.web.process_view import language, name_of
from werkfluss.web.templatetags.werkfluss import money
from werkfluss.work.domain import process_board
from werkfluss.workforce.domain.coming import coming
from werkfluss.workforce.groups import LEAST, Figure, Figures, Row, figures
from werkfluss.workforce.models import EXTERNALS, Kind

_TEN = Decimal(10)
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A group: ``people`` in full tens and the value, or neither where the group is too small."""

    name: str
    people: int | None
    value: Decimal | None
    said: str
    drawn: bool = True

    @property
    def length(self) -> Decimal | None:
        """How long its bar is; none where there is no number."""
        if self.value is not None:
            return self.value
        return None if self.people is None else Decimal(self.people)


@dataclass(frozen=True, slots=True)
class Part:
    """One table with its picture. ``unit`` is ``days``, ``EUR``, ``mark`` or empty, where only people are counted."""

    key: str
    title: str
    unit: str
    lines: Sequence[Line]
    note: str = ""
    counted: str = ""

    @property
    def counts(self) -> bool:
        """Whether a column says how many people a value is over."""
        return bool(self.unit) and any(one.people is not None for one in self.lines)

    @property
    def people_word(self) -> str:
        return self.counted or _("People, in full tens")

    @property
    def value_word(self) -> str:
        words = {"days": _("Days"), "EUR": _("Amount"), "mark": _("Answer"), "": self.people_word}
        return words[self.unit]

    @property
    def picture(self) -> str:
        bars = [Bar(one.name, one.length, one.said) for one in self.lines if one.drawn and one.length is not None]
        return draw(bars, _("%(title)s; the table below has the figures.") % {"title": self.title})


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    intro: str
    parts: Sequence[Part]
    locked: bool = False
    empty: str = ""

    @property
    def filled(self) -> list[Part]:
        """The tables that have a line."""
        return [part for part in self.parts if part.lines]


def sections(*, on: date) -> list[Section]:
    """Everything the page has; the number of queries does not depend on the number of cases."""
    return [_start(on), _waiting(on), _cost(on), _quality(), _staying(on)]


def too_few() -> str:
    return _("too few for a number")


def _start(on: date) -> Section:
    titles = {
        "case": _("From the opening of the case"),
        "application": _("From the application"),
        "opening": _("From the opening of the job"),
    }
    note = _("Known as long as the application is kept: up to six months after the hire.")
    rows = care.start_rows(on=on)
    parts = [
        Part(f"start_{key}", title, "days", _by_route(rows[key], "days"), "" if key == "case" else note)
        for key, title in titles.items()
    ]
    intro = _("Days until the first working day, middle value by route. Only cases in which work has begun.")
    return Section("start", _("Time to start"), intro, parts, empty=_("Nobody has started work by a case yet."))


def _waiting(on: date) -> Section:
    locked = process_board.is_locked()
    found = care.waits(on=on, finished=not locked)
    words = {
        "authority": _("at an authority"),
        "provider": _("at a provider"),
        "person": _("at the person"),
        "firm": _("in the firm"),
    }
    order = {party: place for place, party in enumerate(care.PARTIES)}
    intro = _("Where cases wait and how long. About steps; no figure is one on the work of a single hand.")
    now = _lines(figures(found.open), "", words.__getitem__, order.__getitem__)
    parts = [Part("waiting_now", _("Waiting now"), "", now, counted=_("People whose case waits"))]
    if not locked:
        done = figures(found.done)
        lines = _lines(done, "days", words.__getitem__, order.__getitem__)
        parts.append(Part("waiting_days", _("Finished waits, middle value"), "days", lines))
        parts.append(_steps(done, found.names))
    return Section("waiting", _("Where cases wait"), intro, parts, locked, empty=_("No case has waited anywhere yet."))


def _steps(found: Figures, names: Mapping[str, str]) -> Part:
    """The steps with a figure, those that take longest first."""
    shown = {name: one for (_party, name), one in found.parts.items() if one and name}
    longest = sorted(shown, key=lambda name: (-shown[name].value, name))
    lines = [_line(_step_name(name, names), shown[name], "days") for name in longest[:_MOST_STEPS]]
    return Part("waiting_steps", _("Steps that take longest, middle value"), "days", lines)


def _step_name(name: str, names: Mapping[str, str]) -> str:
    """In the page's language where the step is one of the library, else as the firm's own process calls it."""
    route, element = name.split(":", 1)
    kind, model = care_route(route), library.load(care_route(route).process)
    said = name_of(model, element) if element in model.nodes else names[name]
    return f"{said} ({kind.name.in_language(language())})"


def _cost(on: date) -> Section:
    cases = _by_route(care.cost_rows(on=on), "EUR")
    priced = [Line(one.name, None, packages.cost_of(one), _money(packages.cost_of(one))) for one in packages.packages()]
    parts = [
        Part("cost_case", _("Per closed case, middle value"), "EUR", cases),
        Part("cost_package", _("Packages, agreed price"), "EUR", priced, _("Prices of providers, about no person.")),
    ]
    intro = _("What was ordered of providers for a case: the invoice where there is one, else the price. To ten euro.")
    return Section("cost", _("Cost per case"), intro, parts, empty=_("No case is closed yet."))


def _quality() -> Section:
    lines = []
    for one in care.qualities():
        if one.alone:
            lines.append(Line(one.provider, None, None, _("no figure: one single person, or not known yet")))
        elif one.mark is None:
            lines.append(Line(one.provider, None, None, too_few()))
        else:
            lines.append(Line(one.provider, one.answers, Decimal(one.mark), str(MARK_WORDS[one.mark])))
    part = Part("quality_answers", _("Answers about the service, middle answer"), "mark", lines, counted=_("Answers"))
    intro = _("Whether the service helped those who used it; by name of the provider, in full tens of answers.")
    return Section("quality", _("Quality of providers"), intro, [part], empty=_("No provider has an offer yet."))


def _staying(on: date) -> Section:
    staff, externals = coming([Kind.EMPLOYEE], on=on), coming(sorted(EXTERNALS), on=on)
    words = {"once": _("one order so far"), "further": _("took a further order")}
    parts = [
        _years("staff_joined", _("Staff: came"), staff.joined),
        _years("staff_left", _("Staff: left"), staff.left),
        _years("externals_joined", _("Externals: came"), externals.joined),
        _years("externals_left", _("Externals: left"), externals.left),
        Part(
            "externals_further",
            _("Externals with an order"),
            "",
            _lines(figures(returning.order_rows(on=on)), "", words.__getitem__, lambda name: name == "once"),
        ),
    ]
    intro = _("How many came and left each year, in full tens, as long as their data are kept.")
    return Section("staying", _("Staying and leaving"), intro, parts, empty=_("Nothing is recorded yet."))


def _years(key: str, title: str, rows: Iterable[Row]) -> Part:
    """The years with a number, the newest first, and the others as one: each for itself would only say too few."""
    found = figures(rows)
    shown = {year: one for year, one in found.groups.items() if one}
    lines = [_line(year, shown[year], "") for year in sorted(shown, reverse=True)]
    if len(shown) < len(found.groups):
        lines.append(_line(_("all other years together") if shown else _("all years together"), found.others, ""))
    if found.whole is not None:
        lines.append(_line(_("all that is shown"), found.whole, "", drawn=False))
    return Part(key, title, "", lines)


def _by_route(rows: Iterable[Row], unit: str) -> list[Line]:
    return _lines(figures(rows), unit, lambda route: care_route(route).name.in_language(language()), str)


def _lines(
    found: Figures, unit: str, word: Callable[[str], str], order: Callable[[str], int | str | bool]
) -> list[Line]:
    """A line for each group in its order, the small ones together, and the whole of what is shown."""
    lines = [_line(word(name), found.groups[name], unit) for name in sorted(found.groups, key=order)]
    if sum(one is None for one in found.groups.values()) > 1:
        lines.append(_line(_("the small groups together"), found.others, unit))
    if found.whole is not None:
        lines.append(_line(_("all that is shown"), found.whole, unit, drawn=False))
    return lines


def _line(name: str, found: Figure | None, unit: str, *, drawn: bool = True) -> Line:
    if found is None:
        return Line(name, None, None, too_few())
    at_least = _("at least %(n)s") % {"n": number_format(found.people)}
    if not unit:
        return Line(name, found.people, None, at_least, drawn)
    value = _rounded(found.value, unit)
    return Line(name, found.people, value, _SAID[unit](value), drawn)


def _rounded(value: Decimal, unit: str) -> Decimal:
    """Whole days, and full ten euro: as exact as the figure needs to be, not as exact as one case was."""
    return (value / _TEN).quantize(Decimal(1)) * _TEN if unit == "EUR" else value.quantize(Decimal(1))


def _days(value: Decimal) -> str:
    said = ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": number_format(value)}
    return said.replace(" ", "\u00a0")


def _money(value: Decimal) -> str:
    return money(value)


_SAID: Mapping[str, Callable[[Decimal], str]] = {"days": _days, "EUR": _money}


def flat(found: Iterable[Section]) -> Iterable[tuple[str, str, str, int | None, Decimal | None, str]]:
    """Every line for a sheet: section, table, group, people, value, words."""
    for section in found:
        for part in section.parts:
            for one in part.lines:
                yield section.title, part.title, one.name, one.people, one.value, one.said


def as_data(on: date | None = None) -> dict[str, Any]:
    """The same as plain data, for the command line. Needs a firm that is open."""
    day = on or clock.today()
    return {
        "on": day.isoformat(),
        "least": LEAST,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "locked": section.locked,
                "parts": [
                    {
                        "key": part.key,
                        "title": part.title,
                        "unit": part.unit or "people",
                        "lines": [
                            {
                                "name": one.name,
                                "people": one.people,
                                "value": None if one.value is None else str(one.value),
                                "words": one.said,
                            }
                            for one in part.lines
                        ],
                    }
                    for part in section.parts
                ],
            }
            for section in sections(on=day)
        ],
    }
