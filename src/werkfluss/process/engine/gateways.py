"""Where tokens go on: splits, joins and decisions (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from collections.abc import Iterable

from werkfluss.process.feel import FeelError
from werkfluss.process.model import Activity, Event, EventPosition, Gateway, GatewayType
from werkfluss.process.model import FlowNode as Node
from werkfluss.process.routing import Routing, comes_from_outside, formal_text, joins, open_flows, outgoing
from werkfluss.process.state import Entered, Scope, ScopeKind, Token, WaitKind

from .activities import Activities


class Gateways(Activities):
    """Leaving a node, choosing flows, and the three gateways that wait for several tokens."""

    def leave(self, token: Token, choices: tuple[str, ...] = ()) -> None:
        self.withdraw_waits(token)
        node = self.node(token.node)
        scope = self.scope_of(token)
        if self.is_turn(token):
            self.turn_done(scope)
            return
        if isinstance(node, Activity):
            self.remember_activity(token, node)
        if isinstance(node, Event) and node.position is EventPosition.END:
            self.consume(token)
            return
        if choices and not set(choices) <= set(node.outgoing):
            self.follow(token, node.outgoing[:1], choices)  # they belong to the gateway right behind
        elif choices:
            self.follow(token, choices)
        else:
            self.route(token, node)

    def route(self, token: Token, node: Node) -> None:
        if self.plan.routing(node) is Routing.DECISION:
            self.ask(token, node, WaitKind.DECISION)
            return
        try:
            flows = open_flows(self.definitions, node, self.visible(token.scope))
        except FeelError as error:
            # Rather than fail for a rule that breaks down, the performer decides.
            self.incident(node.id, "condition", str(error))
            self.ask(token, node, WaitKind.DECISION)
            return
        if flows or not node.outgoing:
            self.follow(token, flows)
        else:
            self.incident(node.id, "no_branch", "no condition holds and there is no default branch")
            self.ask(token, node, WaitKind.DECISION)

    def follow(self, token: Token, flows: Iterable[str], choices: tuple[str, ...] = ()) -> None:
        taken = tuple(flows)
        scope = self.scope_of(token)
        if not taken and not self.definitions.nodes[token.node].outgoing:
            self.ends.append(token.node)
        for flow in taken:
            self.put(self.definitions.flows[flow].target, token.scope, flow, choices)
        self.consume(token)
        if scope.kind == ScopeKind.TOOLBOX and scope.id in self.scopes:
            self.look_into(self.scopes[scope.id])

    def enter_gateway(self, token: Token, node: Gateway, choices: tuple[str, ...]) -> None:
        if joins(node):
            if node.type is GatewayType.PARALLEL:
                self.join_all(token, node)
            return  # the other joins are looked at when nothing else moves
        self.commands.append(Entered(node.id, (token.via,) if token.via else ()))
        if node.type is GatewayType.EVENT_BASED and not node.parallel:
            for target in (self.node(flow.target) for flow in outgoing(self.definitions, node)):
                if comes_from_outside(target):
                    self.await_event(target, token=token.id, scope=token.scope)
            if not self.waits_of(token):
                self.ask(token, node, WaitKind.DECISION)
        elif choices:
            self.follow(token, choices)
        else:
            self.route(token, node)

    # Joins.

    def arrived(self, node: Node, scope_id: str) -> dict[str, list[Token]]:
        """The tokens that wait at a join, by the flow they came on, the oldest first."""
        found: dict[str, list[Token]] = {}
        for token in self.tokens_in(scope_id):
            if token.node == node.id and token.id not in self.ready and not self.waits_of(token):
                found.setdefault(token.via, []).append(token)
        return found

    def join_all(self, token: Token, node: Gateway) -> None:
        """Parallel (13.4.1): one token on every incoming flow goes on as one."""
        waiting = self.arrived(node, token.scope)
        if all(flow in waiting for flow in node.incoming):
            self.join(node, [waiting[flow][0] for flow in node.incoming])

    def join(self, node: Gateway, tokens: list[Token]) -> None:
        self.commands.append(Entered(node.id, tuple(token.via for token in tokens if token.via)))
        for token in tokens[1:]:
            self.drop_token(token)
        self.route(tokens[0], node)

    def settle_joins(self) -> bool:
        """Let one inclusive or complex join go on that may; whether there was one."""
        places = dict.fromkeys((token.scope, token.node) for token in self.tokens.values() if self.may_join(token))
        for scope_id, node_id in places:
            node = self.node(node_id)
            assert isinstance(node, Gateway)
            settle = self.settle_complex if node.type is GatewayType.COMPLEX else self.settle_inclusive
            if settle(node, scope_id):
                return True
        return any(self.reset_complex(scope) for scope in list(self.scopes.values()) if scope.kind == ScopeKind.FIRED)

    def may_join(self, token: Token) -> bool:
        node = self.node(token.node)
        waits = joins(node) and isinstance(node, Gateway) and node.type is not GatewayType.PARALLEL
        return waits and not self.waits_of(token)

    def settle_inclusive(self, node: Gateway, scope_id: str) -> bool:
        waiting = self.arrived(node, scope_id)
        if self.awaits_more(node, scope_id, waiting):
            return False
        self.join(node, [tokens[0] for tokens in waiting.values()])
        return True

    def awaits_more(self, node: Gateway, scope_id: str, waiting: dict[str, list[Token]]) -> bool:
        """Inclusive (13.4.3): wait for a token that can still come on a flow that has none yet, without passing the
        join, unless the same token could also come on a flow that has one already.
        """
        upstream = self.plan.upstream(node)
        empty = [flow for flow in node.incoming if flow not in waiting]
        for token in self.tokens_in(scope_id):
            if token.node == node.id or not any(token.node in upstream[flow] for flow in empty):
                continue
            if not any(token.node in upstream[flow] for flow in waiting if flow in upstream):
                return True
        return False

    def settle_complex(self, node: Gateway, scope_id: str) -> bool:
        """Complex (13.4.5): its rule counts the tokens; after it went on, late ones are swallowed until none can come.

        Without a rule that is FEEL it waits as an inclusive one does. If none can come any more and the rule still
        does not hold, a person decides.
        """
        waiting = self.arrived(node, scope_id)
        tokens = [token for each in waiting.values() for token in each]
        if self.fired(node, scope_id) is not None:
            for token in tokens:
                self.consume(token)
            return True
        last = not self.awaits_more(node, scope_id, waiting)
        rule = node.activation
        if formal_text(rule):
            count = {"activationCount": len(tokens), **{flow: len(waiting.get(flow, ())) for flow in node.incoming}}
            if self.holds(rule, scope_id, count):
                mark = Scope(self.new_id("s"), node.id, scope_id, kind=ScopeKind.FIRED)
                self.add_scope(mark)
                self.join(node, tokens)
                return True
            if not last:
                return False
            self.incident(node.id, "no_activation", "its rule does not hold, and no token can come any more")
            for token in tokens[1:]:
                self.drop_token(token)
            self.commands.append(Entered(node.id, tuple(token.via for token in tokens if token.via)))
            self.ask(tokens[0], node, WaitKind.DECISION)
            return True
        if last:
            self.join(node, [each[0] for each in waiting.values()])
        return last

    def fired(self, node: Gateway, scope_id: str) -> Scope | None:
        return next((one for one in self.children(scope_id, ScopeKind.FIRED) if one.element == node.id), None)

    def reset_complex(self, mark: Scope) -> bool:
        node = self.node(mark.element)
        assert isinstance(node, Gateway)
        if self.awaits_more(node, mark.parent, {}):
            return False
        self.drop_scope(mark)
        return True
