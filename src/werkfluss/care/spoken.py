"""Statements of the product in the person's own language: names of steps, duties, papers and modules, words of mails.

German and English are in the statement itself. Six more languages come from the catalogue of the portal
(``web/locale/<language>``), under a context of their own; what it does not hold is ``None``, and the English is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation

from werkfluss.kernel.text import Text

CONTEXT = "case"
FURTHER = ("es", "pt", "tr", "uk", "hi", "ar")
RENEW = Text("{paper} verlängern", "Renew: {paper}")
# Stands below the greeting of a mail in one of the further languages.
MADE_BY_MACHINE = Text(
    "Diese Übersetzung ist von einer Maschine, bis ein Mensch sie bestätigt. Es gilt der deutsche Text unten.",
    "This translation is made by machine until a person has confirmed it. The German text below counts.",
)


def base(tag: str) -> str:
    """The language of a tag such as ``pt-BR``."""
    return tag.lower().split("-", maxsplit=1)[0]


def languages_of_mail(tag: str) -> Sequence[str]:
    """In which languages somebody is written to: the own, and German below it; English for what nobody speaks here."""
    own = base(tag)
    if own == "de":
        return ("de",)
    return (own, "de") if own in FURTHER else ("en",) if own == "en" else ("en", "de")


def in_language(text: Text, tag: str) -> str | None:
    """The statement in this language; None where the catalogue does not hold it."""
    language = base(tag)
    if language in {"de", "en"}:
        return text.in_language(language)
    if language not in FURTHER:
        return None
    with translation.override(language):
        return _found(text)


def or_english(text: Text, tag: str) -> str:
    """The statement in this language, in English where the catalogue does not hold it."""
    return in_language(text, tag) or text.en


def _found(text: Text) -> str | None:
    said = _exact(text.en)
    if said is not None:
        return said
    start = RENEW.en.removesuffix("{paper}")
    if text.en.startswith(start):
        pattern, paper = _exact(RENEW.en), _found(Text(text.de, text.en.removeprefix(start)))
        return pattern.format(paper=paper) if pattern and paper else None
    # What somebody noted beside a paper stands behind its name, the same in every language.
    name, bracket, note = text.en.partition(" (")
    if bracket and text.de.endswith(bracket + note):
        known = _exact(name)
        return f"{known}{bracket}{note}" if known else None
    return None


def _exact(english: str) -> str | None:
    said = translation.pgettext(CONTEXT, english)
    return None if said == english else said
