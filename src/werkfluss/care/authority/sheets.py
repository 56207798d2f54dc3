"""A paper filled from what is known of its subject: values with their source, what is missing, authority, deadline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from werkfluss.care.authority import AuthorityKind, Field, PaperForm, Section, authority_kinds, paper_forms
from werkfluss.care.authority.subjects import Known, Subject, entries_of, recorded_facts, rows_of
from werkfluss.care.models import Authority
from werkfluss.care.paper_names import paper_name
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, fact_names
from werkfluss.evidence.models import Document
from werkfluss.kernel.text import Text
from werkfluss.work.domain.gate_facts import is_third_country

# Where an empty place on paper is to be filled by hand.
BLANK = Text("__________", "__________")


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer; ``known`` is None if nobody has said it. ``editable``: it is entered here."""

    field: Field
    known: Known | None
    editable: bool

    @property
    def missing(self) -> bool:
        return self.known is None and self.field.required

    @property
    def shown(self) -> Text:
        return words(self.field, self.known.value) if self.known else BLANK


@dataclass(frozen=True, slots=True)
class Due:
    """Until when, how many calendar days it takes in practice, and on which provision that rests."""

    day: date
    lead_days: int
    basis: str
    title: Text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper to enclose; ``document`` once it was handed in."""

    kind: str
    name: Text
    document: Document | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper before it is drawn."""

    form: PaperForm
    subject: Subject
    on: date
    sections: tuple[tuple[Section, tuple[Line, ...]], ...]
    authority_kind: AuthorityKind
    authority: Authority | None
    due: Due | None
    attachments: tuple[Attachment, ...]

    def lines(self) -> Iterator[Line]:
        for _, lines in self.sections:
            yield from lines

    @property
    def missing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines() if line.missing)

    @property
    def statements(self) -> tuple[Text, ...]:
        """The sentences with the values in their places; what is missing leaves a place to write."""
        shown = {line.field.key: line.shown for line in self.lines()}
        places: dict[str, defaultdict[str, str]] = {}
        for language in ("de", "en"):
            values = {key: value.in_language(language) for key, value in shown.items()}
            places[language] = defaultdict(lambda: BLANK.de, values)
        return tuple(
            Text(one.de.format_map(places["de"]), one.en.format_map(places["en"])) for one in self.form.statements
        )


def forms_for(subject: Subject) -> tuple[PaperForm, ...]:
    """The kinds of papers that may be needed for this subject; whether one is needed a person decides."""
    # Free movement ends the need for a title; who has said no nationality may need one.
    third = is_third_country(subject.person.nationality) if subject.person.nationality else True
    return tuple(
        form
        for form in paper_forms().values()
        if subject.kind in form.subjects and subject.person.kind in form.kinds and (third or not form.third_country)
    )


def sheet_of(subject: Subject, kind: str, *, on: date) -> Sheet:
    """The paper as it stands on a day.

    Raises:
        KeyError: no such kind, or it is not for this subject.
    """
    form = next((one for one in forms_for(subject) if one.id == kind), None)
    if form is None:
        raise KeyError(kind)
    rows = rows_of(subject)
    lines = _lines(form, subject, rows, on)
    values = {key: line.known.value for key, line in lines.items() if line.known}
    place = values.get(form.authority_place, "") if form.authority_place else rows["firm.city"].value
    return Sheet(
        form,
        subject,
        on,
        tuple(
            (section, tuple(lines[field.key] for field in section.fields))
            for section in form.sections
            if section.only_if is None or values.get(section.only_if[0]) == section.only_if[1]
        ),
        authority_kinds()[form.authority],
        authority_of(form.authority, str(place)),
        _due(form, values, on),
        _attachments(form, subject),
    )


def authority_of(kind: str, place: str) -> Authority | None:
    """The authority the firm has entered for this place, else the one that it entered for every place."""
    rows = list(Authority.objects.filter(kind=kind, ended_on=None).order_by("-checked_on", "-created_at"))
    named = next((row for row in rows if row.place and row.place.casefold() == place.casefold()), None)
    return named or next((row for row in rows if not row.place), None)


def _lines(form: PaperForm, subject: Subject, rows: dict[str, Known], on: date) -> dict[str, Line]:
    facts, entries = recorded_facts(subject.person, on), entries_of(subject)
    found = {}
    for field in form.fields():
        from_row = next((rows[name] for name in field.sources if name in rows), None)
        # Rows of the firm and the person are changed where they stand, so that all papers say the same.
        fixed = from_row is not None and field.of == "person"
        entry = entries.get((field_of(field, subject), field.key))
        entered = Known(entry.value, Text(entry.source, entry.source)) if entry else None
        known = from_row if fixed else (facts.get(field.fact) if field.fact else entered) or from_row
        found[field.key] = Line(field, known, editable=not fixed)
    return found


def field_of(field: Field, subject: Subject) -> str:
    """Whether an entry is of the firm, the person or what the paper is about; a person alone has no case or order."""
    return "person" if field.of == "about" and subject.about_key is None else field.of


def _due(form: PaperForm, values: dict[str, Any], on: date) -> Due | None:
    rule = form.deadline
    if rule is None:
        return None
    title = Text(f"{form.title.de}: {rule.about.de}", f"{form.title.en}: {rule.about.en}")
    if rule.before:
        first = _as_day(values.get(rule.before))
        if first is None:
            return None
        return Due(first - timedelta(days=1), _lead_days(rule.lead_rule, values, on), form.provisions[0], title)
    facts = {
        name: on.isoformat() if field == "today" else plain(values.get(field)) for name, field in rule.facts.items()
    }
    if any(facts[name] is None for name in facts):
        return None
    verdict = explain.answer(Question.of(rule.rule, on, facts))
    duty = next((one for one in verdict.duties if one.due is not None), None)
    if duty is None or duty.due is None:
        return None
    return Due(duty.due, duty.practical_days or 0, form.provisions[0], title)


def _lead_days(rule: str, values: dict[str, Any], on: date) -> int:
    """The longest lead time among the conditions of a rule, asked with what the paper knows."""
    facts = {name: plain(value) for name, value in values.items() if name in fact_names(rule)}
    verdict = explain.answer(Question.of(rule, on, {"insured_in": "DE", **explain.usable(rule, facts, on=on)}))
    return max((one.lead_days or 0 for one in verdict.conditions), default=0)


def _attachments(form: PaperForm, subject: Subject) -> tuple[Attachment, ...]:
    there = {
        paper.kind: paper.document
        for paper in subject.person.papers.exclude(state="ended").select_related("document").order_by("created_at")
        if paper.document is not None
    }
    return tuple(Attachment(kind, paper_name(kind), there.get(kind)) for kind in form.attachments)


def plain(value: Any) -> Any:
    """As JSON keeps it: dates and decimals as text."""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _as_day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None


def words(field: Field, value: Any) -> Text:
    """A value as it stands on paper, in both languages."""
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("ja", "yes") if value else Text("nein", "no")
    day = _as_day(value)
    if day is not None:
        return Text(f"{day:%d.%m.%Y}", f"{day:%d %b %Y}")
    if field.type == "country" and isinstance(value, str):
        return Text(*(str(Locale(code).territories.get(value, value)) for code in ("de", "en")))
    if field.type in {"number", "money"}:
        return _number(field, value)
    said = explain.said(field.fact, value) if field.fact else value
    return said if isinstance(said, Text) else Text(str(said) or "–", str(said) or "–")


def _number(field: Field, value: Any) -> Text:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return Text(str(value), str(value))
    unit = " €" if field.type == "money" else ""
    pattern = "#,##0.00" if field.type == "money" else "#,##0.##"
    return Text(*(format_decimal(number, format=pattern, locale=code) + unit for code in ("de", "en")))
