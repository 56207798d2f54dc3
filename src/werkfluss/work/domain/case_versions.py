"""Running cases and the versions of their process: what a move to another version would change, and the move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.engine import Migration, migrate, preview
from werkfluss.process.engine.migrate import alike
from werkfluss.process.engine.run import Run
from werkfluss.process.matching import Match, match_flows, match_nodes
from werkfluss.process.model import Definitions, SubProcess
from werkfluss.process.state import Choice, State, WaitKind
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.domain.case_run import carry_out, lock
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseTask, ProcessDefinition

Outlook = Literal["moves", "map", "stuck"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands (``old``, an id), and where it would: ``new`` is empty if there is no such place.

    ``confirmed``: it has another id there, and a person has said that it is the same step.
    """

    old: str
    new: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class CasePreview:
    """What would happen to one case. ``problems`` keep it on its version; ``notes`` say what becomes different.

    ``outlook``: it moves; it could, once a person says which step is which (``map``); or it is stuck where it is.
    """

    case: Case
    problems: tuple[Text, ...]
    notes: tuple[Text, ...]
    places: tuple[Place, ...] = ()
    outlook: Outlook = "moves"

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are alike, the oldest first; ``key`` names the group in a form."""

    key: str
    previews: tuple[CasePreview, ...]

    @property
    def first(self) -> CasePreview:
        """What is true of all of them."""
        return self.previews[0]


@dataclass(frozen=True, slots=True)
class Question:
    """A step of ``definition`` at which cases stand and that the new version lacks: which of ``candidates`` is it?

    ``guess`` is one of them that has the same name or place, else empty; a guess moves nothing until it is confirmed.
    """

    definition: ProcessDefinition
    element: str
    cases: int
    guess: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """One case after the attempt; ``why`` is empty where it moved."""

    case: Case
    why: tuple[Text, ...] = ()


def cases_of_older_versions(to: ProcessDefinition) -> QuerySet[Case]:
    """The running cases of the process that stand on another version, the oldest first."""
    rows = Case.objects.filter(definition__key=to.key, state="running").exclude(definition=to)
    # The text of a version is long, and read once for all of its cases.
    return rows.select_related("definition").defer("definition__bpmn").order_by("number")


def standing_cases(to: ProcessDefinition) -> list[Case]:
    """The same cases with what says where they stand: as many queries for ten thousand of them as for one."""
    rows = cases_of_older_versions(to).prefetch_related("tokens", "waits")
    return list(rows)


def guesses(to: ProcessDefinition) -> tuple[Match, ...]:
    """Steps that running cases know and that have another id in the new version: by name, kind or place, so a guess."""
    found: dict[tuple[str, str], Match] = {}
    for old in ProcessDefinition.objects.filter(cases__in=cases_of_older_versions(to)).distinct():
        for match in match_nodes(model_of(old), model_of(to)).values():
            if match.guess:
                found.setdefault((match.old, match.new), match)
    return tuple(found.values())


def _mapping(old: Definitions, new: Definitions, confirmed: Mapping[str, str]) -> dict[str, str]:
    """From old to new ids: those of the same id, and the guesses that a person has confirmed."""
    sure = {one.old: one for one in match_nodes(old, new).values() if not one.guess}
    nodes = sure | {was: Match(was, now, guess=True) for was, now in confirmed.items() if was in old.nodes}
    flows = match_flows(old, new, nodes)
    # A flow found between two steps that are sure, or confirmed, is as sure as these.
    return {was: one.new for was, one in {**flows, **nodes}.items() if one.new != was}


def _migration(case: Case, to: ProcessDefinition, confirmed: Mapping[str, str]) -> tuple[Migration, dict[str, str]]:
    old, new = model_of(case.definition), model_of(to)
    mapping = _mapping(old, new, confirmed)
    return migrate(state_of(case), old, new, mapping, at=clock.now()), mapping


def preview_migration(
    to: ProcessDefinition, *, confirmed: Mapping[str, str] | None = None, cases: Iterable[Case] | None = None
) -> list[CasePreview]:
    """What happens to each running case of an older version; ``confirmed`` are guesses taken as right.

    ``cases`` are ``standing_cases``, where somebody has them already.
    """
    sight = _Sight(to, confirmed or {})
    return [sight.of(case) for case in (standing_cases(to) if cases is None else cases)]


def grouped(previews: Iterable[CasePreview]) -> list[Group]:
    """Cases that stand at the same place of the same version and to which the same would happen, the most first."""
    found: dict[tuple[Any, ...], list[CasePreview]] = {}
    for one in previews:
        said = (one.outlook, one.problems, one.notes)
        found.setdefault((one.case.definition_id, one.places, *said), []).append(one)
    groups = [Group(_name(key), tuple(rows)) for key, rows in found.items()]
    return sorted(groups, key=lambda group: -len(group.previews))


def _name(key: tuple[Any, ...]) -> str:
    """The same for the same group, also when the page is loaded again."""
    return sha256(repr(key).encode()).hexdigest()[:16]


def questions(to: ProcessDefinition, *, cases: Iterable[Case] | None = None) -> list[Question]:
    """The steps at which running cases stand and of which a person must say what became of them."""
    sight = _Sight(to, {})
    found: dict[tuple[UUID, str], Question] = {}
    for case in standing_cases(to) if cases is None else cases:
        for place in sight.of(case).places:
            candidates = () if place.new else sight.candidates(case.definition, place.old)
            if candidates:
                key = (case.definition_id, place.old)
                known = found.get(key)
                guess = sight.guess(case.definition, place.old)
                guess = guess if guess in candidates else ""
                count = known.cases + 1 if known else 1
                found[key] = Question(case.definition, place.old, count, guess, candidates)
    return list(found.values())


class _Sight:
    """One look at all cases of a process: what compares two versions is worked out once for each old one."""

    def __init__(self, to: ProcessDefinition, confirmed: Mapping[str, str]) -> None:
        self.new = model_of(to)
        self.confirmed = confirmed
        self.now = clock.now()
        self.mappings: dict[UUID, dict[str, str]] = {}
        self.seen: dict[tuple[Any, ...], CasePreview] = {}

    def mapping(self, definition: ProcessDefinition) -> dict[str, str]:
        if definition.pk not in self.mappings:
            self.mappings[definition.pk] = _mapping(model_of(definition), self.new, self.confirmed)
        return self.mappings[definition.pk]

    def of(self, case: Case) -> CasePreview:
        """Where a case can go depends on where it stands, not on its data; so it is worked out once for all alike."""
        state = state_of(case)
        key = (case.definition_id, *_shape(state))
        if key not in self.seen:
            self.seen[key] = self._worked_out(case, state)
        return replace(self.seen[key], case=case)

    def _worked_out(self, case: Case, state: State) -> CasePreview:
        old, mapping = model_of(case.definition), self.mapping(case.definition)
        problems = migrate(state, old, self.new, mapping, at=self.now).problems
        notes = () if problems else preview(state, old, self.new, mapping, at=self.now)
        places = tuple(self.place(old, element, mapping) for element in _standing(old, state))
        outlook: Outlook = "moves"
        if problems:
            open_ = [place.old for place in places if not place.new]
            can = bool(open_) and all(self.candidates(case.definition, element) for element in open_)
            outlook = "map" if can else "stuck"
        return CasePreview(case, problems, notes, places, outlook)

    def place(self, old: Definitions, element: str, mapping: Mapping[str, str]) -> Place:
        target = mapping.get(element, element)
        node = self.new.nodes.get(target)
        fits = node is not None and alike(old.nodes[element], node)
        return Place(element, target if fits else "", confirmed=fits and element in self.confirmed)

    def candidates(self, definition: ProcessDefinition, element: str) -> tuple[str, ...]:
        """The steps of the new version at which a case that stands at ``element`` could go on."""
        node = model_of(definition).nodes[element]
        return tuple(one.id for one in self.new.nodes.values() if alike(node, one))

    def guess(self, definition: ProcessDefinition, element: str) -> str:
        match = match_nodes(model_of(definition), self.new).get(element)
        return match.new if match is not None else ""


def _shape(state: State) -> tuple[Any, ...]:
    """Where a state stands, without its data, times and numbers."""
    scopes = {scope.id: scope for scope in state.scopes}

    def way(scope_id: str) -> tuple[str, ...]:
        path = []
        while scope_id in scopes:
            scope = scopes[scope_id]
            path.append(f"{scope.kind}:{scope.element}")
            scope_id = scope.parent
        return tuple(path)

    at = {token.id: token.node for token in state.tokens}
    return (
        tuple(sorted((token.node, token.via, way(token.scope)) for token in state.tokens)),
        tuple(sorted((wait.node, wait.kind, at.get(wait.token, ""), way(wait.scope)) for wait in state.waits)),
        tuple(sorted((scope.kind, scope.element, way(scope.parent)) for scope in state.scopes)),
    )


def _standing(old: Definitions, state: State) -> list[str]:
    """The elements at which a case stands; a sub-process only if nothing in it does."""
    nodes = dict.fromkeys(token.node for token in state.tokens)
    around = {old.nodes[node].scope for node in nodes if node in old.nodes}
    return [node for node in nodes if node in old.nodes and node not in around]


def migrate_cases(
    cases: Iterable[Case], *, to: ProcessDefinition, confirmed: Mapping[str, str] | None = None, by: Actor
) -> list[Moved]:
    """Move running cases, each for itself: one that cannot move keeps no other from it."""
    done = []
    for case in cases:
        try:
            with transaction.atomic():
                done.append(Moved(migrate_case(case, to=to, confirmed=confirmed, by=by)))
        except WerkflussError as error:
            done.append(Moved(case, (error.fault.cause,)))
    return done


def migrate_case(case: Case, *, to: ProcessDefinition, confirmed: Mapping[str, str] | None = None, by: Actor) -> Case:
    """Move one running case to another version of its process.

    Raises:
        NotPermitted: not somebody who works on cases.
        Conflict: it stands there already, or no longer runs.
        Refused: the new version has no place for where it stands; the reason says which.
    """
    by.require("case.work")
    case = lock(case.pk)
    if case.state != "running" or case.definition_id == to.pk:
        raise Conflict(f"case {case.number}")
    if case.definition.key != to.key:
        raise _refused(Text("Das ist ein anderer Prozess.", "This is another process."))
    found, mapping = _migration(case, to, confirmed or {})
    if found.problems:
        raise _refused(found.problems[0])
    was = case.definition
    visited = [mapping.get(one, one) for one in case.engine["visited"]]
    case.edit(definition=to, engine={**case.engine, "visited": visited})
    data = {"revision": to.revision, "before": was.revision, "notes": [note.de for note in found.notes]}
    _rename_steps(case, model_of(to), found.state)
    carry_out(case, found.state, found.commands, kind="work.case.migrated", data=data, by=by)
    return case


def _refused(reason: Text) -> Refused:
    stay = Text("Der Vorgang bleibt auf seiner Fassung.", "The case stays on its version.")
    return Refused(reason, citation="Vorgang", what_to_do=stay)


def _rename_steps(case: Case, model: Definitions, state: State) -> None:
    """Open steps take over what the new version says of them."""
    waits = {wait.id: wait for wait in state.waits}
    run = Run(model, state, clock.now())
    for step in CaseTask.objects.filter(case=case, state="open", key__in=waits):
        wait = waits[step.key]
        node = model.nodes[wait.node]
        changes: dict[str, Any] = {"element": node.id, "name": (node.name or node.id)[:200]}
        if wait.kind in (WaitKind.WORK, WaitKind.DECISION):
            several, choices = run.choices(wait)
            changes |= {"choices": _pairs(choices), "several": several, "brief": node.documentation}
        elif wait.kind is WaitKind.TOOLBOX and isinstance(node, SubProcess):
            changes |= {"choices": _pairs(run.offered(node)), "brief": node.documentation}
        CaseTask.objects.filter(pk=step.pk).update(version=F("version") + 1, **changes)


def _pairs(choices: Iterable[Choice]) -> list[list[str]]:
    return [[choice.flow, choice.label] for choice in choices]
