"""The first message to somebody one would like to work with, in eight languages (``invitations.yaml``).

It says what Art. 13, 14 and 21 GDPR ask of a first message: who writes, what for, where the data come from, how long
they stay, and that one may object. A language nobody who speaks it has confirmed is shown as machine-made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Letter:
    """``confirmed``: somebody who speaks the language has read it."""

    language: str
    text: str
    confirmed: bool
    right_to_left: bool


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """What there is per language: its name, whether it is confirmed, the parts of the message."""
    text = resources.files("werkfluss.engagement").joinpath("invitations.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return found


def letter(language: str, *, name: str, firm: str, source: str, address: str) -> Letter:
    """The message in a language, with the link in it; German below it for whoever reads another one.

    Raises:
        KeyError: there is no message in this language.
    """
    order = dict.fromkeys((language, "de"))
    parts = [_written(languages()[one], name=name, firm=firm, source=source, address=address) for one in order]
    own = languages()[language]
    return Letter(language, "\n\n---\n\n".join(parts), own["confirmed"], own.get("right_to_left", False))


def _written(own: Mapping[str, Any], *, name: str, firm: str, source: str, address: str) -> str:
    greeting, why = own["greeting"].format(name=name), own["why"].format(firm=firm)
    return "\n\n".join((greeting, why, own["choice"].format(source=source), address, own["objection"], firm))
