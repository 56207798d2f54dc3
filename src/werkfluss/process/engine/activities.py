"""What each kind of activity does when a token reaches it (BPMN 2.0.2, 13.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkfluss.process.feel import FeelError, evaluate, to_json
from werkfluss.process.model import (
    Activity,
    CallActivity,
    FlowNode,
    Gateway,
    GatewayType,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
)
from werkfluss.process.routing import Routing, formal_text, outgoing, takes_several
from werkfluss.process.state import (
    LOOP_WORDS,
    CallProcess,
    CallService,
    Choice,
    CreateWorkItem,
    Entered,
    EvaluateDecision,
    Scope,
    ScopeKind,
    Token,
    Wait,
    WaitKind,
)
from werkfluss.process.timing import deadline_of

from .toolbox import Toolbox

_LOOP_CHOICES = tuple(Choice(name, words.de) for name, words in LOOP_WORDS.items())


class Activities(Toolbox):
    """Tasks, sub-processes and calls; the questions to people."""

    def enter_activity(self, token: Token, node: Activity) -> None:
        if not self.is_turn(token):
            self.commands.append(Entered(node.id, (token.via,) if token.via else ()))
            self.arm_boundaries(token, node)
            if node.loop is not None or node.inputs or node.outputs:
                self.begin_each(token, node)
                return
        if isinstance(node, SubProcess):
            self.enter_sub_process(token, node)
        elif isinstance(node, CallActivity):
            self.enter_call(token, node)
        elif isinstance(node, Task):
            self.enter_task(token, node)

    def enter_sub_process(self, token: Token, node: SubProcess) -> None:
        if node.kind is SubProcessKind.AD_HOC:
            self.open_toolbox(token, node)
            return
        scope = self.open_scope(node.id, parent=token.scope, token=token.id, variables={})
        if scope is not None:
            self.begin(scope, self.begin_at.pop(token.id, ""))

    def enter_call(self, token: Token, node: CallActivity) -> None:
        if not node.called:
            self.ask(token, node, WaitKind.WORK)
            return
        own = self.scope_of(token).variables if self.is_turn(token) else {}
        if node.called in self.plan.processes:
            if node.passes_all and node.returns_all:
                scope = self.open_scope(node.called, parent=token.scope, token=token.id, variables={})
            else:  # it sees and gives back only what the mappings say
                inputs = self.visible(token.scope) if node.passes_all else own
                data = {"sealed": True}
                scope = self.open_scope(node.called, parent=token.scope, token=token.id, variables=inputs, data=data)
            if scope is not None:
                self.begin(scope)
            return
        wait = self.new_wait(node.id, WaitKind.CALL, token=token.id, scope=token.scope, name=node.called)
        inputs = self.visible(token.scope) if node.passes_all else dict(own)
        performer = self.definitions.performer(node)
        self.commands.append(CallProcess(wait.id, node.id, node.name, node.called, performer, inputs))

    def hand_back(self, scope: Scope, token: Token) -> None:
        node = self.node(token.node)
        if not scope.data.get("sealed") or not isinstance(node, CallActivity):
            return
        if node.returns_all:
            self.store(token.scope, scope.variables)
        if self.is_turn(token):  # the output mappings are worked out there
            self.set_local(token.scope, scope.variables)

    def enter_task(self, token: Token, node: Task) -> None:
        if node.type is TaskType.RECEIVE:
            self.await_event(node, token=token.id, scope=token.scope)
        elif node.type in (TaskType.SERVICE, TaskType.SEND):
            self.call_service(token, node)
        elif node.type is TaskType.SCRIPT and node.script is not None:
            self.run_script(token, node, node.script.text, node.script.language)
        elif node.type is TaskType.BUSINESS_RULE and node.decision:
            self.evaluate_decision(token, node)
        else:
            self.ask(token, node, WaitKind.WORK)

    def call_service(self, token: Token, node: Task) -> None:
        wait = self.new_wait(node.id, WaitKind.SERVICE, token=token.id, scope=token.scope)
        self.commands.append(
            CallService(
                wait=wait.id,
                element=node.id,
                name=node.name,
                operation=node.facts.operation or node.service,
                performer=self.definitions.performer(node),
                facts=node.facts,
                inputs=self.visible(token.scope),
            )
        )

    def evaluate_decision(self, token: Token, node: Task) -> None:
        wait = self.new_wait(node.id, WaitKind.RULE, token=token.id, scope=token.scope, name=node.decision)
        self.commands.append(
            EvaluateDecision(
                wait=wait.id,
                element=node.id,
                name=node.name,
                decision=node.decision,
                performer=self.definitions.performer(node),
                facts=node.facts,
                inputs=self.visible(token.scope),
            )
        )

    def run_script(self, token: Token, node: Task, text: str, language: str) -> None:
        """FEEL runs here; a script in another language, or one that breaks down, is a person's work."""
        if not formal_text(text, language):
            self.ask(token, node, WaitKind.WORK)
            return
        try:
            result = evaluate(text.strip().removeprefix("="), self.visible(token.scope))
        except FeelError as error:
            self.incident(node.id, "script", str(error))
            self.ask(token, node, WaitKind.WORK)
            return
        if result.value is None and result.notes:
            self.incident(node.id, "script", result.notes[0].cause.en)
        self.store_result(token.scope, node, to_json(result.value))
        self.leave(token)

    def store_result(self, scope_id: str, node: Task, value: object) -> None:
        """Under the name the drawing gives; without one, each entry of a context under its own."""
        if node.result:
            self.take_in(scope_id, node, {node.result: value})
        elif isinstance(value, Mapping):
            self.take_in(scope_id, node, value)

    def take_in(self, scope_id: str, node: FlowNode, data: Mapping[str, object]) -> None:
        """The data with which a step was completed. With output mappings only those carry anything further out."""
        if isinstance(node, CallActivity) and node.returns_all and node.outputs:
            self.store(scope_id, data)
        if isinstance(node, Activity) and node.outputs:
            self.set_local(scope_id, data)
        else:
            self.store(scope_id, data)

    def receive_answer(self, wait: Wait, data: Mapping[str, object]) -> None:
        node = self.node(wait.node)
        if wait.kind is WaitKind.RULE and isinstance(node, Task) and data.keys() == {"result"}:
            self.store_result(wait.scope, node, data["result"])
        elif isinstance(node, CallActivity) and not node.returns_all:
            if node.outputs:
                self.set_local(wait.scope, data)
        else:
            self.take_in(wait.scope, node, data)

    # Questions to people.

    def moment(self, text: str, scope_id: str) -> datetime | None:
        return deadline_of(text, self.at, self.zone, self.visible(scope_id)) if text else None

    def ask(self, token: Token, node: FlowNode, kind: WaitKind) -> None:
        due = self.moment(node.facts.due, token.scope)
        wait = self.new_wait(node.id, kind, token=token.id, scope=token.scope, due=due)
        several, choices = self.choices(wait)
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
                choices=choices,
                several=several,
                variables=self.about(token),
                follow_up=self.moment(node.facts.follow_up, token.scope),
            )
        )

    def about(self, token: Token) -> dict[str, Any]:
        """Whom or what a turn is about, or the undoing of one."""
        scope = self.scope_of(token)
        return dict(scope.variables) if self.is_turn(token) or scope.kind == ScopeKind.UNDOING else {}

    def ask_again(self, token: Token, node: Activity) -> None:
        self.ask(token, node, WaitKind.DECISION)

    def choices(self, wait: Wait) -> tuple[bool, tuple[Choice, ...]]:
        """The branches a person picks: of this node, or of the gateway without condition right behind a task.

        The first value says whether several may be picked.
        """
        node, token = self.node(wait.node), self.tokens[wait.token]
        if wait.kind is WaitKind.DECISION:
            if self.looping(token) is not None:
                return False, _LOOP_CHOICES
            return takes_several(node), self.labels(node)
        if self.is_turn(token):
            return False, ()  # where it goes on is decided after the last turn
        flows = outgoing(self.definitions, node)
        behind = self.node(flows[0].target) if len(flows) == 1 and isinstance(node, Task) else node
        if behind is not node and not _passes_at_once(behind):
            return False, ()
        if self.plan.routing(behind) is not Routing.DECISION:
            return False, ()
        return takes_several(behind), self.labels(behind)

    def labels(self, node: FlowNode) -> tuple[Choice, ...]:
        flows = outgoing(self.definitions, node)
        return tuple(Choice(flow.id, flow.name or self.node(flow.target).name) for flow in flows)


def _passes_at_once(node: FlowNode) -> bool:
    """A gateway that joins decides only when all have come, so it is not decided with the task before it."""
    return isinstance(node, Gateway) and (node.type is GatewayType.EXCLUSIVE or len(node.incoming) == 1)
