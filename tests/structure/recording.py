"""Finds public domain functions that change something without ending in ``record``.

A write function is a module-level function with a parameter ``by`` in ``<room>/domain/``. It ends in ``record`` when it
calls ``record(…, by=by)``, or hands ``by`` to another function that does, and writes nothing after the last such call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "edit",
    "get_or_create",
    "update_or_create",
}


@dataclass
class _Function:
    module: str
    node: ast.FunctionDef
    records: list[int] = field(default_factory=list)
    hands_on: list[tuple[str, int]] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.module}:{self.node.name}"


def _callee(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_manager_call(call: ast.Call) -> bool:
    """``x.save()``, ``Model.objects.create()``: not ``{}.update()`` on a plain name in capitals or a hash."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in WRITES


def _has_by(node: ast.FunctionDef) -> bool:
    return any(arg.arg == "by" for arg in [*node.args.args, *node.args.kwonlyargs])


def _read(module: str, source: str) -> Iterator[_Function]:
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        function = _Function(module, node)
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            line = call.end_lineno or call.lineno
            if any(k.arg == "by" and isinstance(k.value, ast.Name) for k in call.keywords):
                if _callee(call) == "record":
                    function.records.append(line)
                else:
                    function.hands_on.append((_callee(call), line))
            elif _is_manager_call(call):
                function.writes.append(line)
        yield function


def unrecorded(sources: dict[str, str]) -> list[str]:
    """What is wrong, one line per function; ``sources`` maps module names to their text."""
    functions = [function for module, source in sources.items() for function in _read(module, source)]
    recording: set[str] = set()
    while True:
        # A function records when it calls record, or one that records; repeated until nothing new is found.
        more = {
            f.node.name
            for f in functions
            if f.node.name not in recording and (f.records or any(name in recording for name, _ in f.hands_on))
        }
        if not more:
            break
        recording |= more
    return [
        fault
        for f in functions
        if _has_by(f.node) and not f.node.name.startswith("_")
        for fault in [_fault(f, recording)]
        if fault
    ]


def _fault(function: _Function, recording: set[str]) -> str:
    lines = function.records + [line for name, line in function.hands_on if name in recording]
    if not lines:
        return f"{function.label}: records nothing"
    late = [line for line in function.writes if line > max(lines)]
    return f"{function.label}: writes after record in line {late[0]}" if late else ""


def domain_sources(source: Path) -> dict[str, str]:
    return {
        ".".join(path.relative_to(source).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in sorted(source.glob("*/domain/**/*.py"))
    }
