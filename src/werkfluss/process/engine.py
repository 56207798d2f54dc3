"""The token engine: ``step(definitions, state, event)`` gives the next state and the commands for the outside.

Pure: no clock, no chance, no input or output. Semantics: BPMN 2.0 (OMG formal/2013-12-09), chapter 13, for the
elements that ``runnable`` lets through. A scope ends when its last token has gone; a process without start or end
event begins at every node that nothing leads to and ends where nothing leads on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text

from .feel import FeelError
from .model import (
    Activity,
    CallActivity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    SubProcess,
    Task,
    TaskType,
    Trigger,
)
from .routing import Routing, open_flows, outgoing, routing, start_nodes
from .runnable import runnable
from .state import (
    CallService,
    Choice,
    Command,
    Completed,
    CreateWorkItem,
    Entered,
    Failed,
    Happening,
    Incident,
    MessageReceived,
    Scope,
    SendMessage,
    Start,
    StartTimer,
    State,
    Status,
    TimerFired,
    Token,
    Unmatched,
    Wait,
    WaitKind,
)
from .timers import after, parse_duration
from .timing import deadline_of
from .working import WorkingCopy

MAX_MOVES = 10_000  # tokens moved in one step; more means a circle in which nobody is ever asked
_SERVICES = (TaskType.SERVICE, TaskType.SEND)


def new_case(process_id: str, zone: str = "Europe/Berlin") -> State:
    return State(process=process_id, zone=zone)


def step(definitions: Definitions, state: State, event: Happening) -> tuple[State, tuple[Command, ...]]:
    """One event, one transaction.

    A ``TimerFired`` for a wait that is gone changes nothing, because timers race with people.

    Raises:
        Refused: the process contains what the engine does not run, the case is over, or the choice is not offered.
        Conflict: the work item or service call is no longer open.
    """
    if isinstance(event, Start):
        _check_start(definitions, state, event)
    elif state.status is not Status.RUNNING:
        if isinstance(event, TimerFired | MessageReceived):
            return state, ()
        raise _refused(
            state.process,
            Text("Der Vorgang läuft nicht mehr.", "The case is no longer running."),
            Text("Starten Sie einen neuen Vorgang.", "Start a new case."),
        )
    run = _Run(definitions, state, event.at)
    run.take(event)
    return run.result(), tuple(run.commands)


def _refused(where: str, reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="BPMN 2.0", what_to_do=what_to_do, where=where)


def _check_start(definitions: Definitions, state: State, event: Start) -> None:
    if state.status is not Status.NEW:
        raise Conflict(state.process)
    blockers = [f for f in runnable(definitions, state.process) if f.severity == "blocks"]
    if blockers:
        raise _refused(blockers[0].element, blockers[0].message, blockers[0].edit)
    if not start_nodes(definitions, state.process, event.element):
        raise _refused(
            event.element or state.process,
            Text("Hier kann der Prozess nicht beginnen.", "The process cannot begin here."),
            Text("Wählen Sie ein Startereignis des Prozesses.", "Choose a start event of the process."),
        )


class _Run(WorkingCopy):
    """What each event and each element does."""

    def take(self, event: Happening) -> None:
        if isinstance(event, Start):
            self.status = Status.RUNNING
            self.open_scope(self.process, parent="", token="", variables=event.variables, element=event.element)
        elif isinstance(event, Completed):
            self.complete(event)
        elif isinstance(event, Failed):
            self.fail(event)
        elif isinstance(event, TimerFired):
            if event.wait in self.waits:
                self.fire(self.waits[event.wait])
        elif isinstance(event, MessageReceived):
            self.receive(event)
        else:
            self.cancel_all()
            self.finish(Status.CANCELLED)
        self.drain()

    def open_wait(self, wait_id: str) -> Wait:
        wait = self.waits.get(wait_id)
        if wait is None or wait.kind in (WaitKind.TIMER, WaitKind.MESSAGE):
            raise Conflict(wait_id)
        return wait

    def complete(self, event: Completed) -> None:
        wait = self.open_wait(event.wait)
        node = self.definitions.nodes[wait.node]
        offered = {choice.flow for choice in self.choices(node)}
        if (event.choice and event.choice not in offered) or (wait.kind is WaitKind.DECISION and not event.choice):
            raise _refused(
                node.id,
                Text("Für diese Entscheidung fehlt ein gültiger Zweig.", "This decision needs a valid branch."),
                Text("Wählen Sie einen der angebotenen Zweige.", "Choose one of the branches on offer."),
            )
        self.store(wait.scope, event.data)
        del self.waits[wait.id]
        if wait.kind is WaitKind.DECISION:
            self.follow(self.tokens[wait.token], (event.choice,))
        else:
            self.leave(self.tokens[wait.token], event.choice)

    def fail(self, event: Failed) -> None:
        wait = self.open_wait(event.wait)
        if event.error and self.catch_error(self.tokens[wait.token], event.error):
            return
        cause = event.message or f"error {event.error or 'without a name'}"
        self.commands.append(Incident(wait.node, "failed", cause))

    def receive(self, event: MessageReceived) -> None:
        for wait in list(self.waits.values()):
            if wait.kind is WaitKind.MESSAGE and wait.name == event.name and event.wait in ("", wait.id):
                self.store(wait.scope, event.data)
                self.fire(wait)
                return
        self.commands.append(Unmatched(event.name))

    def fire(self, wait: Wait) -> None:
        """A timer or message happened: at a catch event, behind an event gateway, or at an activity's boundary."""
        node, token = self.definitions.nodes[wait.node], self.tokens[wait.token]
        if not (isinstance(node, Event) and node.position is EventPosition.BOUNDARY):
            self.withdraw_waits(token, spare=wait.id)
            del self.waits[wait.id]
            if node.id != token.node:  # chosen by an event-based gateway
                self.commands.append(Entered(node.id, (self.flow_between(token.node, node.id),)))
                token = self.tokens[token.id] = replace(token, node=node.id)
            self.leave(token, "")
            return
        if node.interrupting:
            self.interrupt(token, spare=wait.id)
            del self.waits[wait.id]
        elif wait.remaining > 1:
            self.repeat(wait, node.trigger)
        elif wait.kind is WaitKind.TIMER:
            del self.waits[wait.id]
        self.put(node.id, token.scope)

    def flow_between(self, source: str, target: str) -> str:
        flows = outgoing(self.definitions, self.definitions.nodes[source])
        return next(flow.id for flow in flows if flow.target == target)

    def repeat(self, wait: Wait, trigger: Trigger) -> None:
        every = parse_duration(trigger.timer.expression.rpartition("/")[2]) if trigger.timer else None
        if every is None or not wait.due:
            del self.waits[wait.id]
            return
        due = after(datetime.fromisoformat(wait.due), every, self.zone)
        self.waits[wait.id] = replace(wait, due=due.isoformat(), remaining=wait.remaining - 1)
        self.commands.append(StartTimer(wait.id, wait.node, due))

    def open_scope(
        self, element_id: str, *, parent: str, token: str, variables: Mapping[str, object], element: str = ""
    ) -> None:
        scope = Scope(self.new_id("s"), element_id, parent, token, dict(variables))
        self.scopes[scope.id] = scope
        for node in start_nodes(self.definitions, element_id, element):
            self.put(node.id, scope.id)
        if not any(one.scope == scope.id for one in self.tokens.values()):
            self.close_scope(scope)

    def close_scope(self, scope: Scope) -> None:
        if not scope.parent:
            self.finish(Status.COMPLETED)
            return
        del self.scopes[scope.id]
        self.leave(self.tokens[scope.token], "")

    def consume(self, token: Token) -> None:
        """The token is gone; the last one of a scope closes it."""
        del self.tokens[token.id]
        if token.scope in self.scopes and not any(other.scope == token.scope for other in self.tokens.values()):
            self.close_scope(self.scopes[token.scope])

    def drain(self) -> None:
        """Move every token until all of them wait for something outside."""
        for _ in range(MAX_MOVES):
            if not self.ready:
                break
            token_id, choice = self.ready.pop(0)
            if token_id in self.tokens:
                self.enter(self.tokens[token_id], choice)
        else:
            here = ", ".join(sorted({self.tokens[t].node for t, _ in self.ready if t in self.tokens}))
            self.stop("circle", here, "the process runs in a circle without ever waiting for anyone")
        if self.status is Status.RUNNING and not self.waits:
            here = ", ".join(sorted({token.node for token in self.tokens.values()}))
            self.stop("deadlock", here, "every token waits for another one that cannot come")

    def enter(self, token: Token, choice: str) -> None:
        node = self.definitions.nodes[token.node]
        waiting_join = isinstance(node, Gateway) and node.type is GatewayType.PARALLEL and len(node.incoming) > 1
        if not waiting_join:
            self.commands.append(Entered(node.id, (token.via,) if token.via else ()))
        if isinstance(node, Gateway):
            self.enter_gateway(token, node, choice)
        elif isinstance(node, Event):
            self.enter_event(token, node)
        else:
            assert isinstance(node, Activity)
            self.arm_boundaries(token, node)
            self.enter_activity(token, node)

    def enter_gateway(self, token: Token, node: Gateway, choice: str) -> None:
        if node.type is GatewayType.PARALLEL and len(node.incoming) > 1:
            self.join(token, node)
        elif node.type is GatewayType.EVENT_BASED:
            for flow in outgoing(self.definitions, node):
                target = self.definitions.nodes[flow.target]
                self.await_event(token, target)
        elif choice:
            self.follow(token, (choice,))
        else:
            self.route(token, node)

    def join(self, token: Token, node: Gateway) -> None:
        """One token on every incoming flow goes on as one; tokens that came earlier wait here."""
        waiting = [t for t in self.tokens.values() if t.node == node.id and t.scope == token.scope]
        waiting = [t for t in waiting if not any(t.id == ready for ready, _ in self.ready)]
        first = {flow: next((t for t in waiting if t.via == flow), None) for flow in node.incoming}
        arrived = [t for t in first.values() if t is not None]
        if len(arrived) < len(node.incoming):
            return
        self.commands.append(Entered(node.id, tuple(node.incoming)))
        for other in arrived:
            if other.id != token.id:
                del self.tokens[other.id]
        self.route(token, node)

    def enter_event(self, token: Token, node: Event) -> None:
        kind = node.trigger.kind
        if node.position is EventPosition.CATCH and kind is not EventKind.LINK:
            self.await_event(token, node)
        elif node.position is EventPosition.END:
            self.end(token, node)
        elif node.position is EventPosition.THROW and kind is EventKind.LINK:
            target = next(n for n in self.definitions.members[node.scope] if _catches_link(n, node.trigger.name))
            self.put(target.id, token.scope)
            self.consume(token)
        else:
            self.send(token, node)
            self.leave(token, "")

    def send(self, token: Token, node: Event) -> None:
        throws = node.position in (EventPosition.THROW, EventPosition.END)
        if throws and node.trigger.kind is EventKind.MESSAGE:
            self.commands.append(SendMessage(node.id, node.trigger.name or node.name, self.visible(token.scope)))

    def end(self, token: Token, node: Event) -> None:
        self.ends.append(node.id)
        self.send(token, node)
        scope = self.scopes[token.scope]
        if node.trigger.kind is EventKind.TERMINATE:
            self.clear(scope)
            self.close_scope(scope)
        elif node.trigger.kind is EventKind.ERROR:
            if not self.catch_error(token, node.trigger.name):
                self.stop("error", node.id, f"nobody catches the error {node.trigger.name or node.name!r}")
        else:
            self.consume(token)

    def catch_error(self, token: Token, error: str) -> bool:
        """Hand an error to the nearest boundary event that catches it by name, or catches any."""
        while True:
            for event in self.definitions.boundaries.get(token.node, ()):
                if event.trigger.kind is EventKind.ERROR and event.trigger.name in ("", error):
                    self.interrupt(token)
                    self.put(event.id, token.scope)
                    return True
            parent = self.scopes[token.scope]
            if not parent.token:
                return False
            token = self.tokens[parent.token]

    def enter_activity(self, token: Token, node: Activity) -> None:
        if isinstance(node, SubProcess | CallActivity):
            inner = node.called if isinstance(node, CallActivity) else node.id
            self.open_scope(inner, parent=token.scope, token=token.id, variables={})
            return
        assert isinstance(node, Task)
        if node.type is TaskType.RECEIVE:
            self.await_event(token, node)
        elif node.type in _SERVICES:
            self.call_service(token, node)
        else:
            self.ask(token, node, WaitKind.WORK)

    def call_service(self, token: Token, node: Task) -> None:
        wait = self.new_wait(token, node.id, WaitKind.SERVICE)
        self.commands.append(
            CallService(
                wait=wait.id,
                element=node.id,
                name=node.name,
                operation=node.facts.operation,
                performer=self.definitions.performer(node),
                facts=node.facts,
                inputs=self.visible(token.scope),
            )
        )

    def ask(self, token: Token, node: FlowNode, kind: WaitKind) -> None:
        due = deadline_of(node.facts.due, self.at, self.zone, self.visible(token.scope)) if node.facts.due else None
        wait = self.new_wait(token, node.id, kind, due=due)
        self.commands.append(
            CreateWorkItem(
                wait=wait.id,
                kind=kind,
                element=node.id,
                name=node.name,
                performer=self.definitions.performer(node),
                documentation=node.documentation,
                facts=node.facts,
                due=due,
                choices=self.choices(node),
            )
        )

    def choices(self, node: FlowNode) -> tuple[Choice, ...]:
        """The branches a person picks: of this node, or of the gateway without condition right behind a task."""
        flows = outgoing(self.definitions, node)
        if len(flows) == 1 and isinstance(node, Task):
            node = self.definitions.nodes[flows[0].target]
            if not isinstance(node, Gateway):
                return ()
            flows = outgoing(self.definitions, node)
        if routing(self.definitions, node) is not Routing.DECISION:
            return ()
        return tuple(Choice(flow.id, flow.name or self.definitions.nodes[flow.target].name) for flow in flows)

    def leave(self, token: Token, choice: str) -> None:
        self.withdraw_waits(token)
        node = self.definitions.nodes[token.node]
        flows = outgoing(self.definitions, node)
        behind = self.definitions.nodes[flows[0].target] if len(flows) == 1 else None
        if choice and behind is not None and choice in behind.outgoing:
            self.follow(token, (flows[0].id,), choice)
        elif choice:
            self.follow(token, (choice,))
        else:
            self.route(token, node)

    def route(self, token: Token, node: FlowNode) -> None:
        how = routing(self.definitions, node)
        if how is Routing.DECISION:
            self.ask(token, node, WaitKind.DECISION)
            return
        try:
            flows = open_flows(self.definitions, node, self.visible(token.scope))
        except FeelError as error:
            self.stop("condition", node.id, str(error))
            return
        if flows or not node.outgoing:
            self.follow(token, flows)
        else:
            # No branch is open and none is the default: rather than fail, the performer decides.
            self.commands.append(Incident(node.id, "no_branch", "no condition holds and there is no default branch"))
            self.ask(token, node, WaitKind.DECISION)

    def follow(self, token: Token, flows: Iterable[str], choice: str = "") -> None:
        taken = tuple(flows)
        if not taken:
            self.ends.append(token.node)
        for flow in taken:
            self.put(self.definitions.flows[flow].target, token.scope, flow, choice)
        self.consume(token)


def _catches_link(node: FlowNode, name: str) -> bool:
    return (
        isinstance(node, Event)
        and node.position is EventPosition.CATCH
        and node.trigger.kind is EventKind.LINK
        and node.trigger.name == name
    )
