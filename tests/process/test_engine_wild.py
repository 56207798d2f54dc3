"""Wild drawings: every kind of element, connected at random, with events in random order, stale and repeated ones too.

Whatever somebody draws, a step ends, refuses in words, or stops the case with a reason; it never breaks down.
"""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import AT, duration, flow, model, restarted
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.process.engine import migrate, new_case, preview, step
from werkfluss.process.runnable import runnable
from werkfluss.process.state import (
    AGAIN,
    DONE,
    ActivityChosen,
    AdHocFinished,
    Cancelled,
    Completed,
    ConditionMet,
    Escalated,
    Failed,
    Incident,
    MessageReceived,
    SignalReceived,
    Start,
    Status,
    TimerFired,
)

AROUND = (
    '<signal id="sig" name="Alarm"/><error id="err" name="Fehler" errorCode="E1"/><escalation id="esc" name="Chef"/>'
)
CAUGHT = [
    duration("PT1H"),
    "<messageEventDefinition/>",
    '<signalEventDefinition signalRef="sig"/>',
    "<conditionalEventDefinition><condition>n &gt; 1</condition></conditionalEventDefinition>",
]
BOUNDARY = [
    *CAUGHT,
    '<errorEventDefinition errorRef="err"/>',
    "<errorEventDefinition/>",
    "<compensateEventDefinition/>",
]
BOUNDARY += ['<escalationEventDefinition escalationRef="esc"/>', "<cancelEventDefinition/>"]
THROWN = ["", "<messageEventDefinition/>", '<signalEventDefinition signalRef="sig"/>', "<compensateEventDefinition/>"]
THROWN += ['<escalationEventDefinition escalationRef="esc"/>', '<linkEventDefinition name="L"/>']
ENDS = [
    *THROWN[:5],
    '<errorEventDefinition errorRef="err"/>',
    "<terminateEventDefinition/>",
    "<cancelEventDefinition/>",
]
TASKS = ["task", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "callActivity"]
GATEWAYS = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"]
LOOPS = ["", "", "", "<standardLoopCharacteristics/>", '<standardLoopCharacteristics loopMaximum="2"/>']
LOOPS += [
    f'<multiInstanceLoopCharacteristics isSequential="{sequential}">{inner}</multiInstanceLoopCharacteristics>'
    for sequential in ("true", "false")
    for inner in ("", "<loopCardinality>2</loopCardinality>", "<loopCardinality>n</loopCardinality>")
]
SCOPES = ["subProcess", "transaction", "adHocSubProcess", "event"]
KINDS = ["task", "task", "task", "gateway", "gateway", "catch", "throw", "end", "scope"]


class Scribbler:
    def __init__(self, draw):
        self.draw = draw
        self.count = 0

    def new(self):
        self.count += 1
        return f"n{self.count}"

    def some(self, values):
        return self.draw(st.sampled_from(values))

    def scope(self, depth):
        parts, nodes, attachable = [], [], []
        for _ in range(self.draw(st.integers(1, 5))):
            node, kind = self.new(), self.some(KINDS[: None if depth else -1])
            text = self.node(node, kind, depth)
            parts.append(text)
            if "triggeredByEvent" not in text:
                nodes.append(node)
                if kind in ("task", "scope"):
                    attachable.append(node)
        if self.draw(st.booleans()):
            start = self.new()
            parts.append(f'<startEvent id="{start}"/>')
            nodes.append(start)
        for node in attachable:
            if self.draw(st.booleans()):
                event, stops = self.new(), str(self.draw(st.booleans())).lower()
                definition = self.some(BOUNDARY)
                parts.append(
                    f'<boundaryEvent id="{event}" attachedToRef="{node}" cancelActivity="{stops}">{definition}</boundaryEvent>'
                )
                if "compensate" in definition:
                    parts.append(f'<userTask id="{event}u" isForCompensation="true"/>')
                    parts.append(f'<association id="{event}a" sourceRef="{event}" targetRef="{event}u"/>')
                else:
                    nodes.append(event)
        return "".join(parts) + self.flows(nodes)

    def flows(self, nodes):
        found = ""
        for source in nodes:
            for target in self.draw(st.lists(st.sampled_from(nodes), max_size=3, unique=True)) if nodes else ():
                found += flow(f"f{self.new()}", source, target, "", self.some(["", "", "n > 0", "n < 1", "kein FEEL!"]))
        return found

    def node(self, node, kind, depth):
        loop = self.some(LOOPS)
        if kind == "task":
            tag = self.some(TASKS)
            inner = "<script>{n: 2}</script>" if tag == "scriptTask" else ""
            called = self.some(["", ' calledElement="p"', ' calledElement="far"']) if tag == "callActivity" else ""
            script = ' scriptFormat="feel"' if inner else ""
            return f'<{tag} id="{node}"{called}{script}>{loop}{inner}</{tag}>'
        if kind == "gateway":
            return f'<{self.some(GATEWAYS)} id="{node}"/>'
        if kind == "catch":
            many = "".join(self.draw(st.lists(st.sampled_from(CAUGHT), max_size=2, unique=True)))
            every = str(self.draw(st.booleans())).lower()
            return f'<intermediateCatchEvent id="{node}" name="C" parallelMultiple="{every}">{many}</intermediateCatchEvent>'
        if kind == "throw":
            return f'<intermediateThrowEvent id="{node}">{self.some(THROWN)}</intermediateThrowEvent>'
        if kind == "end":
            return f'<endEvent id="{node}">{self.some(ENDS)}</endEvent>'
        scope = self.some(SCOPES)
        if scope == "event":
            stops, definition = str(self.draw(st.booleans())).lower(), self.some(BOUNDARY[:-1])
            return (
                f'<subProcess id="{node}" triggeredByEvent="true"><startEvent id="{node}s" isInterrupting="{stops}">'
                f"{definition}</startEvent>{self.scope(depth - 1)}</subProcess>"
            )
        return f'<{scope} id="{node}">{self.scope(depth - 1)}{loop}</{scope}>'


@st.composite
def drawings(draw):
    return Scribbler(draw).scope(2)


def happening(definitions, state, draw):
    """Whatever could be sent, fitting or not."""
    wait = draw(st.sampled_from([wait.id for wait in state.waits] or ["w0"]))
    flow_id = draw(st.sampled_from([*definitions.flows, AGAIN, DONE, ""]))
    element = draw(st.sampled_from([*definitions.nodes]))
    fitting = [Completed(wait, AT, {"n": 2}, flow_id), Completed(wait, AT, {"n": 0}), TimerFired(wait, AT)]
    others = [
        Failed(wait, AT),
        Failed(wait, AT, "E1"),
        Escalated(wait, AT),
        ConditionMet(wait, AT),
        MessageReceived("C", AT),
        SignalReceived("Alarm", AT),
        ActivityChosen(wait, element, AT),
        AdHocFinished(wait, AT),
    ]
    return draw(st.sampled_from([*fitting, *fitting, *others]))


def check(state):
    """Everything refers to something that is there."""
    tokens, scopes = {t.id: t for t in state.tokens}, {s.id: s for s in state.scopes}
    assert all(t.scope in scopes for t in state.tokens)
    assert all(s.parent in scopes for s in state.scopes if s.parent)
    assert all(s.token in tokens for s in state.scopes if s.token)
    assert all((w.token in tokens) if w.token else (w.scope in scopes) for w in state.waits)
    if state.status is Status.RUNNING:
        assert state.waits
    if state.status is Status.COMPLETED:
        assert (state.tokens, state.waits, len(state.scopes)) == ((), (), 1)


@settings(max_examples=examples(40), deadline=None, print_blob=True)
@given(st.data(), drawings(), drawings())
def test_case_taken_to_another_wild_drawing_never_breaks_the_engine(data, body, other):
    old, new = model(body, AROUND), model(other, AROUND)
    assume(not any(f.severity == "blocks" for d in (old, new) for f in runnable(d, "p")))
    state, _ = step(old, new_case("p"), Start(AT, {"n": 1}))
    for moved in range(12):
        if state.status is not Status.RUNNING or len(state.tokens) > 40:
            break
        if moved == 3:
            found = migrate(state, old, new, at=AT)
            check(found.state)
            if found.problems:
                assert (found.state, found.commands) == (state, ())
                break
            state, old = found.state, new
        try:
            state, _ = step(old, state, happening(old, state, data.draw))
        except (Refused, Conflict):
            continue
        check(state)


@settings(max_examples=examples(40), deadline=None, print_blob=True)
@given(st.data(), drawings())
def test_wild_drawing_never_breaks_the_engine(data, body):
    definitions = model(body, AROUND)
    assume(not any(f.severity == "blocks" for f in runnable(definitions, "p")))
    state, commands = step(definitions, new_case("p"), Start(AT, {"n": 1}))
    for _ in range(25):
        check(state)
        if state.status is not Status.RUNNING or len(state.tokens) > 40:
            break
        event = happening(definitions, state, data.draw)
        try:
            after, commands = step(definitions, state, event)
        except (Refused, Conflict):
            continue
        assert step(definitions, restarted(state), event) == (after, commands)
        state = after
    if state.status is Status.FAILED:
        assert any(isinstance(command, Incident) for command in commands)
    if state.status is Status.RUNNING:
        assert migrate(state, definitions, definitions, at=AT).state == state
        assert preview(state, definitions, definitions, at=AT)
        cancelled, _ = step(definitions, state, Cancelled(AT, "genug"))
        assert (cancelled.tokens, cancelled.waits, len(cancelled.scopes)) == ((), (), 1)
