"""Which functions of the product are person-related, and under which right of the works council each falls."""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Function:
    """``person_related``: its data allow conclusions on conduct or performance of a person; ``rights``: provisions."""

    id: str
    name: Text
    person_related: bool
    rights: tuple[str, ...]


FUNCTIONS = (
    Function(
        "task_times",
        Text("Zeitstempel zu Aufgaben je Person", "time stamps of tasks per person"),
        True,
        ("betrvg_87_1_6",),
    ),
    Function(
        "allocation",
        Text("Verteilung von Aufgaben auf benannte Beschäftigte", "allocation of tasks to named employees"),
        True,
        ("betrvg_87_1_6", "betrvg_90", "betrvg_95_2a"),
    ),
    Function(
        "working_time_plan",
        Text("Planung von Beginn, Ende und Verteilung der Arbeitszeit", "planning of start, end and spread of hours"),
        True,
        ("betrvg_87_1_2", "betrvg_87_1_3"),
    ),
    Function(
        "qualifications",
        Text("Verzeichnis der Qualifikationen je Person", "register of qualifications per person"),
        True,
        ("betrvg_94", "betrvg_87_1_6"),
    ),
    Function(
        "law_checks",
        Text("Rechtsprüfungen und Papiere zu Beschäftigten", "law checks and papers on employees"),
        True,
        ("betrvg_87_1_6", "betrvg_94"),
    ),
    Function(
        "deadlines",
        Text("Fristen zu Beschäftigten (Probezeit, Unterweisung)", "deadlines of employees (probation, instruction)"),
        True,
        ("betrvg_87_1_6", "betrvg_87_1_7"),
    ),
    Function(
        "staff_survey",
        Text("Anonyme Kurzbefragung der Beschäftigten", "anonymous short survey of employees"),
        True,
        ("betrvg_94", "betrvg_87_1_6"),
    ),
    Function(
        "care_cases",
        Text("Begleitung von Zuzug und Einarbeitung", "care for relocation and onboarding"),
        True,
        ("betrvg_87_1_6", "betrvg_94"),
    ),
    Function(
        "mobile_work",
        Text("Regeln für mobile Arbeit", "rules of mobile work"),
        True,
        ("betrvg_87_1_14",),
    ),
    Function(
        "external_orders",
        Text("Aufträge an Externe", "orders to externals"),
        False,
        ("betrvg_80_2", "betrvg_92", "betrvg_99"),
    ),
    Function(
        "agents",
        Text("KI-Agenten ohne Daten von Beschäftigten", "AI agents without employees' data"),
        False,
        ("betrvg_90",),
    ),
    Function(
        "processes", Text("Prozesse und Entscheidungstabellen", "processes and decision tables"), False, ("betrvg_90",)
    ),
    Function(
        "law_library", Text("Rechtsbibliothek ohne Personenbezug", "law library without personal data"), False, ()
    ),
)
