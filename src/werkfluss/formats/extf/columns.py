"""The 125 columns of a booking batch, format version 13, in DATEV's order and wording."""

from __future__ import annotations

_FIRST = """Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto
Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;Postensperre
Diverse Adressnummer;Geschäftspartnerbank;Sachverhalt;Zinssperre;Beleglink"""
_COST = """KOST1 - Kostenstelle;KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung)
EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;BU 49 Hauptfunktionstyp
BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung"""
_LAST = """Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;Auftragsnummer
Buchungstyp;USt-Schlüssel (Anzahlungen);EU-Land (Anzahlungen);Sachverhalt L+L (Anzahlungen)
EU-Steuersatz (Anzahlungen);Erlöskonto (Anzahlungen);Herkunft-Kz;Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz
Skontosperre;Gesellschaftername;Beteiligtennummer;Identifikationsnummer;Zeichnernummer;Postensperre bis
Bezeichnung SoBil-Sachverhalt;Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode
Fälligkeit;Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;BVV-Position;EU-Land u. UStID (Ursprung)
EU-Steuersatz (Ursprung);Abw. Skontokonto"""


def _split(block: str) -> list[str]:
    return block.replace("\n", ";").split(";")


def _pairs(kind: str, content: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(1, count + 1) for name in (kind, content)]


COLUMNS: tuple[str, ...] = (
    *_split(_FIRST),
    *_pairs("Beleginfo - Art", "Beleginfo - Inhalt", 8),
    *_split(_COST),
    *_pairs("Zusatzinformation - Art", "Zusatzinformation- Inhalt", 20),
    *_split(_LAST),
)

INDEX = {name: position for position, name in enumerate(COLUMNS)}

QUOTED = frozenset(
    {
        "Soll/Haben-Kennzeichen",
        "WKZ Umsatz",
        "WKZ Basis-Umsatz",
        "BU-Schlüssel",
        "Belegfeld 1",
        "Belegfeld 2",
        "Buchungstext",
        "Diverse Adressnummer",
        "Beleglink",
        "KOST1 - Kostenstelle",
        "KOST2 - Kostenstelle",
        "EU-Land u. UStID (Bestimmung)",
        "Abw. Versteuerungsart",
        "Auftragsnummer",
        "Buchungstyp",
        "EU-Land (Anzahlungen)",
        "Herkunft-Kz",
        "Buchungs GUID",
        "SEPA-Mandatsreferenz",
        "Gesellschaftername",
        "Identifikationsnummer",
        "Zeichnernummer",
        "Bezeichnung SoBil-Sachverhalt",
        "Generalumkehr (GU)",
        "Land",
        "Abrechnungsreferenz",
        "EU-Land u. UStID (Ursprung)",
        *_pairs("Beleginfo - Art", "Beleginfo - Inhalt", 8),
        *_pairs("Zusatzinformation - Art", "Zusatzinformation- Inhalt", 20),
    }
)
"""Text columns: written in quotes even when empty; the others are numbers and dates."""
