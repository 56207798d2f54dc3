"""Compensation (BPMN 2.0.2, 10.7 and 13.5.5): what was completed is undone in reverse order, before the case goes on.

A completed activity with a handler leaves a scope of the kind ``RECORD`` behind; so does a sub-process with such
activities inside, with a snapshot of its own variables. A scope of the kind ``UNDOING`` plays one list of records.
"""

from __future__ import annotations

from werkfluss.process.model import (
    Activity,
    EventKind,
    EventPosition,
    SubProcess,
    SubProcessKind,
    Trigger,
)
from werkfluss.process.state import Scope, ScopeKind, Token

from .catching import Catching


class Compensation(Catching):
    """Remembering and undoing; cancelling a transaction."""

    def remember_activity(self, token: Token, node: Activity) -> None:
        if node.loop is None and self.is_undoable(node):
            self.add_scope(Scope(self.new_id("s"), node.id, token.scope, kind=ScopeKind.RECORD))

    def remember_turn(self, turn: Scope, node: Activity) -> None:
        """Each turn of a loop is undone for itself, with what it was about (13.5.5)."""
        if node.loop is not None and self.is_undoable(node):
            about = dict(turn.variables)
            self.add_scope(Scope(self.new_id("s"), node.id, turn.id, "", about, ScopeKind.RECORD))

    def is_undoable(self, node: Activity) -> bool:
        return self.plan.compensates and not node.for_compensation and self.plan.handler(node.id) is not None

    def remember(self, scope: Scope) -> None:
        """The handler of a sub-process as a whole hides the handlers inside."""
        inside = self.children(scope.id, ScopeKind.RECORD)
        worth = inside or self.plan.undoing_start(scope.element) is not None
        node = self.definitions.nodes.get(scope.element)
        event = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
        if not self.plan.compensates or not worth or event or self.plan.handler(scope.element) is not None:
            return
        around = self.scopes[scope.parent]
        about = around.variables if around.kind == ScopeKind.TURN else {}
        snapshot = {**about, **scope.variables}
        record = Scope(self.new_id("s"), scope.element, scope.parent, "", snapshot, ScopeKind.RECORD)
        self.add_scope(record)
        self.hand_over(scope, record.id)

    def compensate(self, token: Token, trigger: Trigger) -> bool:
        """Begin to undo; whether the token has to wait for it."""
        scope = self.undone_scope(self.scope_of(token))
        records = self.children(scope.id, ScopeKind.RECORD)
        if trigger.activity:
            around = [record for s in self.outward(scope.id) for record in self.children(s.id, ScopeKind.RECORD)]
            records = [record for record in around if record.element == trigger.activity]
        if not records:
            return False
        waiting = token.id if trigger.wait else ""
        self.undo(records, element=token.node, parent=token.scope, token=waiting)
        return trigger.wait

    def undone_scope(self, scope: Scope) -> Scope:
        """An event sub-process undoes what was done in the scope around it (13.5.5)."""
        node = self.definitions.nodes.get(scope.element)
        if isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT and scope.parent:
            return self.scopes[scope.parent]
        return scope

    def undo(self, records: list[Scope], *, element: str, parent: str, token: str, then: str = "") -> None:
        """Records have been counted up as they were made, so the reverse of their order is the reverse of time."""
        left = [record.id for record in sorted(records, key=lambda one: int(one.id[1:]), reverse=True)]
        data = {"left": left, "then": then}
        scope = Scope(self.new_id("s"), element, parent, token, kind=ScopeKind.UNDOING, data=data)
        self.undo_next(self.add_scope(scope))

    def undo_next(self, undoing: Scope) -> None:
        left = [record for record in undoing.data["left"] if record in self.scopes]
        if not left:
            self.undone(undoing)
            return
        undoing = self.note(undoing, left=left[1:])
        record = self.scopes[left[0]]
        handler = self.plan.handler(record.element)
        if handler is not None and not record.variables:
            self.drop_tree(record)
            self.put(handler.id, undoing.id)
            return
        own = None if handler is not None else self.plan.undoing_start(record.element)
        inner = [] if own else self.children(record.id, ScopeKind.RECORD)
        left = [one.id for one in sorted(inner, key=lambda one: int(one.id[1:]), reverse=True)]
        # The snapshot becomes a scope again, so that the handlers see the variables of that time.
        again = Scope(self.new_id("s"), record.element, undoing.id, "", record.variables, ScopeKind.UNDOING)
        self.note(self.add_scope(again), left=left, then="")
        self.hand_over(record, again.id)
        self.drop_tree(record)
        if handler is not None:
            self.put(handler.id, again.id)
        elif own is None:
            self.undo_next(self.scopes[again.id])
        else:
            token = self.put(own.scope, again.id)
            self.begin_at[token.id] = own.id

    def undone(self, undoing: Scope) -> None:
        self.drop_tree(undoing)
        if undoing.data["then"] == "cancel":
            self.take_cancel_boundary(self.scopes[undoing.parent])
        elif undoing.token:
            self.leave(self.tokens[undoing.token])
        elif self.scopes[undoing.parent].kind == ScopeKind.UNDOING:
            self.undo_next(self.scopes[undoing.parent])
        elif self.is_empty(undoing.parent):
            self.emptied(self.scopes[undoing.parent])

    # Transactions (BPMN 2.0.2, 10.3.6 and 13.5.6).

    def cancel(self, token: Token) -> None:
        """Undo the transaction around the token, then go on where it is drawn to be cancelled."""
        for scope in self.outward(token.scope):
            node = self.definitions.nodes.get(scope.element)
            body = scope.kind == ScopeKind.BODY
            if body and isinstance(node, SubProcess) and node.kind is SubProcessKind.TRANSACTION:
                self.clear(scope)
                records = self.children(scope.id, ScopeKind.RECORD)
                self.undo(records, element=scope.element, parent=scope.id, token="", then="cancel")
                return
        self.incident(token.node, "cancel_outside", "there is no transaction around it that could be cancelled")
        self.consume(token)

    def take_cancel_boundary(self, scope: Scope) -> None:
        token = self.tokens[scope.token]
        while self.is_turn(token):
            outer = self.owner(self.scope_of(token))
            if outer is None:
                break
            token = outer
        events = self.definitions.boundaries.get(token.node, ())
        event = next((e for e in events if any(t.kind is EventKind.CANCEL for t in e.triggers)), None)
        self.interrupt(token)
        if event is not None and event.position is EventPosition.BOUNDARY:
            self.put(event.id, token.scope)
            return
        self.incident(token.node, "cancel_uncaught", "nothing is drawn for the case that it is cancelled")
        if self.is_empty(token.scope):
            self.emptied(self.scopes[token.scope])
