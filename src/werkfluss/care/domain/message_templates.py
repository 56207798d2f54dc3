"""Ready texts for messages, filled from the case: in the reader's language, with the German original below."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from werkfluss.care.domain.papers import missing_papers
from werkfluss.care.models import CareThread
from werkfluss.care.paper_names import paper_name
from werkfluss.kernel.text import Text

FOR_PERSON, FOR_HR = "person", "hr"


@cache
def templates() -> Mapping[str, Mapping[str, Any]]:
    """Per name: who sends it and its words per language."""
    text = files("werkfluss.care").joinpath("message_templates.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return found


def for_person(thread: CareThread, language: str) -> list[str]:
    """What the person may send with one tap; in German to HR, with the person's own words above."""
    return [_both(one, language, thread) for one in templates().values() if one["from"] == FOR_PERSON]


def for_hr(thread: CareThread) -> dict[str, str]:
    """What HR may send to the person, in the person's language with the German below; by name of the template."""
    user = thread.expat_case.person.user
    language = user.language if user else "de"
    return {name: _both(one, language, thread) for name, one in templates().items() if one["from"] == FOR_HR}


def _both(one: Mapping[str, Any], language: str, thread: CareThread) -> str:
    spoken = language.split("-", maxsplit=1)[0]
    languages = dict.fromkeys((spoken if spoken in one["text"] else "en", "de"))
    return "\n\n".join(_filled(one["text"][each], each, thread) for each in languages)


def _filled(words: str, language: str, thread: CareThread) -> str:
    """Only what both sides of the thread know: number of the case, and for HR's thread the papers that are missing."""
    expat = thread.expat_case
    names: list[Text] = []
    if "{papers}" in words:
        names = [paper_name(paper.kind) for paper in missing_papers(expat)]
    listed = ", ".join(name.in_language(language) for name in names) or "–"
    return words.format(number=expat.number, papers=listed)
