"""The legal gate: for each (task, resource) what the law says, as data for the optimiser and for orders.

There is one gate: a plan asks it for all its tasks, an order to an external for itself. Which rules are asked of whom
stands here and only here; what they say stands in ``law``. ``blocked`` cannot be overridden, and ``unknown`` is never
assigned: a named person clears it by recording a sourced fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Answer, Outcome, Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text, joined
from werkfluss.org.actor import Actor
from werkfluss.work.domain import further, gate_facts
from werkfluss.work.models import Task
from werkfluss.workforce.models import Kind, Resource

_WORST: tuple[Outcome, ...] = ("blocked", "unknown", "allowed_with_conditions", "allowed")
_WORKING_TO_CALENDAR = 7 / 5


@dataclass(frozen=True, slots=True)
class ToDo:
    """A condition of the law with the calendar days it takes."""

    text: Text
    lead_days: int
    citation: str
    kind: str
    who: Text


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be: the worst of all rules asked, with reasons, provisions, conditions and the way out.

    ``earliest`` and ``latest`` are the first and the last day on which it may be done; ``checks`` are the stored
    verdicts behind it.
    """

    outcome: Outcome
    reasons: tuple[Text, ...] = ()
    citations: tuple[str, ...] = ()
    conditions: tuple[ToDo, ...] = ()
    remedy: Text | None = None
    earliest: date | None = None
    latest: date | None = None
    checks: tuple[UUID, ...] = ()

    @property
    def permits(self) -> bool:
        return self.outcome in {"allowed", "allowed_with_conditions"}


@dataclass(slots=True)
class _Pair:
    """What is to be asked for one pair: all of ``needed`` and ``also``, and of those in ``either`` the best answer.

    ``also`` is what holds beside the rule of the kind of resource (``further``); an order tells of it by itself.
    """

    needed: list[Question] = field(default_factory=list)
    either: list[Question] = field(default_factory=list)
    also: list[Question] = field(default_factory=list)
    earliest: date | None = None
    refusal: Permission | None = None

    @property
    def questions(self) -> list[Question]:
        return [*self.needed, *self.either, *self.also]


def permissions(
    tasks: Sequence[Task], resources: Sequence[Resource], *, on: date, by: Actor
) -> dict[tuple[UUID, UUID], Permission]:
    """The gate for every pair; a constant number of queries, every verdict stored once."""
    about = facts_on(on, subject_type="work.task", subject_ids=[task.pk for task in tasks])
    subjects = _subjects(resources, on)
    briefs = [gate_facts.Brief.of(task) for task in tasks]
    pairs = {(b.key, s.resource.pk): _pair(b, about.get(b.key, {}), s, on) for b in briefs for s in subjects}
    questions = [q for pair in pairs.values() for q in pair.questions]
    answers = check_facts(questions, by=by) if questions else {}
    return {key: pair.refusal or _merge(pair, answers) for key, pair in pairs.items()}


def checks_of(
    briefs: Sequence[gate_facts.Brief],
    resource: Resource,
    *,
    about: Mapping[str, Any] | None = None,
    on: date,
    by: Actor,
) -> tuple[Permission, tuple[Verdict, ...]]:
    """The gate for one resource and all the work of one order, whose own facts are ``about``.

    The worst answer of all that is asked first; then the verdicts of the gate itself, without those of ``further``.
    """
    (subject,) = _subjects([resource], on)
    pairs = [_pair(brief, dict(about or {}), subject, on) for brief in briefs]
    questions = [q for pair in pairs for q in pair.questions]
    answers = check_facts(questions, by=by) if questions else {}
    found = [pair.refusal or _merge(pair, answers) for pair in pairs]
    worst = min(found, key=lambda one: _WORST.index(one.outcome))
    if worst.permits:
        worst = _all_conditions(found, worst.outcome)
    own = dict.fromkeys(q for pair in pairs for q in (*pair.needed, *pair.either))
    return worst, tuple(answers[question].verdict for question in own)


def questions_of(
    brief: gate_facts.Brief, about: dict[str, Any], subject: gate_facts.Subject, *, on: date
) -> tuple[list[Question], Permission | None]:
    """What the gate would ask of one pair, or why it need not ask: for pages that show it and store nothing."""
    pair = _pair(brief, about, subject, on)
    return list(dict.fromkeys(pair.questions)), pair.refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """One piece of work and who is to do it, on a day of the work, with the facts that hold on that day."""

    brief: gate_facts.Brief
    about: dict[str, Any]
    subject: gate_facts.Subject
    on: date


def answers_to(
    asked: Sequence[Asked], *, law: Callable[[Iterable[Question]], dict[Question, Answer]]
) -> list[Permission]:
    """The gate for pairs on days of their own; no query but those of ``law``, which gives the verdicts."""
    pairs = [_pair(one.brief, one.about, one.subject, one.on) for one in asked]
    answers = law([q for pair in pairs for q in pair.questions])
    return [pair.refusal or _merge(pair, answers) for pair in pairs]


def require_permitted(
    briefs: Sequence[gate_facts.Brief],
    resource: Resource,
    *,
    about: Mapping[str, Any] | None = None,
    on: date,
    by: Actor,
) -> Permission:
    """What the gate says, if it lets the work be given.

    Raises:
        Refused: the law forbids it, or facts are missing; neither can be overridden.
    """
    found, _ = checks_of(briefs, resource, about=about, on=on, by=by)
    if found.permits:
        return found
    way_out = found.remedy or Text("Bitte die Zusammenarbeit ändern.", "Please change the way of working.")
    raise Refused(
        joined(found.reasons) if found.reasons else way_out,
        citation=", ".join(found.citations) or "Rechtsprüfung",
        what_to_do=way_out,
        where=resource.name,
    )


def _subjects(resources: Sequence[Resource], on: date) -> list[gate_facts.Subject]:
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[r.pk for r in resources])
    return [gate_facts.Subject.of(resource, known.get(resource.pk, {})) for resource in resources]


def _all_conditions(found: Sequence[Permission], outcome: Outcome) -> Permission:
    """Several permissions as one: what each asks for has to be done."""
    return Permission(
        outcome,
        reasons=tuple(dict.fromkeys(text for one in found for text in one.reasons)),
        citations=tuple(dict.fromkeys(label for one in found for label in one.citations)),
        conditions=tuple(dict.fromkeys(to_do for one in found for to_do in one.conditions)),
        earliest=max((one.earliest for one in found if one.earliest), default=None),
        latest=min((one.latest for one in found if one.latest), default=None),
        checks=tuple(dict.fromkeys(check for one in found for check in one.checks)),
    )


def _pair(brief: gate_facts.Brief, about: dict[str, Any], subject: gate_facts.Subject, on: date) -> _Pair:
    refusal = _by_brief(brief, subject.resource, on)
    if refusal is not None:
        return _Pair(refusal=refusal)
    pair = _asked(brief, about, subject, on)
    unfit = dict.fromkeys(name for question in pair.questions for name in explain.misfits(question))
    # One fact that was recorded wrongly holds up the work it is about, and nobody else's.
    return _Pair(refusal=_unfit(tuple(unfit))) if unfit else pair


def _unfit(names: Sequence[str]) -> Permission:
    asked = [fact.question if (fact := explain.fact_question(name)) else Text(name, name) for name in names]
    told = joined(asked)
    return Permission(
        "unknown",
        (
            Text(
                f"Eine erfasste Angabe hat nicht die Form, die das Recht braucht: {told.de}",
                f"A recorded fact does not have the form that the law needs: {told.en}",
            ),
        ),
        ("Angaben",),
        remedy=Text(f"Bitte mit Quelle neu erfassen: {told.de}", f"Please record it anew with its source: {told.en}"),
    )


def _asked(brief: gate_facts.Brief, about: dict[str, Any], subject: gate_facts.Subject, on: date) -> _Pair:
    pair = _Pair()
    match Kind(subject.resource.kind):
        case Kind.EMPLOYEE:
            _ask_for_employee(pair, brief, subject, on)
        case Kind.FRACTIONAL:
            told = subject.own("fractional_executive", about)
            pair.needed.append(Question.of("de/status/fractional_executive", on, told))
            _ask_for_place(pair, brief, subject, on)
        case Kind.FREELANCER:
            pair.needed.append(Question.of("de/status/engagement", on, subject.own("engagement", about)))
            _ask_for_place(pair, brief, subject, on)
        case Kind.PARTNER:
            # Members of a partner's team are never named here, so this fact holds by construction.
            facts = subject.own("partner_team", about) | {"named_by_client": False}
            pair.needed.append(Question.of("de/aueg/partner_team", on, facts))
            _ask_for_place(pair, brief, subject, on)
        case Kind.AGENT:
            facts = {**subject.recorded.get("ai_act", {}), **about.get("ai_act", {})}
            pair.needed.append(Question.of("eu/ai_act/classification", on, facts))
    if pair.refusal is None:
        asked = further.questions_of(subject, about, places=[brief.place_country], on=on)
        pair.also = [question for question in asked if question not in (*pair.needed, *pair.either)]
    return pair


def _ask_for_employee(pair: _Pair, brief: gate_facts.Brief, subject: gate_facts.Subject, on: date) -> None:
    resource = subject.resource
    if resource.country in gate_facts.WORKING_TIME_RULES:
        rule = gate_facts.WORKING_TIME_RULES[resource.country]
        pair.needed.append(Question.of(rule, on, subject.working_time(rule)))
    start = max(on, brief.start)
    residence = Question.of("de/residence/work_permission", on, subject.residence(start))
    if resource.country == "DE":
        pair.needed.append(residence)
        pair.earliest = subject.title_from
    elif gate_facts.is_third_country(resource.country):
        # On the way to Germany: either from there before the move, or here with the title.
        if subject.title_from is not None or brief.place_country == "DE":
            pair.needed.append(residence)
            pair.earliest = subject.title_from
        else:
            pair.either += [residence, Question.of("de/remote_work/third_country", on, subject.abroad(brief))]
    elif _no_rule_known(subject):
        pair.refusal = _unknown_country(resource.country)
        return
    _ask_for_place(pair, brief, subject, on, home=False)


def _no_rule_known(subject: gate_facts.Subject) -> bool:
    """Employees abroad whose working time or right to work no pack describes: nothing may pass unasked."""
    resource = subject.resource
    foreign = bool(resource.nationality) and gate_facts.is_third_country(resource.nationality)
    return resource.country not in gate_facts.WORKING_TIME_RULES or foreign or not resource.nationality


def _unknown_country(country: str) -> Permission:
    return Permission(
        "unknown",
        (
            Text(
                f"Für Beschäftigte in {country} enthält Werkfluss dazu noch keine Regeln.",
                f"Werkfluss holds no rules on this for employees in {country} yet.",
            ),
        ),
        ("Rechtspakete",),
        remedy=Text("Bitte vor Ort rechtlich klären lassen.", "Please have it cleared by counsel there."),
    )


def _ask_for_place(
    pair: _Pair, brief: gate_facts.Brief, subject: gate_facts.Subject, on: date, *, home: bool = True
) -> None:
    country = subject.resource.country
    if home and gate_facts.is_third_country(country):
        pair.needed.append(Question.of("de/remote_work/third_country", on, subject.abroad(brief)))
    place = brief.place_country
    if place and place != country and gate_facts.has_a1(place) and gate_facts.has_a1(country):
        pair.needed.append(Question.of("eu/a1/work_abroad", on, subject.work_abroad(place, on)))


def _by_brief(brief: gate_facts.Brief, resource: Resource, on: date) -> Permission | None:
    """What the task itself or the agent's file rules out, before any law is asked."""
    kind = Kind(resource.kind)
    if brief.kinds_allowed and kind.value not in brief.kinds_allowed:
        return _refused(
            Text("Die Aufgabe ist für diese Art nicht vorgesehen.", "The task is not meant for this kind of resource."),
            Text("Zulässige Arten in der Aufgabe ändern.", "Change the permitted kinds in the brief."),
            "Aufgabe",
        )
    if kind is not Kind.AGENT:
        return None
    return _agent_by_brief(brief, resource, on)


def _agent_by_brief(brief: gate_facts.Brief, resource: Resource, on: date) -> Permission | None:
    if not brief.ai_allowed or brief.place_country:
        return _refused(
            Text("Für diese Aufgabe ist keine KI vorgesehen.", "No AI is meant to do this brief."),
            Text("KI-Einsatz mit Zweck in der Aufgabe erlauben.", "Permit AI with its purpose in the brief."),
            "Aufgabe",
        )
    file = getattr(resource, "agent_file", None)
    if file is None or file.stopped_at is not None or file.expires <= on:
        return _refused(
            Text(
                "Die KI-Akte fehlt, ist gestoppt oder abgelaufen.", "The agent's file is missing, stopped or expired."
            ),
            Text("KI-Akte prüfen und freigeben.", "Review and release the agent's file."),
            "KI-Akte",
        )
    if brief.skill_folder != file.skill_folder:
        return _refused(
            Text("Dieser Agent kann diese Art von Aufgabe nicht.", "This agent cannot do this kind of brief."),
            Text("Andere Wahl treffen.", "Choose otherwise."),
            "KI-Akte",
        )
    if brief.data_class not in file.data_classes:
        return _refused(
            Text(
                "Der Agent darf Daten dieser Klasse nicht verarbeiten.", "The agent may not process data of this class."
            ),
            Text("Datenklasse in der KI-Akte freigeben.", "Release the data class in the agent's file."),
            "KI-Akte",
        )
    return None


def _refused(reason: Text, remedy: Text, citation: str) -> Permission:
    return Permission("blocked", (reason,), (citation,), remedy=remedy)


def _merge(pair: _Pair, answers: dict[Question, Answer]) -> Permission:
    """The worst of what is needed; of alternatives the best one counts."""
    found = [answers[question] for question in pair.needed]
    if pair.either:
        best = max((answers[q] for q in pair.either), key=lambda a: _WORST.index(a.verdict.outcome))
        found.append(best)
        found += [answers[q] for q in pair.either if answers[q] is not best and not best.verdict.permits]
    also = [answers[question] for question in pair.also]
    decisive = [*found[: len(pair.needed) + (1 if pair.either else 0)], *also]
    found += also
    outcome: Outcome = min((a.verdict.outcome for a in decisive), key=_WORST.index, default="allowed")
    telling = _telling([a.verdict for a in found], outcome)
    conditions = tuple(_to_dos(telling)) if outcome == "allowed_with_conditions" else ()
    return Permission(
        outcome=outcome,
        reasons=tuple(dict.fromkeys(reason for verdict in telling for reason in verdict.reasons)),
        citations=tuple(dict.fromkeys(c.label for verdict in telling for c in verdict.citations)),
        conditions=conditions,
        remedy=None if outcome in {"allowed", "allowed_with_conditions"} else _remedy(telling),
        earliest=pair.earliest,
        latest=_latest(also),
        checks=tuple(dict.fromkeys(a.check.pk for a in found)),
    )


def _latest(answers: Iterable[Answer]) -> date | None:
    """The last day that a rule sets, as the longest time of leasing does."""
    days = [answer.verdict.values.get("last_day") for answer in answers if answer.verdict.permits]
    return min((date.fromisoformat(day) for day in days if isinstance(day, str)), default=None)


def _telling(verdicts: Sequence[Verdict], outcome: Outcome) -> list[Verdict]:
    """Those whose reasons are told: of a refusal only what refuses, the worst first; else what asks for something."""
    if outcome in {"blocked", "unknown"}:
        return sorted((v for v in verdicts if not v.permits), key=lambda v: _WORST.index(v.outcome))
    return [v for v in verdicts if outcome == "allowed" or v.outcome != "allowed"] or list(verdicts)


def _to_dos(verdicts: Iterable[Verdict]) -> Iterable[ToDo]:
    for verdict in verdicts:
        labels = {citation.id: citation.label for citation in verdict.citations}
        for condition in verdict.conditions:
            days = condition.lead_days or 0
            if condition.day_kind == "working":
                days = round(days * _WORKING_TO_CALENDAR)
            yield ToDo(
                condition.text, days, labels.get(condition.basis, condition.basis), condition.kind, condition.who
            )


def _remedy(verdicts: Sequence[Verdict]) -> Text | None:
    """What to do: the way out of a block, or the facts to record."""
    for verdict in verdicts:
        if verdict.outcome == "unknown" and verdict.missing:
            asked = [fact.question for fact in verdict.missing]
            return Text(
                "Bitte mit Quelle erfassen: " + " ".join(text.de for text in asked),
                "Please record with its source: " + " ".join(text.en for text in asked),
            )
    for verdict in verdicts:
        # What is only to be kept in mind does not open the way.
        ways = [one.remedy or one.text for one in verdict.conditions if one.kind != "record"]
        if ways:
            return joined(dict.fromkeys(ways))
    return None
