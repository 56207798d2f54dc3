"""Decision tables (DMN): looked at before they are taken over, kept in versions, asked by cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.text import slugify
from lxml import etree

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.dmn import model as dmn
from werkfluss.process.dmn.checking import check
from werkfluss.process.dmn.columns import Shape
from werkfluss.process.dmn.editing import RuleRow, with_rules
from werkfluss.process.dmn.findings import Finding
from werkfluss.process.dmn.reading import read
from werkfluss.process.dmn.restructuring import with_columns
from werkfluss.process.dmn.testing import Report, cases_from_json, run_cases
from werkfluss.process.dmn.writing import new_table
from werkfluss.process.model import Task
from werkfluss.process.splice import as_utf8
from werkfluss.process.xml import parse
from werkfluss.work.domain import definitions
from werkfluss.work.models import Decision, ProcessDefinition


@dataclass(frozen=True, slots=True)
class ExaminedDecisions:
    """A DMN file as it was read: its model, what the check says, and what its test cases gave.

    ``latest`` is the version of the same tables that is in use.
    """

    model: dmn.Model
    findings: tuple[Finding, ...]
    report: Report
    latest: Decision | None = None

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Expressions that cannot be read: a decision that rests on one never has a result."""
        return tuple(finding for finding in self.findings if finding.code == "syntax")


def examine_decisions(source: bytes, *, filename: str, tests: Sequence[Any] | None = None) -> ExaminedDecisions:
    """Read a DMN file and say what it would be here; keeps nothing.

    ``tests`` are the test cases to run; without any, those that are kept with the version in use and still fit.

    Raises:
        Broken: it is no DMN 1.1 to 1.5 file, or the test cases do not fit it.
    """
    model = read(source, filename)
    latest = latest_version(key_of(model))
    given = _kept_tests(latest, model) if tests is None else list(tests)
    report = run_cases(model, cases_from_json(given), now=clock.now())
    return ExaminedDecisions(model, (*check(model), *report.findings), report, latest)


def deploy_decisions(
    source: bytes,
    *,
    filename: str,
    tests: Sequence[Any] | None = None,
    accept_failing: bool = False,
    by: Actor,
) -> Decision:
    """Take decision tables over: a new version if they were there before, the present one if nothing has changed.

    Without ``tests`` the test cases of the version before go along. ``accept_failing``: a person has seen which of
    them fail and wants it nevertheless; the record says so.

    Raises:
        NotPermitted: not somebody who works on cases.
        Broken: it is no DMN 1.1 to 1.5 file, or the test cases do not fit it.
        Refused: an expression cannot be read, a test case fails, or another model has a decision of the same id.
        Conflict: somebody else takes the same tables over at this moment.
    """
    by.require("case.work")
    found = examine_decisions(source, filename=filename, tests=tests)
    _check(found, accept_failing=accept_failing)
    names = [[one.id, one.name] for one in found.model.decisions.values()]
    key = key_of(found.model)
    _check_alone(key, [one[0] for one in names])
    text, kept = _as_text(source, filename), [one.case.as_json() for one in found.report.outcomes]
    latest = Decision.objects.select_for_update().filter(key=key).order_by("-revision").first()
    if latest is not None and latest.dmn == text and (tests is None or latest.tests == kept):
        return latest
    try:
        with transaction.atomic():
            made = Decision.objects.create(
                key=key,
                revision=latest.revision + 1 if latest else 1,
                name=(found.model.name or key)[:200],
                dmn=text,
                decisions=names,
                tests=kept,
            )
    except IntegrityError:
        raise Conflict(f"decision {key}") from None
    failing = [one.case.name for one in found.report.outcomes if not one.passed]
    data = {"key": key, "revision": made.revision, "decisions": [name or id_ for id_, name in names]}
    record(Event("work.decision.deployed", made, data | ({"failing": failing} if failing else {})), by=by)
    return made


def save_rules(
    row: Decision, *, place: int, rows: Sequence[RuleRow], accept_failing: bool = False, by: Actor
) -> Decision:
    """Change the rules of table number ``place`` (from 0): a new version of the same file, its other bytes as before.

    Raises:
        Conflict: a newer version is in use by now.
        NotPermitted, Broken, Refused: as for ``deploy_decisions``.
    """
    by.require("case.work")
    return _next_version(row, with_rules(row.dmn.encode(), place, rows), accept_failing=accept_failing, by=by)


def save_columns(row: Decision, *, place: int, shape: Shape, accept_failing: bool = False, by: Actor) -> Decision:
    """Change the columns of table number ``place`` (from 0), likewise.

    Raises:
        Conflict: a newer version is in use by now.
        NotPermitted, Broken, Refused: as for ``deploy_decisions``.
    """
    by.require("case.work")
    return _next_version(row, with_columns(row.dmn.encode(), place, shape), accept_failing=accept_failing, by=by)


def create_table(name: str, shape: Shape, *, by: Actor) -> Decision:
    """A new decision table with these columns and no rules yet, as a DMN file of its own.

    Raises:
        NotPermitted: not somebody who works on cases.
        Broken: a column that cannot be read, or none.
        Refused: there is a table of this name.
    """
    by.require("case.work")
    made = new_table(name, shape)
    if latest_version(key_of(read(made))) is not None:
        raise Refused(
            Text(f"Eine Tabelle „{name}“ gibt es schon.", f"There is a table “{name}” already."),
            citation="DMN",
            what_to_do=Text("Bitte wählen Sie einen anderen Namen.", "Please choose another name."),
            where=name,
        )
    return deploy_decisions(made, filename=name, by=by)


def _next_version(row: Decision, made: bytes, *, accept_failing: bool, by: Actor) -> Decision:
    latest = latest_version(row.key)
    if latest is not None and latest.pk != row.pk and latest.dmn != made.decode():
        raise Conflict(f"decision {row.key}")
    return deploy_decisions(made, filename=row.name, accept_failing=accept_failing, by=by)


def key_of(model: dmn.Model) -> str:
    """The key under which a model is kept: by its name, else by its first decision."""
    first = next(iter(model.decisions), "")
    return slugify(model.name)[:60] or slugify(first)[:60] or "decision"


def _as_text(source: bytes, filename: str) -> str:
    """The file in UTF-8, else byte for byte as it came."""
    try:
        return as_utf8(source).decode()
    except (UnicodeError, LookupError):
        # The XML library knows more encodings than we do; then only what the file says is kept.
        return etree.tostring(parse(source, filename), encoding="unicode")


def _kept_tests(row: Decision | None, model: dmn.Model) -> list[Any]:
    """The test cases of a version whose decision is still there."""
    return [] if row is None else [one for one in row.tests if model.decision(one["decision"]) is not None]


def _check(found: ExaminedDecisions, *, accept_failing: bool) -> None:
    if found.blockers:
        first = found.blockers[0]
        fix = Text("Bitte berichtigen Sie den Ausdruck.", "Please correct the expression.")
        raise Refused(first.message, citation="DMN", what_to_do=fix, where=first.where)
    failed = next((one for one in found.report.outcomes if not one.passed), None)
    if failed is not None and not accept_failing:
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


def latest_version(key: str) -> Decision | None:
    """The version in use."""
    return Decision.objects.filter(key=key).order_by("-revision").first()


def versions_of(key: str) -> QuerySet[Decision]:
    """All versions of a model, the newest first."""
    return Decision.objects.filter(key=key).order_by("-revision")


@dataclass(frozen=True, slots=True)
class Use:
    """A step of a process that asks a decision; ``decision`` is what it asks for, an id or a name."""

    definition: ProcessDefinition
    element: str
    decision: str


def uses() -> list[Use]:
    """Every step of the processes in use that asks a decision."""
    return [
        Use(definition, node.id, node.decision)
        for definition in definitions.definitions().select_related("org")
        for node in definitions.model_of(definition).nodes.values()
        if isinstance(node, Task) and node.decision
    ]


def uses_of(row: Decision, among: Iterable[Use]) -> list[Use]:
    """Those of them that ask this model, by the id of a decision or by its name."""
    known = {word for one in row.decisions for word in one}
    return [use for use in among if use.decision in known]


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


def findings_of(row: Decision) -> tuple[Finding, ...]:
    """What the check says of a version: gaps, overlaps, rules that never count, names that nobody knows."""
    return _checked(row.dmn)


@lru_cache(maxsize=64)
def _checked(text: str) -> tuple[Finding, ...]:
    return tuple(check(_read(text)))


@lru_cache(maxsize=64)
def _read(text: str) -> dmn.Model:
    # A version never changes, so its text may stand for it.
    return read(text.encode())
