"""Small BPMN files written by hand for the tests, and a builder for generated ones."""

from __future__ import annotations

from datetime import UTC, datetime

from werkfluss.process.bpmn import read
from werkfluss.process.model import Definitions

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:wf="https://werkfluss.example/bpmn/1" id="d" targetNamespace="https://example.example">'
)


def source(body: str, process: str = "p") -> bytes:
    return f'{_HEAD}<process id="{process}" name="Probe" isExecutable="true">{body}</process></definitions>'.encode()


def model(body: str) -> Definitions:
    return read(source(body))


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
