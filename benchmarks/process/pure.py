"""The engine without a database, and a model of 500 activities: CPU seconds of this process."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks.process.drawing import large, usual
from werkfluss.process.bpmn import read
from werkfluss.process.clarity_process import check_process
from werkfluss.process.engine import new_case, step
from werkfluss.process.model import Definitions
from werkfluss.process.runnable import runnable
from werkfluss.process.state import Completed, Start, State, WaitKind
from werkfluss.process.svg import draw

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
STEPS = 20_000


def _next(model: Definitions, state: State, *, again: bool) -> State:
    wait = next(wait for wait in state.waits if wait.kind is WaitKind.WORK)
    return step(model, state, Completed(wait.id, AT, {"amount": 500 if len(wait.id) % 2 else 5_000, "again": again}))[0]


def engine() -> dict[str, Any]:
    """Steps of people in one case that goes round and round: all, the first and the last thousand of them."""
    model = read(usual())
    state = step(model, new_case("usual"), Start(AT, {"amount": 5_000, "again": True}))[0]
    seconds = []
    for _ in range(STEPS // 1_000):
        begin = time.process_time()
        for _ in range(1_000):
            state = _next(model, state, again=True)
        seconds.append(time.process_time() - begin)
    begin = time.process_time()
    for _ in range(1_000):
        state = State.from_json(json.loads(json.dumps(state.as_json())))
    kept = time.process_time() - begin
    return {
        "steps": STEPS,
        "steps_per_cpu_second": round(STEPS / sum(seconds)),
        "microseconds_per_step_first_1000": round(seconds[0] * 1_000),
        "microseconds_per_step_last_1000": round(seconds[-1] * 1_000),
        "microseconds_to_json_and_back": round(kept * 1_000),
    }


def large_model() -> dict[str, Any]:
    """To open 500 activities: read, check for clarity and for what cannot run, draw; medians of three."""
    data = large()
    model = read(data)
    parts: dict[str, Callable[[Definitions], object]] = {
        "read_s": lambda _: read(data),
        "check_s": lambda fresh: check_process(fresh, "large"),
        "runnable_s": lambda fresh: runnable(fresh, "large"),
        "draw_s": draw,
    }
    figures: dict[str, Any] = {"activities": len(model.process("large").tasks), "kilobytes": round(len(data) / 1024)}
    for name, part in parts.items():
        figures[name] = round(statistics.median(_timed(part, read(data)) for _ in range(3)), 3)
    figures["all_s"] = round(sum(figures[name] for name in parts), 3)
    return figures


def _timed(work: Callable[[Definitions], object], fresh: Definitions) -> float:
    begin = time.process_time()
    work(fresh)
    return time.process_time() - begin
