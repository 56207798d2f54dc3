"""Forms of decisions: the file, the values a decision asks for, the rules of a table as a plain grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from werkfluss.process.dmn import model as m
from werkfluss.process.dmn.cells import CellFault
from werkfluss.process.dmn.editing import RuleRow, rows_of
from werkfluss.process.dmn.fields import Field, assembled, value_at
from werkfluss.process.feel import FeelError, evaluate, to_json
from werkfluss.process.feel import temporal as feel_time
from werkfluss.process.feel.arithmetic import NotDefined
from werkfluss.web.forms import DateInput, Form

MAX_BYTES = 5 * 1024 * 1024
# All fields of a page must fit into what the framework takes from one form.
MAX_CELLS = 850
MAX_WINDOW = 40
MOST_ADDED = 20
MAX_CELL = 2000


class UploadForm(Form):
    """A DMN file."""

    file = forms.FileField(label=_("DMN file"), help_text=_("DMN 1.1 to 1.5, as every modelling tool exports it."))

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(say("The file may have up to 5 MB."))
        return given


class _TimeInput(forms.TimeInput):
    input_type = "time"


class FeelField(forms.CharField):
    """A value that only an expression can say: a list, several values in one."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_json(evaluate(text).value)
        except FeelError as error:
            cause = error.fault.cause.in_language(get_language() or "de")
            raise forms.ValidationError(f"{error.fault.where}: {cause}") from None


class _WrittenField(forms.CharField):
    """A moment or a duration as ISO 8601 writes it."""

    def __init__(self, read: Any, **more: Any) -> None:
        self.read = read
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            self.read(text)
        except (NotDefined, ValueError, ArithmeticError):
            raise forms.ValidationError(say("This cannot be read. Please write it as in the example.")) from None
        return text


def _widget(*, mode: str = "") -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off"} | ({"inputmode": mode} if mode else {}))


def _drawn(one: Field, alone: str) -> forms.Field:
    label: dict[str, Any] = {"label": one.name or alone, "required": False}
    if one.kind == "number":
        return forms.DecimalField(**label, localize=True, widget=_widget(mode="decimal"))
    if one.kind == "boolean":
        return forms.ChoiceField(**label, choices=[("", "–"), ("true", _("yes")), ("false", _("no"))])
    if one.kind == "choice":
        return forms.ChoiceField(**label, choices=[("", "–"), *((text, text) for text in one.choices)])
    if one.kind == "date":
        return forms.DateField(**label, widget=DateInput())
    if one.kind == "time":
        return forms.TimeField(**label, widget=_TimeInput(format="%H:%M"))
    if one.kind == "moment":
        hint = _("For example 2026-03-01T10:00:00.")
        return _WrittenField(feel_time.moment_from, **label, help_text=hint, widget=_widget(), max_length=60)
    if one.kind == "duration":
        hint = _("For example P30D (30 days), PT4H (4 hours), P1Y6M (a year and a half).")
        return _WrittenField(feel_time.duration_from, **label, help_text=hint, widget=_widget(), max_length=60)
    if one.kind == "string":
        return forms.CharField(**label, max_length=2000, widget=_widget())
    hint = _('As FEEL: [1, 2], {name: "Anna", age: 34} or "text".')
    return FeelField(**label, max_length=4000, help_text=hint, widget=forms.Textarea(attrs={"rows": 2}))


def _plain(value: Any) -> Any:
    """What a form field gives, as JSON."""
    if value in ("", None):
        return None
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, Decimal):
        return to_json(value)
    return value.isoformat() if isinstance(value, date | time) else value


def _shown(one: Field, value: Any) -> Any:
    """A JSON value as the form field shows it."""
    if value is None:
        return None
    if one.kind == "boolean":
        return "true" if value is True else "false"
    if one.kind == "number":
        try:
            return Decimal(str(value))
        except ArithmeticError:
            return None
    return _as_feel(value) if one.kind == "feel" else value


def _as_feel(value: Any) -> str:
    """JSON as the FEEL literal that gives it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}": {_as_feel(part)}' for key, part in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_feel, value))}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


class ValuesForm(Form):
    """One field for each value; ``values()`` gives them put together, as JSON. What is left empty is not known."""

    def __init__(
        self, fields: Sequence[Field], data: QueryDict | None = None, *, prefix: str, alone: str, values: Any = None
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.asked = tuple(fields)
        for index, one in enumerate(self.asked):
            drawn = _drawn(one, alone)
            drawn.initial = _shown(one, value_at(values, one.path))
            self.fields[f"v{index}"] = drawn

    def values(self) -> Any:
        return assembled({one.path: _plain(self.cleaned_data[f"v{i}"]) for i, one in enumerate(self.asked)})


class CaseNameForm(Form):
    """What a test case is called."""

    name = forms.CharField(label=_("Name of the test case"), max_length=120)


# The grid


@dataclass
class GridCell:
    name: str
    text: str
    kind: str
    label: str
    faults: list[CellFault] = field(default_factory=list)


@dataclass
class GridRow:
    """``was`` is the number of the rule in the file, 0 for a new one."""

    was: int
    cells: list[GridCell]


class RuleGrid:
    """The rules of a table as rows of text cells; a long table is edited part by part.

    ``first`` counts from 0. Rules before and after the part that is shown stay as they are.
    """

    def __init__(self, table: m.DecisionTable, labels: Sequence[tuple[str, str]], *, first: int) -> None:
        self.table = table
        self.labels = labels  # (kind, label) of every column
        self.all = list(rows_of(table))
        self.window = max(5, min(MAX_WINDOW, MAX_CELLS // (len(labels) + 1) - MOST_ADDED))
        self.first = max(0, min(first, len(self.all) - 1)) // self.window * self.window
        self.last = min(self.first + self.window, len(self.all))
        self.rows = [self._row(row.was, self._texts(row)) for row in self.all[self.first : self.last]]

    @property
    def before(self) -> int:
        """Where the part before this one begins."""
        return max(0, self.first - self.window)

    @property
    def begins(self) -> int:
        """The number of the first rule that is shown."""
        return self.first + 1

    def _texts(self, row: RuleRow) -> list[str]:
        return [*row.conditions, *row.outcomes, *row.notes, *([row.description] if self.table.described else [])]

    def _row(self, was: int, texts: Sequence[str]) -> GridRow:
        return GridRow(
            was, [GridCell("", text, kind, label) for text, (kind, label) in zip(texts, self.labels, strict=True)]
        )

    def read(self, data: QueryDict) -> None:
        """Take over what was typed.

        Raises:
            ValueError: the form is not one of this table.
        """
        count = int(data.get("rows", ""))
        if not 0 <= count <= self.window + MOST_ADDED:
            raise ValueError(count)
        rows = []
        for number in range(count):
            was = int(data.get(f"was-{number}", ""))
            if was and not self.first < was <= self.last:
                raise ValueError(was)
            names = [f"cell-{number}-{index}" for index in range(len(self.labels))]
            if any(name not in data for name in names):
                raise ValueError(number)
            texts = [str(data[name]).replace("\r\n", "\n").strip()[:MAX_CELL] for name in names]
            rows.append(self._row(was, texts))
        kept = [row.was for row in rows if row.was]
        if len(set(kept)) != len(kept):
            raise ValueError(kept)
        self.rows = rows

    def act(self, what: str, number: int) -> None:
        """``add`` below, ``remove``, ``up`` or ``down`` the row at ``number``; beyond the edge nothing happens."""
        if what == "add" and -1 <= number < len(self.rows) < self.window + MOST_ADDED:
            self.rows.insert(number + 1, self._row(0, [""] * len(self.labels)))
        elif not 0 <= number < len(self.rows):
            return
        elif what == "remove":
            self.rows.pop(number)
        elif what in ("up", "down"):
            other = number - 1 if what == "up" else number + 1
            if 0 <= other < len(self.rows):
                self.rows[number], self.rows[other] = self.rows[other], self.rows[number]

    def named(self) -> list[GridRow]:
        """The rows with the names their cells have in the form."""
        for number, row in enumerate(self.rows):
            for index, cell in enumerate(row.cells):
                cell.name = f"cell-{number}-{index}"
        return self.rows

    def rules(self) -> list[RuleRow]:
        """The whole table as it shall be."""
        return [*self.all[: self.first], *map(self._rule, self.rows), *self.all[self.last :]]

    def mark(self, faults: Sequence[CellFault]) -> list[tuple[int, GridCell]]:
        """Put faults at their cells; gives those cells with the numbers of their rules."""
        marked = []
        inputs = len(self.table.inputs)
        for one in faults:
            place = one.row - self.first
            if 0 <= place < len(self.rows):
                cell = self.rows[place].cells[one.column + (inputs if one.kind == "output" else 0)]
                cell.faults.append(one)
                marked.append((one.row + 1, cell))
        return marked

    def _rule(self, row: GridRow) -> RuleRow:
        texts = [cell.text for cell in row.cells]
        inputs, outputs, notes = len(self.table.inputs), len(self.table.outputs), len(self.table.notes)
        return RuleRow(
            row.was,
            tuple(texts[:inputs]),
            tuple(texts[inputs : inputs + outputs]),
            tuple(texts[inputs + outputs : inputs + outputs + notes]),
            texts[-1] if self.table.described else "",
        )
