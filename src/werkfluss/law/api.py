"""The door to the law: check facts, list rules and values, and see what changes when."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .evaluate import decide
from .facts import FIRST_DAY, LAST_DAY, FactSchema
from .pack import BUILT_IN, Pack, find_packs
from .parameters import DatedValue
from .rule import RuleVersion
from .verdict import Citation, ParameterUse, Reading, Value, Verdict, as_value

if TYPE_CHECKING:  # wording is read by those who open a provision, not by every check
    from .wording import Provision

_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule with the schema of its facts as they are asked today."""

    id: str
    title: Text
    pack_version: str
    facts: FactSchema

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.id,
            "title": self.title.as_json(),
            "pack_version": self.pack_version,
            "facts": self.facts.as_json(),
        }


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack with its version, sources and the day by which a person must look at it again."""

    id: str
    title: Text
    version: str
    next_review: date
    sources: tuple[Mapping[str, str], ...]
    rules: int
    parameters: int

    def as_json(self) -> dict[str, Any]:
        return {
            "pack": self.id,
            "title": self.title.as_json(),
            "version": self.version,
            "next_review": self.next_review.isoformat(),
            "sources": [dict(source) for source in self.sources],
            "rules": self.rules,
            "parameters": self.parameters,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Something that begins or ends on ``day``. ``kind``: parameter, rule or milestone."""

    day: date
    kind: str
    id: str
    label: Text
    before: Value
    after: Value
    unit: str
    citation: Citation | None
    status: str

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "kind": self.kind,
            "id": self.id,
            "label": self.label.as_json(),
            "before": self.before,
            "after": self.after,
            "unit": self.unit,
            "citation": self.citation.as_json() if self.citation else None,
            "status": self.status,
        }


class Library:
    """A set of packs. ``roots`` are searched in order; of the same pack the later version wins.

    ``installed`` is a folder of packs that came as signed files; they are used only if a key in ``trusted`` (public
    keys, 64 hex digits) signed them and nothing was changed since.
    """

    def __init__(self, *roots: Path, installed: Path | None = None, trusted: Iterable[str] = ()) -> None:
        self._roots = roots
        self._installed = installed
        self._trusted = tuple(trusted)
        self._last: dict[tuple[str, date, str, bool], Verdict] = {}

    @cached_property
    def packs(self) -> dict[str, Pack]:
        """All packs by id.

        Raises:
            Broken: an installed pack is not signed by a trusted key, or was changed after it was signed.

        """
        if self._installed is None or not self._installed.is_dir():
            return find_packs(self._roots)
        from .signed import verify_folder

        for path in sorted(self._installed.glob("*/*/*.yaml")):
            if path.stem == path.parent.name:  # checked before anything of it is read
                verify_folder(path.parent, self._trusted)
        return find_packs((*self._roots, self._installed))

    def pack_of(self, rule_id: str) -> Pack:
        """The pack of a rule.

        Raises:
            Broken: no pack has this rule.

        """
        pack = self.packs.get(rule_id.rpartition("/")[0])
        if pack is None or rule_id not in pack.rules:
            raise _no_rule(rule_id, self.packs)
        return pack

    def check(self, rule: str, facts: Mapping[str, Any], on: date, *, today: date | None = None) -> Verdict:
        """Ask one rule on one day. ``today`` (default: the clock) decides whether the pack is overdue for review.

        Missing facts may be left out, or given as ``None`` or ``"unknown"``.

        Raises:
            Broken: no such rule, or a day before 1900 or after 2199.
            FactsRefused: a fact is not in the rule's schema or has the wrong type; ``faults`` lists all.

        """
        pack = self.pack_of(rule)
        if not FIRST_DAY <= on <= LAST_DAY:
            raise _no_such_day(on)
        overdue = (today or clock.today()) > pack.next_review
        # repr tells True from 1 and "1" from 1, and never fails on a list or object where a plain value belongs
        key = (rule, on, repr(sorted(facts.items(), key=lambda item: str(item[0]))), overdue)
        kept = self._last.get(key)
        if kept is not None:
            return kept
        verdict = decide(pack, rule, facts, on)
        if not verdict.citations:  # no version of the rule for this day: the provisions it has otherwise
            citations = tuple(provision.citation for provision in self.provisions_of(rule))
            verdict = replace(verdict, citations=citations)
        if overdue:
            verdict = _overdue(verdict, pack)
        if len(self._last) >= _KEPT:  # a long-running server must not collect every check it ever made
            self._last.clear()
        self._last[key] = verdict
        return verdict

    def check_many(
        self, cases: Iterable[tuple[str, Mapping[str, Any], date]], *, today: date | None = None
    ) -> list[Verdict]:
        """Many checks in one call; equal checks are computed once.

        Raises:
            Broken: as ``check``, for the first case that is refused.

        """
        day = today or clock.today()
        return [self.check(rule, facts, on, today=day) for rule, facts, on in cases]

    def schema(self, rule: str, on: date | None = None) -> FactSchema:
        """The facts of a rule on a day (without a day: of its latest version).

        Raises:
            Broken: no such rule.

        """
        versions = self.pack_of(rule).rules[rule]
        return next((version.facts for version in versions if on and on in version.period), versions[-1].facts)

    def rules(self) -> list[RuleInfo]:
        return [
            RuleInfo(rule_id, versions[-1].title, f"{pack.id}@{pack.version}", versions[-1].facts)
            for pack in self.packs.values()
            for rule_id, versions in pack.rules.items()
        ]

    def params(self, on: date) -> list[ParameterUse]:
        """Every value that applies on a day, with provision, reference and status."""
        return [
            parameter.use(value)
            for pack in self.packs.values()
            for parameter in pack.parameters.values()
            if (value := parameter.at(on)) is not None
        ]

    def changes(self, start: date, end: date) -> list[Change]:
        """What begins or ends after ``start`` and not after ``end``, in the order of the days."""
        found = [change for pack in self.packs.values() for change in _changes(pack)]
        return sorted(
            (change for change in found if start < change.day <= end), key=lambda change: (change.day, change.id)
        )

    def pack_infos(self) -> list[PackInfo]:
        return [
            PackInfo(
                pack.id,
                pack.title,
                pack.version,
                pack.next_review,
                tuple({name: str(getattr(s, name)) for name in s.__dataclass_fields__} for s in pack.sources),
                len(pack.rules),
                len(pack.parameters),
            )
            for pack in self.packs.values()
        ]

    def provision(self, pack_id: str, citation_id: str) -> Provision:
        """A provision of a pack with its wording, as far as it is at hand.

        Raises:
            Broken: no such pack or provision.

        """
        from .wording import provision

        pack = self.packs.get(pack_id)
        if pack is None or citation_id not in pack.provisions:
            raise _no_provision(f"{pack_id}/{citation_id}", pack.provisions if pack else self.packs)
        return provision(pack, citation_id)

    def explain(self, rule: str) -> dict[str, Any]:
        """Everything about a rule: versions with dates, provision (docstring), facts, source text, pack, sources.

        ``provisions``: those the rule can cite, with their wording where it is at hand.

        Raises:
            Broken: no such rule.

        """
        pack = self.pack_of(rule)
        return {
            "rule": rule,
            "pack_version": f"{pack.id}@{pack.version}",
            "next_review": pack.next_review.isoformat(),
            "versions": [_explain_version(version) for version in pack.rules[rule]],
            "provisions": [each.as_json() for each in self.provisions_of(rule)],
            "sources": [{name: str(getattr(s, name)) for name in s.__dataclass_fields__} for s in pack.sources],
        }

    def provisions_of(self, rule: str) -> list[Provision]:
        """The provisions that any version of a rule can cite.

        Raises:
            Broken: no such rule.

        """
        from .wording import cited_by, provision

        pack = self.pack_of(rule)
        cited = {name for version in pack.rules[rule] for name in cited_by(pack, version)}
        return [provision(pack, name) for name in pack.provisions if name in cited]


class _Choice:
    """Which packs the functions of this module ask; set once when the program starts."""

    installed: Path | None = None
    trusted: tuple[str, ...] = ()


def use_installed(folder: Path | None, trusted: Iterable[str] = ()) -> None:
    """From now on also use the signed packs in ``folder`` (None: only those of the program); drops kept verdicts.

    Call it at start-up and again after ``signed.install``; each process has its own library.
    """
    _Choice.installed, _Choice.trusted = folder, tuple(trusted)
    library.cache_clear()


@lru_cache(maxsize=1)
def library() -> Library:
    """The packs that come with the program, and the installed ones named by ``use_installed``."""
    return Library(BUILT_IN, installed=_Choice.installed, trusted=_Choice.trusted)


def check(rule: str, facts: Mapping[str, Any], on: date, *, today: date | None = None) -> Verdict:
    """See ``Library.check``, on the built-in packs."""
    return library().check(rule, facts, on, today=today)


def check_many(cases: Iterable[tuple[str, Mapping[str, Any], date]], *, today: date | None = None) -> list[Verdict]:
    """See ``Library.check_many``, on the built-in packs."""
    return library().check_many(cases, today=today)


def rules() -> list[RuleInfo]:
    return library().rules()


def schema(rule: str, on: date | None = None) -> FactSchema:
    return library().schema(rule, on)


def params(on: date) -> list[ParameterUse]:
    return library().params(on)


def changes(start: date, end: date) -> list[Change]:
    return library().changes(start, end)


def packs() -> list[PackInfo]:
    return library().pack_infos()


def explain(rule: str) -> dict[str, Any]:
    return library().explain(rule)


def provision(pack_id: str, citation_id: str) -> Provision:
    """See ``Library.provision``."""
    return library().provision(pack_id, citation_id)


def facts_digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the facts in canonical JSON (RFC 8785), the key under which a check is stored once."""
    import rfc8785

    plain = {name: as_value(value) if not isinstance(value, float) else str(value) for name, value in facts.items()}
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()


def _changes(pack: Pack) -> Iterable[Change]:
    for parameter in pack.parameters.values():
        before: DatedValue | None = None
        for value in parameter.values:
            yield Change(
                value.period.start,
                "parameter",
                parameter.id,
                parameter.label,
                as_value(before.value) if before else None,
                as_value(value.value),
                parameter.unit,
                pack.provisions.get(value.provision),
                value.status,
            )
            before = value
    for versions in pack.rules.values():
        for version in versions:
            yield _rule_change(version.period.start, version, Text("beginnt", "begins"))
            if version.period.end is not None:
                yield _rule_change(version.period.end, version, Text("endet", "ends"))
    for item in pack.milestones:
        cite = pack.provisions.get(item.provision)
        yield Change(item.day, "milestone", f"{pack.id}/{item.provision}", item.what, None, None, "", cite, "in_force")


def _rule_change(day: date, version: RuleVersion, what: Text) -> Change:
    label = Text(f"{version.title.de}: {what.de}", f"{version.title.en}: {what.en}")
    return Change(day, "rule", version.id, label, None, None, "", None, version.status)


def _explain_version(version: RuleVersion) -> dict[str, Any]:
    last = version.period.last_day
    return {
        "from": version.period.start.isoformat(),
        "to": last.isoformat() if last else None,
        "status": version.status,
        "title": version.title.as_json(),
        "provision": version.docstring,
        "facts": version.facts.as_json(),
        "source": inspect.getsource(version.function),
    }


def _overdue(verdict: Verdict, pack: Pack) -> Verdict:
    """A pack nobody has reviewed in time must not decide; what it would say stays visible as a reading."""
    shown = pack.next_review.strftime("%d.%m.%Y")
    reason = Text(
        f"Das Rechtspaket {pack.id} hätte bis {shown} geprüft werden müssen; bis dahin gilt: nicht entschieden.",
        f"The law pack {pack.id} was due for review by {pack.next_review.isoformat()}; until then: not decided.",
    )
    label = Text(f"nach dem Stand {pack.version}", f"by the state of {pack.version}")
    reading = Reading(label, verdict.outcome, verdict.values)
    return replace(
        verdict,
        outcome="unknown",
        certainty="C",
        reasons=(reason, *verdict.reasons),
        readings=(reading, *verdict.readings),
    )


def _no_provision(name: str, known: Iterable[str]) -> Broken:
    listed = ", ".join(known)
    return Broken(
        Fault(
            name,
            Text("Diese Vorschrift steht in keinem Rechtspaket.", "No law pack holds this provision."),
            Text(f"Eine von: {listed}", f"One of: {listed}"),
            Text("„werkfluss law explain“ zeigt die Vorschriften.", "“werkfluss law explain” shows the provisions."),
        )
    )


def _no_such_day(on: date) -> Broken:
    return Broken(
        Fault(
            on.isoformat(),
            Text("Für diesen Tag lässt sich nichts sagen.", "Nothing can be said for this day."),
            Text("Ein Tag von 1900 bis 2199.", "A day from 1900 to 2199."),
            Text("Das Datum prüfen.", "Check the date."),
        )
    )


def _no_rule(rule_id: str, known: Mapping[str, Pack]) -> Broken:
    area = rule_id.rpartition("/")[0]
    listed = ", ".join(known[area].rules) if area in known else ", ".join(known)
    return Broken(
        Fault(
            rule_id,
            Text("Diese Regel gibt es nicht.", "There is no such rule."),
            Text(f"Eine von: {listed}", f"One of: {listed}"),
            Text("„werkfluss law rules“ zeigt alle Regeln.", "“werkfluss law rules” shows all rules."),
        )
    )
