"""The port to a language model: text in, text out, and what it costs. An installation has none unless it says so.

What a model answers is text of a stranger: whoever asks reads it strictly, and a person decides what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and what it cost in cents."""

    text: str
    cents: Decimal


class ModelFailed(Exception):
    """There is no answer. ``why`` is for the person who waits; ``again``: asking once more may help."""

    def __init__(self, why: Text, *, again: bool = False) -> None:
        super().__init__(why.en)
        self.why = why
        self.again = again


class LanguageModel(Protocol):
    """One model at one place. ``name`` stands in the log of every run."""

    @property
    def name(self) -> str: ...

    def most_cents(self, prompt: str) -> Decimal:
        """What an answer to this may cost at most: paid from the budget before anything is sent."""
        ...

    def answer(self, prompt: str) -> Answer:
        """Raises ModelFailed if there is none."""
        ...


_models: list[LanguageModel] = []


def configure(model: LanguageModel | None) -> None:
    """From now on use this model in this process; ``None``: none."""
    _models[:] = [model] if model is not None else []


def configured() -> LanguageModel | None:
    """The model of this installation, if there is one."""
    return _models[0] if _models else None
