"""Loops, multi-instance activities and mappings (BPMN 2.0.2, 10.3.7 and 13.3.6).

The activity's token waits in its scope with the boundary events on it. Behind it a scope of the kind ``EACH`` counts,
and each turn is a scope of its own with a token at the same node. An activity that only has mappings is one turn.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from werkfluss.process.feel import FeelError
from werkfluss.process.model import Activity, Loop, LoopKind, VariableMapping
from werkfluss.process.routing import formal_text, is_name
from werkfluss.process.state import AGAIN, Entered, Scope, ScopeKind, Token

from .throwing import Throwing

MAX_TURNS = 5_000  # of one multi-instance activity


class Loops(Throwing):
    """``data`` of an EACH scope: ``total`` (absent: unknown), ``begun``, ``done``, ``items``, ``results``, ``asks``."""

    def begin_each(self, token: Token, node: Activity) -> None:
        loop = node.loop
        each = Scope(
            self.new_id("s"), node.id, token.scope, token.id, kind=ScopeKind.EACH, data={"begun": 0, "done": 0}
        )
        self.add_scope(each)
        if loop is None:
            self.note(each, total=1)
            self.next_turn(each.id, node)
        elif loop.kind is LoopKind.STANDARD:
            if loop.test_before and formal_text(loop.condition) and not self.holds(loop.condition, each.id):
                self.end_each(self.scopes[each.id], node)
                return
            self.next_turn(each.id, node)
        else:
            self.begin_instances(self.scopes[each.id], node, loop)

    def begin_instances(self, each: Scope, node: Activity, loop: Loop) -> None:
        items, total = self.how_many(each, node, loop)
        if total is None:
            # A drawing that does not say how often: one turn after the other, and a person says when it is enough.
            each = self.note(each, asks=True)
            self.next_turn(each.id, node)
            return
        if total > MAX_TURNS:
            self.stop("too_many", node.id, f"{total} instances, at most {MAX_TURNS} are run")
            return
        parallel = loop.kind is LoopKind.PARALLEL
        each = self.note(each, total=total)
        if loop.output:
            each = self.note(each, results=[None] * total)
        if items is not None and not parallel:
            each = self.note(each, items=items)
        if total == 0:
            self.end_each(each, node)
            return
        for turn in range(total if parallel else 1):
            self.next_turn(each.id, node, item=items[turn] if items is not None else None)

    def how_many(self, each: Scope, node: Activity, loop: Loop) -> tuple[list[Any] | None, int | None]:
        """The items and their number; ``None`` where the drawing or the data do not say it."""
        try:
            if formal_text(loop.collection):
                items = self.value(loop.collection, each.id)
                if isinstance(items, list):
                    return items, len(items)
                self.incident(node.id, "no_collection", f"{loop.collection!r} is no list")
            elif formal_text(loop.cardinality):
                number = self.value(loop.cardinality, each.id)
                if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
                    return None, number
                self.incident(node.id, "no_number", f"{loop.cardinality!r} is no whole number")
        except FeelError as error:
            self.incident(node.id, "loop", str(error))
        return None, None

    def next_turn(self, each_id: str, node: Activity, item: Any = None) -> None:
        each = self.scopes[each_id]
        begun = each.data["begun"]
        loop = node.loop
        if "items" in each.data:
            item = each.data["items"][begun]
        variables: dict[str, Any] = {}
        if loop is not None:
            variables["loopCounter"] = begun + 1
            if loop.output_item and is_name(loop.output_item):
                variables[loop.output_item.removeprefix("=").strip()] = None  # so that its value stays in this turn
            if loop.item:
                variables[loop.item] = item
        each = self.note(each, begun=begun + 1)
        self.count(each, loop)
        turn = Scope(self.new_id("s"), node.id, each.id, "", variables, ScopeKind.TURN, {"index": begun})
        self.add_scope(turn)
        self.set_local(turn.id, self.mapped(node, node.inputs, turn.id))
        if begun:
            self.commands.append(Entered(node.id))
        self.put(node.id, turn.id)

    def count(self, each: Scope, loop: Loop | None) -> None:
        """The numbers that a completion condition may use, by the names of the standard and of the engines."""
        if loop is None or loop.kind is LoopKind.STANDARD:
            return
        begun, done = each.data["begun"], each.data["done"]
        total = each.data.get("total", begun)
        counted = {"Instances": total, "ActiveInstances": begun - done, "CompletedInstances": done}
        both = {f"{short}{name}": n for name, n in counted.items() for short in ("nrOf", "numberOf")}
        self.set_local(each.id, both)

    def mapped(
        self,
        node: Activity,
        mappings: tuple[VariableMapping, ...],
        scope_id: str,
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The values of mappings, each of which sees the ones before it."""
        found: dict[str, Any] = dict(more or {})
        values: dict[str, Any] = {}
        for mapping in mappings:
            try:
                value = self.value(mapping.source, scope_id, found)
            except FeelError as error:
                self.incident(node.id, "mapping", f"{mapping.target}: {error}")
                value = None
            found[mapping.target] = values[mapping.target] = value
        return values

    def turn_done(self, turn: Scope) -> None:
        each = self.scopes[turn.parent]
        node = self.node(each.element)
        assert isinstance(node, Activity)
        loop = node.loop
        outputs = self.mapped(node, node.outputs, turn.id)
        if loop is not None and loop.output:
            results = list(each.data.get("results", ()))
            value = self.gathered(loop, turn, outputs)
            results[turn.data["index"] :] = [value, *results[turn.data["index"] + 1 :]]
            each = self.note(each, results=results)
        else:
            self.store(each.parent, outputs)
        each = self.note(each, done=each.data["done"] + 1)
        self.count(each, loop)
        self.remember_turn(turn, node)
        early = loop is not None and formal_text(loop.completion) and self.holds(loop.completion, turn.id)
        self.hand_over(turn, each.id)
        self.drop_tree(turn)
        each = self.scopes[each.id]
        if early:
            self.clear(each)  # the other turns are taken back
            self.end_each(each, node)
        else:
            self.go_round(each, node, loop)

    def gathered(self, loop: Loop, turn: Scope, outputs: Mapping[str, Any]) -> Any:
        if not loop.output_item:
            return None
        try:
            return self.value(loop.output_item, turn.id, outputs)
        except FeelError as error:
            self.incident(turn.element, "mapping", f"{loop.output}: {error}")
            return None

    def go_round(self, each: Scope, node: Activity, loop: Loop | None) -> None:
        """After a turn: another one, the end, or a person who says which."""
        begun, done = each.data["begun"], each.data["done"]
        if loop is None or (each.data.get("total") is not None and done >= each.data["total"]):
            self.end_each(each, node)
        elif loop.kind is LoopKind.STANDARD:
            self.repeat(each, node, loop)
        elif each.data.get("asks"):
            self.ask_again(self.tokens[each.token], node)
        elif begun == done:
            self.next_turn(each.id, node)

    def repeat(self, each: Scope, node: Activity, loop: Loop) -> None:
        if loop.maximum is not None and each.data["done"] >= loop.maximum:
            self.end_each(each, node)
        elif formal_text(loop.condition):
            more = self.holds(loop.condition, each.id, {"loopCounter": each.data["done"]})
            self.next_turn(each.id, node) if more else self.end_each(each, node)
        elif loop.maximum is not None and not loop.condition:
            self.next_turn(each.id, node)
        else:
            self.ask_again(self.tokens[each.token], node)

    @abstractmethod
    def ask_again(self, token: Token, node: Activity) -> None:
        """A person says whether it is done once more."""

    def looping(self, token: Token) -> Scope | None:
        return next((scope for scope in self.opened_by(token) if scope.kind == ScopeKind.EACH), None)

    def decide_loop(self, each: Scope, choice: str) -> None:
        node = self.node(each.element)
        assert isinstance(node, Activity)
        if choice == AGAIN:
            self.next_turn(each.id, node)
        else:
            self.end_each(each, node)

    def end_each(self, each: Scope, node: Activity) -> None:
        token = self.tokens[each.token]
        if node.loop is not None and node.loop.output:
            self.store(each.parent, {node.loop.output.removeprefix("=").strip(): each.data.get("results", [])})
        self.hand_over(each, each.parent)
        self.drop_tree(each)
        self.leave(token)
