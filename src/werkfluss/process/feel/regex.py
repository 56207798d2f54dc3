"""Regular expressions of FEEL: the dialect of XPath (XML Schema part 2, appendix G, with XPath 3.1, 5.6.1).

Python's own matcher speaks another dialect and may run for years on a text of fifty characters. Here a pattern becomes
a small program (this module), which ``regex_run`` executes in bounded work.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .arithmetic import NotDefined

MAX_PATTERN = 2_000
MAX_PROGRAM = 5_000
_MAX_DEPTH = 40
_MAX_REPEAT = 1_000

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Node:
    """``kind``: char, sequence, either, repeat, group, begin, end or back."""

    kind: str
    parts: tuple[Node, ...] = ()
    test: Test | None = None
    low: int = 0
    high: int | None = 0
    greedy: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """``op``: char, split (``to`` first, then ``other``), jump, save, begin, end, back or match."""

    op: str
    test: Test | None = None
    to: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    steps: tuple[Step, ...]
    groups: int
    refers_back: bool
    ignore_case: bool
    many_lines: bool


_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsLatinExtended-B": (0x0180, 0x024F),
    "IsGreek": (0x0370, 0x03FF),
    "IsGreekandCoptic": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsHebrew": (0x0590, 0x05FF),
    "IsArabic": (0x0600, 0x06FF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}
_MINOR = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon"}
_CATEGORIES = {*_MINOR, *(major + minor for major, minors in _MINOR.items() for minor in minors)}
_NAMED_CHARS = {"n": "\n", "r": "\r", "t": "\t"}
_PLAIN_ESCAPES = frozenset("\\|.-^?*+{}()[]$/")


def _digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def _word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _space(char: str) -> bool:
    return char in " \t\n\r"


def _name_start(char: str) -> bool:
    return char in "_:" or unicodedata.category(char)[0] == "L"


def _name_part(char: str) -> bool:
    return char in "-._:\u00b7" or unicodedata.category(char)[0] in "LNM"


_CLASSES: dict[str, Test] = {"d": _digit, "w": _word, "s": _space, "i": _name_start, "c": _name_part}


def _anything(_char: str) -> bool:
    return True


def _no_line_end(char: str) -> bool:
    return char not in "\n\r"


def _not(test: Test) -> Test:
    return lambda char: not test(char)


def _within(low: str, high: str) -> Test:
    return lambda char: low <= char <= high


def _any_of(tests: list[Test]) -> Test:
    return lambda char: any(test(char) for test in tests)


def _without(test: Test, taken: Test) -> Test:
    return lambda char: test(char) and not taken(char)


class _Parser:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = _squeezed(pattern) if "x" in flags else pattern
        self.dot_all = "s" in flags
        self.at = 0
        self.groups = 0
        self.open: list[int] = []
        self.depth = 0
        self.refers_back = False

    def fail(self, what: str) -> NotDefined:
        return NotDefined(f"{what} ({self.at + 1})")

    def sees(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def accept(self, text: str) -> bool:
        if self.sees(text):
            self.at += len(text)
            return True
        return False

    def take(self) -> str:
        if self.at >= len(self.pattern):
            raise self.fail("the pattern ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.pattern):
            raise self.fail("unexpected )")
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail("nested too deeply")
        branches = [self.sequence()]
        while self.accept("|"):
            branches.append(self.sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Node("either", tuple(branches))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.pattern) and not self.sees("|") and not self.sees(")"):
            parts.append(self.quantified())
        return Node("sequence", tuple(parts))

    def quantified(self) -> Node:
        atom = self.atom()
        low = 1
        bound: int | None = 1
        if self.accept("?"):
            low, bound = 0, 1
        elif self.accept("*"):
            low, bound = 0, None
        elif self.accept("+"):
            low, bound = 1, None
        elif self.accept("{"):
            low, bound = self.counts()
        else:
            return atom
        greedy = not self.accept("?")
        if self.sees("*") or self.sees("+") or self.sees("?") or self.sees("{"):
            raise self.fail("a quantifier without an atom")
        return Node("repeat", (atom,), low=low, high=bound, greedy=greedy)

    def counts(self) -> tuple[int, int | None]:
        low = self.count()
        high: int | None = low
        if self.accept(","):
            high = None if self.sees("}") else self.count()
        if not self.accept("}") or (high is not None and high < low):
            raise self.fail("{n,m}")
        return low, high

    def count(self) -> int:
        digits = ""
        while self.at < len(self.pattern) and self.pattern[self.at] in "0123456789" and len(digits) < 6:
            digits += self.take()
        if not digits or int(digits) > _MAX_REPEAT:
            raise self.fail("{n,m}")
        return int(digits)

    def atom(self) -> Node:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return Node("char", test=self.char_class())
        if char == ".":
            return Node("char", test=_anything if self.dot_all else _no_line_end)
        if char in "^$":
            return Node("begin" if char == "^" else "end")
        if char == "\\":
            return self.escaped()
        if char in "?*+{}])":
            raise self.fail(f"unexpected {char}")
        return Node("char", test=_within(char, char))

    def group(self) -> Node:
        if self.accept("?:"):
            inner = self.either()
        elif self.sees("?"):
            raise self.fail("look-around and inline flags are not part of this dialect")
        else:
            self.groups += 1
            number = self.groups
            self.open.append(number)
            inner = Node("group", (self.either(),), low=number)
            self.open.remove(number)
        if not self.accept(")"):
            raise self.fail("missing )")
        return inner

    def escaped(self) -> Node:
        if self.at < len(self.pattern) and self.pattern[self.at] in "123456789":
            number = int(self.take())
            if number > self.groups or number in self.open:
                raise self.fail("a back reference to no group")
            self.refers_back = True
            return Node("back", low=number)
        return Node("char", test=self.escape())

    def escape(self) -> Test:
        """Behind a backslash: one character, or a class of characters."""
        char = self.take()
        if char in _NAMED_CHARS:
            return _within(_NAMED_CHARS[char], _NAMED_CHARS[char])
        if char in _PLAIN_ESCAPES:
            return _within(char, char)
        if char.lower() in _CLASSES:
            return _CLASSES[char] if char.islower() else _not(_CLASSES[char.lower()])
        if char in "pP":
            return self.property_() if char == "p" else _not(self.property_())
        raise self.fail(f"unknown escape \\{char}")

    def property_(self) -> Test:
        end = self.pattern.find("}", self.at)
        if not self.accept("{") or end < 0:
            raise self.fail("\\p{…}")
        name = self.pattern[self.at : end]
        self.at = end + 1
        if name in _BLOCKS:
            low, high = _BLOCKS[name]
            return lambda char: low <= ord(char) <= high
        if name not in _CATEGORIES:
            raise self.fail(f"unknown property {name}")
        return lambda char: unicodedata.category(char).startswith(name)

    def char_class(self) -> Test:
        """``[a-z]``, ``[^0-9]``, ``[a-z-[aeiou]]``."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail("nested too deeply")
        negated = self.accept("^")
        tests: list[Test] = []
        taken: Test | None = None
        while not self.accept("]"):
            if tests and self.accept("-["):
                taken = self.char_class()
                if not self.accept("]"):
                    raise self.fail("missing ]")
                break
            tests.append(self.class_part(first=not tests))
        if not tests:
            raise self.fail("an empty class")
        self.depth -= 1
        test = _not(_any_of(tests)) if negated else _any_of(tests)
        return _without(test, taken) if taken else test

    def class_part(self, *, first: bool) -> Test:
        char = self.take()
        if char == "[" or (char == "-" and not first and not self.sees("]")):
            raise self.fail(f"unexpected {char}")
        if char == "\\":
            single = self.single_escape()
            if single is None:
                return self.escape()
            char = single
        if self.sees("-") and not self.sees("-]") and not self.sees("-["):
            self.take()
            high = self.take()
            if high == "\\":
                high = self.single_escape() or ""
            if high in ("", "[") or high < char:
                raise self.fail("a range in [ ]")
            return _within(char, high)
        return _within(char, char)

    def single_escape(self) -> str | None:
        """The character an escape stands for; ``None`` (and nothing read) if it stands for a class."""
        if self.at < len(self.pattern):
            char = self.pattern[self.at]
            if char in _NAMED_CHARS or char in _PLAIN_ESCAPES:
                self.at += 1
                return _NAMED_CHARS.get(char, char)
        return None


def _squeezed(pattern: str) -> str:
    """Flag ``x``: white space outside a class is only there for the reader."""
    kept, depth, escaped = [], 0, False
    for char in pattern:
        if depth or escaped or char not in " \t\n\r":
            kept.append(char)
        depth += 0 if escaped else {"[": 1, "]": -1}.get(char, 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


class _Compiler:
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def put(self, step: Step) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise NotDefined("the pattern is too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def emit(self, node: Node) -> None:
        if node.kind == "sequence":
            for part in node.parts:
                self.emit(part)
        elif node.kind == "either":
            self.either(node.parts)
        elif node.kind == "repeat":
            self.repeat(node)
        elif node.kind == "group":
            self.put(Step("save", to=2 * node.low))
            self.emit(node.parts[0])
            self.put(Step("save", to=2 * node.low + 1))
        else:
            self.put(Step(node.kind, test=node.test, to=node.low))

    def either(self, branches: tuple[Node, ...]) -> None:
        leaving: list[int] = []
        for branch in branches[:-1]:
            split = self.put(Step("split"))
            self.emit(branch)
            leaving.append(self.put(Step("jump")))
            self.steps[split] = Step("split", to=split + 1, other=len(self.steps))
        self.emit(branches[-1])
        for jump in leaving:
            self.steps[jump] = Step("jump", to=len(self.steps))

    def repeat(self, node: Node) -> None:
        inner = node.parts[0]
        for _ in range(node.low):
            self.emit(inner)
        if node.high is None:
            split = self.put(Step("split"))
            self.emit(inner)
            self.put(Step("jump", to=split))
            self.steps[split] = self.fork(split + 1, len(self.steps), node.greedy)
            return
        splits = []
        for _ in range(node.high - node.low):
            splits.append(self.put(Step("split")))
            self.emit(inner)
        for split in splits:
            self.steps[split] = self.fork(split + 1, len(self.steps), node.greedy)

    def fork(self, into: int, past: int, greedy: bool) -> Step:
        return Step("split", to=into, other=past) if greedy else Step("split", to=past, other=into)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> Program:
    """A pattern as a program. ``flags`` are any of ``s`` (. matches line ends), ``m`` (^ and $ at every line), ``i``
    (case does not matter), ``x`` (white space does not count) and ``q`` (the pattern is plain text).

    Raises:
        NotDefined: not a pattern of this dialect, or too large.
    """
    if len(pattern) > MAX_PATTERN or set(flags) - set("smixq"):
        raise NotDefined("flags" if len(pattern) <= MAX_PATTERN else "the pattern is too long")
    parser = _Parser(pattern, flags)
    if "q" in flags:
        node = Node("sequence", tuple(Node("char", test=_within(char, char)) for char in pattern))
    else:
        node = parser.whole()
    compiler = _Compiler()
    compiler.emit(node)
    compiler.put(Step("match"))
    return Program(tuple(compiler.steps), parser.groups, parser.refers_back, "i" in flags, "m" in flags)
