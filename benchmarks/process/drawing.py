"""The processes that are measured: a usual one, and one with 500 activities."""

from __future__ import annotations

from itertools import pairwise

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" '
    'xmlns:wf="https://werkfluss.example/bpmn/1" targetNamespace="https://example.example" '
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI">'
)
_FACTS = (
    '<extensionElements><wf:skill de="Einkauf" en="Purchasing"/><wf:outcome de="Geprüft" en="Checked"/>'
    '<wf:criterion de="Preis und Frist stimmen" en="Price and date are right"/>'
    '<wf:work effort="PT1H/PT2H" dataClass="internal" due="P5D" ai="forbidden" acceptance="requester"/>'
    "</extensionElements>"
)
# Without skill and effort, so that a step is done in its case and not as a task of the plan.
_PLAIN = '<extensionElements><wf:work dataClass="internal" due="P5D" ai="forbidden"/></extensionElements>'
_ROW = 40  # activities beside one another


def flow(start: str, end: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{start}_{end}" sourceRef="{start}" targetRef="{end}">{inner}</sequenceFlow>'


def step(name: str, label: str = "Auftrag prüfen", facts: str = _PLAIN) -> str:
    return f'<userTask id="{name}" name="{label}">{facts}</userTask>'


def usual() -> bytes:
    """Steps, a reminder beside the first, a decision in FEEL, two branches at once, and a way back to the beginning."""
    reminder = (
        '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>P5D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="
        '"reminded"/>'
    )
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="m"/>'
        + "".join(map(step, "abcde"))
        + reminder
        + '<exclusiveGateway id="g" default="g_e"/><parallelGateway id="p"/><parallelGateway id="j"/>'
        '<exclusiveGateway id="r" default="r_done"/><endEvent id="done"/>'
    )
    flows = [flow(*pair) for pair in pairwise(("s", "m", "a", "b", "g"))]
    flows += [flow("g", "p", "= amount &gt; 1000"), flow("g", "e"), flow("p", "c"), flow("p", "d"), flow("c", "j")]
    flows += [flow("d", "j"), flow("j", "r"), flow("e", "r"), flow("r", "m", "= again"), flow("r", "done")]
    flows.append(flow("late", "reminded"))
    body = nodes + "".join(flows)
    return f'{_HEAD}<process id="usual" name="Auftrag" isExecutable="true">{body}</process></definitions>'.encode()


def large(count: int = 500) -> bytes:
    """A row of steps with a decision after every fifth, and the drawing of all of it."""
    names = [f"t{number}" for number in range(count)]
    body = '<startEvent id="s"/>' + "".join(
        step(name, f"Teil {name[1:]} des Auftrags prüfen", _FACTS) for name in names
    )
    body += '<endEvent id="z"/>' + flow("s", "t0") + flow(names[-1], "z")
    shapes = _shape("s", -150, 0, 36) + _shape("z", -150, 100, 36)
    for number, (one, other) in enumerate(pairwise(names)):
        if number % 5:
            body += flow(one, other)
        else:
            body += f'<exclusiveGateway id="g{number}" name="Weiter?" default="g{number}_{other}"/>'
            body += flow(one, f"g{number}") + flow(f"g{number}", other)
            body += flow(f"g{number}", names[min(number + 4, count - 1)], "= amount &gt; 1000")
            shapes += _shape(f"g{number}", *_place(number, 130), 50)
        shapes += _edge(f"{one}_{other}", _place(number), _place(number + 1))
    shapes += "".join(_shape(name, *_place(number), 100) for number, name in enumerate(names))
    process = f'<process id="large" name="Auftrag" isExecutable="true">{body}</process>'
    plane = f'<di:BPMNPlane id="plane" bpmnElement="large">{shapes}</di:BPMNPlane>'
    return f'{_HEAD}{process}<di:BPMNDiagram id="diagram">{plane}</di:BPMNDiagram></definitions>'.encode()


def _place(number: int, aside: int = 0) -> tuple[int, int]:
    return number % _ROW * 200 + aside, number // _ROW * 150


def _shape(element: str, x: int, y: int, width: int) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{min(width, 80)}"/>'
    return f'<di:BPMNShape id="shape_{element}" bpmnElement="{element}">{bounds}</di:BPMNShape>'


def _edge(element: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    points = "".join(f'<dd:waypoint x="{x}" y="{y + 40}"/>' for x, y in (start, end))
    return f'<di:BPMNEdge id="edge_{element}" bpmnElement="{element}">{points}</di:BPMNEdge>'
