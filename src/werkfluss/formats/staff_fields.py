"""What a staff list may tell us, how its columns are titled, and what is left unread on purpose."""

from __future__ import annotations

import re

from werkfluss.kernel.text import Text

from .columns import Field

FIELDS: tuple[Field, ...] = (
    Field(
        "personnel_no",
        Text("Personalnummer", "Personnel number"),
        (
            *("Pers.-Nr.", "Personalnummer", "PersNr", "PNr", "Personal-Nr.", "Mitarbeiternummer", "MA-Nr."),
            *("Employee ID", "Employee number", "Staff ID", "Personnel number", "Personnel no", "ID"),
            *("pnr_betriebliche#psd", "pnr#psd"),
        ),
    ),
    Field(
        "last_name",
        Text("Nachname", "Last name"),
        ("Nachname", "Familienname", "Zuname", "Last name", "Surname", "Family name", "duevo_familienname#psd"),
    ),
    Field(
        "first_name",
        Text("Vorname", "First name"),
        ("Vorname", "Vornamen", "Rufname", "First name", "Given name", "duevo_vorname#psd"),
    ),
    Field(
        "name",
        Text("Name", "Name"),
        ("Name", "Mitarbeiter", "Mitarbeiterin/Mitarbeiter", "Vollständiger Name", "Name, Vorname", "Full name"),
        required=True,
    ),
    Field("email", Text("E-Mail", "E-mail"), ("E-Mail", "Mail", "E-Mail-Adresse", "E-Mail geschäftlich", "Email")),
    Field(
        "department",
        Text("Abteilung", "Department"),
        ("Abteilung", "Bereich", "Team", "Department", "Organisationseinheit", "Abt."),
    ),
    Field(
        "position",
        Text("Stelle", "Position"),
        ("Stelle", "Position", "Funktion", "Tätigkeit", "Berufsbezeichnung", "Job title", "Jobtitel"),
    ),
    Field("location", Text("Arbeitsort", "Place of work"), ("Arbeitsort", "Standort", "Ort", "Office", "Location")),
    Field(
        "country",
        Text("Land des Arbeitsorts", "Country of work"),
        ("Land", "Arbeitsland", "Einsatzland", "Tätigkeitsland", "Country", "Country of work"),
    ),
    Field(
        "weekly_hours",
        Text("Wochenstunden", "Weekly hours"),
        (
            *("Wochenstd.", "Wochenstunden", "Std./Woche", "Stunden pro Woche", "Wochenarbeitszeit", "WAZ"),
            *("Arbeitszeit (Std./Woche)", "Weekly hours", "Weekly working hours", "Hours per week"),
            "az_wtl_indiv#psd",
        ),
    ),
    Field(
        "entry_date",
        Text("Eintritt", "Entry"),
        (
            *("Eintritt", "Eintrittsdatum", "Einstellungsdatum", "Beschäftigt seit", "Eintritt am"),
            *("Entry date", "Hire date", "Start date", "eintrittdatum#psd"),
        ),
    ),
    Field(
        "exit_date",
        Text("Austritt", "Exit"),
        ("Austritt", "Austrittsdatum", "Exit date", "Termination date", "Leaving date", "austrittdatum#psd"),
    ),
    Field(
        "fixed_term_until",
        Text("Befristet bis", "Fixed term until"),
        ("Befristung bis", "Befristet bis", "Befristung", "Vertragsende", "Contract end", "Contract ends"),
    ),
    Field(
        "nationality",
        Text("Staatsangehörigkeit", "Nationality"),
        ("Staatsangehörigkeit", "Nationalität", "Nationality", "Citizenship", "staatsangehoerigkeit#psd"),
    ),
    Field(
        "residence_title_until",
        Text("Aufenthaltstitel gültig bis", "Residence title valid until"),
        (
            *("Aufenthaltstitel gültig bis", "Aufenthaltstitel bis", "AT gültig bis", "Aufenthaltserlaubnis bis"),
            *("Residence permit until", "Visa valid until"),
        ),
    ),
    Field("languages", Text("Sprachen", "Languages"), ("Sprachen", "Sprachkenntnisse", "Languages")),
    Field(
        "skills",
        Text("Qualifikationen", "Qualifications"),
        ("Qualifikationen", "Qualifikation", "Fähigkeiten", "Kenntnisse", "Kompetenzen", "Skills", "Qualifications"),
    ),
)
# Pay, bank, tax, health, faith, family: not needed to plan work, so neither read nor shown.
WITHHELD = re.compile(
    r"gehalt|lohn(?!buch|abrech)|entgelt|verg[üu]e?tung|salary|\bpay\b|iban|\bbic\b|bank|konto|steuer|tax|konfession"
    r"|religion|kirche|behinder|disab|krank|health|\bsv-?n|sozialversicherungsn|rentenversicherungsn|familienstand"
    r"|marital|kinder|children|geburt|birth|geschlecht|gender",
    re.IGNORECASE,
)
