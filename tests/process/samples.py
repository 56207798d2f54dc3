"""Small BPMN files written by hand for the tests, and a builder for generated ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise

from werkfluss.process.bpmn import read
from werkfluss.process.engine import new_case, step
from werkfluss.process.model import Definitions
from werkfluss.process.state import (
    ActivityChosen,
    AdHocFinished,
    Completed,
    ConditionMet,
    Entered,
    Escalated,
    Failed,
    MessageReceived,
    SignalReceived,
    Start,
    State,
    Status,
    TimerFired,
    WaitKind,
)

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:wf="https://werkfluss.example/bpmn/1" id="d" targetNamespace="https://example.example">'
)


def source(body: str, process: str = "p", *, around: str = "") -> bytes:
    """``around``: what stands beside the process: messages, errors, other processes."""
    main = f'<process id="{process}" name="Probe" isExecutable="true">{body}</process>'
    return f"{_HEAD}{around}{main}</definitions>".encode()


def model(body: str, around: str = "") -> Definitions:
    return read(source(body, around=around))


def chain(*nodes: str) -> str:
    """Sequence flows from each node to the next one."""
    return "".join(flow(f"f_{a}_{b}", a, b) for a, b in pairwise(nodes))


def restarted(state: State) -> State:
    """The state as it comes back after the program was restarted."""
    return State.from_json(json.loads(json.dumps(state.as_json())))


def flow(name: str, start: str, end: str, label: str = "", condition: str = "") -> str:
    inner = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{start}" targetRef="{end}" name="{label}">{inner}</sequenceFlow>'


def duration(text: str) -> str:
    return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"


APPROVAL = (
    '<startEvent id="s"/><userTask id="ask" name="Antrag stellen"/><exclusiveGateway id="g" name="Genehmigt?"/>'
    '<userTask id="do" name="Reise buchen"/><endEvent id="yes"/><endEvent id="no"/>'
    + flow("f1", "s", "ask")
    + flow("f2", "ask", "g")
    + flow("f3", "g", "do", "ja")
    + flow("f4", "g", "no", "nein")
    + flow("f5", "do", "yes")
)


class Case:
    """Plays one case; the state goes through JSON before every event, as if the program had been restarted."""

    def __init__(self, body, around="", element="", **variables):
        self.model = model(body, around)
        self.state = new_case("p")
        self.commands = []
        self.path = []
        self.happen(Start(AT, variables, element))

    def happen(self, event):
        self.before = restarted(self.state)
        self.state, commands = step(self.model, self.before, event)
        self.commands = list(commands)
        self.path += [c.element for c in commands if isinstance(c, Entered)]
        return self

    def wait(self, node):
        (found,) = [w for w in self.state.waits if w.node == node]
        return found

    def complete(self, node, choice="", **data):
        return self.happen(Completed(self.wait(node).id, AT, data, choice))

    def fire(self, node, at=AT):
        return self.happen(TimerFired(self.wait(node).id, at))

    def complete_all(self, node, **data):
        """Every open wait at this node, the oldest first."""
        for wait in [w for w in self.state.waits if w.node == node]:
            if wait.id in {w.id for w in self.state.waits}:
                self.happen(Completed(wait.id, AT, data))
        return self

    def pick(self, node, *choices, **data):
        return self.happen(Completed(self.wait(node).id, AT, data, choices=choices))

    def signal(self, name, **data):
        return self.happen(SignalReceived(name, AT, data))

    def message(self, name, **data):
        return self.happen(MessageReceived(name, AT, data))

    def meet(self, node, **data):
        return self.happen(ConditionMet(self.wait(node).id, AT, data))

    def fail(self, node, error=""):
        return self.happen(Failed(self.wait(node).id, AT, error))

    def escalate(self, node, code=""):
        return self.happen(Escalated(self.wait(node).id, AT, code))

    @property
    def toolbox(self):
        (found,) = [w for w in self.state.waits if w.kind is WaitKind.TOOLBOX]
        return found.id

    def choose(self, element, **data):
        return self.happen(ActivityChosen(self.toolbox, element, AT, data))

    def finish(self):
        return self.happen(AdHocFinished(self.toolbox, AT))

    @property
    def done(self):
        """Over, with nothing left behind but the variables of the case."""
        clean = not self.state.tokens and not self.state.waits and len(self.state.scopes) == 1
        return self.state.status is Status.COMPLETED and clean

    def given(self, kind):
        return [command for command in self.commands if isinstance(command, kind)]

    @property
    def waiting(self):
        return sorted(wait.node for wait in self.state.waits)
