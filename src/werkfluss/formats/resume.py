"""A curriculum vitae as its owner states it, whatever file it came in.

Read is what a person needs to be found for work: name, contact, positions, education, skills, languages, certificates.
Not read, whatever the file holds: picture, birth, sex, nationality, marital status, visa. What is not read cannot be
misused (s.1 AGG, Art. 5(1)(c) GDPR); residence is asked apart, when a contract is near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .fault import broken

CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
LONGEST = 2000
MOST = 200
_DATE = re.compile(r"([12]\d{3})(?:-(0[1-9]|1[0-2]))?(?:-(0[1-9]|[12]\d|3[01]))?")
# Languages whose own name is understood too (Français, Polski, Türkçe).
_OWN_NAMES = (
    "ar bg bn bs ca cs da el es et fa fi fr ga gu he hi hr hu id it ja ka kn ko lt lv mk ml mr ms mt nl pa pl pt ro ru "
    "sk sl sq sr sv sw ta te th tr uk ur vi zh"
)
_LEVEL = re.compile(r"\b([ABC][12])\b")
_NATIVE = re.compile(r"native|mother tongue|muttersprach|erstsprache", re.IGNORECASE)

# What a file may hold and nobody here reads.
LEFT_OUT: dict[str, Text] = {
    "photo": Text("Foto", "photo"),
    "birth": Text("Geburtsdatum oder -ort", "date or place of birth"),
    "sex": Text("Geschlecht", "sex"),
    "nationality": Text("Staatsangehörigkeit", "nationality"),
    "marital_status": Text("Familienstand", "marital status"),
    "visa": Text("Visum", "visa"),
    "references": Text("Referenzen Dritter", "references by others"),
    "interests": Text("Interessen", "interests"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` and ``last`` as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or unknown; ``current``: goes on."""

    first: str | None = None
    last: str | None = None
    current: bool = False

    def as_json(self) -> dict[str, object]:
        return {"start": self.first, "end": self.last, "current": self.current}


@dataclass(frozen=True, slots=True)
class Station:
    """A position held or an education: ``title`` at ``organisation``."""

    title: str
    organisation: str
    period: Period
    summary: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "organisation": self.organisation,
            **self.period.as_json(),
            "summary": self.summary,
        }


@dataclass(frozen=True, slots=True)
class LanguageSkill:
    """``code`` ISO 639-1 (or 639-3 where there is none), empty if not recognised; ``cefr`` only where it is stated."""

    code: str
    said: str
    native: bool = False
    cefr: str | None = None

    def as_json(self) -> dict[str, object]:
        return {"code": self.code, "said": self.said, "native": self.native, "cefr": self.cefr}


@dataclass(frozen=True, slots=True)
class Certificate:
    name: str
    issuer: str
    date: str | None

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "issuer": self.issuer, "date": self.date}


@dataclass(frozen=True, slots=True)
class Resume:
    """``source`` is ``jsonresume``, ``europass``, ``europass-2012`` or either with ``-pdf``; texts are plain."""

    source: str
    name: str
    email: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    headline: str = ""
    links: tuple[str, ...] = ()
    positions: tuple[Station, ...] = ()
    education: tuple[Station, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[LanguageSkill, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    left_out: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = field(default=())

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "person": {
                "name": self.name,
                "email": self.email,
                "phone": self.phone,
                "city": self.city,
                "country": self.country,
                "headline": self.headline,
                "links": list(self.links),
            },
            "positions": [one.as_json() for one in self.positions],
            "education": [one.as_json() for one in self.education],
            "skills": list(self.skills),
            "languages": [one.as_json() for one in self.languages],
            "certificates": [one.as_json() for one in self.certificates],
            "source": self.source,
            "left_out": [{"what": key, "name": LEFT_OUT[key].in_language(language)} for key in self.left_out],
            "errors": [],
            "warnings": [fault.as_json(language) for fault in self.warnings],
        }


def no_name(filename: str) -> Exception:
    return broken(
        filename,
        Text("Im Lebenslauf steht kein Name.", "The CV holds no name."),
        Text("Vor- und Familienname der Person.", "Given and family name of the person."),
        Text("Ergänzen Sie den Namen und exportieren Sie neu.", "Add the name and export again."),
    )


def short(value: Any, most: int = 200) -> str:
    """One line of plain text; anything that is no text is none. NUL, which no database keeps, goes."""
    return " ".join(value.replace("\0", " ").split())[:most] if isinstance(value, str) else ""


def day_of(value: Any) -> str | None:
    """A date with as much as is known of it, or ``None``."""
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    return found.group(0) if found else None


def level_of(said: str) -> str | None:
    """The level of the Common European Framework, where the words name one; the lowest of several."""
    return min(_LEVEL.findall(said.upper()), default=None)


def is_native(said: str) -> bool:
    return bool(_NATIVE.search(said))


def language_code(said: str) -> str:
    """``de`` for ``deu``, ``ger``, ``de-AT``, ``German`` or ``Deutsch``; empty if it is no language we know."""
    word = said.strip().casefold()
    if not word:
        return ""
    by_name, aliases = _languages()
    code = re.split(r"[-_]", word)[0]
    if code.isalpha() and len(code) in {2, 3}:
        code = aliases.get(code, code)
        if code in by_name.values():
            return code
    return by_name.get(word) or by_name.get(re.split(r"[\s(,/]", word)[0], "")


@cache
def _languages() -> tuple[dict[str, str], dict[str, str]]:
    """Names in German, English and the language itself; three-letter codes."""
    from babel import Locale
    from babel.core import get_global

    names: dict[str, str] = {}
    for locale in (Locale("de"), Locale("en")):
        for code, name in locale.languages.items():
            if code.isalpha():
                names.setdefault(name.casefold(), code)
    for code in _OWN_NAMES.split():
        names.setdefault((Locale(code).languages.get(code) or code).casefold(), code)
    return names, dict(get_global("language_aliases"))
