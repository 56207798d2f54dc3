"""The inventory of all AI the firm uses: own agents from their files, other AI from a short form, each with its class.

The class is the answer of ``eu/ai_act/classification`` to the facts of the use, stored as a ``Check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.agents.models import AiUse, AiUser
from werkfluss.compliance.domain.checks import Question, check_facts, fact_names
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Check
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.law import guide as law_guide
from werkfluss.law.guide_model import Use
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import NATURAL_PERSONS, AgentFile, Kind, Resource

CLASSIFICATION = "eu/ai_act/classification"
PERSONAL = frozenset({"personal", "special"})


@dataclass(frozen=True, slots=True)
class Work:
    """What an agent really does: how many tasks, some of their titles, and facts that a task adds to the agent's.

    ``people`` are the keys of those who asked for the work or accepted it: they operate the agent.
    """

    tasks: int = 0
    titles: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    people: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inventory, whatever it is: ``kind`` is ``tool``, ``agent`` or ``planner``; ``row`` its record."""

    kind: str
    key: str
    name: str
    purpose: str
    responsible: str
    provider: str
    place: str
    data_classes: tuple[str, ...]
    facts: Mapping[str, Any]
    circumstances: Mapping[str, Any]
    template: str
    people: tuple[UUID, ...]
    next_review: date | None
    used_from: date | None
    used_to: date | None
    agreement: str
    row: AiUse | AgentFile | None

    def is_over(self, on: date) -> bool:
        return self.used_to is not None and self.used_to <= on

    def is_planned(self, on: date) -> bool:
        return self.used_from is not None and self.used_from > on

    def question(self, on: date) -> Question:
        return Question.of(CLASSIFICATION, on, dict(self.facts))


@lru_cache(maxsize=1)
def _known_forms() -> dict[str, dict[str, Any]]:
    return law_guide.templates()


def templates() -> Mapping[str, Mapping[str, Any]]:
    """The short forms: ``name`` and ``purpose`` (de, en), ``facts``, ``circumstances``, and what to ``ask``."""
    return {name: form for name, form in _known_forms().items() if name != "planner"}


def questions(template: str) -> tuple[str, ...]:
    """Names of the facts that the firm must confirm for this short form; without one those that change most."""
    form = _known_forms().get(template)
    return tuple(form["ask"]) if form else _GENERAL


_GENERAL = ("interacts_directly", "generates", "recruitment", "promo_term", "monitor", "profiling", "deepfake")


def facts_of(template: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the short form with those given on top; names the rule does not know are left out."""
    form = _known_forms().get(template)
    known = fact_names(CLASSIFICATION)
    return {name: value for name, value in {**(form["facts"] if form else {}), **given}.items() if name in known}


def uses() -> QuerySet[AiUse]:
    return AiUse.objects.select_related("org", "responsible", "check_ref")


def register_use(*, people: Iterable[Resource], on: date, by: Actor, **says: Any) -> AiUse:
    """Take a tool into the inventory and ask the law for its class; ``says`` are columns of ``AiUse``.

    Raises:
        Broken: a fact has the wrong type.
        Refused: somebody who uses it is no natural person.
    """
    use = AiUse.objects.create(number=next_number("ai_use"), **says)
    _set_people(use, people)
    classify(use, on=on, by=by)
    record(Event("agents.ai_use.registered", use, {"name": use.name, "template": use.template}), by=by)
    return use


def change_use(
    use: AiUse, *, changes: Mapping[str, Any], people: Iterable[Resource], expected_version: int, on: date, by: Actor
) -> None:
    """Correct what is said of a use; its class is asked for anew.

    Raises:
        Conflict: somebody else was faster.
        Refused: somebody who uses it is no natural person.
    """
    use.edit(expected_version=expected_version, **changes)
    _set_people(use, people)
    classify(use, on=on, by=by)
    record(Event("agents.ai_use.changed", use, {"name": use.name, "changed": sorted(changes)}), by=by)


def end_use(use: AiUse, *, first_day_gone: date, by: Actor) -> None:
    """It is no longer used; what it was stays in the inventory until its period is over.

    Raises:
        Conflict: it has ended already.
        Refused: the day is before it began.
    """
    if use.used_to is not None:
        raise Conflict(f"ai use {use.number}")
    if first_day_gone < use.used_from:
        raise Refused(
            Text("Das Ende läge vor dem Beginn.", "The end would be before the beginning."),
            citation="KI-Verzeichnis",
            what_to_do=Text("Bitte einen späteren Tag wählen.", "Please choose a later day."),
        )
    use.edit(used_to=first_day_gone)
    record(Event("agents.ai_use.ended", use, {"name": use.name, "first_day_gone": first_day_gone}), by=by)


def review_use(use: AiUse, *, next_review: date, on: date, by: Actor) -> None:
    """Somebody looked at it again: it is classified by the law of today and looked at again on ``next_review``.

    Raises:
        Refused: the next review would not be later than today.
    """
    if next_review <= on:
        raise Refused(
            Text("Die nächste Prüfung muss in der Zukunft liegen.", "The next review must lie in the future."),
            citation="KI-Verzeichnis",
            what_to_do=Text("Bitte einen späteren Tag wählen.", "Please choose a later day."),
        )
    use.edit(next_review=next_review)
    check = classify(use, on=on, by=by)
    record(Event("agents.ai_use.reviewed", use, {"next_review": next_review, "check": check.pk}), by=by)


def classify(use: AiUse, *, on: date, by: Actor) -> Check:
    """Ask ``eu/ai_act/classification`` on that day and keep the answer with the use."""
    question = line_of(use).question(on)
    check = check_facts([question], by=by)[question].check
    if use.check_ref_id != check.pk:
        use.edit(check_ref=check)
    record(Event("agents.ai_use.classified", use, {"check": check.pk, "outcome": check.outcome}), by=by)
    return check


def _set_people(use: AiUse, people: Iterable[Resource]) -> None:
    wanted = {person.pk: person for person in people}
    if any(Kind(person.kind) not in NATURAL_PERSONS for person in wanted.values()):
        raise Refused(
            Text("Nur Menschen nutzen KI.", "Only people use AI."),
            citation="Art. 4 KI-VO",
            what_to_do=Text("Bitte Personen auswählen.", "Please choose people."),
        )
    use.users.exclude(resource__in=wanted).delete()
    held = set(use.users.values_list("resource_id", flat=True))
    AiUser.objects.bulk_create(AiUser(use=use, resource=person) for key, person in wanted.items() if key not in held)


def people_of(use: AiUse) -> list[Resource]:
    return list(Resource.objects.filter(ai_uses__use=use).order_by("sort_key"))


def people_to_choose(on: date) -> QuerySet[Resource]:
    """Everybody who may use AI for the firm: natural persons who are there, freelancers included."""
    there = Q(active_to=None) | Q(active_to__gt=on)
    return Resource.objects.filter(there, kind__in=NATURAL_PERSONS).order_by("sort_key")


def line_of(use: AiUse, people: Sequence[UUID] = ()) -> Line:
    return Line(
        kind="tool",
        key=f"tool-{use.number}",
        name=use.name,
        purpose=use.purpose,
        responsible=use.responsible.name,
        provider=use.provider,
        place=use.place,
        data_classes=tuple(use.data_classes),
        facts=facts_of(use.template, use.facts),
        circumstances={**_circumstances(use.template), **_from_data(use.data_classes), **use.circumstances},
        template=use.template,
        people=tuple(people),
        next_review=use.next_review,
        used_from=use.used_from,
        used_to=use.used_to,
        agreement=use.agreement,
        row=use,
    )


def _circumstances(template: str) -> dict[str, Any]:
    form = _known_forms().get(template)
    return dict(form["circumstances"]) if form else {}


def _from_data(classes: Iterable[str]) -> dict[str, Any]:
    return {"personal_data": "yes"} if PERSONAL & set(classes) else {}


def inventory(*, firm: str, on: date, work: Mapping[UUID, Work] | None = None, ended: bool = False) -> list[Line]:
    """All AI of the firm: other AI by number, own agents by name, the planner last. Five queries.

    ``work`` says per agent's resource what it really does; the caller knows it, this room does not.
    """
    rows = list(uses()) if ended else list(uses().filter(Q(used_to=None) | Q(used_to__gt=on)))
    persons: dict[UUID, list[UUID]] = {}
    for use_id, person in AiUser.objects.filter(use__in=rows).values_list("use_id", "resource_id"):
        persons.setdefault(use_id, []).append(person)
    lines = [line_of(use, persons.get(use.pk, ())) for use in rows]
    lines += agent_lines(firm=firm, on=on, work=work or {})
    return [*lines, planner_line(firm)]


def agent_lines(*, firm: str, on: date, work: Mapping[UUID, Work]) -> list[Line]:
    """The own agents with the facts recorded of them and of the work they do."""
    files = list(AgentFile.objects.select_related("org", "resource", "responsible").order_by("resource__sort_key"))
    keys = [file.resource_id for file in files]
    facts = facts_on(on, subject_type=Resource._meta.label_lower, subject_ids=keys)
    known = fact_names(CLASSIFICATION)
    people = dict(
        Resource.objects.filter(user__in=[file.responsible_id for file in files]).values_list("user_id", "pk")
    )
    lines = []
    for file in files:
        does = work.get(file.resource_id, Work())
        given = {**facts.get(file.resource_id, {}).get("ai_act", {}), **does.facts}
        classes = tuple(dict.fromkeys((*file.data_classes, *does.data_classes)))
        users = {*does.people, *({people[file.responsible_id]} if file.responsible_id in people else ())}
        purpose = file.purpose.strip()
        lines.append(
            Line(
                kind="agent",
                key=f"agent-{file.resource.number}",
                name=file.resource.name,
                purpose=purpose,
                responsible=file.responsible.name,
                provider=firm,
                place=file.resource.country,
                data_classes=classes,
                facts={name: value for name, value in given.items() if name in known},
                circumstances=_from_data(classes),
                template="",
                people=tuple(sorted(users)),
                next_review=file.expires,
                used_from=None,
                used_to=file.resource.active_to,
                agreement="not_needed",
                row=file,
            )
        )
    return lines


def planner_line(firm: str) -> Line:
    """The optimiser of Werkfluss itself: by neutral data, but a use to be judged like any other."""
    form = _known_forms()["planner"]
    return Line(
        kind="planner",
        key="planner",
        name=form["name"]["de"],
        purpose=form["purpose"]["de"],
        responsible="",
        provider=firm,
        place="",
        data_classes=("internal", "personal"),
        facts=dict(form["facts"]),
        circumstances=dict(form["circumstances"]),
        template="planner",
        people=(),
        next_review=None,
        used_from=None,
        used_to=None,
        agreement="not_needed",
        row=None,
    )


def as_use(line: Line, *, on: date, names: Mapping[UUID, str]) -> Use:
    """A line as the guide builder reads it; the facts of the short form are in it already."""
    return Use(
        id=line.key,
        name=line.name,
        kind={"tool": "tool", "agent": "agent", "planner": "task"}[line.kind],
        template=line.template or None,
        purpose=line.purpose,
        owner=line.responsible,
        provider=line.provider,
        facts=dict(line.facts),
        circumstances=dict(line.circumstances),
        people=tuple(names[key] for key in line.people if key in names),
        planned=line.is_planned(on),
    )


def in_language(line: Line, language: str) -> Line:
    """The planner names itself in the reader's language; what people wrote stays as it is."""
    if line.kind != "planner":
        return line
    form = _known_forms()["planner"]
    name, purpose = Text.from_json(form["name"]), Text.from_json(form["purpose"])
    return replace(line, name=name.in_language(language), purpose=purpose.in_language(language))
