"""The kinds of elements, by the element names of BPMN 2.0, so that they are shown as the standard calls them."""

from __future__ import annotations

from enum import StrEnum


class TaskType(StrEnum):
    """The element names of BPMN, so that they can be shown and searched as the standard calls them."""

    PLAIN = "task"
    USER = "userTask"
    MANUAL = "manualTask"
    SERVICE = "serviceTask"
    SEND = "sendTask"
    RECEIVE = "receiveTask"
    SCRIPT = "scriptTask"
    BUSINESS_RULE = "businessRuleTask"


class GatewayType(StrEnum):
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"
    COMPLEX = "complexGateway"


class EventPosition(StrEnum):
    START = "startEvent"
    END = "endEvent"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"


class EventKind(StrEnum):
    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    LINK = "link"
    TERMINATE = "terminate"
    COMPENSATE = "compensate"
    CANCEL = "cancel"
    MULTIPLE = "multiple"


class SubProcessKind(StrEnum):
    EMBEDDED = "subProcess"
    EVENT = "eventSubProcess"
    AD_HOC = "adHocSubProcess"
    TRANSACTION = "transaction"


class LoopKind(StrEnum):
    STANDARD = "standardLoop"
    PARALLEL = "parallelMultiInstance"
    SEQUENTIAL = "sequentialMultiInstance"
