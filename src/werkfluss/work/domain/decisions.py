"""Decision tables (DMN): looked at before they are taken over, kept in versions, asked by cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.text import slugify
from lxml import etree

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.dmn import model as dmn
from werkfluss.process.dmn.checking import check
from werkfluss.process.dmn.findings import Finding
from werkfluss.process.dmn.reading import read
from werkfluss.process.dmn.testing import Report, cases_from_json, run_cases
from werkfluss.process.xml import parse
from werkfluss.work.models import Decision


@dataclass(frozen=True, slots=True)
class ExaminedDecisions:
    """A DMN file as it was read: its model, what the check says, and what its test cases gave."""

    model: dmn.Model
    findings: tuple[Finding, ...]
    report: Report

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Expressions that cannot be read: a decision that rests on one never has a result."""
        return tuple(finding for finding in self.findings if finding.code == "syntax")


def examine_decisions(source: bytes, *, filename: str, tests: Sequence[Any] = ()) -> ExaminedDecisions:
    """Read a DMN file and say what it would be here; keeps nothing.

    Raises:
        Broken: it is no DMN 1.1 to 1.5 file, or the test cases do not fit it.
    """
    model = read(source, filename)
    report = run_cases(model, cases_from_json(list(tests)))
    return ExaminedDecisions(model, (*check(model), *report.findings), report)


def deploy_decisions(source: bytes, *, filename: str, tests: Sequence[Any] = (), by: Actor) -> Decision:
    """Take decision tables over: a new version if they were there before, the present one if nothing has changed.

    Raises:
        Broken: it is no DMN 1.1 to 1.5 file, or the test cases do not fit it.
        Refused: an expression cannot be read, a test case fails, or another model has a decision of the same id.
    """
    found = examine_decisions(source, filename=filename, tests=tests)
    _check(found)
    names = [[one.id, one.name] for one in found.model.decisions.values()]
    key = slugify(found.model.name)[:60] or slugify(names[0][0] if names else "")[:60] or "decision"
    _check_alone(key, [one[0] for one in names])
    text = etree.tostring(parse(source, filename), encoding="unicode")
    latest = Decision.objects.filter(key=key).order_by("-revision").first()
    if latest is not None and latest.dmn == text and latest.tests == list(tests):
        return latest
    made = Decision.objects.create(
        key=key,
        revision=latest.revision + 1 if latest else 1,
        name=(found.model.name or key)[:200],
        dmn=text,
        decisions=names,
        tests=list(tests),
    )
    data = {"key": key, "revision": made.revision, "decisions": [name or id_ for id_, name in names]}
    record(Event("work.decision.deployed", made, data), by=by)
    return made


def _check(found: ExaminedDecisions) -> None:
    if found.blockers:
        first = found.blockers[0]
        fix = Text("Bitte berichtigen Sie den Ausdruck.", "Please correct the expression.")
        raise Refused(first.message, citation="DMN", what_to_do=fix, where=first.where)
    failed = next((one for one in found.report.outcomes if not one.passed), None)
    if failed is not None:
        got = failed.differences[0]
        raise Refused(
            Text(
                f"Der Testfall „{failed.case.name}“ gibt {got.got!r} statt {got.expected!r}.",
                f"The test case “{failed.case.name}” gives {got.got!r} instead of {got.expected!r}.",
            ),
            citation="DMN",
            what_to_do=Text("Bitte berichtigen Sie Tabelle oder Testfall.", "Please correct the table or the case."),
            where=failed.case.name,
        )


def _check_alone(key: str, ids: Sequence[str]) -> None:
    for row in decisions().exclude(key=key):
        both = sorted({id_ for id_, _ in row.decisions} & set(ids))
        if both:
            raise Refused(
                Text(
                    f"Die Entscheidung „{both[0]}“ gibt es schon in „{row.name}“.",
                    f"The decision “{both[0]}” is in “{row.name}” already.",
                ),
                citation="DMN",
                what_to_do=Text("Bitte geben Sie ihr eine andere Kennung.", "Please give it another id."),
                where=both[0],
            )


def decisions() -> QuerySet[Decision]:
    """The latest version of each model, by name."""
    same = Decision.objects.filter(key=OuterRef("key")).order_by().values("key")
    last = same.annotate(last=Max("revision")).values("last")
    return Decision.objects.filter(revision=Subquery(last)).order_by("name")


def model_with(decision: str) -> Decision | None:
    """The model in use that holds the decision of this id, else of this name."""
    rows = list(decisions())
    for place in (0, 1):
        for row in rows:
            if any(one[place] == decision for one in row.decisions):
                return row
    return None


def model_of(row: Decision) -> dmn.Model:
    """The model of a version."""
    return _read(row.dmn)


@lru_cache(maxsize=64)
def _read(text: str) -> dmn.Model:
    # A version never changes, so its text may stand for it.
    return read(text.encode())
