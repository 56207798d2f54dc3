"""People as pages show them: declared, contracted and legal data only; nothing measured, nobody ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.models import Fact
from werkfluss.kernel.text import Text
from werkfluss.web.forms.law import countries, here
from werkfluss.web.law_view import PAY_FACTS, locked
from werkfluss.web.paper_words import paper_word
from werkfluss.web.radar import state_of
from werkfluss.workforce.domain.calendars import holidays_of
from werkfluss.workforce.models import Kind, Paper, Resource, ResourceSkill, WorkingTime

KINDS: dict[str, Promise] = {
    Kind.EMPLOYEE: _("employee"),
    Kind.FREELANCER: _("freelancer"),
    Kind.FRACTIONAL: _("fractional executive"),
    Kind.PARTNER: _("partner team"),
    Kind.AGENT: _("AI agent"),
}
# What only those who keep the personnel file may see.
PRIVATE_FACTS = frozenset({"iban", "tax_number", "vat_id", "address"}) | PAY_FACTS
FEW_SKILLS = 3
_INSTANT = timedelta(microseconds=1)


def is_locked(resource: Resource) -> bool:
    """Whether details of this person wait for the agreement with the works council; it speaks for employees."""
    return resource.kind == Kind.EMPLOYEE and locked()


def listed() -> QuerySet[Resource]:
    """Everybody with what lists show; three queries."""
    papers = Paper.objects.filter(state="confirmed", expires__isnull=False).order_by("expires")
    return Resource.objects.select_related("org").prefetch_related(
        Prefetch("skills", ResourceSkill.objects.select_related("skill").order_by("skill__name_de")),
        Prefetch("papers", papers, to_attr="running_papers"),
    )


def skill_words(resource: Resource) -> str:
    return ", ".join(skill_word(row) for row in resource.skills.all())


def few_skills(resource: Resource) -> str:
    """The first of them, and how many more there are; the page of the person has all."""
    words = [skill_word(row) for row in resource.skills.all()]
    more = len(words) - FEW_SKILLS
    return ", ".join(words[:FEW_SKILLS]) + (f" +{more}" if more > 0 else "")


def skill_word(row: ResourceSkill) -> str:
    word = here(Text(row.skill.name_de, row.skill.name_en))
    return f"{word} ({row.level})" if row.level is not None else word


def language_words(resource: Resource) -> str:
    """Languages by their names, whatever way the list wrote them: ``de``, ``Deutsch``, ``de-C1``."""
    return ", ".join(_language(str(each)) for each in resource.languages)


def _language(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    plain, _dash, level = code.replace("_", "-").replace(" ", "-").partition("-")
    try:
        name = Locale.parse(plain.lower()).get_display_name(get_language() or "de") if len(plain) in {2, 3} else None
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name[:1].upper()}{name[1:]} {level.upper()}".strip() if name else code


def place_words(resource: Resource) -> str:
    country = dict(countries("de" if (get_language() or "de").startswith("de") else "en")).get(resource.country, "")
    return ", ".join(part for part in (resource.city, country) if part)


def hours_words(minutes: int) -> str:
    return f"{formats.number_format(minutes / 60, 1 if minutes % 60 else 0, use_l10n=True)} h"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of a person; ``state`` says more than the row's: expired, to_start."""

    paper: Paper
    name: str
    state: str
    earlier: tuple[Paper, ...]


def next_paper(resource: Resource, *, on: date) -> PaperLine | None:
    """The paper that runs out first, of ``listed`` rows."""
    rows: list[Paper] = getattr(resource, "running_papers", [])
    return _line(rows[0], (), on) if rows else None


def _line(paper: Paper, earlier: tuple[Paper, ...], on: date) -> PaperLine:
    state = paper.state
    if state == "confirmed" and paper.expires is not None:
        found = state_of(paper.expires - timedelta(days=paper.lead_days), paper.expires, on)
        state = "expired" if found == "overdue" else found if found == "to_start" else state
    return PaperLine(paper, paper_word(paper.kind), state, earlier)


def papers_of(resource: Resource, *, on: date) -> list[PaperLine]:
    """One line per kind with the present paper, its predecessors behind it."""
    order = {"confirmed": 0, "uploaded": 1, "requested": 2, "ended": 3}
    rows = sorted(
        resource.papers.select_related("document"),
        key=lambda row: (row.kind, order[row.state], -(row.valid_from or date.min).toordinal()),
    )
    lines = []
    for _kind, group in groupby(rows, key=lambda row: row.kind):
        first, *rest = group
        lines.append(_line(first, tuple(rest), on))
    return lines


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday with its hours as written."""

    name: Any
    hours: str


def week_of(rows: Iterable[WorkingTime]) -> list[Day]:
    parts: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.weekday, row.start)):
        parts.setdefault(row.weekday, []).append(f"{_clock(row.start)}–{_clock(row.end)}")
    return [Day(WEEKDAYS_ABBR[weekday], ", ".join(spans)) for weekday, spans in sorted(parts.items())]


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Away:
    """An absence in days of the person's own zone; a part of a day says so."""

    first: date
    last: date
    part: bool


def absences_of(resource: Resource, *, on: date) -> list[Away]:
    """Absences that are not over, without their reason (none is kept)."""
    zone = ZoneInfo(resource.time_zone)
    found = []
    for row in resource.absences.filter(end__date__gte=on).order_by("start")[:50]:
        first, last = row.start.astimezone(zone).date(), (row.end - _INSTANT).astimezone(zone).date()
        found.append(Away(first, last, not row.all_day))
    return found


def holidays_ahead(resource: Resource, *, on: date) -> list[tuple[date, str]]:
    """The next public holidays at the place of work."""
    language = (get_language() or "de").partition("-")[0]
    days = {**holidays_of(resource.country, resource.subdivision, on.year, language)}
    days |= holidays_of(resource.country, resource.subdivision, on.year + 1, language)
    return sorted((day, name) for day, name in days.items() if day >= on)[:4]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One statement with its question and source."""

    fact: Fact
    question: str
    value: Any
    holds: bool


def facts_shown(rows: Iterable[Fact], *, on: date, private: bool) -> list[FactLine]:
    """Statements about a person; some only for those who keep the personnel file."""
    found = []
    for row in rows:
        if row.name in PRIVATE_FACTS and not private:
            continue
        asked = explain.fact_question(row.name)
        question = here(asked.question) if asked else str(OTHER_FACTS.get(row.name, row.name.replace("_", " ")))
        holds = row.valid_from <= on and (row.valid_to is None or row.valid_to > on)
        value = explain.said(row.name, row.value)
        found.append(FactLine(row, question, here(value) if isinstance(value, Text) else value, holds))
    return found


# Facts that no rule asks for but that contracts hold.
OTHER_FACTS: dict[str, Promise] = {
    "iban": _("Bank account (IBAN)"),
    "tax_number": _("Tax number"),
    "vat_id": _("VAT ID"),
    "address": _("Address"),
    "small_business": _("Small business (s. 19 UStG)"),
    "ai_act": _("Use and purpose under the AI Act"),
    "title_permits": _("What the residence title permits"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule asked about a person, with the answer of today; nothing is stored by showing it."""

    question: Question
    title: str
    verdict: Verdict


def answers(questions: Iterable[Question]) -> list[Asked]:
    return [Asked(each, here(explain.rule_card(each.rule).title), explain.answer(each)) for each in questions]


def nationality_word(resource: Resource) -> str:
    names = dict(countries("de" if (get_language() or "de").startswith("de") else "en"))
    return names.get(resource.nationality, resource.nationality)
