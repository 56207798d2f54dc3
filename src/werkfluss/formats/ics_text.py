"""The raw text of an iCalendar file (RFC 5545): decoded, bounded, and safe to hand to the parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .fault import broken, require_size

MAX_ICS_BYTES = 10 * 1024 * 1024
MAX_EVENTS = 10_000
_MAX_ZONES = 200
_MAX_DEPTH = 20
_MAX_LINES = 400_000
_CALENDAR = Text("Eine iCalendar-Datei (.ics).", "An iCalendar file (.ics).")
_EXPORT = Text(
    "Exportieren Sie den Kalender noch einmal, in Outlook über „Datei › Kalender speichern“.",
    "Export the calendar once more, in Outlook with “File › Save Calendar”.",
)
# A time zone changes its offset at most yearly; the parser would unroll anything else without end.
_ZONE_RULE = re.compile(
    r"RRULE[^:]*:(?:(?:FREQ=YEARLY|INTERVAL=\d{1,3}|BYMONTH=[\d,]{1,26}|BYDAY=[-+\dA-Z,]{1,40}|WKST=[A-Z]{2}"
    r"|BYHOUR=\d{1,2}|BYMINUTE=\d{1,2}|BYSECOND=\d{1,2}|BYMONTHDAY=[-\d,]{1,90}|UNTIL=[\dTZ]{8,16}|COUNT=\d{1,4})(?:;|$))+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Checked text; ``event_lines`` are the lines of each BEGIN:VEVENT (or VFREEBUSY) in order."""

    text: str
    encoding: str
    event_lines: tuple[int, ...]
    warnings: tuple[Fault, ...]


def refused(where: str, cause: Text) -> Broken:
    return broken(where, cause, _CALENDAR, _EXPORT)


def read_source(data: bytes, *, filename: str) -> Source:
    """Decode and look through the file before the parser does.

    Raises:
        Broken: empty, over 10 MB, binary, not a calendar, cut off, with over 10,000 events, or with a time zone
            whose rules could not be unrolled in bounded time.
    """
    require_size(data, filename, limit=MAX_ICS_BYTES)
    if b"\0" in data:
        raise refused(filename, Text("Das ist keine Textdatei.", "This is not a text file."))
    text, encoding, warnings = _decode(data, filename)
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((line.strip().upper() for line in lines if line.strip()), "")
    if first != "BEGIN:VCALENDAR":
        cause = Text("Die Datei beginnt nicht mit BEGIN:VCALENDAR.", "The file does not begin with BEGIN:VCALENDAR.")
        raise refused(f"{filename}, 1", cause)
    if not any(line.strip().upper() == "END:VCALENDAR" for line in lines[-50:]):
        cause = Text("Die Datei ist abgeschnitten: END:VCALENDAR fehlt.", "The file is cut off: no END:VCALENDAR.")
        raise refused(f"{filename}, {len(lines)}", cause)
    return Source(text, encoding, _look_through(lines, filename), warnings)


def _decode(data: bytes, filename: str) -> tuple[str, str, tuple[Fault, ...]]:
    try:
        return data.decode("utf-8-sig"), "utf-8", ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        warning = Fault(
            f"{filename}, {line}",
            Text(f"Zeile {line}: kein UTF-8, gelesen als Windows-1252.", f"Line {line}: no UTF-8, read as cp1252."),
            Text("iCalendar-Dateien sind UTF-8.", "iCalendar files are UTF-8."),
            Text("Prüfen Sie die Umlaute in der Vorschau.", "Check the umlauts in the preview."),
        )
        return data.decode("cp1252", "replace"), "cp1252", (warning,)


def _look_through(lines: list[str], filename: str) -> tuple[int, ...]:
    if len(lines) > _MAX_LINES:
        raise refused(filename, Text("Die Datei hat zu viele Zeilen.", "The file has too many lines."))
    events: list[int] = []
    zones = 0
    stack: list[str] = []  # kept as the parser keeps it: every END closes the innermost component
    for number, line in _unfolded(lines):
        key = re.split(r"[;:]", line, maxsplit=1)[0].strip().upper()
        value = line.rpartition(":")[2].strip().upper()
        if key == "BEGIN":
            stack.append(value)
            zones += value == "VTIMEZONE"
            events += [number] if value in {"VEVENT", "VFREEBUSY"} else []
        elif key == "END":
            stack = stack[:-1]
        elif key == "RRULE" and "VTIMEZONE" in stack and not _ZONE_RULE.fullmatch(line.replace(" ", "").strip()):
            cause = Text(
                f"Zeile {number}: Die Zeitzone hat eine unzulässige Regel.",
                f"Line {number}: the time zone has an illegal rule.",
            )
            raise refused(f"{filename}, {number}", cause)
        if len(events) > MAX_EVENTS or zones > _MAX_ZONES or len(stack) > _MAX_DEPTH:
            cause = Text(
                f"Zeile {number}: Mehr als {MAX_EVENTS} Termine, oder zu tief verschachtelt.",
                f"Line {number}: more than {MAX_EVENTS} events, or nested too deeply.",
            )
            raise refused(f"{filename}, {number}", cause)
    return tuple(events)


def _unfolded(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Content lines with the number of their first line; blank lines do not end a continuation."""
    number, pieces = 0, [""]
    for place, line in enumerate(lines, start=1):
        if line[:1] in {" ", "\t"}:
            pieces.append(line[1:])
        elif line.strip():
            if number:
                yield number, "".join(pieces)
            number, pieces = place, [line]
    if number:
        yield number, "".join(pieces)
