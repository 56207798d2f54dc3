"""Reading lexemes one after the other: names of several words, types, and the bound on nesting."""

from __future__ import annotations

from typing import NoReturn

from werkfluss.kernel.text import Text

from .errors import FeelError
from .lexer import Lexeme, lexemes, words
from .names import BUILTIN_NAMES, TYPE_NAMES
from .types import Type

MAX_DEPTH = 60
MAX_WORK = 50_000  # reading ``in (`` may look twice; this bounds what nesting makes of it
KEYWORDS = {
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "between",
    "instance",
}
_TYPES = sorted((words(name) for name in TYPE_NAMES), key=len, reverse=True)


def _add(known: dict[str, list[tuple[str, ...]]], name: str) -> None:
    """Make a name of several words known, longest first."""
    if name.isidentifier():
        return
    pieces = words(name)
    if len(pieces) > 1:
        options = known.setdefault(pieces[0], [])
        if pieces not in options:
            options.append(pieces)
            options.sort(key=len, reverse=True)


_BUILTIN: dict[str, list[tuple[str, ...]]] = {}
for _name in BUILTIN_NAMES:
    _add(_BUILTIN, _name)


class Reader:
    def __init__(self, expression: str, names: frozenset[str]) -> None:
        self.expression = expression
        self.lexemes = lexemes(expression)
        self.index = 0
        self.depth = 0
        self.work = 0
        self.known = {first: list(options) for first, options in _BUILTIN.items()}
        for name in names:
            self.know(name)

    def know(self, name: str) -> None:
        _add(self.known, name)

    # Reading lexemes

    @property
    def current(self) -> Lexeme:
        return self.lexemes[self.index]

    def sees(self, *texts: str) -> bool:
        return self.current.kind in ("name", "operator") and self.current.text in texts

    def take(self) -> Lexeme:
        lexeme = self.current
        self.index += 1
        return lexeme

    def accept(self, text: str) -> bool:
        if self.sees(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            self.fail(Text(f"Hier wird „{text}“ erwartet.", f"“{text}” is expected here."))

    def fail(self, expected: Text) -> NoReturn:
        at_end = self.current.kind == "end"
        cause = (
            Text("Der Ausdruck ist unvollständig.", "The expression is incomplete.")
            if at_end
            else Text(f"„{self.current.text}“ passt hier nicht.", f"“{self.current.text}” does not fit here.")
        )
        raise FeelError(self.expression, self.current.at, cause, expected)

    def known_name(self) -> str | None:
        """The longest known name of several words that begins here, joined as it is stored."""
        for pieces in self.known.get(self.current.text, ()):
            there = self.lexemes[self.index : self.index + len(pieces)]
            if len(there) == len(pieces) and all(a.text == b for a, b in zip(there, pieces, strict=True)):
                self.index += len(pieces)
                return joined(there)
        return None

    def words_until(self, *stops: str) -> str:
        """A free name of any words, as keys and parameters have them."""
        start = self.index
        while self.current.kind != "end" and not self.sees(*stops):
            self.index += 1
        if start == self.index:
            self.fail(Text("Ein Name.", "A name."))
        return joined(self.lexemes[start : self.index])

    def enter(self) -> None:
        self.depth += 1
        self.work += 1
        if self.depth > MAX_DEPTH or self.work > MAX_WORK:
            cause = Text("Der Ausdruck ist zu tief verschachtelt.", "The expression is nested too deeply.")
            expected = Text(f"Höchstens {MAX_DEPTH} Ebenen.", f"At most {MAX_DEPTH} levels.")
            raise FeelError(self.expression, self.current.at, cause, expected)

    # Types

    def type_(self) -> Type:
        """``number``, ``list<T>``, ``range<T>``, ``context<a: T>``, ``function<T> -> T``, or a type of the model."""
        name = self.type_name()
        if name in ("list", "range") and self.accept("<"):
            item = self.nested_type()
            self.expect(">")
            return Type(name, item=item)
        if name == "context" and self.accept("<"):
            fields = []
            while True:
                field = self.words_until(":", ">")
                self.expect(":")
                fields.append((field, self.nested_type()))
                if not self.accept(","):
                    break
            self.expect(">")
            return Type(name, fields=tuple(fields))
        if name == "function" and self.accept("<"):
            parameters = []
            while not self.sees(">"):
                parameters.append(self.nested_type())
                if not self.accept(","):
                    break
            self.expect(">")
            if self.accept("->"):
                self.nested_type()
            return Type(name, parameters=tuple(parameters))
        return Type(name)

    def nested_type(self) -> Type:
        self.enter()
        found = self.type_()
        self.depth -= 1
        return found

    def type_name(self) -> str:
        for pieces in _TYPES:
            there = tuple(lexeme.text for lexeme in self.lexemes[self.index : self.index + len(pieces)])
            if there == pieces:
                self.index += len(pieces)
                return " ".join(pieces)
        if self.current.kind != "name" or self.current.text in KEYWORDS:
            names = ", ".join(sorted(TYPE_NAMES))
            self.fail(Text(f"Ein Typ: {names}.", f"A type: {names}."))
        name = self.known_name() or self.take().text
        while self.sees(".") and self.lexemes[self.index + 1].kind == "name":
            self.take()
            name += "." + (self.known_name() or self.take().text)
        return name


def joined(pieces: list[Lexeme]) -> str:
    """A name in one spelling: a single space where there was any space, none where there was none."""
    text = ""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        text += (" " if before is not None and before.end < piece.at else "") + piece.text
    return text
