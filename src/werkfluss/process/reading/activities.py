"""Tasks, sub-processes and calls (BPMN 2.0, 10.3)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from werkfluss.process.mapping import read_all, read_mappings
from werkfluss.process.model import (
    Activity,
    CallActivity,
    Loop,
    LoopKind,
    Script,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    WorkFacts,
)
from werkfluss.process.xml import local_name, squeezed

from . import dialects
from .elements import Index, child, children, expression, flag, reference, text_of, without_juel
from .events import correlation

TASKS = {kind.value: kind for kind in TaskType}
SUB_PROCESSES = {
    kind.value: kind for kind in (SubProcessKind.EMBEDDED, SubProcessKind.AD_HOC, SubProcessKind.TRANSACTION)
}


def read_activity(element: etree._Element, index: Index, common: dict[str, Any]) -> Activity:
    """``common`` holds the fields of FlowNode by name."""
    facts: WorkFacts = common["facts"]
    common = common | {
        "owner": facts.performer or _owner(element, index),
        "loop": _loop(element, index),
        "default": reference(element.get("default")),
        "for_compensation": flag(element, "isForCompensation", default=False),
        "inputs": dialects.mappings(element, "input") + read_mappings(element, "input"),
        "outputs": dialects.mappings(element, "output") + read_mappings(element, "output"),
    }
    name = local_name(element)
    if name in TASKS:
        return _task(element, TASKS[name], index, facts, common)
    if name == "callActivity":
        called = reference(element.get("calledElement")) or dialects.zeebe(element, "calledElement", "processId")
        return CallActivity(
            **common,
            called=called,
            passes_all=read_all(element, "input", otherwise=dialects.passes_all(element, "input")),
            returns_all=read_all(element, "output", otherwise=dialects.passes_all(element, "output")),
        )
    kind = SubProcessKind.EVENT if flag(element, "triggeredByEvent", default=False) else SUB_PROCESSES[name]
    return SubProcess(
        **common,
        kind=kind,
        completion=expression(element, "completionCondition"),
        sequential=squeezed(element.get("ordering")) == "Sequential",
        cancel_remaining=flag(element, "cancelRemainingInstances", default=True),
        active=dialects.zeebe(element, "adHoc", "activeElementsCollection"),
    )


def _task(element: etree._Element, kind: TaskType, index: Index, facts: WorkFacts, common: dict[str, Any]) -> Task:
    operation = index.get(reference(element.get("operationRef")))
    message = reference(element.get("messageRef"))
    if operation is not None and not message:
        message = reference(text_of(operation, "inMessageRef"))
    decision = dialects.zeebe(element, "calledDecision", "decisionId") or dialects.seven(element, "decisionRef")
    return Task(
        **common,
        type=kind,
        message=index.name(message),
        correlation=correlation(message, index),
        instantiating=flag(element, "instantiate", default=False),
        service=dialects.service(element) or (squeezed(operation.get("name")) if operation is not None else ""),
        script=_script(element) if kind is TaskType.SCRIPT else None,
        decision=facts.decision or decision,
        result=facts.result or dialects.result_variable(element),
    )


def _script(element: etree._Element) -> Script | None:
    if text := dialects.zeebe(element, "script", "expression"):
        return Script("feel", text)
    body = child(element, "script")
    text = "".join(map(str, body.itertext())).strip() if body is not None else ""
    return Script(squeezed(element.get("scriptFormat")).lower(), text) if text else None


def _owner(element: etree._Element, index: Index) -> str:
    """The performer named in the activity: BPMN resource roles, or the assignment of the engines."""
    for role in children(element, "humanPerformer", "potentialOwner", "performer"):
        named = index.name(reference(text_of(role, "resourceRef")))
        texts = (text_of(part, "formalExpression") for part in children(role, "resourceAssignmentExpression"))
        given = next(texts, "")
        if named or (given and not given.startswith(("$", "#", "="))):
            return named or given
    return dialects.assigned(element)


def _loop(element: etree._Element, index: Index) -> Loop | None:
    mark = child(element, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
    if mark is None:
        return None
    if local_name(mark) == "standardLoopCharacteristics":
        maximum = squeezed(mark.get("loopMaximum"))
        return Loop(
            LoopKind.STANDARD,
            condition=expression(mark, "loopCondition"),
            maximum=int(maximum) if maximum.isdecimal() and len(maximum) < 10 else None,
            test_before=flag(mark, "testBefore", default=False),
        )

    def named(part: str) -> str:
        """The name of a data item, or of what a reference points to."""
        item = child(mark, part)
        if item is None:
            return ""
        target = reference(item.text)
        return squeezed(item.get("name")) or index.name(target) or target

    def zeebe(attribute: str) -> str:
        return dialects.zeebe(mark, "loopCharacteristics", attribute)

    return Loop(
        LoopKind.SEQUENTIAL if flag(mark, "isSequential", default=False) else LoopKind.PARALLEL,
        cardinality=expression(mark, "loopCardinality"),
        collection=without_juel(
            zeebe("inputCollection") or dialects.seven(mark, "collection") or named("loopDataInputRef")
        ),
        item=zeebe("inputElement") or dialects.seven(mark, "elementVariable") or named("inputDataItem"),
        output=zeebe("outputCollection") or named("loopDataOutputRef"),
        output_item=zeebe("outputElement") or named("outputDataItem"),
        completion=expression(mark, "completionCondition"),
    )
