"""Provisions of a pack and how a rule cites them: every citation must resolve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .verdict import Citation


class CitationMissingError(Exception):
    """A rule cites a provision that its pack does not carry: a fault of the pack, found by the structure tests."""


def resolve(provisions: Mapping[str, Citation], ids: Iterable[str]) -> tuple[Citation, ...]:
    """The provisions with these ids, each once, in order.

    Raises:
        CitationMissingError: an id is not in the pack.

    """
    found: dict[str, Citation] = {}
    for citation_id in ids:
        if citation_id not in provisions:
            raise CitationMissingError(citation_id)
        found.setdefault(citation_id, provisions[citation_id])
    return tuple(found.values())
