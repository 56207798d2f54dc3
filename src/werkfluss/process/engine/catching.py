"""Events that are caught: at a catch event, behind an event gateway, at a boundary, by an event sub-process.

BPMN 2.0.2, 10.5.6 and 13.5.3 (boundary), 13.5.4 (event sub-process).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from werkfluss.process.model import Activity, Event, EventKind, EventPosition, Trigger
from werkfluss.process.routing import formal_text, outgoing
from werkfluss.process.state import Entered, Scope, StartTimer, Token, Wait, WaitKind
from werkfluss.process.timing import first_of, next_of

from .scopes import AWAITED, Scopes


class Catching(Scopes):
    """What an event that has happened does to the tokens."""

    def arm_boundaries(self, token: Token, node: Activity) -> None:
        for event in self.definitions.boundaries.get(node.id, ()):
            self.await_event(event, token=token.id, scope=token.scope)

    def fire(self, wait: Wait, data: Mapping[str, object]) -> None:
        """What was waited for has happened."""
        node = self.node(wait.node)
        if data:
            self.store(wait.scope, data)
        if isinstance(node, Event) and node.parallel and len(node.triggers) > 1:
            # Parallel multiple: each trigger is ticked off, the last one lets the event happen.
            others = self.waits_of(self.tokens[wait.token]) if wait.token else self.waits_at_scope(wait.scope)
            if any(other.node == wait.node and other.id != wait.id for other in others):
                self.drop_wait(wait)
                return
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
            self.occur_at_boundary(self.tokens[wait.token], node, wait)
        elif isinstance(node, Event) and node.position is EventPosition.START:
            self.occur_in_scope(self.scopes[wait.scope], node, wait)
        else:
            self.occur_in_flow(self.tokens[wait.token], wait)

    def occur_in_flow(self, token: Token, wait: Wait) -> None:
        self.withdraw_waits(token, spare=wait.id)
        self.drop_wait(wait)
        if wait.node != token.node:  # chosen by an event-based gateway
            flows = outgoing(self.definitions, self.node(token.node))
            via = next(flow.id for flow in flows if flow.target == wait.node)
            self.commands.append(Entered(wait.node, (via,)))
            token = replace(token, node=wait.node)
            self.add_token(token)
        self.leave(token)

    def occur_at_boundary(self, token: Token, event: Event, wait: Wait | None = None) -> None:
        # An error ends the activity, whatever the drawing says (10.5.7).
        if event.interrupting or any(t.kind is EventKind.ERROR for t in event.triggers):
            self.interrupt(token, spare=wait.id if wait else "")
            if wait:
                self.drop_wait(wait)
        elif wait:
            self.keep_waiting(wait, event)
        self.put(event.id, token.scope)

    def occur_in_scope(self, scope: Scope, event: Event, wait: Wait | None = None) -> None:
        """Start an event sub-process; an interrupting one ends everything else in the scope around it."""
        if event.interrupting or any(t.kind is EventKind.ERROR for t in event.triggers):
            if wait:
                self.drop_wait(wait)
            self.clear(scope)
        elif wait:
            self.keep_waiting(wait, event)
        token = self.put(event.scope, scope.id)
        self.begin_at[token.id] = event.id

    def keep_waiting(self, wait: Wait, event: Event) -> None:
        """A non-interrupting event may happen again: messages and signals always, timers as often as they say."""
        if event.parallel and len(event.triggers) > 1:
            self.drop_wait(wait)
            self.arm_again(event, token=wait.token, scope=wait.scope)
        elif wait.kind is WaitKind.CONDITION:
            self.add_wait(replace(wait, remaining=0))
        elif wait.kind is WaitKind.TIMER:
            self.turn_timer(wait, event)

    def arm_again(self, event: Event, *, token: str, scope: str) -> None:
        """All triggers of a parallel multiple event are needed once more; a date that has passed counts as come."""
        for trigger in event.triggers:
            if trigger.kind is EventKind.TIMER:
                self.arm_timer_again(event, trigger, token=token, scope=scope)
            elif trigger.kind in AWAITED:
                wait = self.await_trigger(event, trigger, token=token, scope=scope)
                if wait.kind is WaitKind.CONDITION:
                    self.add_wait(replace(wait, remaining=0))  # it has to be false before it can come true again

    def arm_timer_again(self, event: Event, trigger: Trigger, *, token: str, scope: str) -> None:
        first = first_of(trigger, self.at, self.zone, self.visible(scope))
        passed = first is not None and first.due <= self.at
        if first is not None and passed and first.anchor is None:
            return
        wait = self.start_timer(event, trigger, token=token, scope=scope)
        if passed:
            self.turn_timer(wait, event)

    def turn_timer(self, wait: Wait, event: Event) -> None:
        """Start a timer again that has fired, if it repeats and is not at its end."""
        trigger = next(t for t in event.triggers if t.kind is EventKind.TIMER)
        anchor = wait.anchor or wait.due  # a wait of older states has no anchor and counts on from where it is
        if wait.remaining == 1 or not anchor:
            self.drop_wait(wait)
            return
        try:
            due, turn = next_of(trigger, datetime.fromisoformat(anchor), wait.turn, self.zone, self.at)
        except (ValueError, OverflowError):
            self.drop_wait(wait)
            return
        left = max(0, wait.remaining - 1)
        self.add_wait(replace(wait, due=due.isoformat(), remaining=left, anchor=anchor, turn=turn))
        self.commands.append(StartTimer(wait.id, wait.node, due))

    def settle_conditions(self) -> bool:
        """Look at every condition once after variables changed; whether one of them came true."""
        self.changed = False
        for wait in [w for w in self.waits.values() if w.kind is WaitKind.CONDITION]:
            node = self.node(wait.node)
            triggers = node.triggers if isinstance(node, Event) else ()
            trigger = next((t for t in triggers if t.kind is EventKind.CONDITIONAL), None)
            if trigger is None or not formal_text(trigger.condition, trigger.language):
                continue
            true = self.holds(trigger.condition, wait.scope)
            if true and wait.remaining:
                self.changed = True  # the others are looked at again when this one has had its effect
                self.fire(wait, {})
                return True
            if not true and not wait.remaining:
                self.add_wait(replace(wait, remaining=1))
        return False
