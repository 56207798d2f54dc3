"""The signs of BPMN 2.0 (annex B: notation) as SVG paths, and a style sheet for drawings that stand alone."""

from __future__ import annotations

from werkfluss.process.model import EventKind, GatewayType, LoopKind, TaskType

STYLE = """
.bpmn{font:12px system-ui,sans-serif;background:#fff}
.bpmn-pool,.bpmn-lane{fill:none;stroke:#9aa1a9}
.bpmn-task,.bpmn-subprocess,.bpmn-event,.bpmn-gateway{fill:#fff;stroke:#3c4650;stroke-width:1.5}
.bpmn-event-inner{fill:none;stroke:#3c4650;stroke-width:1.2}
.bpmn-end{stroke-width:3.5}
.bpmn-subprocess{fill:#f7f8f9}
.bpmn-artifact{fill:none;stroke:#9aa1a9;stroke-dasharray:3 2}
.bpmn-flow,.bpmn-message-flow,.bpmn-association{fill:none;stroke:#3c4650;stroke-width:1.3}
.bpmn-message-flow{stroke-dasharray:7 4}
.bpmn-association{stroke-dasharray:2 3}
.bpmn-arrow{fill:#3c4650}
.bpmn-mark{fill:none;stroke:#3c4650;stroke-width:1.6}
.bpmn-label{fill:#1d2329;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-opacity:.85}
.bpmn-note{fill:#1d2329}
.bpmn-title{fill:#1d2329;text-anchor:middle;font-weight:600}
.is-done .bpmn-task,.is-done .bpmn-event,.is-done .bpmn-gateway{fill:#e9f3ec;stroke:#2f7d4f}
.is-done .bpmn-flow{stroke:#2f7d4f;stroke-width:2}
.is-active .bpmn-task,.is-active .bpmn-event,.is-active .bpmn-gateway{fill:#e3edfb;stroke:#1f5fb8;stroke-width:3}
"""

_SERVICE_SIGN = "M0 6a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M6 -2v3M6 11v3M-2 6h3M11 6h3"
_USER_SIGN = "M3 4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M0 13c0 -7 12 -7 12 0"
_LETTER_SIGN = "M0 2h13v9h-13zM0 2l6.5 5l6.5 -5"
TASKS = {
    TaskType.USER: _USER_SIGN,
    TaskType.SERVICE: _SERVICE_SIGN,
    TaskType.SEND: _LETTER_SIGN,
    TaskType.RECEIVE: _LETTER_SIGN,
    TaskType.MANUAL: "M1 10v-6h3l1 -3l2 1v3h6v5z",
    TaskType.SCRIPT: "M1 0h11v13h-11zM4 4h5M4 7h5M4 10h5",
    TaskType.BUSINESS_RULE: "M0 1h13v11h-13zM0 5h13M4 1v11",
}
GATEWAYS = {
    GatewayType.EXCLUSIVE: "M-6 -8L6 8M6 -8L-6 8",
    GatewayType.PARALLEL: "M0 -10V10M-10 0H10",
    GatewayType.INCLUSIVE: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0",
    GatewayType.EVENT_BASED: "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0M0 -7L7 -1.5L4.3 6H-4.3L-7 -1.5z",
    GatewayType.COMPLEX: "M0 -10V10M-10 0H10M-7 -7L7 7M7 -7L-7 7",
}
EVENTS = {
    EventKind.TIMER: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0M0 -5V0L4 2",
    EventKind.MESSAGE: "M-8 -5h16v10h-16zM-8 -5l8 6l8 -6",
    EventKind.SIGNAL: "M0 -7L7 6H-7z",
    EventKind.ERROR: "M-7 6L-3 -6L2 2L7 -7L3 6L-2 -2z",
    EventKind.ESCALATION: "M0 -7L6 7L0 1L-6 7z",
    EventKind.CONDITIONAL: "M-6 -8h12v16h-12zM-3 -4h6M-3 0h6M-3 4h6",
    EventKind.LINK: "M-8 -3h8v-4l8 7l-8 7v-4h-8z",
    EventKind.TERMINATE: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0",
    EventKind.COMPENSATE: "M0 0l7 -6v12zM-7 0l7 -6v12z",
    EventKind.CANCEL: "M-6 -6L6 6M6 -6L-6 6",
    EventKind.MULTIPLE: "M0 -8L8 -2L5 7H-5L-8 -2z",
}
# The second ring of an event-based gateway that does not start the case.
SECOND_RING = "M-9.5 0a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0 -19 0"
PARALLEL_EVENTS = "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0M0 -7V7M-7 0H7"
PARALLEL_MULTIPLE = "M-2.5 -8h5v5.5h5.5v5h-5.5v5.5h-5v-5.5h-5.5v-5h5.5z"
# What throws is filled; signs that are made of lines need an outline of their own for it.
THROWN = EVENTS | {
    EventKind.MESSAGE: "M-8 -5.5h16l-8 6zM-8 -3.5l8 6l8 -6v9h-16z",
    EventKind.CANCEL: "M-7 -4L-4 -7L0 -3L4 -7L7 -4L3 0L7 4L4 7L0 3L-4 7L-7 4L-3 0z",
}
LOOPS = {
    LoopKind.STANDARD: "M-2.5 4.3a5 5 0 1 1 5 0M-5.5 4.8h3.2v-3.4",
    LoopKind.PARALLEL: "M-4 -5V5M0 -5V5M4 -5V5",
    LoopKind.SEQUENTIAL: "M-5 -4H5M-5 0H5M-5 4H5",
}
COMPENSATION = "M0 0l5 -4.5v9zM-5.5 0l5 -4.5v9z"
AD_HOC = "M-6 1.5c2 -5 4 -3.5 6 -1.5s4 3.5 6 -1.5"
COLLAPSED = "M-6 -6h12v12h-12zM-4 0h8M0 -4v8"
