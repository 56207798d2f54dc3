"""Pages as PDF/A from a Typst template: whatever text people enter, a page comes out.

The built-in fonts have pictures for Latin, Greek, Cyrillic, Hebrew, Arabic and Devanagari letters, among others. PDF/A
forbids text without a picture; what has none is written as its code, such as [U+738B].
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Literal

Standard = Literal["a-3a", "a-3b", "ua-1"]
# Each attempt hides one more character, or a whole script, that the fonts do not have.
_ATTEMPTS = 60
_QUOTED = re.compile(r'`"(.+?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LAST_ALPHABET_AT_HAND = 0x0530  # Latin, Greek and Cyrillic come before; they lack single letters, never all


def typeset(template: bytes, data: Mapping[str, Any], *, standards: Sequence[Standard]) -> bytes:
    """The template (Typst) as PDF of these ``standards``; it finds ``data`` as JSON in ``sys.inputs.data``.

    Texts are brought into their composed form (NFC) and lose control characters. Equal data give equal pages.

    Raises:
        typst.TypstError: the template is wrong.
    """
    import typst

    hidden: set[str] = set()
    for _ in range(_ATTEMPTS):
        try:
            return _compile(template, _shown(data, partial(_without, hidden)), standards)
        except typst.TypstError as error:
            reported = _reported(str(error))
            if not reported:
                raise
            more = _to_hide(reported, data, hidden)
            if not more:
                break
            hidden |= more
    return _compile(template, _shown(data, _latin_only), standards)


def _compile(template: bytes, data: Any, standards: Sequence[Standard]) -> bytes:
    import typst

    pdf: bytes | list[bytes] | None = typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=list(standards),
        ignore_system_fonts=True,
    )
    assert isinstance(pdf, bytes)  # one document in, one out
    return pdf


def _shown(value: Any, clean: Callable[[str], str]) -> Any:
    """``value`` with each of its texts as ``clean`` leaves it; keys belong to the template and stay."""
    if isinstance(value, str):
        return clean(unicodedata.normalize("NFC", value))
    if isinstance(value, Mapping):
        return {key: _shown(item, clean) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, clean) for item in value]
    return value


def _without(hidden: set[str], text: str) -> str:
    return "".join(_code(char) if char in hidden else _visible(char) for char in text)


def _visible(char: str) -> str:
    """Control characters and the mark of byte order say nothing to a reader; half a character is none."""
    if char == "\ufeff" or (char not in "\n\t" and unicodedata.category(char) == "Cc"):
        return ""
    return _code(char) if unicodedata.category(char) in ("Cs", "Co", "Cn") else char


def _latin_only(text: str) -> str:
    return "".join(_visible(char) if ord(char) < 0x250 or char in "–—„“”‚‘’€…" else _code(char) for char in text)


def _code(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _reported(message: str) -> str:
    """The text for which a refusal says that it cannot be shown; empty if something else is wrong."""
    quoted = _QUOTED.search(message)
    if quoted is None or not ("could not be displayed" in message or "codepoint" in message):
        return ""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), quoted[1])


def _to_hide(reported: str, data: Mapping[str, Any], hidden: set[str]) -> set[str]:
    """A refusal names the letter also where the mark above it is what is missing; marks are hidden before letters.

    With a letter of a script that the fonts lack go all of its letters.
    """
    texts = list(_texts(data))
    pairs = {pair for text in texts for pair in pairwise(text)}
    marks = {mark for letter, mark in pairs if letter in reported and _is_mark(mark)} - hidden
    if marks:
        return marks
    named = {char for char in reported if not char.isascii()}
    scripts = {_script(char) for char in named if ord(char) > _LAST_ALPHABET_AT_HAND} - {"", "COMBINING"}
    return (named | {char for char in set().union(*texts) if _script(char) in scripts}) - hidden


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _script(char: str) -> str:
    """``CJK``, ``HANGUL``, ``THAI``: the first word of the character's name; empty for what belongs to no script."""
    return unicodedata.name(char, "").partition(" ")[0] if unicodedata.category(char)[0] in "LM" else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield unicodedata.normalize("NFC", value)
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ():
        yield from _texts(inner)
