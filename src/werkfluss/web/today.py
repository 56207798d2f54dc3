"""The first screen asks every area: what needs this person today, what is blocked or late, what does it cost?

An area registers a source when its pages are loaded; a source returns plain items and at most a handful of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise

from werkfluss.web.access import FirmRequest

Question = Literal["mine", "blocked", "late", "cost"]
QUESTIONS: tuple[Question, ...] = ("mine", "blocked", "late", "cost")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to see or do. ``why`` says in a few words what it is about, ``tone`` is a name of ``status.TONES``."""

    title: str | Promise
    url: str
    why: str | Promise = ""
    action: str | Promise = ""
    due: date | None = None
    tone: str = "open"
    word: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with the page that opens its reasons; ``value`` is written already."""

    label: str | Promise
    value: str
    url: str
    note: str | Promise = ""


Source = Callable[[FirmRequest], Iterable[Item | Figure]]
_sources: dict[Question, list[Source]] = {question: [] for question in QUESTIONS}


def answers(question: Question) -> Callable[[Source], Source]:
    """Register the function below as a source of answers to ``question``."""

    def register(source: Source) -> Source:
        _sources[question].append(source)
        return source

    return register


def ask(question: Question, request: FirmRequest) -> list[Item | Figure]:
    """All answers; items with the nearest date first, those without a date last."""
    found = [answer for source in _sources[question] for answer in source(request)]
    return sorted(found, key=lambda answer: getattr(answer, "due", None) or date.max)
