"""The rows of the house, read from the import contracts, so that there is one list only."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "werkfluss"


def rows() -> list[list[str]]:
    """From the top down; the rooms of one row are siblings."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    return [line.replace("|", " ").replace(":", " ").split() for line in layers]


def may_know(lower_or_same: str, room: str) -> bool:
    """Whether ``room`` may refer to ``lower_or_same``."""
    height = {name: number for number, row in enumerate(rows()) for name in row}
    return room == lower_or_same or height[lower_or_same] > height[room]
