"""The words of the portal in eight languages: which there are, which wording is confirmed, which words belong to it.

German and English are the product's own. The other six are machine-made and say so to the reader, until a person with
the right has confirmed the very wording (``CatalogueConfirmation``); a changed word makes it unconfirmed again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from werkfluss.web import catalogue

OWN = ("de", "en")
TEMPLATES = catalogue.WEB / "templates"
# What puts words on a page of the portal besides its templates.
SOURCES = ("portal_view.py", "pages/portal.py", "pages/portal_talk.py", "forms/portal.py", "portal_pages.py")
_NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class PortalLanguage:
    """``name`` as its speakers write it."""

    tag: str
    name: str
    right_to_left: bool = False


LANGUAGES: dict[str, PortalLanguage] = {
    one.tag: one
    for one in (
        PortalLanguage("de", "Deutsch"),
        PortalLanguage("en", "English"),
        PortalLanguage("es", "Español"),
        PortalLanguage("pt", "Português"),
        PortalLanguage("tr", "Türkçe"),
        PortalLanguage("uk", "Українська"),
        PortalLanguage("hi", "हिन्दी"),
        PortalLanguage("ar", "العربية", right_to_left=True),
    )
}


def spoken(tag: str) -> str:
    """The portal language for a tag such as ``pt-BR``; English for one it does not speak."""
    base = tag.lower().split("-", maxsplit=1)[0]
    return base if base in LANGUAGES else "en"


def pages() -> list[Path]:
    """The templates of the portal and all they include or stand in."""
    found: dict[Path, None] = dict.fromkeys(sorted((TEMPLATES / "portal").glob("*.html")))
    waiting = list(found)
    while waiting:
        for name in _NAMED.findall(waiting.pop().read_text(encoding="utf-8")):
            path = TEMPLATES / name
            if path not in found:
                found[path] = None
                waiting.append(path)
    return list(found)


def words() -> Iterator[tuple[catalogue.Word, Path]]:
    """Every (context, msgid) that a page of the portal can show, besides the statements of ``portal_texts``."""
    for path in (*pages(), *(catalogue.WEB / name for name in SOURCES)):
        for word in catalogue.words_in(path):
            yield word, path


@cache
def version(tag: str) -> bytes:
    """SHA-256 over all words of the portal in this language: what a confirmation is about."""
    read = hashlib.sha256()
    known = catalogue.portal(tag)
    for message in sorted((one for one in known if one.id), key=lambda one: (one.context or "", str(one.id))):
        for part in (message.context or "", str(message.id), str(message.string)):
            read.update(part.encode() + b"\0")
    return read.digest()


def further() -> tuple[str, ...]:
    """The languages that are machine-made until somebody has confirmed them."""
    return tuple(tag for tag in LANGUAGES if tag not in OWN)


def beside(tag: str) -> list[tuple[str, str]]:
    """Every word in English and in this language, for whoever reads them all to confirm them."""
    return [(str(one.id), str(one.string)) for one in catalogue.portal(tag) if one.id]
