"""The kinds of what a case consists of."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    NEW = "new"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class WaitKind(StrEnum):
    """``RULE`` is a decision table, ``TOOLBOX`` an ad-hoc sub-process, ``CALL`` a process of another file."""

    WORK = "work"
    DECISION = "decision"
    SERVICE = "service"
    RULE = "rule"
    CALL = "call"
    TOOLBOX = "toolbox"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"


EVENT_WAITS = frozenset({WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL, WaitKind.CONDITION})


class ScopeKind(StrEnum):
    """``EACH`` holds the turns of a loop or multi-instance activity, ``TURN`` is one of them. ``RECORD`` is what a
    completed activity leaves behind for its compensation, ``UNDOING`` a compensation under way. ``FIRED`` marks a
    complex gateway that went on and now swallows the tokens that come late.
    """

    BODY = ""
    TOOLBOX = "toolbox"
    EACH = "each"
    TURN = "turn"
    RECORD = "record"
    UNDOING = "undoing"
    FIRED = "fired"
