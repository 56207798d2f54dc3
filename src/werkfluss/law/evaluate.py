"""The engine: run a rule over everything the missing facts could be, and say only what holds in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Protocol

from werkfluss.kernel.text import Text

from .citations import resolve
from .facts import FactValue, candidates
from .parameters import DatedValue, Environment, Parameter, Parameters, ParameterUnknownError, ParameterValue
from .rule import FactMissingError, Facts, Finding, RuleVersion
from .said import day_text, figure
from .verdict import (
    Certainty,
    Citation,
    Condition,
    MissingFact,
    Outcome,
    Part,
    Reading,
    Value,
    Verdict,
    as_value,
    least_certain,
)

# A rule with so many open facts cannot say anything useful; the person is asked for the first of them instead.
_MOST_RUNS = 1200

_DRAFT = Text("mit dem Entwurf für {year}", "with the draft for {year}")
_IN_FORCE = Text("mit dem zuletzt geltenden Wert", "with the last value in force")
_WITHOUT_UNPUBLISHED = Text(
    "mit den Entwürfen für {year}, Unveröffentlichtes wie zuletzt",
    "with the drafts for {year}, what is unpublished as before",
)
_UNPUBLISHED = Text("Wert noch nicht veröffentlicht", "value not yet published")
_OPEN = Text("Das hängt von Angaben ab, die noch fehlen.", "This depends on facts that are still missing.")
_SETTLED = Text(
    "Das Ergebnis steht fest, die Einzelheiten hängen von fehlenden Angaben ab.",
    "The outcome is settled, the details depend on missing facts.",
)
_WHOEVER_ASKS = Text("wer die Prüfung veranlasst", "whoever asks for the check")
_CHANGED = Text(
    "Der Entwurf käme zu einem anderen Ergebnis; er gilt noch nicht.",
    "The draft would lead to another result; it is not in force.",
)


class RulePack(Protocol):
    """What the engine needs of a pack; packs import the engine (a rule may ask its neighbours), never the reverse."""

    id: str

    @property
    def version(self) -> str: ...
    @property
    def rules(self) -> Mapping[str, tuple[RuleVersion, ...]]: ...
    @property
    def provisions(self) -> Mapping[str, Citation]: ...
    def environment(self, on: date, *, drafts: bool = True, unpublished: bool = True) -> Environment: ...


@dataclass(frozen=True, slots=True)
class _Run:
    """One complete way through the rule: what was assumed for the missing facts, and what came out."""

    assumed: tuple[tuple[str, FactValue], ...]
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Result:
    """What one environment says about all ways the missing facts could be."""

    finding: Finding
    open_facts: tuple[MissingFact, ...]
    parameters: tuple[str, ...]

    def key(self, decisive: tuple[str, ...]) -> tuple[object, ...]:
        return (self.finding.outcome, *(self.finding.value(name) for name in decisive))


def decide(pack: RulePack, rule_id: str, facts: Mapping[str, object], on: date) -> Verdict:
    """The verdict of the version of a rule that is in force on the day, with the bills beside it.

    Raises:
        FactsRefused: a fact is not in the rule's schema or has the wrong type.

    """
    versions = [version for version in pack.rules[rule_id] if on in version.period]
    decided = [version for version in versions if version.status == "in_force"]
    if not decided:
        return _not_in_force(pack, rule_id, on)
    drafts = tuple(draft for draft in versions if draft.status == "draft")
    return evaluate(pack, decided[0], drafts, decided[0].facts.read(facts), on)


def _not_in_force(pack: RulePack, rule_id: str, on: date) -> Verdict:
    decided = [version for version in pack.rules[rule_id] if version.status == "in_force"]
    later = [version for version in decided if version.period.start > on]
    near = later[0] if later else decided[-1]
    known = day_text(near.period.start if later else near.period.last_day or on)
    reason = Text(
        f"Für den {day_text(on).de} enthält das Rechtspaket keine Fassung dieser Regel; die "
        f"{'erste gilt ab dem' if later else 'letzte galt bis zum'} {known.de}.",
        f"The law pack holds no version of this rule for {on.isoformat()}; the "
        f"{'first applies from' if later else 'last applied until'} {known.en}.",
    )
    return Verdict(rule_id, "unknown", on, f"{pack.id}@{pack.version}", "C", reasons=(reason,))


def evaluate(
    pack: RulePack, version: RuleVersion, drafts: tuple[RuleVersion, ...], known: Mapping[str, FactValue], on: date
) -> Verdict:
    """The verdict of one rule version; ``drafts`` are versions of a bill, shown as readings only."""
    environment = pack.environment(on)
    result = _explore(version, known, environment)
    soft = {name: found for name, found in _found(environment, result.parameters) if not found[1].decides}
    final = result.finding
    readings = final.readings
    read = dict.fromkeys(result.parameters)
    if soft:
        other = _explore(version, known, pack.environment(on, drafts=False))
        # A rule that stopped at the first value that is missing has not come to the others: name them all.
        soft |= {name: found for name, found in _found(environment, other.parameters) if not found[1].decides}
        read.update(dict.fromkeys(soft))
        final, readings = _two_readings(version, on, soft, result, other)
        if any(value.value is None for _, value in soft.values()):
            partly = _explore(version, known, pack.environment(on, unpublished=False))
            read.update(dict.fromkeys(partly.parameters))
            if (partly.finding.outcome, partly.finding.values) != (other.finding.outcome, other.finding.values):
                readings = (*readings, _reading(_WITHOUT_UNPUBLISHED.format(year=on.year), partly.finding))
    for draft in drafts:
        bill = _explore(draft, known, environment)
        readings = (*readings, _reading(draft.label or draft.title, bill.finding))
        if bill.key(version.decisive) != result.key(version.decisive):
            final = _less_certain(final, "C", _CHANGED)
    used = tuple(found for _, found in _found(environment, read))
    bases = (*(condition.basis for condition in final.conditions), *(duty.basis for duty in final.duties))
    cites = (*final.cites, *bases, *(value.provision for _, value in used))
    return Verdict(
        rule=version.id,
        outcome=final.outcome,
        as_of=on,
        pack_version=f"{pack.id}@{pack.version}",
        certainty=final.certainty,
        values=_values(final),
        reasons=tuple(dict.fromkeys(final.reasons)),
        conditions=tuple(dict.fromkeys(final.conditions)),
        duties=tuple(dict.fromkeys(final.duties)),
        citations=resolve(pack.provisions, cites),
        parameters=tuple(parameter.use(value) for parameter, value in used),
        missing=result.open_facts,
        readings=readings,
        headline=version.headline,
        parts=final.parts,
    )


def _found(environment: Environment, names: Iterable[str]) -> Iterator[tuple[str, tuple[Parameter, DatedValue]]]:
    for name in names:
        found = environment.find(name)
        if found is not None:
            yield name, found


def _explore(version: RuleVersion, known: Mapping[str, FactValue], environment: Environment) -> _Result:
    parameters = Parameters(environment)
    if not known.keys() >= version.facts.facts.keys():
        return _explore_missing(version, known, environment, parameters)
    finding = _run(version, known, parameters)
    return _Result(finding, (), tuple(parameters.read))


def _run(version: RuleVersion, known: Mapping[str, FactValue], parameters: Parameters) -> Finding:
    try:
        return version(Facts(known), parameters)
    except ParameterUnknownError as unknown:
        label = unknown.parameter.label
        reason = Text(
            f"Der Wert „{label.de}“ ist für diesen Tag noch nicht bekannt.",
            f"The value “{label.en}” is not yet known for this day.",
        )
        return Finding("unknown", (reason,), (), certainty="C")


def _explore_missing(
    version: RuleVersion, known: Mapping[str, FactValue], environment: Environment, parameters: Parameters
) -> _Result:
    runs: list[_Run] = []
    asked: dict[str, None] = {}
    open_ways: list[dict[str, FactValue]] = [{}]
    while open_ways and len(runs) < _MOST_RUNS:
        assumed = open_ways.pop()
        facts = {**known, **assumed}
        try:
            runs.append(_Run(tuple(assumed.items()), _run(version, facts, parameters)))
        except FactMissingError as missing:
            fact = version.facts.facts[missing.name]
            asked[missing.name] = None
            tries = candidates(fact, known=facts, parameters=environment.numbers, on=environment.on)
            open_ways += [{**assumed, missing.name: value} for value in reversed(tries)]
    read = tuple(parameters.read)
    if open_ways:
        names = tuple(_missing_fact(version, name) for name in islice(asked, 3))
        cites = tuple(cite for run in runs[:1] for cite in run.finding.cites)
        return _Result(Finding("unknown", (_OPEN,), cites), names, read)
    return _merge(version, runs, tuple(asked), read)


def _missing_fact(
    version: RuleVersion, name: str, effects: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> MissingFact:
    fact = version.facts.facts[name]
    return MissingFact(name, fact.type, fact.unit, fact.values, fact.question, effects)


def _merge(version: RuleVersion, runs: list[_Run], asked: tuple[str, ...], read: tuple[str, ...]) -> _Result:
    """One finding for all runs: the common one, or ``unknown`` with the facts that make the difference."""
    first = runs[0].finding
    if len(runs) == 1:
        return _Result(first, _asked_for(version, first), read)
    decided = {_key(run.finding, version.decisive) for run in runs}
    same_details = all(_details(run.finding) == _details(first) for run in runs)
    if len(decided) == 1 and same_details:
        common = _common(runs, first.outcome)
        return _Result(common, _asked_for(version, common), read)
    by_outcome = len(decided) > 1
    open_facts = _deciding(version, runs, asked, by_outcome=by_outcome)
    if not by_outcome:
        return _Result(_with_open_details(_common(runs, first.outcome), open_facts), open_facts, read)
    merged = _common(runs, "unknown")
    values = tuple({**dict(merged.values), **dict(version.undecided)}.items())
    merged = replace(merged, reasons=(_OPEN, *merged.reasons), conditions=(), duties=(), values=values)
    return _Result(merged, open_facts, read)


def _asked_for(version: RuleVersion, finding: Finding) -> tuple[MissingFact, ...]:
    return tuple(_missing_fact(version, name) for name in finding.asks)


def _key(finding: Finding, decisive: tuple[str, ...]) -> tuple[object, ...]:
    return (finding.outcome, *(finding.value(name) for name in decisive))


def _details(finding: Finding) -> tuple[object, ...]:
    return (finding.conditions, finding.duties, finding.values, finding.parts)


def _common(runs: list[_Run], outcome: Outcome) -> Finding:
    """What holds in every run; what only some runs say may rest on an invented answer and is left out."""
    findings = [run.finding for run in runs]
    first, others = findings[0], findings[1:]
    reasons = tuple(reason for reason in first.reasons if all(reason in other.reasons for other in others))
    return Finding(
        outcome,
        reasons or (() if outcome == "unknown" else (_SETTLED,)),
        tuple(dict.fromkeys(cite for other in findings for cite in other.cites)),
        tuple(item for item in first.conditions if all(item in other.conditions for other in others)),
        tuple(item for item in first.duties if all(item in other.duties for other in others)),
        _common_values(findings),
        least_certain(*(other.certainty for other in findings)),
        tuple(item for item in first.readings if all(item in other.readings for other in others)),
        tuple(dict.fromkeys(name for other in findings for name in other.asks)),
        _common_parts(findings),
    )


def _common_parts(findings: list[Finding]) -> tuple[Part, ...]:
    """A part that is not the same in all findings stays in the list, but undecided."""
    kept = []
    for part in findings[0].parts:
        theirs = [next((item for item in other.parts if item.id == part.id), None) for other in findings[1:]]
        if all(other == part for other in theirs):
            kept.append(part)
        elif part.outcome and all(other and other.outcome == part.outcome for other in theirs):
            kept.append(replace(part, lines=(), conditions=(), values=()))
        elif part.outcome:
            kept.append(replace(part, outcome="unknown", certainty="C", lines=(_OPEN,), conditions=(), values=()))
    return tuple(kept)


def _with_open_details(finding: Finding, open_facts: tuple[MissingFact, ...]) -> Finding:
    """The outcome is settled, its conditions are not: each open question becomes a condition of its own."""
    if finding.outcome != "allowed_with_conditions":
        return finding
    questions = tuple(
        Condition(
            "fact",
            Text(f"Offene Angabe klären: {fact.question.de}", f"Clear up the open fact: {fact.question.en}"),
            _WHOEVER_ASKS,
            finding.cites[0],
        )
        for fact in open_facts
    )
    return replace(finding, conditions=(*finding.conditions, *questions))


def _common_values(findings: list[Finding]) -> tuple[tuple[str, object], ...]:
    """Values that are the same in all findings; of lists the members that are in all."""
    others = [dict(other.values) for other in findings[1:]]
    kept: list[tuple[str, object]] = []
    for name, value in findings[0].values:
        theirs = [other.get(name) for other in others]
        if all(other == value for other in theirs):
            kept.append((name, value))
        elif isinstance(value, tuple):
            sets = [set(other) if isinstance(other, tuple) else set() for other in theirs]
            kept.append((name, tuple(item for item in value if all(item in members for members in sets))))
    return tuple(kept)


def _deciding(
    version: RuleVersion, runs: list[_Run], asked: tuple[str, ...], *, by_outcome: bool
) -> tuple[MissingFact, ...]:
    """The facts whose answer changes what can come out; all of them if none does so alone."""
    found: list[MissingFact] = []
    everything: list[MissingFact] = []
    for name in asked:
        effects: dict[str, set[object]] = {}
        outcomes: dict[str, set[str]] = {}
        for run in runs:
            assumed = dict(run.assumed)
            if name not in assumed:
                continue
            answer = str(as_value(assumed[name])).lower() if assumed[name] in (True, False) else str(assumed[name])
            key = _key(run.finding, version.decisive)
            effects.setdefault(answer, set()).add(key if by_outcome else (key, _details(run.finding)))
            outcomes.setdefault(answer, set()).add(run.finding.outcome)
        shown = tuple((answer, tuple(sorted(found_outcomes))) for answer, found_outcomes in outcomes.items())
        missing = _missing_fact(version, name, _without_repeats(shown))
        everything.append(missing)
        if len({frozenset(found_keys) for found_keys in effects.values()}) > 1:
            found.append(missing)
    return tuple(found or everything)


def _without_repeats(
    effects: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of neighbouring answers with the same outcomes (numbers around a threshold) the first is enough."""
    kept: list[tuple[str, tuple[str, ...]]] = []
    for effect in effects:
        if len(effects) <= 6 or not kept or kept[-1][1] != effect[1]:
            kept.append(effect)
    return tuple(kept)


def _two_readings(
    version: RuleVersion,
    on: date,
    soft: Mapping[str, tuple[Parameter, DatedValue]],
    draft: _Result,
    in_force: _Result,
) -> tuple[Finding, tuple[Reading, ...]]:
    """A draft or unpublished value was read: both readings are shown, and they decide only if they agree."""
    parameters, now = zip(*soft.values(), strict=True)
    unpublished = any(value.value is None for value in now)
    units = [parameter.unit for parameter in parameters]
    before = [parameter.last_decided_before(on) for parameter in parameters]
    label = _UNPUBLISHED if unpublished else _DRAFT.format(year=on.year)
    first = _reading(_named(now, units, label), draft.finding)
    second = _reading(_named(before, units, _IN_FORCE), in_force.finding)
    readings = (*draft.finding.readings, first, second)
    names = ", ".join(parameter.label.de for parameter in parameters)
    names_en = ", ".join(parameter.label.en for parameter in parameters)
    reason = Text(
        f"Für diesen Tag gibt es nur einen Entwurf oder noch keinen Wert: {names}.",
        f"For this day there is only a draft or no value yet: {names_en}.",
    )
    if draft.key(version.decisive) == in_force.key(version.decisive):
        # Same answer, perhaps other amounts: those stand in the readings, none of them is the value of the day.
        agreed = _common_values([draft.finding, in_force.finding])
        return _less_certain(replace(draft.finding, values=agreed), "C", reason), readings
    findings = [draft.finding, in_force.finding]
    values, parts = _common_values(findings), _common_parts(findings)
    outcome: Outcome = "unknown"
    conditions = draft.finding.conditions
    if _both_permit(version, draft.finding, in_force.finding):
        outcome, conditions = "allowed_with_conditions", (*conditions, *in_force.finding.conditions)
    reasons = (reason, *draft.finding.reasons)
    final = replace(
        draft.finding,
        outcome=outcome,
        reasons=reasons,
        conditions=conditions,
        values=values,
        certainty="C",
        parts=parts,
    )
    return final, readings


def _both_permit(version: RuleVersion, draft: Finding, in_force: Finding) -> bool:
    """Permitted either way, only on more conditions in one of them: then all conditions stand, and nothing is open."""
    permitted = ("allowed", "allowed_with_conditions")
    same = all(draft.value(name) == in_force.value(name) for name in version.decisive)
    return same and draft.outcome in permitted and in_force.outcome in permitted


def _named(values: Iterable[DatedValue | None], units: Iterable[str], label: Text) -> Text:
    """The label with the values read: „mit dem Entwurf für 2027 (48.108,60 €)“."""
    pairs = zip(values, units, strict=True)
    shown = [_amount(item.value, unit) for item, unit in pairs if item is not None and item.value is not None]
    if not shown:
        return label
    german, english = ", ".join(text.de for text in shown), ", ".join(text.en for text in shown)
    return Text(f"{label.de} ({german})", f"{label.en} ({english})")


def _amount(value: ParameterValue, unit: str) -> Text:
    if isinstance(value, Decimal) and unit != "year":
        return figure(value, unit)
    return Text(str(as_value(value)), str(as_value(value)))


def _reading(label: Text, finding: Finding) -> Reading:
    return Reading(label, finding.outcome, _values(finding), finding.reasons)


def _values(finding: Finding) -> dict[str, Value]:
    return {name: as_value(value) for name, value in finding.values}


def _less_certain(finding: Finding, grade: Certainty, reason: Text) -> Finding:
    reasons = (*finding.reasons, reason)
    return replace(finding, reasons=reasons, certainty=least_certain(finding.certainty, grade))
