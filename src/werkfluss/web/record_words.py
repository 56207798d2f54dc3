"""What entries of the record say, in words: a label for each key of a payload, and values as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.org.roles import LABELS as ROLES
from werkfluss.org.roles import Role
from werkfluss.web.status import STATES
from werkfluss.web.templatetags.werkfluss import money

KEY_LENGTH = 36
LISTED = 5
LONGEST = 120
Names = Mapping[UUID, str]

LABELS: dict[str, Text] = {
    "acceptance": Text("Abnahme", "acceptance"),
    "adds": Text("kommt hinzu zu", "adds to"),
    "after": Text("Wert danach", "value after"),
    "agent": Text("Agent", "agent"),
    "agent_run": Text("Lauf des Agenten", "agent's run"),
    "amount_cents": Text("Betrag, netto", "amount, net"),
    "answer": Text("Antwort", "answer"),
    "answer_by": Text("Antwort bis", "answer by"),
    "answers": Text("Antworten", "answers"),
    "as_of": Text("Stand vom", "as of"),
    "assigned": Text("vergeben", "assigned"),
    "assignment": Text("Zuteilung", "assignment"),
    "audience": Text("Befragte", "audience"),
    "based_on": Text("Grundlage: Fassung", "based on version"),
    "basis": Text("Grundlage", "basis"),
    "because": Text("weil", "because"),
    "before": Text("Vorher", "before"),
    "brief": Text("Beschreibung", "description"),
    "called": Text("aufgerufener Vorgang", "called case"),
    "caller": Text("aufrufender Vorgang", "calling case"),
    "case": Text("Vorgang", "case"),
    "cases": Text("Vorgänge", "cases"),
    "cause": Text("Ursache", "cause"),
    "cents": Text("Betrag", "amount"),
    "cents_per_hour": Text("Satz je Stunde", "rate per hour"),
    "changed": Text("geändert", "changed"),
    "changes": Text("Änderungen", "changes"),
    "channel": Text("Weg", "way"),
    "chart_of_accounts": Text("Kontenrahmen", "chart of accounts"),
    "check": Text("Rechtsprüfung", "legal check"),
    "checks": Text("Rechtsprüfungen", "legal checks"),
    "choice": Text("Entscheidung", "decision"),
    "city": Text("Ort", "city"),
    "clarity": Text("Klarheit", "clarity"),
    "code": Text("Kennwort", "code"),
    "commands": Text("Was daraufhin geschah", "what followed"),
    "correction": Text("Berichtigung", "correction"),
    "correlation": Text("Zuordnung", "correlation"),
    "cost_cents": Text("Kosten", "cost"),
    "count": Text("Anzahl", "number of entries"),
    "counter": Text("Gegenvorschlag", "counter-proposal"),
    "country": Text("Land", "country"),
    "criteria": Text("Abnahmekriterien", "acceptance criteria"),
    "currency": Text("Währung", "currency"),
    "data_class": Text("Vertraulichkeit", "confidentiality"),
    "dated_on": Text("Datum der Unterlage", "date of the paper"),
    "datev_client": Text("DATEV-Mandant", "DATEV client"),
    "datev_consultant": Text("DATEV-Berater", "DATEV consultant"),
    "day": Text("Tag", "day"),
    "days": Text("Tage", "days"),
    "deadline": Text("Termin", "deadline"),
    "decided_on": Text("entschieden am", "decided on"),
    "decisions": Text("Entscheidungstabellen", "decision tables"),
    "definition": Text("Ablauf", "process"),
    "deleted": Text("gelöscht", "deleted"),
    "department": Text("Abteilung", "department"),
    "differences": Text("Abweichungen", "differences"),
    "digest": Text("Fingerabdruck", "fingerprint"),
    "document": Text("Unterlage", "document"),
    "documents": Text("Unterlagen", "documents"),
    "due": Text("fällig am", "due on"),
    "due_at": Text("fällig um", "due at"),
    "due_on": Text("zu zahlen bis", "payable by"),
    "duty": Text("Pflicht", "duty"),
    "effort_minutes": Text("Aufwand in Minuten", "effort in minutes"),
    "email": Text("E-Mail-Adresse", "e-mail address"),
    "ends": Text("Ende", "end"),
    "ends_on": Text("endet am", "ends on"),
    "enough": Text("genug Antworten", "enough answers"),
    "entries": Text("Einträge", "entries"),
    "error": Text("Fehler", "error"),
    "escalation": Text("Eskalation", "escalation"),
    "execute_on": Text("Ausführung am", "executed on"),
    "expires": Text("gültig bis", "valid until"),
    "failing": Text("Testfälle, die scheitern", "failing test cases"),
    "filename": Text("Datei", "file"),
    "files": Text("Dateien", "files"),
    "first_day": Text("erster Tag", "first day"),
    "first_day_gone": Text("nicht mehr da ab", "gone from"),
    "follow_up": Text("Wiedervorlage", "follow-up"),
    "follow_ups": Text("E-Mails zu Wiedervorlagen", "mails on follow-ups"),
    "from": Text("von", "from"),
    "from_external": Text("von extern", "from the external"),
    "gross_cents": Text("Betrag mit Steuer", "amount with tax"),
    "has_works_council": Text("Betriebsrat vorhanden", "has a works council"),
    "held_on": Text("gehalten am", "held on"),
    "host": Text("Server", "server"),
    "how": Text("auf welchem Weg", "by which way"),
    "iban_end": Text("IBAN endet auf", "IBAN ends with"),
    "identified": Text("erkannt durch", "identified by"),
    "import": Text("Übernahme", "import"),
    "installation": Text("Installation", "installation"),
    "is_change": Text("Änderung", "a change"),
    "items": Text("Einzelne Ergebnisse", "items"),
    "kept": Text("bleibt", "kept"),
    "key": Text("Schlüssel", "key"),
    "kind": Text("Art", "kind"),
    "label": Text("Bezeichnung", "label"),
    "lag_days": Text("Abstand in Tagen", "lag in days"),
    "language": Text("Sprache", "language"),
    "languages": Text("Sprachen", "languages"),
    "last_day": Text("letzter Tag", "last day"),
    "level": Text("Stufe", "level"),
    "light": Text("Ampel", "traffic light"),
    "links": Text("Abhängigkeiten", "links"),
    "look_on": Text("Wirkung ansehen am", "look at the effect on"),
    "mapping": Text("Zuordnung der Schritte", "which step is which"),
    "matter": Text("Gegenstand", "matter"),
    "message": Text("Nachricht", "message"),
    "minutes_per_week": Text("Minuten je Woche", "minutes per week"),
    "missing": Text("fehlt", "missing"),
    "mode": Text("Art", "mode"),
    "model": Text("Modell", "model"),
    "moved": Text("gewechselt", "moved"),
    "name": Text("Name", "name"),
    "net_cents": Text("netto", "net"),
    "new": Text("neu", "new"),
    "new_plan": Text("neuer Plan", "new plan"),
    "next_review": Text("nächste Durchsicht", "next review"),
    "note": Text("Hinweis", "note"),
    "notes": Text("Hinweise", "notes"),
    "now": Text("jetzt", "now"),
    "number": Text("Nummer", "number"),
    "object": Text("Gegenstand", "object"),
    "offered": Text("angeboten", "offered"),
    "offers": Text("Angebote", "offers"),
    "on": Text("am", "on"),
    "on_behalf_of": Text("in Vertretung für", "standing in for"),
    "open": Text("offen", "open"),
    "order": Text("Auftrag", "order"),
    "orders": Text("Aufträge", "orders"),
    "origin": Text("Herkunft", "origin"),
    "other": Text("andere Aufgabe", "other task"),
    "outcome": Text("Ergebnis", "outcome"),
    "paid_on": Text("bezahlt am", "paid on"),
    "papers": Text("Unterlagen", "papers"),
    "payment_days": Text("Zahlungsziel in Tagen", "days until payment"),
    "payments": Text("Zahlungen", "payments"),
    "per": Text("je", "per"),
    "pins": Text("Festlegungen", "pinned choices"),
    "place": Text("Ort", "place"),
    "plan": Text("Plan", "plan"),
    "position": Text("Reihenfolge", "position"),
    "postcode": Text("Postleitzahl", "postcode"),
    "predecessor": Text("Vorgänger", "predecessor"),
    "price": Text("Preis", "price"),
    "price_cents": Text("Preis, netto", "price, net"),
    "price_kind": Text("Art des Preises", "kind of price"),
    "problem": Text("Prüfsumme der Planungsaufgabe", "checksum of the planning problem"),
    "project": Text("Projekt", "project"),
    "protocol": Text("Protokoll Nr.", "protocol no."),
    "purpose": Text("Zweck", "purpose"),
    "question": Text("Rückfrage", "question"),
    "reason": Text("Grund", "reason"),
    "replaces": Text("ersetzt", "replaces"),
    "resource": Text("Wer", "who"),
    "responsible": Text("verantwortlich", "responsible"),
    "revision": Text("Fassung", "version"),
    "role": Text("Rolle", "role"),
    "roles": Text("Rollen", "roles"),
    "route": Text("Weg", "route"),
    "rows": Text("Zeilen", "rows"),
    "rules": Text("Datenklassen", "classes of data"),
    "scope": Text("Umfang", "scope"),
    "score_max": Text("Punkte höchstens", "points at most"),
    "score_min": Text("Punkte mindestens", "points at least"),
    "self_billing": Text("Abrechnung per Gutschrift", "self-billing"),
    "self_billing_agreed_on": Text("Gutschrift vereinbart am", "self-billing agreed on"),
    "seqs": Text("geleerte Einträge", "emptied entries"),
    "sha256": Text("Prüfsumme", "checksum"),
    "share_cents": Text("Anteil", "share"),
    "side": Text("Seite", "side"),
    "sign": Text("Zeichen", "sign"),
    "signers": Text("Unterzeichnende", "signers"),
    "since": Text("seit", "since"),
    "skill": Text("Fähigkeit", "skill"),
    "skills": Text("Fähigkeiten", "skills"),
    "slug": Text("Adresse", "address"),
    "source": Text("Quelle", "source"),
    "stage": Text("Stufe", "stage"),
    "start": Text("Beginn", "start"),
    "start_by": Text("anfangen bis", "start by"),
    "starts": Text("Startereignisse", "start events"),
    "state": Text("Stand", "state"),
    "status": Text("Stand", "state"),
    "stayed": Text("geblieben: Vorgänge", "cases that stay"),
    "step": Text("Schritt", "step"),
    "street": Text("Straße", "street"),
    "subdivision": Text("Bundesland", "state (Bundesland)"),
    "substitute": Text("Vertretung", "substitute"),
    "target": Text("führt zu", "leads to"),
    "task": Text("Aufgabe", "task"),
    "tasks": Text("Aufgaben", "tasks"),
    "tax": Text("Steuer", "tax"),
    "tax_number": Text("Steuernummer", "tax number"),
    "template": Text("Vorlage", "template"),
    "terms": Text("Bedingungen", "terms"),
    "test": Text("Testfall", "test case"),
    "time_zone": Text("Zeitzone", "time zone"),
    "timer": Text("Frist", "timer"),
    "title": Text("Titel", "title"),
    "to": Text("an", "to"),
    "type": Text("Art der Abhängigkeit", "kind of link"),
    "until": Text("bis", "until"),
    "usable_from": Text("benutzbar ab", "usable from"),
    "user": Text("Person", "person"),
    "valid_from": Text("gültig ab", "valid from"),
    "value": Text("Wert", "value"),
    "vat_check": Text("Prüfung der Umsatzsteuer", "check of the VAT"),
    "vat_id": Text("USt-IdNr.", "VAT ID"),
    "version": Text("Fassung", "version"),
    "was": Text("vorher", "before"),
    "way": Text("Weg", "way"),
    "weekdays": Text("Wochentage", "weekdays"),
    "what": Text("Was", "what"),
    "why": Text("Warum", "why"),
    "wished_on": Text("gewünscht bis", "wished for by"),
    "wished_start": Text("gewünschter Beginn", "wished start"),
    "withdrawn": Text("zurückgezogen", "withdrawn"),
}


def label_of(key: str) -> str:
    """What a key of a payload is called; one that is not in the table is shown without its underscores."""
    text = LABELS.get(key)
    return text.in_language(get_language() or "de") if text else key.replace("_", " ")


def keys_in(value: Any) -> Iterator[UUID]:
    """Every key of an object that a payload names."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from keys_in(item)
    elif (key := _as_key(value)) is not None:
        yield key


def _as_key(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == KEY_LENGTH else None
    except ValueError:
        return None


def said(data: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """A payload as pairs of label and value."""
    return tuple((label_of(key), _short(_words(key, value, names))) for key, value in data.items())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _words(key: str, value: Any, names: Names) -> str:
    """One value: amounts, days, roles, states and names instead of what the computer keeps."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "; ".join(f"{label_of(name)}: {_words(name, part, names)}" for name, part in value.items())
    if isinstance(value, list):
        shown = [_words(key.removesuffix("s"), part, names) for part in value[:LISTED]]
        more = len(value) - LISTED
        return ", ".join(shown) + (_(" and %(n)s more") % {"n": more} if more > 0 else "")
    if key.partition("_per_")[0].endswith("cents") and isinstance(value, int):
        return money(Money.from_cents(value))
    return _text(key, str(value), names)


def _text(key: str, value: str, names: Names) -> str:
    known = _as_key(value)
    if known is not None:
        return names.get(known) or f"{value[:8]}…"
    if key == "role" and value in {role.value for role in Role}:
        return ROLES[Role(value)].in_language(get_language() or "de")
    if value in STATES:
        return str(STATES[value].word)
    return _day(value) or value


def _day(value: str) -> str:
    """A day or a moment as written here, empty for anything else."""
    try:
        if len(value) == len("2026-11-22"):
            return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
        if value[10:11] == "T":
            at = datetime.fromisoformat(value)
            local = timezone.localtime(at) if at.tzinfo else at
            return formats.date_format(local, "SHORT_DATETIME_FORMAT")
    except ValueError:
        return ""
    return ""
