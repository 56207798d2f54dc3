"""The working copy of one engine step: tokens, scopes, variables and waits that it changes, and what it commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .model import Activity, Definitions, Event, EventKind, FlowNode, Task, Trigger
from .state import (
    AwaitMessage,
    Command,
    Finished,
    Incident,
    Scope,
    StartTimer,
    State,
    Status,
    Token,
    Wait,
    WaitKind,
    Withdraw,
)
from .timing import due_of


class WorkingCopy:
    """Lives for one step only; ``result`` freezes it again."""

    def __init__(self, definitions: Definitions, state: State, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("an event needs an instant with a time zone")
        self.definitions = definitions
        self.process = state.process
        self.status = state.status
        self.tokens = {token.id: token for token in state.tokens}
        self.scopes = {scope.id: scope for scope in state.scopes}
        self.waits = {wait.id: wait for wait in state.waits}
        self.counter = state.counter
        self.zone = ZoneInfo(state.zone)
        self.at = at.astimezone(UTC)
        self.commands: list[Command] = []
        self.ready: list[tuple[str, str]] = []  # token and the choice already made for the gateway it reaches
        self.ends: list[str] = []

    def result(self) -> State:
        return State(
            process=self.process,
            status=self.status,
            tokens=tuple(self.tokens.values()),
            scopes=tuple(self.scopes.values()),
            waits=tuple(self.waits.values()),
            counter=self.counter,
            zone=self.zone.key,
        )

    def store(self, scope_id: str, data: Mapping[str, object]) -> None:
        """Each value goes where its name already lives, else to the case as a whole."""
        for name, value in data.items():
            scope = self.scopes[scope_id]
            while name not in scope.variables and scope.parent:
                scope = self.scopes[scope.parent]
            self.scopes[scope.id] = replace(scope, variables={**scope.variables, name: value})

    def visible(self, scope_id: str) -> dict[str, object]:
        scope = self.scopes[scope_id]
        outer = self.visible(scope.parent) if scope.parent else {}
        return {**outer, **scope.variables}

    def new_id(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def put(self, node: str, scope: str, via: str = "", choice: str = "") -> None:
        token = Token(self.new_id("t"), node, scope, via)
        self.tokens[token.id] = token
        self.ready.append((token.id, choice))

    def withdraw_waits(self, token: Token, spare: str = "") -> None:
        for wait in [w for w in self.waits.values() if w.token == token.id and w.id != spare]:
            del self.waits[wait.id]
            self.commands.append(Withdraw(wait.id, wait.kind, wait.node))

    def cancel_waits(self) -> None:
        for token in list(self.tokens.values()):
            self.withdraw_waits(token)

    def interrupt(self, token: Token, spare: str = "") -> None:
        """Take the token off its activity with everything that runs inside; its scope lives on for the next token."""
        for scope in [s for s in self.scopes.values() if s.token == token.id]:
            self.clear(scope)
            del self.scopes[scope.id]
        self.withdraw_waits(token, spare)
        del self.tokens[token.id]

    def clear(self, scope: Scope) -> None:
        for token in [t for t in self.tokens.values() if t.scope == scope.id]:
            self.interrupt(token)

    def cancel_all(self) -> None:
        for scope in [s for s in self.scopes.values() if not s.parent]:
            self.clear(scope)

    def finish(self, status: Status) -> None:
        self.status = status
        self.ready.clear()
        self.commands.append(Finished(status, tuple(self.ends)))

    def stop(self, code: str, element: str, cause: str) -> None:
        self.commands.append(Incident(element, code, cause))
        self.cancel_waits()
        self.finish(Status.FAILED)

    def new_wait(
        self,
        token: Token,
        node: str,
        kind: WaitKind,
        *,
        due: datetime | None = None,
        name: str = "",
        remaining: int = 1,
    ) -> Wait:
        text = due.isoformat() if due else ""
        wait = Wait(self.new_id("w"), kind, node, token.id, token.scope, text, name, remaining)
        self.waits[wait.id] = wait
        return wait

    def await_event(self, token: Token, node: FlowNode) -> None:
        if isinstance(node, Task):
            trigger = Trigger(EventKind.MESSAGE, node.message or node.name)
        else:
            assert isinstance(node, Event)
            trigger = node.trigger
        if trigger.kind is EventKind.MESSAGE:
            wait = self.new_wait(token, node.id, WaitKind.MESSAGE, name=trigger.name or node.name)
            self.commands.append(AwaitMessage(wait.id, node.id, wait.name))
            return
        due, remaining = due_of(trigger, self.at, self.zone, self.visible(token.scope))
        wait = self.new_wait(token, node.id, WaitKind.TIMER, due=due, remaining=remaining)
        if due is None:
            self.commands.append(
                Incident(node.id, "timer_without_time", "the timer names no time; a person lets it go on")
            )
        else:
            self.commands.append(StartTimer(wait.id, node.id, due))

    def arm_boundaries(self, token: Token, node: Activity) -> None:
        for event in self.definitions.boundaries.get(node.id, ()):
            if event.trigger.kind in (EventKind.TIMER, EventKind.MESSAGE):
                self.await_event(token, event)
