"""The working copy of one engine step: tokens, scopes, variables and waits that it changes, and what it commands.

It is indexed, so that a step costs by what lives in the case; ``result`` freezes it again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkfluss.process.feel import FeelError, evaluate, to_json
from werkfluss.process.model import Definitions, FlowNode
from werkfluss.process.state import (
    Command,
    Finished,
    Incident,
    Scope,
    ScopeKind,
    State,
    Status,
    Token,
    Wait,
    WaitKind,
    Withdraw,
)

from .plan import plan_of


class WorkingCopy(ABC):
    """Lives for one step only. What it calls a tree is a scope with all that runs inside.

    The classes above it add one topic each and call each other through the abstract methods here.
    """

    def __init__(self, definitions: Definitions, state: State, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("an event needs an instant with a time zone")
        self.definitions = definitions
        self.plan = plan_of(definitions)
        self.process = state.process
        self.status = state.status
        self.counter = state.counter
        self.zone = ZoneInfo(state.zone)
        self.at = at.astimezone(UTC)
        self.commands: list[Command] = []
        self.ends: list[str] = []
        self.changed = False  # variables, or a condition that is new: conditions have to be looked at
        # Tokens that have to move, with the branches already chosen for the gateway they reach.
        self.ready: dict[str, tuple[str, ...]] = {}
        self.begin_at: dict[str, str] = {}  # by token: the start event with which its sub-process begins
        self.occurred: set[str] = set()  # tokens whose event has happened already: it started the case
        self.tokens: dict[str, Token] = {}
        self.scopes: dict[str, Scope] = {}
        self.waits: dict[str, Wait] = {}
        self._inside: dict[str, dict[str, None]] = defaultdict(dict)  # tokens by scope
        self._children: dict[str, dict[str, None]] = defaultdict(dict)  # scopes by parent
        self._opened: dict[str, dict[str, None]] = defaultdict(dict)  # scopes by the token that waits for them
        self._held: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)  # waits by token and scope
        for scope in state.scopes:
            self.add_scope(scope)
        for token in state.tokens:
            self.add_token(token)
        for wait in state.waits:
            self.add_wait(wait)

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

    @abstractmethod
    def leave(self, token: Token, choices: tuple[str, ...] = ()) -> None:
        """The node of the token is done; the token goes on."""

    @abstractmethod
    def emptied(self, scope: Scope) -> None:
        """Nothing runs in the scope any more."""

    # What is there.

    def node(self, node_id: str) -> FlowNode:
        return self.definitions.nodes[node_id]

    def scope_of(self, token: Token) -> Scope:
        return self.scopes[token.scope]

    def tokens_in(self, scope_id: str) -> list[Token]:
        return [self.tokens[token] for token in self._inside.get(scope_id, ())]

    def children(self, scope_id: str, kind: ScopeKind) -> list[Scope]:
        found = (self.scopes[child] for child in self._children.get(scope_id, ()))
        return [scope for scope in found if scope.kind == kind]

    def opened_by(self, token: Token) -> list[Scope]:
        return [self.scopes[scope] for scope in self._opened.get(token.id, ())]

    def waits_of(self, token: Token) -> list[Wait]:
        return [self.waits[wait] for wait in self._held.get((token.id, ""), ())]

    def waits_at_scope(self, scope_id: str) -> list[Wait]:
        """What the scope itself waits for: the starts of its event sub-processes."""
        return [self.waits[wait] for wait in self._held.get(("", scope_id), ())]

    def is_turn(self, token: Token) -> bool:
        """Whether the token is one turn of an activity with a loop or mappings, inside of it."""
        scope = self.scope_of(token)
        return scope.kind == ScopeKind.TURN and scope.element == token.node

    def is_empty(self, scope_id: str) -> bool:
        return not self._inside.get(scope_id) and not self.children(scope_id, ScopeKind.UNDOING)

    def owner(self, scope: Scope) -> Token | None:
        """The token that waits, further out, for what happens in this scope."""
        current: Scope | None = scope
        while current is not None and not current.token:
            current = self.scopes.get(current.parent)
        return self.tokens.get(current.token) if current is not None else None

    def outward(self, scope_id: str) -> Iterator[Scope]:
        """The scope and those around it, innermost first."""
        scope = self.scopes.get(scope_id)
        while scope is not None:
            yield scope
            scope = self.scopes.get(scope.parent)

    # Changes.

    def new_id(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def add_token(self, token: Token) -> None:
        self.tokens[token.id] = token
        self._inside[token.scope][token.id] = None

    def drop_token(self, token: Token) -> None:
        del self.tokens[token.id]
        del self._inside[token.scope][token.id]
        self.ready.pop(token.id, None)

    def put(self, node: str, scope: str, via: str = "", choices: tuple[str, ...] = ()) -> Token:
        token = Token(self.new_id("t"), node, scope, via)
        self.add_token(token)
        self.ready[token.id] = choices
        return token

    def add_scope(self, scope: Scope) -> Scope:
        old = self.scopes.get(scope.id)
        if old is not None and old.parent != scope.parent:
            self._children[old.parent].pop(scope.id)
        self.scopes[scope.id] = scope
        if scope.parent:
            self._children[scope.parent][scope.id] = None
        if scope.token:
            self._opened[scope.token][scope.id] = None
        return scope

    def note(self, scope: Scope, **data: Any) -> Scope:
        return self.add_scope(replace(self.scopes[scope.id], data={**self.scopes[scope.id].data, **data}))

    def drop_scope(self, scope: Scope) -> None:
        """Only this scope; what is inside must have gone before, or goes with ``drop_tree``."""
        del self.scopes[scope.id]
        self._children[scope.parent].pop(scope.id, None)
        self._opened[scope.token].pop(scope.id, None)

    def drop_tree(self, scope: Scope) -> None:
        self.clear(scope)
        for child in [self.scopes[child] for child in self._children.get(scope.id, ())]:
            self.drop_tree(child)
        self.drop_scope(scope)

    def clear(self, scope: Scope) -> None:
        """Take away all that runs in a scope; what it remembers for compensation stays."""
        for token in self.tokens_in(scope.id):
            self.interrupt(token)
        self.withdraw_scope_waits(scope)
        for kind in (ScopeKind.TURN, ScopeKind.UNDOING, ScopeKind.FIRED):
            for child in self.children(scope.id, kind):
                self.drop_tree(child)

    def interrupt(self, token: Token, spare: str = "") -> None:
        """Take the token off its activity with everything that runs inside; its scope lives on for the next token."""
        for scope in self.opened_by(token):
            self.drop_tree(scope)
        self.withdraw_waits(token, spare)
        self.drop_token(token)

    def hand_over(self, scope: Scope, to: str) -> None:
        """What a scope remembers for compensation goes to another one."""
        for record in self.children(scope.id, ScopeKind.RECORD):
            self.add_scope(replace(record, parent=to))

    # Waits.

    def add_wait(self, wait: Wait) -> Wait:
        self.waits[wait.id] = wait
        self._held[wait.token, "" if wait.token else wait.scope][wait.id] = None
        return wait

    def drop_wait(self, wait: Wait) -> None:
        del self.waits[wait.id]
        del self._held[wait.token, "" if wait.token else wait.scope][wait.id]

    def new_wait(
        self,
        node: str,
        kind: WaitKind,
        *,
        token: str,
        scope: str,
        due: datetime | None = None,
        name: str = "",
        remaining: int = 1,
        correlation: str = "",
    ) -> Wait:
        text = due.isoformat() if due else ""
        return self.add_wait(Wait(self.new_id("w"), kind, node, token, scope, text, name, remaining, correlation))

    def withdraw(self, wait: Wait) -> None:
        self.drop_wait(wait)
        self.commands.append(Withdraw(wait.id, wait.kind, wait.node))

    def withdraw_waits(self, token: Token, spare: str = "") -> None:
        for wait in self.waits_of(token):
            if wait.id != spare:
                self.withdraw(wait)

    def withdraw_scope_waits(self, scope: Scope, spare: str = "") -> None:
        for wait in self.waits_at_scope(scope.id):
            if wait.id != spare:
                self.withdraw(wait)

    # Variables.

    def store(self, scope_id: str, data: Mapping[str, object]) -> None:
        """Each value goes where its name already lives, else to the case (or called process) as a whole."""
        for name, value in data.items():
            target = None
            for target in self.outward(scope_id):
                if name in target.variables or target.data.get("sealed"):
                    break
            if target is not None:
                self.set_local(target.id, {name: value})

    def set_local(self, scope_id: str, values: Mapping[str, object]) -> None:
        scope = self.scopes[scope_id]
        self.add_scope(replace(scope, variables={**scope.variables, **values}))
        self.changed = True

    def visible(self, scope_id: str) -> dict[str, Any]:
        """All variables that can be seen from a scope; inner ones hide outer ones."""
        seen: list[Mapping[str, Any]] = []
        for scope in self.outward(scope_id):
            seen.append(scope.variables)
            if scope.data.get("sealed"):
                break
        return {name: value for variables in reversed(seen) for name, value in variables.items()}

    def value(self, expression: str, scope_id: str, more: Mapping[str, Any] | None = None) -> Any:
        """The value of a FEEL expression as plain JSON.

        Raises:
            FeelError: it cannot be read, or a limit of the interpreter was hit.
        """
        return to_json(evaluate(expression.strip().removeprefix("="), {**self.visible(scope_id), **(more or {})}).value)

    def holds(self, expression: str, scope_id: str, more: Mapping[str, Any] | None = None) -> bool:
        """Only ``true`` holds; a condition that breaks down is an incident and does not hold."""
        try:
            return self.value(expression, scope_id, more) is True
        except FeelError as error:
            self.incident(self.scopes[scope_id].element, "condition", str(error))
            return False

    # The end.

    def incident(self, element: str, code: str, cause: str) -> None:
        self.commands.append(Incident(element, code, cause))

    def cancel_waits(self) -> None:
        for wait in list(self.waits.values()):
            self.withdraw(wait)

    def cancel_all(self) -> None:
        for scope in [s for s in self.scopes.values() if not s.parent]:
            self.clear(scope)
            for record in self.children(scope.id, ScopeKind.RECORD):
                self.drop_tree(record)

    def finish(self, status: Status, error: str = "", name: str = "") -> None:
        self.status = status
        self.ready.clear()
        self.commands.append(Finished(status, tuple(self.ends), error, name))

    def stop(self, code: str, element: str, cause: str, error: str = "", name: str = "") -> None:
        """The case cannot go on. Its tokens stay, to show where it stood."""
        self.incident(element, code, cause)
        self.cancel_waits()
        self.finish(Status.FAILED, error, name)
