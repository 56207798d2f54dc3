"""Random models on random paths, restarted after every step; and what one step costs."""

from __future__ import annotations

import sys

import pytest
from hypothesis import event as remark
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import AT, chain, duration, flow, model, restarted
from werkfluss.process.engine import new_case, step
from werkfluss.process.model import Activity, EventPosition
from werkfluss.process.runnable import runnable
from werkfluss.process.state import (
    AGAIN,
    DONE,
    ActivityChosen,
    AdHocFinished,
    Completed,
    ConditionMet,
    Finished,
    MessageReceived,
    SignalReceived,
    Start,
    Status,
    TimerFired,
    WaitKind,
)

LEAVES = ["task", "service", "timed", "signalled", "asked"]
BLOCKS = [
    "row",
    "choice",
    "fork",
    "some",
    "some_asked",
    "loop",
    "sub",
    "each",
    "again",
    "box",
    "watched",
    "failing",
    "undone",
]


class Builder:
    def __init__(self, draw):
        self.draw = draw
        self.count = 0
        self.parts = []

    def new(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def connect(self, start, end, label=""):
        self.parts.append(flow(self.new("f"), start, end, label))

    def block(self, depth):
        """Adds a single-entry, single-exit block; gives its first and last node."""
        kinds = LEAVES + (BLOCKS if depth else [])
        return getattr(self, self.draw(st.sampled_from(kinds)))(depth)

    def inside(self, depth):
        """A block as the content of something, as text."""
        outer, self.parts = self.parts, []
        self.block(depth)
        text, self.parts = "".join(self.parts), outer
        return text

    def task(self, _depth):
        node = self.new("t")
        self.parts.append(f'<userTask id="{node}"/>')
        return node, node

    def service(self, _depth):
        node = self.new("t")
        self.parts.append(f'<serviceTask id="{node}"/>')
        return node, node

    def timed(self, _depth):
        node, event, end = self.new("t"), self.new("b"), self.new("e")
        keep = self.draw(st.booleans())
        self.parts.append(f'<userTask id="{node}"/><endEvent id="{end}"/>')
        self.parts.append(
            f'<boundaryEvent id="{event}" attachedToRef="{node}" cancelActivity="{str(not keep).lower()}">'
            f"{duration('PT1H')}</boundaryEvent>"
        )
        if keep:
            self.connect(event, end)
            return node, node
        merge = self.gateway("exclusiveGateway")
        self.connect(node, merge)
        self.connect(event, merge)
        return node, merge

    def gateway(self, kind):
        node = self.new("g")
        self.parts.append(f'<{kind} id="{node}"/>')
        return node

    def row(self, depth):
        first, middle = self.block(depth - 1)
        second, last = self.block(depth - 1)
        self.connect(middle, second)
        return first, last

    def branches(self, kind, depth):
        split, merge = self.gateway(kind), self.gateway(kind)
        for _ in range(self.draw(st.integers(2, 3))):
            first, last = self.block(depth - 1)
            self.connect(split, first, "Zweig")
            self.connect(last, merge)
        return split, merge

    def choice(self, depth):
        return self.branches("exclusiveGateway", depth)

    def fork(self, depth):
        return self.branches("parallelGateway", depth)

    def loop(self, depth):
        merge, again = self.gateway("exclusiveGateway"), self.gateway("exclusiveGateway")
        first, last = self.block(depth - 1)
        self.connect(merge, first)
        self.connect(last, again)
        self.connect(again, merge, "noch einmal")
        out = self.gateway("exclusiveGateway")
        self.connect(again, out, "fertig")
        return merge, out

    def sub(self, depth):
        node = self.new("p")
        self.parts.append(f'<subProcess id="{node}">{self.inside(depth - 1)}</subProcess>')
        return node, node

    def signalled(self, _depth):
        """A catch event for a signal, a message or a condition."""
        node = self.new("c")
        definition = self.draw(
            st.sampled_from(
                [
                    '<signalEventDefinition signalRef="sig"/>',
                    "<messageEventDefinition/>",
                    "<conditionalEventDefinition><condition>count &gt; 3</condition></conditionalEventDefinition>",
                ]
            )
        )
        self.parts.append(f'<intermediateCatchEvent id="{node}" name="{node}">{definition}</intermediateCatchEvent>')
        return node, node

    def asked(self, _depth):
        node = self.new("g")
        self.parts.append(
            f'<intermediateThrowEvent id="{node}"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>'
        )
        return node, node

    def some(self, depth):
        """An inclusive split whose branches hold or not by the number of steps done so far."""
        split, merge = self.gateway("inclusiveGateway"), self.gateway("inclusiveGateway")
        for turn in range(self.draw(st.integers(2, 3))):
            first, last = self.block(depth - 1)
            condition = "true" if turn == 0 else f"modulo(count, {turn + 1}) = 0"
            self.parts.append(flow(self.new("f"), split, first, "", condition))
            self.connect(last, merge)
        return split, merge

    def some_asked(self, depth):
        return self.branches("inclusiveGateway", depth)

    def each(self, depth):
        node = self.new("p")
        sequential = str(self.draw(st.booleans())).lower()
        rule = self.draw(
            st.sampled_from(["", "<completionCondition>nrOfCompletedInstances &gt;= 2</completionCondition>"])
        )
        number = self.draw(st.integers(0, 3))
        self.parts.append(
            f'<subProcess id="{node}">{self.inside(depth - 1)}<multiInstanceLoopCharacteristics isSequential="{sequential}">'
            f"<loopCardinality>{number}</loopCardinality>{rule}</multiInstanceLoopCharacteristics></subProcess>"
        )
        return node, node

    def again(self, depth):
        node = self.new("p")
        mark = self.draw(
            st.sampled_from(["<standardLoopCharacteristics/>", '<standardLoopCharacteristics loopMaximum="2"/>'])
        )
        self.parts.append(f'<subProcess id="{node}">{self.inside(depth - 1)}{mark}</subProcess>')
        return node, node

    def box(self, depth):
        node = self.new("p")
        self.parts.append(
            f'<adHocSubProcess id="{node}">{self.inside(depth - 1)}<userTask id="{node}x"/></adHocSubProcess>'
        )
        return node, node

    def watched(self, depth):
        """A sub-process with an event sub-process inside."""
        node = self.new("p")
        stop = str(self.draw(st.booleans())).lower()
        self.parts.append(
            f'<subProcess id="{node}">{self.inside(depth - 1)}<subProcess id="{node}e" triggeredByEvent="true">'
            f'<startEvent id="{node}s" isInterrupting="{stop}">{duration("PT2H")}</startEvent><userTask id="{node}t"/>'
            f"{chain(f'{node}s', f'{node}t')}</subProcess></subProcess>"
        )
        return node, node

    def failing(self, depth):
        """A sub-process that may end in an error, caught at its boundary."""
        node, merge = self.new("p"), self.gateway("exclusiveGateway")
        outer, self.parts = self.parts, []
        _, last = self.block(depth - 1)
        self.parts.append(f'<exclusiveGateway id="{node}g"/><endEvent id="{node}o"/>')
        self.parts.append(f'<endEvent id="{node}x"><errorEventDefinition/></endEvent>')
        self.connect(last, f"{node}g")
        self.connect(f"{node}g", f"{node}o", "gut")
        self.connect(f"{node}g", f"{node}x", "schlecht")
        inner, self.parts = "".join(self.parts), outer
        self.parts.append(f'<subProcess id="{node}">{inner}</subProcess>')
        self.parts.append(f'<boundaryEvent id="{node}b" attachedToRef="{node}"><errorEventDefinition/></boundaryEvent>')
        self.connect(node, merge)
        self.connect(f"{node}b", merge)
        return node, merge

    def undone(self, depth):
        """A step with a handler, a block, and then the compensation of the step."""
        node = self.new("t")
        self.parts.append(
            f'<userTask id="{node}"/><boundaryEvent id="{node}b" attachedToRef="{node}"><compensateEventDefinition/>'
            f'</boundaryEvent><userTask id="{node}u" isForCompensation="true"/>'
            f'<association id="{node}a" sourceRef="{node}b" targetRef="{node}u"/>'
            f'<intermediateThrowEvent id="{node}c"><compensateEventDefinition activityRef="{node}"/></intermediateThrowEvent>'
        )
        first, last = self.block(depth - 1)
        self.connect(node, first)
        self.connect(last, f"{node}c")
        return node, f"{node}c"


@st.composite
def bodies(draw):
    builder = Builder(draw)
    nodes = ["s"]
    for _ in range(draw(st.integers(1, 3))):
        first, last = builder.block(draw(st.integers(1, 3)))
        builder.connect(nodes[-1], first)
        nodes.append(last)
    builder.parts.append('<startEvent id="s"/><endEvent id="end"/>')
    builder.connect(nodes[-1], "end")
    return "".join(builder.parts)


def beside(definitions, wait):
    node = definitions.nodes[wait.node]
    return getattr(node, "position", None) in (EventPosition.BOUNDARY, EventPosition.START)


def next_event(definitions, state, draw, *, hurry):
    """Something that may happen next. In a hurry nothing is repeated and no event comes from beside."""
    waits = [w for w in state.waits if not (hurry and beside(definitions, w))]
    wait = draw(st.sampled_from(waits))
    if wait.kind is WaitKind.TIMER:
        return TimerFired(wait.id, AT)
    if wait.kind is WaitKind.SIGNAL:
        return SignalReceived(wait.name, AT)
    if wait.kind is WaitKind.MESSAGE:
        return MessageReceived(wait.name, AT, wait=wait.id)
    if wait.kind is WaitKind.CONDITION:
        return ConditionMet(wait.id, AT)
    if wait.kind is WaitKind.TOOLBOX:
        inside = [n for n in definitions.members[wait.node] if isinstance(n, Activity) and not n.incoming]
        free = [n.id for n in inside if not n.for_compensation]
        if hurry or not free or draw(st.booleans()):
            return AdHocFinished(wait.id, AT)
        return ActivityChosen(wait.id, draw(st.sampled_from(free)), AT)
    data = {"count": len(state.tokens), "last": wait.node}
    if wait.kind is not WaitKind.DECISION:
        return Completed(wait.id, AT, data)
    if any(scope.kind == "each" and scope.token == wait.token for scope in state.scopes):
        return Completed(wait.id, AT, data, DONE if hurry else draw(st.sampled_from([AGAIN, DONE])))
    flows = definitions.nodes[wait.node].outgoing
    if definitions.nodes[wait.node].tag == "inclusiveGateway":
        some = draw(st.lists(st.sampled_from(flows), min_size=1, unique=True))
        return Completed(wait.id, AT, data, choices=tuple(some))
    # The last branch of a loop leads out of it.
    return Completed(wait.id, AT, data, flows[-1] if hurry else draw(st.sampled_from(flows)))


@settings(max_examples=examples(120), deadline=None, print_blob=True)
@given(st.data(), bodies())
def test_random_model_on_a_random_path_survives_a_restart_after_every_step(data, body):
    definitions = model(body, '<signal id="sig" name="Alarm"/>')
    assert not [f for f in runnable(definitions, "p") if f.severity == "blocks"]
    state, commands = step(definitions, new_case("p"), Start(AT, {"count": 0}))
    again = state
    steps = 0
    while state.status is Status.RUNNING and steps < 400:
        steps += 1
        assert {w.token for w in state.waits if w.token} <= {t.id for t in state.tokens}
        assert {t.scope for t in state.tokens} <= {s.id for s in state.scopes}
        event = next_event(definitions, state, data.draw, hurry=steps > 25)
        state, commands = step(definitions, state, event)
        again, repeated = step(definitions, restarted(again), event)
        assert (again, repeated) == (state, commands)
    remark(f"steps {min(steps // 10, 6)}0")
    # Block-structured models cannot get stuck, and nothing is left behind but the variables of the case.
    assert state.status is Status.COMPLETED, [c for c in commands if type(c).__name__ == "Incident"]
    assert (state.tokens, state.waits) == ((), ())
    assert [scope.kind for scope in state.scopes] == [""]
    assert isinstance(commands[-1], Finished)


def calls(function):
    """How many Python functions are called: a measure of cost that does not depend on the machine."""
    counted = 0

    def count(_frame, kind, _arg):
        nonlocal counted
        counted += kind == "call"

    sys.setprofile(count)
    try:
        result = function()
    finally:
        sys.setprofile(None)
    return counted, result


ROUND = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="t"/><exclusiveGateway id="g"/><endEvent id="e"/>'
    + chain("s", "m", "t", "g")
    + flow("again", "g", "m", "noch einmal")
    + flow("out", "g", "e", "fertig")
)


def test_step_costs_the_same_after_many_steps():
    definitions = model(ROUND)
    state, _ = step(definitions, new_case("p"), Start(AT))
    costs, sizes = [], []
    for _ in range(1_000):
        event = Completed(state.waits[0].id, AT, {"n": 1}, "again")
        cost, (state, _) = calls(lambda state=state, event=event: step(definitions, state, event))
        costs.append(cost)
        sizes.append(len(state.tokens) + len(state.waits) + len(state.scopes))
    assert max(costs[1:]) - min(costs[1:]) < 10  # the interpreter itself calls a function now and then
    assert set(sizes) == {3}


@pytest.mark.parametrize("kind", ["userTask", "inclusiveGateway"])
def test_step_does_not_cost_by_the_size_of_the_model(kind):
    def cost(size):
        tasks = "".join(f'<userTask id="t{n}"/><{kind} id="k{n}"/>' for n in range(size))
        ways = "".join(chain(f"t{n}", f"k{n}", f"t{n + 1}") for n in range(size - 1))
        definitions = model(f'<startEvent id="s"/>{tasks}{ways}' + chain("s", "t0"))
        state, _ = step(definitions, new_case("p"), Start(AT))
        step(definitions, state, Completed(state.waits[0].id, AT))  # what is worked out once per model
        return calls(lambda: step(definitions, state, Completed(state.waits[0].id, AT)))[0]

    assert abs(cost(10) - cost(400)) < 10
