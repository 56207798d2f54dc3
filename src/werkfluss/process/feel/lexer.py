"""From text to FEEL tokens. Names of several words are put together later, where the known names are at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from werkfluss.kernel.text import Text

from .errors import FeelError

MAX_LENGTH = 10_000
# Names may hold every character beyond the basic plane; three kinds of space are none to Python (DMN 1.5, 10.3.1.2).
_TOKEN = re.compile(
    r"""(?P<space>(?:[\s\u180e\u200b\ufeff]|//[^\n]*|/\*.*?\*/)+)
      | (?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<string>@?"(?:[^"\\]|\\.)*")
      | (?P<name>(?:[^\W\d]|[\U00010000-\U000effff])[\w\u00b7\U00010000-\U000effff]*|\?)
      | (?P<operator>\.\.|\*\*|!=|<=|>=|->|[-+*/=<>()\[\]{},.:'’§$&%#|~^;!@])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``kind`` is number, string, name, operator or end; ``end`` is the position behind it."""

    kind: str
    text: str
    at: int
    end: int


def lexemes(expression: str) -> list[Lexeme]:
    """Raises FeelError for an unknown character, an open string, or an expression that is too long."""
    if len(expression) > MAX_LENGTH:
        cause = Text("Der Ausdruck ist zu lang.", "The expression is too long.")
        raise FeelError(
            expression, 0, cause, Text(f"Höchstens {MAX_LENGTH} Zeichen.", f"At most {MAX_LENGTH} characters.")
        )
    found: list[Lexeme] = []
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            open_string = expression[position] == '"'
            cause = (
                Text("Die Zeichenkette endet nicht.", "The string does not end.")
                if open_string
                else Text("Dieses Zeichen gehört nicht zu FEEL.", "This character is not part of FEEL.")
            )
            raise FeelError(expression, position, cause, Text("Ein FEEL-Ausdruck.", "A FEEL expression."))
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Lexeme(kind, match.group(), position, match.end()))
        position = match.end()
    found.append(Lexeme("end", "", len(expression), len(expression)))
    return found


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The pieces of a name as the lexer would see them; empty if it could not be one."""
    try:
        return tuple(lexeme.text for lexeme in lexemes(name)[:-1])
    except FeelError:
        return ()


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)


def unescaped(quoted: str) -> str:
    """The content of a string literal; an unknown escape stands for itself."""

    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            number = int(code, 16)
            return chr(number) if number <= 0x10FFFF else match[0]
        return _ESCAPES.get(match[3], match[0])

    text = _ESCAPE.sub(one, quoted[1:-1])
    # Characters beyond the basic plane are written as a surrogate pair.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
