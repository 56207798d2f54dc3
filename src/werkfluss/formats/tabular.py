"""Tables from outside as sheets of rows: CSV with its encoding and delimiter found, or an Excel workbook.

Which row is the header is not decided here (see ``columns``): that needs to know what is looked for.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import StringIO

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .fault import broken
from .values import Value, text_of

MAX_ROWS = 50_000
MAX_COLUMNS = 300
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MOST_FORMULAS = 100
_KEPT_TEXT = re.compile(r'="([^"]*)"')
_DELIMITERS = ";\t,|"
# In single-byte German text these are what non-ASCII bytes should turn out to be.
_GERMAN = frozenset("äöüÄÖÜß€–—„“”‚‘’…§°²³µéèêàâáçñøåæëïôóíúÉ·×½®\u00a0")
_SINGLE_BYTE = ("cp1252", "cp850", "mac_roman", "cp1250")
_UTF8_PAIR = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
# UTF-8 bytes that were once read as Windows-1252 and saved like that.
_TWICE_ENCODED = re.compile(r"Ã[¤¶¼Ÿ„–œ©¨]|â‚¬|â€")
TABLE = Text(
    "Eine Tabelle als XLSX oder als CSV (UTF-8 oder Windows-1252).",
    "A table as XLSX or as CSV (UTF-8 or Windows-1252).",
)
SAVE_AS_XLSX = Text("Speichern Sie die Tabelle als XLSX ohne Kennwort.", "Save the table as XLSX without a password.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something; ``number`` counts from 1 as the program shows it."""

    number: int
    cells: tuple[Value, ...]
    indents: tuple[int, ...] = ()  # Excel's cell indentation; empty where the format has none
    shown: tuple[str | None, ...] = ()  # what Excel shows where a number format changes it ("00876")

    def cell(self, index: int) -> Value:
        return self.cells[index] if index < len(self.cells) else None

    def code(self, index: int) -> str:
        """The cell as an identifier: as shown on the screen, so that leading and trailing zeros survive."""
        shown = self.shown[index] if index < len(self.shown) else None
        return shown or text_of(self.cell(index))

    def indent(self, index: int) -> int:
        return self.indents[index] if index < len(self.indents) else 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, blank rows left out."""

    name: str
    rows: tuple[Row, ...]
    encoding: str | None = None
    delimiter: str | None = None
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    faulty_rows: frozenset[int] = frozenset()  # rows with a cell in ``errors``


def decode(data: bytes, *, filename: str) -> tuple[str, str, tuple[Fault, ...]]:
    """Text, name of its encoding, and warnings.

    UTF-8 is taken if it fits without a fault, then the single-byte encodings of German programs, chosen by
    whether the non-ASCII bytes become letters that German text has; charset-normalizer decides the rest.

    Raises:
        Broken: binary data, or UTF-8 and Windows-1252 mixed in one file (``cause`` names the line).
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, filename), encoding.removesuffix("-sig"), ()
    if b"\0" in data:
        cause = Text("Das ist keine Textdatei.", "This is not a text file.")
        raise broken(filename, cause, TABLE, SAVE_AS_XLSX)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_mixture(data, error.start, filename)
        return _decode_single_byte(data, filename)
    return text, "utf-8", _damaged(text, filename)


def _strict(data: bytes, encoding: str, filename: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(filename, data.count(b"\n", 0, error.start) + 1) from error


def _refuse_mixture(data: bytes, position: int, filename: str) -> None:
    # A handful of such pairs cannot be chance: in Windows-1252 they would read "Ã¼".
    if _UTF8_PAIR.search(data):
        raise _wrong_encoding(filename, data.count(b"\n", 0, position) + 1)


def _wrong_encoding(filename: str, line: int) -> Broken:
    return broken(
        f"{filename}, {line}",
        Text(
            f"Zeile {line}: Die Zeichenkodierung wechselt mitten in der Datei, Umlaute wären falsch.",
            f"Line {line}: the character encoding changes within the file, umlauts would be wrong.",
        ),
        Text("Eine durchgehende Kodierung: UTF-8 oder Windows-1252.", "One encoding: UTF-8 or Windows-1252."),
        Text(
            "Speichern Sie die Datei in Excel als „CSV UTF-8“ oder als XLSX.",
            "Save the file from Excel as “CSV UTF-8” or as XLSX.",
        ),
    )


def _decode_single_byte(data: bytes, filename: str) -> tuple[str, str, tuple[Fault, ...]]:
    best, best_share = "cp1252", -1.0
    for encoding in _SINGLE_BYTE:
        try:
            odd = [c for c in data.decode(encoding) if c > "\x7f"]
        except UnicodeDecodeError:
            continue
        if encoding != "cp1252" and 2 * sum(c.isalpha() for c in odd) < len(odd):
            continue  # another alphabet: signs, but hardly a letter
        share = sum(c in _GERMAN for c in odd) / len(odd)
        if share > best_share:
            best, best_share = encoding, share
    if best_share >= 0.6:
        return data.decode(best), best, ()
    from charset_normalizer import from_bytes

    guess = from_bytes(data[:200_000]).best()
    encoding = guess.encoding if guess else "cp1252"
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text, encoding = data.decode("cp1252", "replace"), "cp1252"
    sample = next((line.strip() for line in text.splitlines() if not line.isascii()), "")[:80]
    return text, encoding, (_guessed(filename, encoding, sample),)


def _guessed(filename: str, encoding: str, sample: str) -> Fault:
    return Fault(
        filename,
        Text(f"Die Kodierung ist geraten: {encoding}.", f"The encoding is a guess: {encoding}."),
        Text(f"Lesbare Umlaute, zum Beispiel hier: {sample}", f"Readable letters, for example here: {sample}"),
        Text("Wenn nicht: als „CSV UTF-8“ oder XLSX speichern.", "If not: save as “CSV UTF-8” or XLSX."),
    )


def _damaged(text: str, filename: str) -> tuple[Fault, ...]:
    for number, line in enumerate(text.splitlines(), start=1):
        if "\ufffd" in line or _TWICE_ENCODED.search(line):
            return (
                Fault(
                    f"{filename}, {number}",
                    Text(
                        f"Zeile {number}: Umlaute sind schon in der Datei zerstört: {line.strip()[:80]}",
                        f"Line {number}: umlauts are already damaged in the file: {line.strip()[:80]}",
                    ),
                    Text("Lesbare Umlaute.", "Readable umlauts."),
                    Text(
                        "Exportieren Sie die Datei noch einmal aus dem Ursprungsprogramm.",
                        "Export the file once more from the program it came from.",
                    ),
                ),
            )
    return ()


def read_csv(data: bytes, *, filename: str) -> Sheet:
    """A delimited text file as one sheet.

    Raises:
        Broken: see ``decode``; also an open quotation mark (``cause`` names the line) or too many rows.
    """
    text, encoding, warnings = decode(data, filename=filename)
    told = re.match(r"sep=(.)\r?\n", text)  # Excel's own hint in the first line
    delimiter = told[1] if told else find_delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    formulas: list[tuple[int, int, str]] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (told and number == 1):
                require_bounds(filename, len(rows), len(cells))
                formulas += [(number, index, cell) for index, cell in enumerate(cells) if _is_formula(cell)]
                rows.append(Row(number, tuple(_cell(cell) for cell in cells)))
            number = reader.line_num + 1
    except csv.Error as error:
        raise (_long_cell if "field limit" in str(error) else _open_quote)(filename, number) from error
    errors = tuple(_formula(filename, *found) for found in formulas[:_MOST_FORMULAS])
    faulty = frozenset(number for number, _, _ in formulas)
    return Sheet(filename, tuple(rows), encoding, delimiter, errors, warnings, faulty)


def _is_formula(cell: str) -> bool:
    return cell.startswith("=") and not _KEPT_TEXT.fullmatch(cell)


def _cell(cell: str) -> str | None:
    """The text of a cell; ``="00876"`` is how some programs keep Excel from cutting zeros; a formula is no value."""
    kept = _KEPT_TEXT.fullmatch(cell)
    return kept[1] if kept else None if _is_formula(cell) else cell or None


def _formula(filename: str, number: int, index: int, cell: str) -> Fault:
    place = f"{column_letter(index)}{number}"
    return Fault(
        f"{filename}!{place}",
        Text(
            f"Zeile {number}, Zelle {place}: Das ist eine Formel, kein Wert: {cell[:40]}",
            f"Row {number}, cell {place}: this is a formula, not a value: {cell[:40]}",
        ),
        Text("Ein Wert statt einer Formel.", "A value instead of a formula."),
        Text("Fügen Sie die Spalte als Werte ein.", "Paste the column as values."),
    )


def _long_cell(filename: str, number: int) -> Broken:
    return broken(
        f"{filename}, {number}",
        Text(
            f"Ab Zeile {number}: Eine Zelle ist länger als {csv.field_size_limit()} Zeichen; meist fehlt ein "
            "Anführungszeichen oder ein Zeilenende.",
            f"From line {number} on: a cell is longer than {csv.field_size_limit()} characters; mostly a quotation "
            "mark or a line end is missing.",
        ),
        Text("Kürzere Zellen.", "Shorter cells."),
        Text("Berichtigen Sie die Zeile oder exportieren Sie als XLSX.", "Correct the line or export as XLSX."),
    )


def _open_quote(filename: str, number: int) -> Broken:
    return broken(
        f"{filename}, {number}",
        Text(
            f"Ab Zeile {number}: Ein Anführungszeichen ist falsch gesetzt oder wird nicht geschlossen.",
            f"From line {number} on: a quotation mark is misplaced or never closed.",
        ),
        Text("Anführungszeichen paarweise um ein Feld.", "Quotation marks in pairs around a field."),
        Text("Berichtigen Sie die Zeile oder exportieren Sie als XLSX.", "Correct the line or export as XLSX."),
    )


def find_delimiter(text: str) -> str:
    """Of semicolon, tab, comma and bar the one that cuts most lines into the same number of fields."""
    lines = text.splitlines(keepends=True)[:60]
    best, best_score = ";", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        width, count = Counter(w for w in widths if w > 1).most_common(1)[0] if any(w > 1 for w in widths) else (1, 0)
        score = count / max(len(widths), 1) * (1 + min(width, 20) / 100)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def require_bounds(where: str, rows: int, columns: int) -> None:
    """Refuse tables beyond the limits.

    Raises:
        Broken: ``rows`` so far or ``columns`` of this row are too many.
    """
    if rows >= MAX_ROWS or columns > MAX_COLUMNS:
        raise broken(
            where,
            Text("Die Tabelle hat zu viele Zeilen oder Spalten.", "The table has too many rows or columns."),
            Text(
                f"Höchstens {MAX_ROWS} Zeilen und {MAX_COLUMNS} Spalten.",
                f"At most {MAX_ROWS} rows and {MAX_COLUMNS} columns.",
            ),
            Text("Löschen Sie, was nicht dazugehört.", "Delete what does not belong to it."),
        )


def column_letter(index: int) -> str:
    """Excel's name of a column; ``index`` counts from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
