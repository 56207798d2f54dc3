"""What a kind of file must offer so that the wizard can take it over: read, ask, show, import."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise

from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats.columns import ColumnMapping
from werkfluss.kernel.errors import Fault
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form

Word = Promise | str
SHOWN_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview. ``double`` says what is there already; ``fixed`` that it cannot be taken all the same."""

    key: int
    cells: tuple[Any, ...]
    double: Word = ""
    fixed: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be taken over. With ``whole`` a single error forbids the import, else its row is left out."""

    head: tuple[Word, ...]
    lines: tuple[Line, ...]
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    encoding: str | None = None
    whole: bool = False

    @property
    def refused(self) -> bool:
        return not self.lines or (self.whole and bool(self.errors))

    @property
    def shown(self) -> tuple[Line, ...]:
        """The rows that are drawn: those that need a decision first."""
        return tuple(sorted(self.lines, key=lambda line: not line.double)[:SHOWN_LINES])

    @property
    def doubles(self) -> int:
        return sum(bool(line.double) for line in self.lines)

    def skipped(self, ticked: frozenset[int]) -> frozenset[int]:
        """Rows to leave out: those a person ticked, and duplicates that nobody could see or take."""
        shown = {line.key for line in self.shown}
        return ticked | {line.key for line in self.lines if line.double and (line.fixed or line.key not in shown)}


class Kind(ABC):
    """One kind of file. ``read`` returns whatever the other methods of this kind work on."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    hint: ClassVar[Promise]
    permission: ClassVar[str]
    per_row: ClassVar[bool] = True

    @abstractmethod
    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> Any:
        """Raises Broken if the file cannot be read as this kind at all."""

    @abstractmethod
    def options(self, source: Any, data: Mapping[str, Any] | None) -> Form:
        """What must be known besides the file."""

    @abstractmethod
    def preview(self, source: Any, options: Form) -> Preview:
        """What would be taken over, with the options as far as they are filled in."""

    @abstractmethod
    def take_over(
        self, source: Any, options: Form, *, skip: frozenset[int], document: Document, by: Actor
    ) -> ImportBatch:
        """Import in one transaction; ``options`` are valid."""
