"""Text in the two languages in which the product itself speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One statement of the product, in German and in English; both are always there."""

    de: str
    en: str

    def __post_init__(self) -> None:
        if not self.de.strip() or not self.en.strip():
            raise ValueError(f"a Text needs both languages, got de={self.de!r} en={self.en!r}")

    def __str__(self) -> str:
        return self.de

    def in_language(self, language: str) -> str:
        """The German text for every tag that starts with ``de``, else the English one."""
        return self.de if language.lower().startswith("de") else self.en

    def format(self, **values: object) -> Text:
        return Text(self.de.format(**values), self.en.format(**values))

    def as_json(self) -> dict[str, str]:
        return {"de": self.de, "en": self.en}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Text:
        return cls(value["de"], value["en"])


_DIN_5007_1 = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "á": "a", "ç": "c"})


def sort_key(text: str) -> str:
    """Key that sorts German names as a dictionary does (DIN 5007-1); the database has no ICU collation."""
    return text.casefold().translate(_DIN_5007_1)


def joined(parts: Iterable[Text], separator: str = " ") -> Text:
    """Several texts as one.

    Raises:
        ValueError: there is no part.
    """
    listed = list(parts)
    return Text(separator.join(p.de for p in listed), separator.join(p.en for p in listed))
