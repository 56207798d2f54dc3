"""Which column means what: find the header row, match its titles to our fields, take a mapping from a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .fault import broken
from .tabular import Row, Sheet, column_letter
from .values import text_of

IGNORE = "ignore"
_SEARCHED_ROWS = 40
_SAMPLES = 3
_CERTAIN, _LIKELY = 1.0, 0.75
_LIKE_ENOUGH = 0.85
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a reader looks for; ``titles`` are the column titles that mean it, the usual one first."""

    name: str
    label: Text
    titles: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source and what it was taken for.

    ``confidence`` runs from 0 (not recognised) to 1 (the usual title, or told by a person). ``withheld`` marks
    columns with data that planning work does not need (pay, bank, health, religion): never read, no samples.
    """

    index: int
    title: str
    field: str | None
    confidence: float
    samples: tuple[str, ...]
    withheld: bool = False

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Every source column with its field, and every field one may choose; enough to draw a mapping form."""

    columns: tuple[Column, ...] = ()
    fields: tuple[Field, ...] = ()

    def index(self, field: str) -> int | None:
        return next((column.index for column in self.columns if column.field == field), None)

    def missing(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.required and self.index(field.name) is None)

    def as_pairs(self) -> dict[str, str]:
        """Source title → our field: the form that ``mapping=`` and ``--mapping FILE.json`` take back."""
        return {column.title: column.field for column in self.columns if column.field}

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "mapping": self.as_pairs(),
            "columns": [
                {
                    "column": column.title,
                    "letter": column.letter,
                    "field": column.field,
                    "confidence": round(column.confidence, 2),
                    "samples": list(column.samples),
                    "withheld": column.withheld,
                }
                for column in self.columns
            ],
            "fields": [
                {"field": f.name, "label": f.label.in_language(language), "required": f.required} for f in self.fields
            ],
        }


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose header row is known; ``rows`` are the rows below it."""

    sheet: Sheet
    header_row: int
    rows: tuple[Row, ...]
    mapping: ColumnMapping


@lru_cache(maxsize=4096)
def normal(title: str) -> str:
    """A column title without case, umlauts, punctuation and blanks."""
    return re.sub(r"[^a-z0-9%]+", "", title.casefold().translate(_UMLAUTS))


def confidence(title: str, field: Field) -> float:
    """How surely a column title means ``field``, 0 to 1."""
    wanted = [normal(t) for t in field.titles]
    plain = normal(title)
    bare = normal(re.sub(r"[(\[].*?[)\]]", "", title))  # "Dauer (Tage)" is a Dauer
    if not plain:
        return 0.0
    if plain in wanted:
        return _CERTAIN
    if bare in wanted:
        return 0.95
    longest = max((len(w) for w in wanted if len(w) >= 6 and (bare.startswith(w) or bare.endswith(w))), default=0)
    if longest:
        return _LIKELY
    if len(bare) < 6:
        return 0.0
    likeness = max(_likeness(bare, w) for w in wanted)
    return round(likeness * 0.8, 2) if likeness >= _LIKE_ENOUGH else 0.0


def _likeness(one: str, other: str) -> float:
    """As ``SequenceMatcher.ratio``, which is dear, where it may be enough; else 0."""
    most = 2 * min(len(one), len(other)) / (len(one) + len(other))
    if most < _LIKE_ENOUGH:
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _LIKE_ENOUGH else 0.0


def find_table(
    sheets: Sequence[Sheet],
    fields: tuple[Field, ...],
    told: Mapping[str, str] | None = None,
    *,
    withhold: re.Pattern[str] | None = None,
) -> Table:
    """The sheet and header row that fit ``fields`` best, with every column matched.

    ``told`` maps source titles (or column letters) to fields, ``ignore`` leaves a column out; the opposite
    direction, field to source title, is understood too.

    Raises:
        Broken: no row looks like a header, or ``told`` names an unknown field or a column that is not there.
    """
    best: tuple[float, Sheet, int] | None = None
    for sheet in sheets:
        for position, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
            score = _header_score(row, fields, told or {})
            if best is None or score > best[0]:
                best = (score, sheet, position)
    if best is None or best[0] < 2:
        raise _no_header(sheets, fields)
    _, sheet, position = best
    header = sheet.rows[position]
    rows = tuple(row for row in sheet.rows[position + 1 :] if not _repeats(row, header))
    mapping = match_columns([text_of(cell) for cell in header.cells], rows, fields, told, withhold=withhold)
    return Table(sheet, header.number, rows, mapping)


def _header_score(row: Row, fields: tuple[Field, ...], told: Mapping[str, str]) -> float:
    titles = [text_of(cell) for cell in row.cells]
    texts = [t for t, cell in zip(titles, row.cells, strict=True) if isinstance(cell, str) and t and len(t) <= 80]
    if len(texts) < 2:
        return 0.0
    named = {normal(key) for key in told} | {normal(value) for value in told.values()}
    score = 5.0 * sum(normal(t) in named for t in texts)
    score += sum(max(confidence(t, field) for field in fields) for t in texts)
    return score


def _repeats(row: Row, header: Row) -> bool:
    return [text_of(c) for c in row.cells] == [text_of(c) for c in header.cells]


def _no_header(sheets: Sequence[Sheet], fields: tuple[Field, ...]) -> Broken:
    needed = ", ".join(f.titles[0] for f in fields if f.required)
    where = sheets[0].name if sheets else ""
    first = sheets[0].rows[0] if sheets and sheets[0].rows else None
    seen = "; ".join(text_of(cell) for cell in first.cells if cell)[:120] if first else ""
    return broken(
        where,
        Text(
            f"Keine Zeile sieht wie eine Überschriftenzeile aus. Zeile {first.number if first else 1}: {seen}",
            f"No row looks like column titles. Row {first.number if first else 1}: {seen}",
        ),
        Text(f"Spaltentitel wie: {needed}.", f"Column titles such as: {needed}."),
        Text(
            "Ergänzen Sie eine Zeile mit Spaltentiteln oder geben Sie eine Zuordnung der Spalten an.",
            "Add a row of column titles or give a mapping of the columns.",
        ),
    )


def match_columns(
    titles: Sequence[str],
    rows: Sequence[Row],
    fields: tuple[Field, ...],
    told: Mapping[str, str] | None = None,
    *,
    withhold: re.Pattern[str] | None = None,
) -> ColumnMapping:
    """Every column with its field; each field is given at most once, the surest pair first.

    Raises:
        Broken: ``told`` names an unknown field or a column that is not there.
    """
    chosen = _told_columns(titles, fields, told or {})
    taken = {field for field, _ in chosen.values()}
    pairs = [
        (confidence(title, field), -index, field.name)
        for index, title in enumerate(titles)
        for field in fields
        if index not in chosen and not (withhold and withhold.search(title))
    ]
    for sure, negative, name in sorted(pairs, key=lambda p: (-p[0], -p[1])):
        if sure > 0 and -negative not in chosen and name not in taken:
            chosen[-negative] = (name, sure)
            taken.add(name)
    return ColumnMapping(
        tuple(_column(i, title, rows, chosen.get(i), withhold) for i, title in enumerate(titles) if title), fields
    )


def _column(
    index: int, title: str, rows: Sequence[Row], chosen: tuple[str, float] | None, withhold: re.Pattern[str] | None
) -> Column:
    field, sure = chosen or (IGNORE, 0.0)
    hidden = bool(withhold and withhold.search(title)) and field == IGNORE
    texts = (text_of(row.cell(index))[:60] for row in rows) if not hidden else ()
    samples = tuple(dict.fromkeys(t for t in texts if t))[:_SAMPLES]
    return Column(index, title, None if field == IGNORE else field, sure, samples, hidden)


def _told_columns(
    titles: Sequence[str], fields: tuple[Field, ...], told: Mapping[str, str]
) -> dict[int, tuple[str, float]]:
    names = {field.name for field in fields}
    known = names | {IGNORE, ""}
    places: dict[str, int] = {}
    for index, title in enumerate(titles):
        places.setdefault(column_letter(index).casefold(), index)
        if title:
            places[title.casefold()] = index
            places.setdefault(normal(title), index)
    chosen: dict[int, tuple[str, float]] = {}
    for key, value in told.items():
        source, field = (key, value)
        if value not in known or _place(key, places) is None:
            if key in names and _place(value, places) is not None:
                source, field = value, key
            elif value not in known:
                raise _unknown_field(value, sorted(names))
        index_ = _place(source, places)
        if index_ is None:
            raise _unknown_column(source, [t for t in titles if t])
        chosen[index_] = (field or IGNORE, _CERTAIN)
    return chosen


def _place(source: str, places: Mapping[str, int]) -> int | None:
    wanted = source.strip().casefold()
    return places.get(wanted, places.get(normal(source)))


def _unknown_field(name: str, known: list[str]) -> Broken:
    return broken(
        f"mapping: {name}",
        Text(f"Das Feld „{name}“ gibt es nicht.", f"There is no field “{name}”."),
        Text(f"Eines von: {', '.join(known)}, {IGNORE}.", f"One of: {', '.join(known)}, {IGNORE}."),
        Text("Berichtigen Sie die Zuordnung.", "Correct the mapping."),
    )


def _unknown_column(name: str, titles: list[str]) -> Broken:
    return broken(
        f"mapping: {name}",
        Text(f"Die Datei hat keine Spalte „{name}“.", f"The file has no column “{name}”."),
        Text(f"Eine von: {', '.join(titles)}.", f"One of: {', '.join(titles)}."),
        Text("Berichtigen Sie die Zuordnung.", "Correct the mapping."),
    )


def unmapped_warnings(table: Table) -> tuple[Fault, ...]:
    """One warning for columns that nothing was made of, one for those that are withheld on purpose."""
    where = f"{table.sheet.name}!{table.header_row}"
    rest = [c.title for c in table.mapping.columns if c.field is None and not c.withheld]
    hidden = [c.title for c in table.mapping.columns if c.withheld]
    faults = []
    if rest:
        faults.append(
            Fault(
                where,
                Text(f"Nicht übernommene Spalten: {', '.join(rest)}.", f"Columns not taken over: {', '.join(rest)}."),
                Text("Spalten, deren Bedeutung bekannt ist.", "Columns whose meaning is known."),
                Text("Ordnen Sie sie zu, wenn sie gebraucht werden.", "Map them if they are needed."),
            )
        )
    if hidden:
        faults.append(
            Fault(
                where,
                Text(
                    f"Absichtlich nicht gelesen: {', '.join(hidden)}.",
                    f"Left unread on purpose: {', '.join(hidden)}.",
                ),
                Text(
                    "Nur Angaben, die für die Arbeitsplanung nötig sind (Art. 5 Abs. 1 Buchst. c DSGVO).",
                    "Only data that planning work needs (Art. 5(1)(c) GDPR).",
                ),
                Text(
                    "Entfernen Sie diese Spalten am besten schon vor dem Hochladen.",
                    "Best remove these columns before you upload the file.",
                ),
            )
        )
    return tuple(faults)


def missing_errors(table: Table) -> tuple[Fault, ...]:
    """One error per required field without a column."""
    titles = ", ".join(column.title for column in table.mapping.columns)
    return tuple(
        Fault(
            f"{table.sheet.name}!{table.header_row}",
            Text(
                f"Die Spalte für „{field.label.de}“ wurde nicht gefunden.",
                f"The column for “{field.label.en}” was not found.",
            ),
            Text(
                f"Ein Titel wie {', '.join(field.titles[:3])}; die Datei hat: {titles}.",
                f"A title such as {', '.join(field.titles[:3])}; the file has: {titles}.",
            ),
            Text(
                f"Ordnen Sie eine Spalte dem Feld {field.name} zu.",
                f"Map a column to the field {field.name}.",
            ),
        )
        for field in table.mapping.missing()
    )
