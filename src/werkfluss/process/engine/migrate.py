"""Taking a running case to another version of its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from werkfluss.kernel.text import Text
from werkfluss.process.model import Activity, Definitions, Event, EventPosition, FlowNode, Gateway
from werkfluss.process.routing import joins
from werkfluss.process.state import (
    EVENT_WAITS,
    Command,
    Scope,
    ScopeKind,
    State,
    Token,
    Wait,
    WaitKind,
    Withdraw,
)

from .plan import plan_of
from .run import Run


@dataclass(frozen=True, slots=True)
class Migration:
    """``problems`` keep the case on its version; then ``state`` is the old one. ``notes`` say what becomes different.

    ``commands``: what the outside has to do: timers that are new, waits whose element is gone.
    """

    state: State
    problems: tuple[Text, ...]
    notes: tuple[Text, ...]
    commands: tuple[Command, ...] = ()


class _Move:
    """One case from ``old`` to ``new``."""

    def __init__(self, old: Definitions, new: Definitions, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = mapping
        self.problems: list[Text] = []
        self.notes: list[Text] = []
        self.dropped: list[Wait] = []
        self.blocked: set[str] = set()

    def element(self, element: str) -> str:
        return self.mapping.get(element, element)

    def name(self, element: str) -> str:
        node = self.old.nodes.get(element) or self.new.nodes.get(element)
        return (node.name or node.id) if node is not None else element

    def scope(self, scope: Scope) -> Scope:
        element = self.element(scope.element)
        if element not in self.new.nodes and element not in plan_of(self.new).processes:
            name = self.name(scope.element)
            if scope.kind == ScopeKind.RECORD:
                self.notes.append(
                    Text(f"„{name}“ kann nicht mehr rückgängig gemacht werden.", f"“{name}” can no longer be undone.")
                )
            else:
                self.gone(scope.element)
        return replace(scope, element=element)

    def gone(self, element: str) -> None:
        if element in self.blocked:
            return  # one thing that is wrong with a place is enough
        name = self.name(element)
        self.problem(
            element,
            Text(
                f"Der Vorgang steht bei „{name}“; diesen Schritt gibt es in der neuen Fassung nicht.",
                f"The case stands at “{name}”; the new version has no such step.",
            ),
        )

    def problem(self, element: str, text: Text) -> None:
        self.blocked.add(element)
        if text not in self.problems:
            self.problems.append(text)

    def token(self, token: Token, scopes: Mapping[str, Scope]) -> Token:
        node = self.new.nodes.get(self.element(token.node))
        if node is None:
            self.gone(token.node)
            return token
        before, name = self.old.nodes[token.node], self.name(token.node)
        if not alike(before, node):
            self.problem(
                token.node,
                Text(
                    f"„{name}“ ist in der neuen Fassung etwas anderes ({node.tag} statt {before.tag}).",
                    f"“{name}” is something else in the new version ({node.tag} instead of {before.tag}).",
                ),
            )
        around = scopes[token.scope]
        if around.kind in (ScopeKind.BODY, ScopeKind.TOOLBOX) and node.scope != around.element:
            self.problem(
                token.node,
                Text(
                    f"„{name}“ liegt in der neuen Fassung in einem anderen Teilprozess.",
                    f"“{name}” lies in another sub-process in the new version.",
                ),
            )
        return replace(token, node=node.id, via=self.flow(token, node))

    def flow(self, token: Token, node: FlowNode) -> str:
        """The flow on which a token came matters where it waits for others at a join."""
        if not token.via or self.element(token.via) in node.incoming:
            return self.element(token.via)
        drawn = self.old.flows.get(token.via)
        source = self.element(drawn.source) if drawn is not None else ""
        same = [flow for flow in node.incoming if self.new.flows[flow].source == source]
        if len(same) == 1:
            return same[0]
        if joins(node):
            name = self.name(token.node)
            self.problem(
                token.node,
                Text(
                    f"Bei „{name}“ wartet ein Zweig, der in der neuen Fassung nicht mehr dorthin führt.",
                    f"At “{name}” a branch is waiting that no longer leads there in the new version.",
                ),
            )
        return ""

    def wait(self, wait: Wait, tokens: Mapping[str, Token], scopes: Mapping[str, Scope]) -> Wait | None:
        """The wait with its id and its due; ``None`` if what it is for is no longer drawn there.

        Without an event beside it the case still goes on. Where a token stands, that has been said for the token.
        """
        node = self.new.nodes.get(self.element(wait.node))
        if node is not None and alike(self.old.nodes[wait.node], node) and self.fits(node, wait, tokens, scopes):
            return replace(wait, node=node.id)
        if _beside(self.old, wait):
            self.dropped.append(wait)
            name = self.name(wait.node)
            self.notes.append(Text(f"Auf „{name}“ wird nicht mehr gewartet.", f"“{name}” is no longer waited for."))
        else:
            self.gone(wait.node)
        return None

    def fits(self, node: FlowNode, wait: Wait, tokens: Mapping[str, Token], scopes: Mapping[str, Scope]) -> bool:
        """Whether the new drawing has the event where the wait needs it: at the same activity, scope or gateway."""
        if not wait.token:
            around = self.new.nodes.get(node.scope)
            return around is not None and around.scope == scopes[wait.scope].element
        stands = tokens[wait.token].node
        if wait.kind is WaitKind.DECISION:
            return node.id == stands and (bool(node.outgoing) or (isinstance(node, Activity) and node.loop is not None))
        if wait.kind not in EVENT_WAITS:
            return node.id == stands
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
            return node.attached_to == stands
        return node.id == stands or any(self.new.flows[flow].source == stands for flow in node.incoming)


def alike(old: FlowNode, new: FlowNode) -> bool:
    """Whether a token or wait at one may stand at the other: the same sort of element, waiting for the same."""
    if type(old) is not type(new):
        return False
    if isinstance(old, Activity) and isinstance(new, Activity):
        return old.tag == new.tag and _turns(old) == _turns(new)
    if isinstance(old, Gateway) and isinstance(new, Gateway):
        return old.type is new.type
    if isinstance(old, Event) and isinstance(new, Event):
        return old.position is new.position and [t.kind for t in old.triggers] == [t.kind for t in new.triggers]
    return False


def _turns(activity: Activity) -> tuple[object, ...]:
    """What has to be the same for a case in the middle of an activity: whether and how it goes in turns."""
    loop = activity.loop
    return loop.kind if loop else None, bool(loop and loop.output), bool(loop or activity.inputs or activity.outputs)


def migrate(
    state: State,
    old: Definitions,
    new: Definitions,
    mapping: Mapping[str, str] | None = None,
    *,
    at: datetime,
) -> Migration:
    """Take a case to another version of its process; all of it or, with problems, none.

    ``mapping`` gives elements and flows that have another id in the new version. Waits keep their ids, timers the
    instant at which they are due; events newly drawn at an open activity begin to count now.
    """
    move = _Move(old, new, mapping or {})
    process = move.element(state.process)
    if process not in plan_of(new).processes:
        problem = Text("In der neuen Fassung fehlt der Prozess.", "The new version lacks the process.")
        return Migration(state, (problem,), ())
    scopes = [move.scope(scope) for scope in state.scopes]
    by_id = {scope.id: scope for scope in scopes}
    tokens = [move.token(token, by_id) for token in state.tokens]
    standing = {token.id: token for token in tokens}
    waits = [kept for wait in state.waits if (kept := move.wait(wait, standing, by_id)) is not None]
    if move.problems:
        return Migration(state, tuple(move.problems), tuple(move.notes))
    scopes = [s for s in scopes if s.kind != ScopeKind.RECORD or s.element in new.nodes]
    moved = replace(state, process=process, scopes=tuple(scopes), tokens=tuple(tokens), waits=tuple(waits))
    run = Run(new, moved, at)
    run.commands += [Withdraw(wait.id, wait.kind, wait.node) for wait in move.dropped]
    _arm_what_is_new(run, move)
    return Migration(run.result(), (), tuple(move.notes), tuple(run.commands))


def _beside(definitions: Definitions, wait: Wait) -> bool:
    """Whether the wait is for an event at a boundary or of an event sub-process: without it the case still goes on."""
    node = definitions.nodes[wait.node]
    beside = isinstance(node, Event) and node.position in (EventPosition.BOUNDARY, EventPosition.START)
    return beside and wait.kind in EVENT_WAITS


def _arm_what_is_new(run: Run, move: _Move) -> None:
    armed = {(wait.token, wait.scope, wait.node) for wait in run.waits.values()}
    for token in list(run.tokens.values()):
        node = run.node(token.node)
        if isinstance(node, Activity) and not run.is_turn(token):
            for event in run.definitions.boundaries.get(node.id, ()):
                if (token.id, token.scope, event.id) not in armed:
                    _arm(run, move, event, token=token.id, scope=token.scope)
    for scope in list(run.scopes.values()):
        if scope.kind in (ScopeKind.BODY, ScopeKind.TOOLBOX):
            for event in run.plan.event_starts.get(scope.element, ()):
                if ("", scope.id, event.id) not in armed:
                    _arm(run, move, event, token="", scope=scope.id)


def _arm(run: Run, move: _Move, event: Event, *, token: str, scope: str) -> None:
    if event.id in {move.element(one) for one in move.old.nodes}:
        return  # it was there before and has had its effect
    if run.await_event(event, token=token, scope=scope):
        name = event.name or event.id
        move.notes.append(Text(f"Neu: „{name}“ gilt ab jetzt.", f"New: “{name}” counts from now on."))


def preview(
    state: State, old: Definitions, new: Definitions, mapping: Mapping[str, str] | None = None, *, at: datetime
) -> tuple[Text, ...]:
    """What would happen to a case: what keeps it where it is, else where it stands and what changes there."""
    found = migrate(state, old, new, mapping, at=at)
    if found.problems:
        return found.problems
    lines = list(found.notes)
    was = {wait.id: wait for wait in state.waits}
    for wait in found.state.waits:
        if wait.id in was and wait.kind is not WaitKind.CONDITION:
            lines += _changes(old, new, was[wait.id], wait)
    return tuple(lines) or (Text("Für diesen Vorgang ändert sich nichts.", "Nothing changes for this case."),)


def _changes(old: Definitions, new: Definitions, was: Wait, wait: Wait) -> list[Text]:
    before, after = old.nodes[was.node], new.nodes[wait.node]
    lines = []
    if before.name != after.name:
        lines.append(Text(f"„{before.name}“ heißt dann „{after.name}“.", f"“{before.name}” is then “{after.name}”."))
    who, then = old.performer(before), new.performer(after)
    if who != then:
        lines.append(
            Text(
                f"„{after.name}“: {then or '–'} statt {who or '–'}.",
                f"“{after.name}”: {then or '–'} instead of {who or '–'}.",
            )
        )
    if before.facts != after.facts:
        lines.append(
            Text(
                f"„{after.name or after.id}“: Vorgaben sind geändert.",
                f"“{after.name or after.id}”: requirements changed.",
            )
        )
    return lines
