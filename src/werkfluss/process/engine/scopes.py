"""Scopes open, run empty and close (BPMN 2.0.2, 13.3.4: a sub-process ends when no token is left in it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkfluss.process.feel import FeelError
from werkfluss.process.model import Event, EventKind, FlowNode, Task, Trigger
from werkfluss.process.routing import start_nodes
from werkfluss.process.state import (
    AwaitCondition,
    AwaitMessage,
    AwaitSignal,
    Scope,
    ScopeKind,
    StartTimer,
    Status,
    Token,
    Wait,
    WaitKind,
)
from werkfluss.process.timing import first_of

from .working import WorkingCopy

MAX_DEPTH = 60  # scopes within scopes; a process that calls itself without end stops here
AWAITED = {
    EventKind.TIMER: WaitKind.TIMER,
    EventKind.MESSAGE: WaitKind.MESSAGE,
    EventKind.SIGNAL: WaitKind.SIGNAL,
    EventKind.CONDITIONAL: WaitKind.CONDITION,
}


class Scopes(WorkingCopy):
    """Opening, closing, and the waits that belong to a node or to the scope itself."""

    def open_scope(
        self,
        element: str,
        *,
        parent: str,
        token: str,
        variables: Mapping[str, object],
        kind: ScopeKind = ScopeKind.BODY,
        data: Mapping[str, Any] | None = None,
    ) -> Scope | None:
        """A new scope without tokens, its event sub-processes waiting; ``None`` if it would be too deep."""
        if parent and sum(1 for _ in self.outward(parent)) >= MAX_DEPTH:
            self.stop("too_deep", element, f"more than {MAX_DEPTH} processes call one another")
            return None
        scope = Scope(self.new_id("s"), element, parent, token, dict(variables), kind, dict(data or {}))
        self.add_scope(scope)
        if kind in (ScopeKind.BODY, ScopeKind.TOOLBOX):
            for event in self.plan.event_starts.get(element, ()):
                self.await_event(event, token="", scope=scope.id)
        return scope

    def begin(self, scope: Scope, element: str = "") -> None:
        """Tokens at the start; a scope with nothing in it is over at once."""
        for node in start_nodes(self.definitions, scope.element, element):
            self.put(node.id, scope.id)
        if self.is_empty(scope.id):
            self.emptied(scope)

    def consume(self, token: Token) -> None:
        """The token is gone; the last one of a scope empties it."""
        self.drop_token(token)
        if token.scope in self.scopes and self.is_empty(token.scope):
            self.emptied(self.scopes[token.scope])

    def close(self, scope: Scope) -> None:
        """A process or sub-process is over. What still could start in it no longer can."""
        self.withdraw_scope_waits(scope)
        if not scope.parent:
            for other in [s for s in self.scopes.values() if s.id != scope.id]:
                self.drop_scope(other)
            self.finish(Status.COMPLETED)
            return
        token = self.tokens[scope.token]
        self.remember(scope)
        self.hand_back(scope, token)
        self.drop_tree(self.scopes[scope.id])
        self.leave(token)

    def hand_back(self, scope: Scope, token: Token) -> None:
        """What the variables of a scope of its own give to the one around it; see ``Activities``."""

    def remember(self, scope: Scope) -> None:
        """What a sub-process leaves behind for its compensation; see ``Compensation``."""

    # Waiting for events.

    def await_event(self, node: FlowNode, *, token: str, scope: str) -> bool:
        """Wait for what a node catches; ``False`` if there is nothing that could come from outside."""
        triggers = node.triggers if isinstance(node, Event) else ()
        if isinstance(node, Task):
            triggers = (Trigger(EventKind.MESSAGE, node.message or node.name, correlation=node.correlation),)
        waits = [self.await_trigger(node, t, token=token, scope=scope) for t in triggers if t.kind in AWAITED]
        return bool(waits)

    def await_trigger(self, node: FlowNode, trigger: Trigger, *, token: str, scope: str) -> Wait:
        kind = AWAITED[trigger.kind]
        if kind is WaitKind.TIMER:
            return self.start_timer(node, trigger, token=token, scope=scope)
        if kind is WaitKind.CONDITION:
            wait = self.new_wait(node.id, kind, token=token, scope=scope)
            text, formal = self.plan.condition(node.id)
            self.commands.append(AwaitCondition(wait.id, node.id, text, formal))
            self.changed = True  # it may hold already
            return wait
        # A message or signal that the file does not declare goes by the name of the event.
        name = called(trigger, node)
        if kind is WaitKind.SIGNAL:
            wait = self.new_wait(node.id, kind, token=token, scope=scope, name=name)
            self.commands.append(AwaitSignal(wait.id, node.id, name))
            return wait
        key = self.correlation(node, trigger, scope)
        wait = self.new_wait(node.id, kind, token=token, scope=scope, name=name, correlation=key)
        self.commands.append(AwaitMessage(wait.id, node.id, name, key))
        return wait

    def start_timer(self, node: FlowNode, trigger: Trigger, *, token: str, scope: str) -> Wait:
        first = first_of(trigger, self.at, self.zone, self.visible(scope))
        wait = self.new_wait(node.id, WaitKind.TIMER, token=token, scope=scope, due=first.due if first else None)
        if first is None:
            self.incident(node.id, "timer_without_time", "the timer names no time; a person lets it go on")
            return wait
        self.commands.append(StartTimer(wait.id, node.id, first.due))
        if first.anchor is None:
            return wait
        anchor = first.anchor.isoformat()
        return self.add_wait(replace(wait, remaining=first.repeats, anchor=anchor, turn=first.turn))

    def correlation(self, node: FlowNode, trigger: Trigger, scope: str) -> str:
        """The key of a message as it is now; empty, with an incident, where the expression gives no text or number."""
        if not trigger.correlation:
            return ""
        try:
            value = self.value(trigger.correlation, scope)
        except FeelError as error:
            self.incident(node.id, "correlation", str(error))
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            self.incident(node.id, "correlation", f"{trigger.correlation!r} gives no key; any message of the name fits")
            return ""
        return str(value)


def called(trigger: Trigger, node: FlowNode) -> str:
    return trigger.name or node.name or trigger.reference
