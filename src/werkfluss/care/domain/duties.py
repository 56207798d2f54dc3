"""Duties of a case with their days: what, until when, who, by which provision. The law computes every day.

Which rules are asked stands in ``routes/duties.yaml``; the facts come from the case and from what is recorded of the
person. What cannot be answered is not left out: it is listed as open, with the fact that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from werkfluss.care.models import ExpatCase, Participant
from werkfluss.care.routes import DutySource, care_route, duty_sources
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.deadlines import deadlines_about, drop_deadline, set_deadline
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.evidence.models import Document
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain.gate_facts import is_coordinated

_PREFIX = "duty:"
_OPEN_ENDED_WEEKS = 520
_WHO = {"person": Text("die Person", "the person"), "hr": Text("Arbeitgeber", "employer")}
# Words of the rules for whoever acts; everything else is an authority or somebody outside.
_PERSON_WORDS = ("person",)
_FIRM_WORDS = ("employer", "client", "tax adviser", "firm", "keeps the data", "pension provider")


@dataclass(frozen=True, slots=True)
class CaseDuty:
    """One duty. ``due`` is None where its period has not begun; ``code`` is the same for the same duty of a case."""

    code: str
    what: Text
    due: date | None
    who: Text
    provision: str
    lead_days: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A rule that cannot answer yet: ``missing`` are the names of facts to record."""

    rule: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseDuties:
    rows: tuple[CaseDuty, ...]
    questions: tuple[OpenQuestion, ...]


def duties(expat: ExpatCase, *, on: date, start: date | None = None) -> CaseDuties:
    """All duties of the case as of a day, the dated ones first; ``start`` asks for another day of the case."""
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[expat.person_id])[expat.person_id]
    given = _given(expat, on, start or expat.wished_start) | {"$accelerated": is_accelerated(expat, known)}
    marks = _marks(expat, known)
    rows: list[CaseDuty] = []
    questions: list[OpenQuestion] = []
    for key in care_route(expat.route).duties:
        source = duty_sources()[key]
        if source.only_if and source.only_if not in marks:
            continue
        if source.statute is not None:
            rows.append(_by_statute(source, given))
            continue
        verdict = _ask(source, known, given, on)
        if verdict.missing:
            questions.append(OpenQuestion(source.rule, tuple(one.name for one in verdict.missing)))
        # Two rules may know the same duty, s.14a BQFG for one; it is owed once, in the words of the rule asked first.
        owed = {(row.due, row.provision) for row in rows if row.due is not None}
        rows += [row for row in _of_verdict(source, verdict, given["$day"]) if (row.due, row.provision) not in owed]
    ordered = sorted(rows, key=lambda row: (row.due is None, row.due or date.max))
    return CaseDuties(tuple(ordered), tuple(questions))


def _given(expat: ExpatCase, on: date, day: date) -> dict[str, Any]:
    """What the words with a dollar sign stand for; None is left out of the question."""
    person, last = expat.person, expat.ends_on
    return {
        "$day": day,
        "$today": on,
        "$ends_on": last,
        "$country": expat.country or None,
        "$citizenship": person.nationality or None,
        "$lives_abroad": person.country != "DE" if person.country else None,
        "$months": str(_months(day, last)) if last else None,
        "$weeks": str(-(-((last - day).days + 1) // 7) if last else _OPEN_ENDED_WEEKS),
    }


def _months(first: date, last: date) -> int:
    """Calendar months begun from the first to the last day, both counted."""
    end = last + timedelta(days=1)
    whole = (end.year - first.year) * 12 + end.month - first.month
    return whole + (1 if end.day > first.day else 0)


def is_accelerated(expat: ExpatCase, known: Mapping[str, Any]) -> bool:
    """Whether the procedure of s.81a runs: as the case says, else as it is recorded of the person."""
    return known.get("procedure") == "accelerated_81a" if expat.accelerated is None else expat.accelerated


def _marks(expat: ExpatCase, known: Mapping[str, Any]) -> frozenset[str]:
    nationality, country = expat.person.nationality, expat.country
    accelerated = is_accelerated(expat, known)
    found = {
        "accelerated": accelerated,
        "family": accelerated and _along(expat).exists(),
        "eu_country": bool(country) and is_coordinated(country),
        "third_country": bool(country) and not is_coordinated(country),
        "third_country_citizen": bool(nationality) and not is_coordinated(nationality),
    }
    return frozenset(name for name, holds in found.items() if holds)


def told_by_case(expat: ExpatCase, rule: str, known: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """What the case itself says to a rule that one of its duties asks: its days, its country, how long it lasts.

    What is recorded of the person stands before what is only usual on the route. Empty where no duty asks the rule.
    """
    given = _given(expat, on, expat.wished_start) | {"$accelerated": is_accelerated(expat, known)}
    for key in care_route(expat.route).duties:
        source = duty_sources()[key]
        if source.rule == rule:
            return {**source.default, **explain.usable(rule, known, on=on), **_told(source, given)}
    return {}


def _told(source: DutySource, given: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: given.get(value, value) if isinstance(value, str) else value for name, value in source.facts.items()}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
        if value is not None
    }


def _along(expat: ExpatCase) -> QuerySet[Participant]:
    """Whom s.81a(4) covers: spouse and children. Parents and others may take part; their visas are another matter."""
    return expat.participants.filter(role="family", ended_on=None, relation__in=("", "spouse", "child"))


def _ask(source: DutySource, known: Mapping[str, Any], given: Mapping[str, Any], on: date) -> Verdict:
    facts = {**source.default, **explain.usable(source.rule, known, on=on), **_told(source, given)}
    return explain.answer(Question.of(source.rule, on, facts))


def _of_verdict(source: DutySource, verdict: Verdict, day: date) -> Iterator[CaseDuty]:
    labels = {citation.id: citation.label for citation in verdict.citations}
    if source.parts:
        for part in verdict.parts:
            if part.id in source.parts:
                due, lead = part.value("done_by"), part.value("lead_days")
                basis = part.basis[0]
                yield CaseDuty(
                    f"{_PREFIX}{source.key}:{part.id}",
                    part.title,
                    date.fromisoformat(due) if isinstance(due, str) else None,
                    part.who or _WHO["hr"],
                    labels.get(basis, basis),
                    int(str(lead or 0)),
                )
        return
    for number, duty in enumerate(verdict.duties):
        code = f"{_PREFIX}{source.key}:{duty.basis}:{number}"
        lead = duty.practical_days or 0
        yield CaseDuty(code, duty.what, duty.due, duty.who, labels.get(duty.basis, duty.basis), lead)
    for condition in verdict.conditions:
        # A condition has no day of its own: it must be met before the day of the case. A fact that is still missing is
        # asked for among the open questions; it is no duty.
        if condition.basis in source.conditions and condition.kind != "fact":
            code = f"{_PREFIX}{source.key}:{condition.basis}"
            lead = condition.lead_days or 0
            yield CaseDuty(code, condition.text, day, condition.who, labels.get(condition.basis, condition.basis), lead)


def _by_statute(source: DutySource, given: Mapping[str, Any]) -> CaseDuty:
    """A period in days from the day of an event, ss.187(1), 188(1) BGB: the day of the event is not counted."""
    assert source.statute is not None
    start = given.get(f"${source.statute.start}")
    due = start + timedelta(days=source.statute.days) if start else None
    who = _WHO[source.statute.who]
    return CaseDuty(f"{_PREFIX}{source.key}", source.statute.text, due, who, source.statute.provision, 7)


def keep_duties(expat: ExpatCase, *, on: date, by: Actor) -> CaseDuties:
    """Every dated duty is a deadline of the case; what no longer applies is dropped, what was done stays done."""
    found = duties(expat, on=on)
    dated = [row for row in found.rows if row.due is not None]
    for row in dated:
        assert row.due is not None
        set_deadline(
            expat,
            code=row.code,
            title=row.what,
            due=row.due,
            lead_days=row.lead_days,
            who=_role(row.who),
            basis=row.provision,
            by=by,
        )
    _drop_others(expat, {row.code for row in dated}, by=by)
    return found


def _drop_others(expat: ExpatCase, codes: Iterable[str], *, by: Actor) -> None:
    gone = deadlines_about(expat).filter(state="open", code__startswith=_PREFIX).exclude(code__in=codes)
    for deadline in gone:
        drop_deadline(deadline, reason="Die Pflicht gilt nach den jetzigen Angaben nicht mehr.", by=by)


def _role(who: Text) -> str:
    said = who.en.casefold()
    if any(word in said for word in _FIRM_WORDS):
        return "hr"
    return "person" if any(word in said for word in _PERSON_WORDS) else said[:40]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a duty of a case is at: its row, and whether and with which document it was done."""

    duty: CaseDuty
    state: str
    proof: Document | None


def with_proof(expat: ExpatCase, found: CaseDuties) -> list[Proof]:
    """Each duty beside its deadline in the radar; one query for all of them."""
    kept = {row.code: row for row in deadlines_about(expat).filter(code__startswith=_PREFIX).select_related("proof")}
    rows = []
    for duty in found.rows:
        deadline = kept.get(duty.code)
        rows.append(Proof(duty, deadline.state if deadline else "open", deadline.proof if deadline else None))
    return rows
