"""How wide a text is, and where it may be broken: nobody knows the font of the reader, so the widest usual one counts.

German words are broken at the seams of a compound (“Aufenthalts-titel”), else between syllables: the last consonant
before a vowel goes on to the next line. Exceptions are not known; a word is broken only if it fits no line.
"""

from __future__ import annotations

import re

FONT = 12.0  # the size in px at which the widths below were taken (DejaVu Sans, the widest of the usual fonts)
_WIDTHS = {
    **dict.fromkeys("ijlI.,:;'|!", 3.6),
    **dict.fromkeys('frt()[]/-„“”"° ', 4.7),
    **dict.fromkeys("mwMW@%…→", 11.4),
    **dict.fromkeys("ABCDEGHKNOPQRSUVXYZÄÖÜ&", 8.6),
}
_USUAL = 7.3
_LEAST = 3  # letters on each side of a break
_LONGEST = 60  # letters of a word for which places are looked for
_VOWELS = "aeiouyäöü"
_WORD = re.compile(r"[^-]+-?|-")
_HEADS = re.compile(
    r"(?:ungs|heits|keits|schafts|ions|täts|tums|halts|beits|riebs|rags|lings|falls|rechts|zeits|über|unter|rück|auf"
    r"|wieder|zusammen)"
)
_TAILS = re.compile(
    r"abrechnung|abschluss|agentur|amt|anfrage|angebot|antrag|antwort|auftrag|ausweis|beauftragte|bedarf|behörde"
    r"|bericht|berechnung|bescheid|bescheinigung|bestätigung|bestellung|beweis|daten|erklärung|fehler|freigabe|frist"
    r"|führung|führer|geber|gespräch|karte|konto|kosten|kraft|leiter|leitung|liste|meldung|mittel|modell|nachweis"
    r"|nehmer|partner|plan|platz|protokoll|prüfung|rechnung|rechte|schreiben|schutz|sprache|stelle|steuer|termin|titel|übergabe|übernahme|überweisung"
    r"|unterlagen|urkunde|verfahren|verletzung|vereinbarung|versicherung|versorgung|vertrag|vorschlag|wechsel|wunsch|zahlung|zeit"
)
# What stays together on the next line, the longest first.
_TOGETHER = ("schl", "schm", "schn", "schr", "schw", "sch", "spr", "str", "ch", "ck", "ph", "th", "qu")


def width_of(text: str) -> float:
    return sum(_WIDTHS.get(letter, _USUAL) for letter in text)


def _seams(word: str) -> set[int]:
    found = {match.end() for match in _HEADS.finditer(word)} | {match.start() for match in _TAILS.finditer(word)}
    return {at for at in found if _LEAST <= at <= len(word) - _LEAST and any(letter in _VOWELS for letter in word[at:])}


def _syllables(word: str) -> set[int]:
    found = set()
    for at in range(1, len(word) - 1):
        if word[at] in _VOWELS or word[at + 1] not in _VOWELS or not (word[at] + word[at - 1]).isalpha():
            continue
        # “be-stellen”, never “bes-tellen”: the last consonant alone goes on only where no prefix stands before it.
        start = at - 1 if word.startswith(("bes", "ges")) and at == _LEAST else at
        kept = next((cluster for cluster in _TOGETHER if word.endswith(cluster, 0, at + 1)), "")
        start = at + 1 - len(kept) if kept else start
        if _LEAST <= start <= len(word) - _LEAST and any(letter in _VOWELS for letter in word[:start]):
            found.add(start)
    return found


def hyphenated(word: str, width: float) -> list[str]:
    """A word in pieces that fit a line; in one piece if it fits, or if there is no place to break it."""
    pieces: list[str] = []
    low = word.casefold()
    if len(low) != len(word) or len(word) > _LONGEST:
        return [word]
    seams = _seams(low)
    places = seams | _syllables(low)
    begin = 0
    while width_of(word[begin:]) > width:
        fits = [at for at in places if at >= begin + _LEAST and width_of(word[begin:at] + "-") <= width]
        good = [at for at in fits if at in seams and width_of(word[begin:at]) > width / 3]
        if not fits:
            break
        end = max(good or fits)
        pieces.append(word[begin:end] + "-")
        begin = end
    return [*pieces, word[begin:]]


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """Words on lines of at most ``width`` units; what does not fit is cut with an ellipsis."""
    rows: list[str] = []
    for word in text.split():
        parts = _WORD.findall(word) if width_of(word) > width else [word]
        pieces = [piece for part in parts for piece in hyphenated(part, width)]
        for index, piece in enumerate(pieces):
            joint = "" if index else " "
            if rows and width_of(rows[-1] + joint + piece) <= width:
                rows[-1] += joint + piece
            else:
                rows.append(piece)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], _cut(rows[lines - 1], width)]
    return rows


def _cut(row: str, width: float) -> str:
    row = row.rstrip("-")
    while row and width_of(row + "…") > width:
        row = row[:-1]
    return row.rstrip() + "…"


def shrunk(rows: list[str], width: float) -> float:
    """The size at which the rows fit: smaller than ``FONT`` only for a word that has no place to be broken."""
    widest = max(map(width_of, rows), default=0.0)
    return FONT if widest <= width else round(max(FONT * width / widest, FONT / 2), 1)
