"""Run a compiled pattern in bounded work.

Backtracking that never enters the same state twice, so that work grows with the product of program and text and not
exponentially. With back references a state depends on the past; there the count of steps ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .arithmetic import NotDefined
from .regex import Program

MAX_STEPS = 400_000


class Matcher:
    """One search in one text; the steps of all its matches count together."""

    def __init__(self, program: Program, text: str) -> None:
        self.program = program
        self.text = text
        self.left = MAX_STEPS
        self.failed: set[int] = set()

    def search(self, start: int = 0) -> tuple[int, ...] | None:
        """The positions of the first match and of its groups (``-1`` where a group took no part), or ``None``.

        Raises:
            NotDefined: too much work.
        """
        self.failed = set()
        for begin in range(start, len(self.text) + 1):
            found = self.match_at(begin)
            if found is not None:
                return found
        return None

    def all(self) -> Iterator[tuple[int, ...]]:
        """All matches that do not overlap; they are not empty (``replace`` and ``split`` exclude such patterns)."""
        position = 0
        while (found := self.search(position)) is not None:
            yield found
            position = max(found[1], found[0] + 1)

    def match_at(self, begin: int) -> tuple[int, ...] | None:
        saved = [begin, -1] + [-1] * (2 * self.program.groups)
        # A task is a state to try, or (negative) a group position to restore when the attempt behind it has failed.
        tasks: list[tuple[int, int, int]] = [(0, begin, 0)]
        while tasks:
            at, position, old = tasks.pop()
            if at < 0:
                saved[-at - 1] = old
            elif self.follow(at, position, saved, tasks):
                return tuple(saved)
        return None

    def follow(self, at: int, position: int, saved: list[int], tasks: list[tuple[int, int, int]]) -> bool:
        """Go on from a state until it matches or fails; alternatives are left in ``tasks``."""
        steps = self.program.steps
        while self.is_new(at, position):
            step = steps[at]
            if step.op == "match":
                saved[1] = position
                return True
            if step.op == "split":
                tasks.append((step.other, position, 0))
                at = step.to
            elif step.op == "jump":
                at = step.to
            elif step.op == "save":
                tasks.append((-step.to - 1, 0, saved[step.to]))
                saved[step.to] = position
                at += 1
            else:
                moved = self.moved(at, position, saved)
                if moved is None:
                    return False
                at, position = at + 1, moved
        return False

    def is_new(self, at: int, position: int) -> bool:
        self.left -= 1
        if self.left < 0:
            raise NotDefined("too much work for this text")
        if self.program.refers_back:
            return True
        key = at * (len(self.text) + 1) + position
        if key in self.failed:
            return False
        self.failed.add(key)
        return True

    def moved(self, at: int, position: int, saved: list[int]) -> int | None:
        """The position behind an assertion, a character or a back reference; ``None`` if it does not hold."""
        step, text = self.program.steps[at], self.text
        if step.op == "char":
            if position < len(text) and self.accepts(at, text[position]):
                return position + 1
            return None
        if step.op == "begin":
            here = position == 0 or (self.program.many_lines and text[position - 1] == "\n")
            return position if here else None
        if step.op == "end":
            here = position == len(text) or (self.program.many_lines and text[position] == "\n")
            return position if here else None
        start, end = saved[2 * step.to], saved[2 * step.to + 1]
        part = text[start:end] if start >= 0 and end >= 0 else ""
        there = text[position : position + len(part)]
        same = part == there or (self.program.ignore_case and part.casefold() == there.casefold())
        return position + len(part) if same else None

    def accepts(self, at: int, char: str) -> bool:
        test = self.program.steps[at].test
        assert test is not None
        if test(char):
            return True
        return self.program.ignore_case and any(
            test(other) for other in (char.lower(), char.upper()) if len(other) == 1 and other != char
        )
