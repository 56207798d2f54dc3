"""One upload on its way in: read again at every step, so that nothing but the file is kept between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from werkfluss.evidence.domain.documents import content_of
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats.columns import IGNORE
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.imports import column_changes, row_numbers
from werkfluss.web.wizard.catalogue import all_kinds
from werkfluss.web.wizard.kinds import Kind, Preview
from werkfluss.web.wizard.recognise import kind_of

_COLUMN = re.compile(r"column-([A-Z]{1,3})")


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the file with what it is taken for; ``field`` is empty for a column that is left out."""

    letter: str
    title: str
    field: str
    percent: int
    samples: tuple[str, ...]
    withheld: bool


@dataclass(frozen=True)
class Draft:
    """What the page of a step shows, and what its button does."""

    document: Document
    kind: Kind
    source: Any
    options: Form
    preview: Preview
    ticked: frozenset[int]
    bound: bool

    @classmethod
    def of(cls, document: Document, data: QueryDict | None) -> Draft:
        """Read the upload as the person says, or as it shows itself.

        Raises:
            Broken: it cannot be read that way.
        """
        content = content_of(document)
        given = data or QueryDict()
        kinds = all_kinds()
        wanted = str(given.get("kind", ""))
        kind = kinds[wanted if wanted in kinds else kind_of(content, filename=document.filename)]
        letters = [match[1] for key in given if (match := _COLUMN.fullmatch(key))]
        told = {letter: field or IGNORE for letter, field in column_changes(given, letters).items()}
        source = kind.read(content, filename=document.filename, mapping=told or None)
        # The options of another kind are not there yet when the kind was just changed.
        options = kind.options(source, data if data and given.get("was-kind") == kind.key else None)
        preview = kind.preview(source, options)
        first = {line.key for line in preview.lines if line.double}
        ticked = row_numbers(given.getlist("skip")) if options.is_bound else frozenset(first)
        return cls(document, kind, source, options, preview, ticked, options.is_bound)

    @property
    def wants_import(self) -> bool:
        """The person pressed the button, and nothing stands against it."""
        return self.bound and self.options.is_valid() and not self.preview.refused and not self.nothing_left

    @property
    def nothing_left(self) -> bool:
        return len(self.preview.skipped(self.ticked)) >= len(self.preview.lines)

    @property
    def count(self) -> int:
        return len(self.preview.lines) - len(self.preview.skipped(self.ticked))

    def take_over(self, *, by: Actor) -> ImportBatch:
        """Raises NotPermitted, Refused or Broken; then nothing was imported."""
        by.require(self.kind.permission)
        skip = self.preview.skipped(self.ticked)
        return self.kind.take_over(self.source, self.options, skip=skip, document=self.document, by=by)

    @property
    def columns(self) -> list[ColumnChoice]:
        return [
            ColumnChoice(
                column.letter,
                column.title,
                column.field or "",
                round(column.confidence * 100),
                column.samples,
                column.withheld,
            )
            for column in self.preview.mapping.columns
        ]
