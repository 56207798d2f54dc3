"""What a work breakdown may tell us and how its columns are titled (German and English Microsoft Project, Excel)."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .columns import Field

FIELDS: tuple[Field, ...] = (
    Field(
        "wbs",
        Text("PSP-Nummer", "WBS number"),
        (
            *("PSP-Nr.", "PSP", "PSP-Code", "PSP-Nummer", "PSP-Element", "Gliederungsnummer", "Gliederung"),
            *("WBS", "WBS code", "WBS number", "Outline number", "Pos.", "Positionsnummer", "AP-Nr."),
        ),
    ),
    Field(
        "number",
        Text("Laufende Nummer", "Running number"),
        ("Nr.", "Lfd. Nr.", "Vorgangsnummer", "Vorgangs-Nr.", "ID", "No.", "Task ID", "Nummer"),
    ),
    Field(
        "name",
        Text("Aufgabe", "Task"),
        (
            *("Vorgang", "Vorgangsname", "Aufgabe", "Arbeitspaket", "Bezeichnung", "Tätigkeit", "Titel", "Name"),
            *("Task", "Task name", "Work package", "Activity", "Aktivität"),
        ),
        required=True,
    ),
    Field("level", Text("Ebene", "Level"), ("Ebene", "Gliederungsebene", "Level", "Outline level")),
    Field(
        "duration",
        Text("Dauer", "Duration"),
        ("Dauer", "Duration", "Tage", "Arbeitstage", "AT", "Dauer in Tagen", "Dauer in Stunden", "Dauer in Wochen"),
    ),
    Field(
        "effort",
        Text("Aufwand", "Effort"),
        (
            *("Aufwand", "Arbeit", "Work", "Effort", "Personentage", "PT", "Manntage", "Stunden", "Std."),
            *("Aufwand in Stunden", "Aufwand in Personentagen", "Geplante Stunden", "Sollstunden"),
        ),
    ),
    Field(
        "predecessors",
        Text("Vorgänger", "Predecessors"),
        ("Vorgänger", "Predecessors", "Predecessor", "Abhängig von", "Abhängigkeiten", "Depends on"),
    ),
    Field(
        "resources",
        Text("Verantwortlich", "Responsible"),
        (
            *("Verantwortlich", "Ressourcennamen", "Ressourcen", "Ressource", "Zuständig", "Bearbeiter", "Wer"),
            *("Resource names", "Resources", "Responsible", "Assigned to", "Owner"),
        ),
    ),
    Field("start", Text("Anfang", "Start"), ("Anfang", "Start", "Beginn", "Startdatum", "Geplanter Anfang", "Von")),
    Field("finish", Text("Ende", "Finish"), ("Ende", "Fertigstellung", "Enddatum", "Finish", "End", "Bis")),
    Field("deadline", Text("Termin", "Deadline"), ("Termin", "Stichtag", "Frist", "Deadline", "Fällig am", "Due date")),
    Field("status", Text("Status", "Status"), ("Status", "% abgeschlossen", "Fertigstellungsgrad", "% complete")),
    Field(
        "skills",
        Text("Erforderliche Qualifikation", "Required skills"),
        ("Qualifikation", "Qualifikationen", "Erforderliche Qualifikation", "Fähigkeiten", "Skills"),
    ),
    Field("description", Text("Beschreibung", "Description"), ("Beschreibung", "Notizen", "Description", "Notes")),
    Field(
        "acceptance",
        Text("Abnahmekriterien", "Acceptance criteria"),
        ("Abnahmekriterien", "Abnahmekriterium", "Ergebnis", "Acceptance criteria", "Deliverable"),
    ),
)
