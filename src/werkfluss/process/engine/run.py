"""One event: what it does at first, and then every token that can move, until all of them wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.text import Text
from werkfluss.process.model import Activity, Event, EventKind, EventPosition, Gateway
from werkfluss.process.routing import instantiating_gateway, joins, outgoing
from werkfluss.process.state import (
    EVENT_WAITS,
    ActivityChosen,
    AdHocFinished,
    Cancelled,
    Completed,
    ConditionMet,
    Entered,
    Escalated,
    Failed,
    Happening,
    MessageReceived,
    Scope,
    ScopeKind,
    SignalReceived,
    Start,
    Status,
    TimerFired,
    Token,
    Uncaught,
    Unmatched,
    Wait,
    WaitKind,
)

from .gateways import Gateways
from .toolbox import refused

MAX_MOVES = 10_000  # tokens moved in one step
MAX_ROUNDS = 500  # tokens at the same place in one step; more means a circle in which nobody is ever asked


class Run(Gateways):
    """The complete engine."""

    def take(self, event: Happening) -> None:
        happen: dict[type, Callable[[Any], None]] = {
            Start: self.start,
            Completed: self.complete,
            Failed: self.fail,
            Escalated: self.say_escalated,
            MessageReceived: self.receive,
            SignalReceived: lambda one: self.broadcast(one.name, one.data),
            TimerFired: self.come,
            ConditionMet: self.come,
            ActivityChosen: lambda one: self.choose(self.open_toolbox_wait(one.wait), one.element, one.data),
            AdHocFinished: self.say_finished,
            Cancelled: self.cancel_case,
        }
        happen[type(event)](event)
        self.drain()

    # Events.

    def start(self, event: Start) -> None:
        self.status = Status.RUNNING
        scope = self.open_scope(self.process, parent="", token="", variables=event.variables)
        if scope is None:
            return
        gateway = None
        if event.element:
            gateway = instantiating_gateway(self.definitions, self.node(event.element))
        if gateway is None:
            self.begin(scope, event.element)
            for token in self.tokens_in(scope.id) if event.element else ():
                self.occurred.add(token.id)
            return
        # The case began with one of the events behind the gateway; if all are needed, the others are still to come.
        self.commands.append(Entered(gateway.id))
        for flow in outgoing(self.definitions, gateway):
            if flow.target == event.element or gateway.parallel:
                token = self.put(flow.target, scope.id, flow.id)
                if flow.target == event.element:
                    self.occurred.add(token.id)

    def open_wait(self, wait_id: str) -> Wait:
        wait = self.waits.get(wait_id)
        if wait is None or wait.kind in EVENT_WAITS or wait.kind is WaitKind.TOOLBOX:
            raise Conflict(wait_id)
        return wait

    def open_toolbox_wait(self, wait_id: str) -> Wait:
        wait = self.waits.get(wait_id)
        if wait is None or wait.kind is not WaitKind.TOOLBOX:
            raise Conflict(wait_id)
        return wait

    def complete(self, event: Completed) -> None:
        wait = self.open_wait(event.wait)
        picked = self.picked(wait, event)
        self.receive_answer(wait, event.data)
        self.drop_wait(wait)
        token = self.tokens[wait.token]
        each = self.looping(token) if wait.kind is WaitKind.DECISION else None
        if each is not None:
            self.decide_loop(each, picked[0])
        elif wait.kind is WaitKind.DECISION:
            self.decide(token, picked)
        else:
            self.leave(token, picked)

    def decide(self, token: Token, picked: tuple[str, ...]) -> None:
        node = self.node(token.node)
        if isinstance(node, Gateway) and joins(node):
            for other in [t for t in self.tokens_in(token.scope) if t.node == node.id and t.id != token.id]:
                self.ready.setdefault(other.id, ())  # what came meanwhile is looked at again
        self.follow(token, picked)

    def picked(self, wait: Wait, event: Completed) -> tuple[str, ...]:
        """Raises Refused if it is none of the branches on offer, too many, or none where one is needed."""
        picked = tuple(dict.fromkeys(event.choices or ((event.choice,) if event.choice else ())))
        several, choices = self.choices(wait)
        offered = {choice.flow for choice in choices}
        missing = wait.kind is WaitKind.DECISION and not picked
        if missing or not set(picked) <= offered or (len(picked) > 1 and not several):
            raise refused(
                wait.node,
                Text("Für diese Entscheidung fehlt ein gültiger Zweig.", "This decision needs a valid branch."),
                Text("Wählen Sie einen der angebotenen Zweige.", "Choose one of the branches on offer."),
            )
        return picked

    def fail(self, event: Failed) -> None:
        wait = self.open_wait(event.wait)
        thrown = tuple(name for name in (event.error, event.name) if name)
        if thrown and self.catch(self.tokens[wait.token], EventKind.ERROR, thrown):
            return
        if thrown and event.outward:
            # It ends the case and goes on where this one was called (10.5.7): no incident, somebody there is ready.
            self.cancel_waits()
            self.finish(Status.FAILED, thrown[0], event.name)
            return
        cause = event.message or f"error {event.error or 'without a name'}"
        self.incident(wait.node, "failed", cause)

    def say_escalated(self, event: Escalated) -> None:
        wait = self.open_wait(event.wait)
        self.receive_answer(wait, event.data)
        said = tuple(name for name in (event.escalation, event.name) if name)
        self.escalate(self.tokens[wait.token], said, Uncaught(wait.node, event.escalation, event.name))

    def say_finished(self, event: AdHocFinished) -> None:
        wait = self.open_toolbox_wait(event.wait)
        self.drop_wait(wait)
        self.finish_toolbox(self.scopes[wait.scope])

    def cancel_case(self, event: Cancelled) -> None:
        self.cancel_all()
        self.finish(Status.CANCELLED)

    def receive(self, event: MessageReceived) -> None:
        waits = (wait for wait in self.waits.values() if wait.kind is WaitKind.MESSAGE and wait.name == event.name)
        fitting = [wait for wait in waits if event.wait in ("", wait.id)]
        if event.correlation and not event.wait:
            keyed = [wait for wait in fitting if wait.correlation == event.correlation]
            fitting = keyed or [wait for wait in fitting if not wait.correlation]
        if fitting:
            self.fire(fitting[0], event.data)
        else:
            self.commands.append(Unmatched(event.name, event.correlation))

    def come(self, event: TimerFired | ConditionMet) -> None:
        """What comes too late changes nothing: timers and people race."""
        wait = self.waits.get(event.wait)
        kind = WaitKind.TIMER if isinstance(event, TimerFired) else WaitKind.CONDITION
        if wait is not None and wait.kind is kind:
            self.fire(wait, event.data if isinstance(event, ConditionMet) else {})

    # Moving.

    def drain(self) -> None:
        """Move every token until all of them wait for something outside."""
        moves = 0
        rounds: Counter[tuple[str, str]] = Counter()
        while self.status is Status.RUNNING:
            if self.ready:
                token = self.tokens[next(iter(self.ready))]
                moves, place = moves + 1, (token.scope, token.node)
                rounds[place] += 1
                if moves > MAX_MOVES or rounds[place] > MAX_ROUNDS:
                    cause = "the process runs in a circle without ever waiting for anyone"
                    self.stop("circle", token.node, cause)
                    return
                self.enter(token, self.ready.pop(token.id))
            elif self.changed and self.settle_conditions():
                moves += 1
            elif not self.changed and not self.settle_joins() and not self.settle_toolboxes():
                break
        if self.status is Status.RUNNING and not self.hope():
            here = ", ".join(sorted({token.node for token in self.tokens.values()}))
            self.stop("deadlock", here, "every token waits for another one that cannot come")

    def hope(self) -> bool:
        """Whether anything can still come. An event sub-process beside a stuck scope cannot set it free."""
        return any(wait.token or self.frees(wait) for wait in self.waits.values())

    def frees(self, wait: Wait) -> bool:
        node = self.node(wait.node)
        return isinstance(node, Event) and node.interrupting

    def enter(self, token: Token, choices: tuple[str, ...]) -> None:
        node = self.node(token.node)
        if token.id in self.occurred:
            self.commands.append(Entered(node.id, (token.via,) if token.via else ()))
            self.leave(token)
        elif isinstance(node, Gateway):
            self.enter_gateway(token, node, choices)
        elif isinstance(node, Activity):
            self.enter_activity(token, node)
        elif isinstance(node, Event):
            self.commands.append(Entered(node.id, (token.via,) if token.via else ()))
            self.enter_event(token, node)

    def enter_event(self, token: Token, node: Event) -> None:
        link = node.trigger.kind is EventKind.LINK
        if node.position is EventPosition.CATCH:
            if not self.await_event(node, token=token.id, scope=token.scope):
                self.leave(token)
        elif link and node.position in (EventPosition.THROW, EventPosition.END):
            target = self.plan.link_target(node)
            if target is None:
                self.stop("link_target", node.id, f"nothing catches the link {node.trigger.name!r}")
                return
            self.put(target.id, token.scope)
            self.consume(token)
        elif node.position is EventPosition.END:
            self.end(token, node)
        elif node.position is EventPosition.THROW:
            self.throw(token, node)
        else:
            self.leave(token)

    def emptied(self, scope: Scope) -> None:
        if scope.kind == ScopeKind.BODY:
            self.close(scope)
        elif scope.kind == ScopeKind.UNDOING:
            self.undo_next(scope)
        elif scope.kind == ScopeKind.TOOLBOX and scope.data.get("closing"):
            self.close(scope)
        elif scope.kind == ScopeKind.TURN:
            self.turn_done(scope)
