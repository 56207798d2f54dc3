"""The procedure description of the booking preparation (Verfahrensdokumentation, GoBD Rz. 151-155), as generated.

It is made from the tables and checks in use, so it cannot drift from the program. It has the four parts the GoBD name:
general description, user documentation, technical system documentation, operation; and the internal controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from werkfluss.formats.extf.columns import COLUMNS
from werkfluss.formats.typeset import typeset
from werkfluss.kernel.text import Language, Text

from .accounts import Chart, table
from .prepare import CHECKS


@dataclass(frozen=True, slots=True)
class Facts:
    """What the firm and the run add; persons by role, not by rating."""

    firm: str
    chart: Chart
    on: date  # the day the description is valid for
    version: str  # of the program
    approver_role: Text
    responsible: str
    storage: Text
    changes: tuple[tuple[date, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part: paragraphs, then an optional table (first row is the heading)."""

    title: Text
    paragraphs: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...] = ()


def describe(facts: Facts) -> tuple[Section, ...]:
    """The sections, in the order of the GoBD."""
    return (
        _general(facts),
        _usage(facts),
        _checks(),
        _accounts(facts.chart),
        _tax_keys(),
        _technique(facts),
        _operation(facts),
        _changes(facts),
    )


def _general(facts: Facts) -> Section:
    chart = facts.chart
    return Section(
        Text("Allgemeine Beschreibung", "General description"),
        (
            Text(
                f"{facts.firm} lässt eingehende E-Rechnungen durch ein Programm prüfen und als Buchungsvorschlag "
                "vorbereiten. Das Programm bucht nicht: Ein Mensch gibt jeden Vorschlag frei. Es ist keine "
                "geschäftsmäßige Hilfe in Steuersachen für Dritte, sondern Vorbereitung der eigenen Bücher.",
                f"{facts.firm} has incoming e-invoices checked and prepared as booking proposals by a program. The "
                "program does not book: a human approves each proposal. It prepares the firm's own books only.",
            ),
            Text(
                f"Kontenrahmen ist {chart}. Das Programm folgt geschriebenen Regeln; ein Sprachmodell wirkt nicht mit. "
                "Gleiche Eingaben ergeben gleiche Vorschläge.",
                f"The chart of accounts is {chart}. The program follows written rules; no language model takes part. "
                "Equal input gives equal proposals.",
            ),
        ),
    )


def _usage(facts: Facts) -> Section:
    role = facts.approver_role
    return Section(
        Text("Anwenderdokumentation: Ablauf", "User documentation: the steps"),
        (
            Text(
                "1. Eingang: Die Datei wird unverändert mit ihrer SHA-256-Prüfsumme abgelegt. Unlesbare Dateien werden "
                "mit Ursache und nächstem Schritt abgewiesen.",
                "1. Intake: the file is stored unchanged with its SHA-256 checksum. Unreadable files are refused with "
                "cause and next step.",
            ),
            Text(
                "2. Prüfung und Vorschlag: Konto, Gegenkonto, Steuerschlüssel und Buchungstext entstehen nach den "
                "Tabellen unten. Das Licht lautet sicher (keine Beanstandung), unsicher (ein Mensch muss entscheiden) "
                "oder unvollständig (es fehlt etwas, die Buchung ist gesperrt). Jeder Grund nennt die Stelle im Beleg.",
                "2. Check and proposal: account, contra account, tax key and text follow the tables below. Light: "
                "sicher (nothing found), unsicher (a human decides) or unvollständig (something is missing, blocked). "
                "Each reason names the place in the document.",
            ),
            Text(
                f"3. Freigabe durch {role.de}; der Beleg steht neben den Feldern. Änderungen werden mit Person und "
                "Zeitpunkt festgehalten.",
                f"3. Approval by {role.en}, document beside the fields. Changes are recorded with person and time.",
            ),
            Text(
                "4. Ausgabe als DATEV-Buchungsstapel ohne Festschreibung; jede Buchung trägt den Beleglink (BEDI) auf "
                "den Beleg. Die Festschreibung geschieht in DATEV.",
                "4. Export as a DATEV booking batch, not finalised; each booking links (BEDI) to its document.",
            ),
        ),
    )


def _checks() -> Section:
    labels = {
        "Rechenprobe": ("BR-CO-10 bis BR-CO-17, PEPPOL-EN16931-R120", "Arithmetic"),
        "Umsatzsteuer": ("BR-S/Z/E/AE/IC/G/O, § 12 UStG", "VAT"),
        "Pflichtangaben": ("BR-01 bis BR-65, § 14 Abs. 4 UStG, BR-DE", "Mandatory content"),
        "Dublette": ("Lieferant und Nummer; Lieferant, Tag und Betrag", "Duplicates"),
        "Empfänger": ("§ 15 Abs. 1 Satz 1 Nr. 1 UStG", "Buyer"),
        "Lieferant": ("Lieferantenliste, IBAN, § 19 UStG", "Supplier"),
        "Zahlung": ("Fälligkeit, Skonto, Anzahlung", "Payment"),
        "Konto": ("Kostenart, Steuerschlüssel, § 6 Abs. 2 EStG, Summenprobe", "Account"),
    }
    rows = tuple((Text(name, labels[name][1]), Text(labels[name][0], labels[name][0])) for name in CHECKS)
    return Section(
        Text("Internes Kontrollsystem: Prüfungen je Rechnung", "Internal controls: checks per invoice"),
        (
            Text(
                "Jede Rechnung durchläuft alle Prüfungen. Fehlt eine Pflichtangabe oder geht die Rechnung nicht auf, "
                "wird sie nie als sicher ausgegeben.",
                "Each invoice passes all checks. With missing content or a wrong sum it is never sicher.",
            ),
        ),
        ((Text("Prüfung", "Check"), Text("Regel", "Rule")), *rows),
    )


def _accounts(chart: Chart) -> Section:
    head = (Text("Kostenart", "Cost type"), Text("Konto", "Account"), Text("Stichworte", "Words"))
    rows = []
    for kind in table().kinds.values():
        words = ", ".join(word.lstrip("=") for word in kind.words)
        account = kind.account(chart)
        rows.append((kind.name, Text(account, account), Text(words, words)))
    return Section(
        Text("Kontierungstabelle", "Table of accounts"),
        (
            Text(
                "Reihenfolge: mindestens zwei gleiche freigegebene Buchungen des Lieferanten, dann seine hinterlegte "
                "Kostenart, dann der UNSPSC-Code der Position, dann die Stichworte.",
                "Order: at least two equal approved bookings of the supplier, then the cost type entered for it, then "
                "the UNSPSC code of the line, then the words.",
            ),
        ),
        (head, *rows),
    )


def _tax_keys() -> Section:
    head = (Text("Steuerart", "Category"), Text("Satz", "Rate"), Text("BU-Schlüssel", "Key"), Text("Folge", "Effect"))
    rows = []
    for entry in table().tax_keys:
        rate, key = f"{entry.rate} %", entry.key or "–"
        rows.append((Text(entry.category, entry.category), Text(rate, rate), Text(key, key), entry.label))
    return Section(Text("Steuerschlüssel", "Tax keys"), (), (head, *rows))


def _technique(facts: Facts) -> Section:
    return Section(
        Text("Technische Systemdokumentation", "Technical documentation"),
        (
            Text(
                f"Programm Werkfluss, Version {facts.version}. Eingang: EN 16931 als UBL 2.1, CII oder ZUGFeRD "
                "(Factur-X, PDF/A-3); geprüft gegen die amtlichen XML-Schemas. DOCTYPE und Entities werden abgelehnt.",
                f"Program Werkfluss, version {facts.version}. Input: EN 16931 as UBL 2.1, CII or ZUGFeRD/Factur-X "
                "(PDF/A-3), checked against the official XML schemas. DOCTYPE and entities are refused.",
            ),
            Text(
                f"Ausgang: DATEV-Format EXTF 700, Datenkategorie 21, Formatversion 13, {len(COLUMNS)} Spalten, "
                "Windows-1252; Belege als ZIP mit document.xml. Die Belegkennung folgt aus der Prüfsumme der Datei.",
                f"Output: DATEV format EXTF 700, category 21, version 13, {len(COLUMNS)} columns, Windows-1252; "
                "documents as ZIP with document.xml. A document's id follows from the checksum of its file.",
            ),
        ),
    )


def _operation(facts: Facts) -> Section:
    return Section(
        Text("Betriebsdokumentation und Aufbewahrung", "Operation and retention"),
        (
            Text(
                f"Verantwortlich: {facts.responsible}. {facts.storage.de}",
                f"Responsible: {facts.responsible}. {facts.storage.en}",
            ),
            Text(
                "Rechnungen und Buchungsbelege werden acht Jahre, diese Beschreibung zehn Jahre unverändert und lesbar "
                "aufbewahrt (§ 147 Abs. 3 AO, § 14b UStG); bei E-Rechnungen ist die XML-Datei das Original.",
                "Invoices and vouchers are kept unchanged and readable for eight years, this description for ten "
                "(s. 147(3) AO, s. 14b UStG); of e-invoices the XML file is the original.",
            ),
        ),
    )


def _changes(facts: Facts) -> Section:
    head = (Text("Datum", "Date"), Text("Änderung", "Change"))
    rows = tuple((Text(f"{day:%d.%m.%Y}", day.isoformat()), what) for day, what in facts.changes)
    return Section(
        Text("Änderungen", "Changes"),
        (Text(f"Gültig ab {facts.on:%d.%m.%Y}.", f"Valid from {facts.on.isoformat()}."),),
        (head, *rows) if rows else (),
    )


def render_pdf(facts: Facts, *, language: Language = "de") -> bytes:
    """The description as PDF/A-3a with tags, A4; equal facts give equal pages."""
    titles = Text("Verfahrensdokumentation: Vorbereitung der Eingangsrechnungen", "Procedure: incoming invoices")
    data = {
        "language": language,
        "title": titles.in_language(language),
        "firm": facts.firm,
        "sections": [
            {
                "title": section.title.in_language(language),
                "paragraphs": [text.in_language(language) for text in section.paragraphs],
                "rows": [[cell.in_language(language) for cell in row] for row in section.rows],
            }
            for section in describe(facts)
        ],
    }
    source = (files("werkfluss.agents.skills.invoice_booking") / "verfahrensdokumentation.typ").read_bytes()
    return typeset(source, data, standards=["a-3a"])
