"""The indicators of the status test: opinions with their source, shown to the user, never law by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """``weight`` counts when the answer is yes: positive speaks for employment. ``source`` as in the circular."""

    id: str
    name: str
    weight: int
    group: str
    source: str
    question: Text


# If the first two and one of the others hold, the client directs and integrates: no total can outweigh that.
HARD_STOP = ("client_sets_hours", "embedded_in_team", "client_sets_place", "client_instructs_how")

INDICATORS = (
    Indicator(
        "I01",
        "client_sets_hours",
        3,
        "instruction",
        "s.7(1) s.2 SGB IV; RS 3.2.1",
        Text(
            "Bestimmt der Auftraggeber Arbeitszeit, Schicht oder Anwesenheit?",
            "Does the client set hours, shifts or presence?",
        ),
    ),
    Indicator(
        "I02",
        "client_sets_place",
        2,
        "instruction",
        "RS 3.2.1",
        Text(
            "Bestimmt der Auftraggeber den Arbeitsort, ohne dass die Aufgabe es verlangt?",
            "Does the client set the place without need from the task?",
        ),
    ),
    Indicator(
        "I03",
        "client_instructs_how",
        3,
        "instruction",
        "s.611a BGB; RS 3.2.1",
        Text(
            "Gibt der Auftraggeber laufend vor, wie gearbeitet wird?", "Does the client keep instructing how to work?"
        ),
    ),
    Indicator(
        "I04",
        "embedded_in_team",
        3,
        "integration",
        "RS 3.2.1, 3.2.9",
        Text(
            "Ist die Person wie Beschäftigte ins Team eingegliedert (Dienstpläne, Runden, Urlaubsabsprache)?",
            "Is the person embedded in the team like staff (rosters, meetings, leave coordination)?",
        ),
    ),
    Indicator(
        "I05",
        "joint_project_work",
        2,
        "integration",
        "RS 3.2.9 (text seen)",
        Text(
            "Arbeitet sie im Projekt Hand in Hand in den Strukturen des Auftraggebers?",
            "Does she work hand in hand in the client's structures?",
        ),
    ),
    Indicator(
        "I06",
        "uses_client_equipment",
        1,
        "integration",
        "RS 3.2.7/3.2.9",
        Text(
            "Nutzt sie Geräte, Postfach oder Ausweis des Auftraggebers (über Sicherheitsgründe hinaus)?",
            "Does she use the client's devices, mailbox or badge (beyond security)?",
        ),
    ),
    Indicator(
        "I07",
        "appears_as_staff",
        1,
        "integration",
        "RS 3.2.1",
        Text(
            "Tritt sie nach außen wie Personal des Auftraggebers auf?",
            "Does she appear as the client's staff to others?",
        ),
    ),
    Indicator(
        "I08",
        "detailed_reports",
        1,
        "instruction",
        "DRV list via felser",
        Text("Muss sie häufig und genau über ihre Zeit berichten?", "Must she report her time often and in detail?"),
    ),
    Indicator(
        "I09",
        "must_work_in_person",
        2,
        "personnel",
        "RS 3.2.8",
        Text(
            "Muss sie selbst leisten; ist Vertretung verboten oder genehmigungspflichtig?",
            "Must she perform in person; is substitution forbidden or subject to approval?",
        ),
    ),
    Indicator(
        "I10",
        "paid_by_time_only",
        2,
        "risk",
        "RS 3.2.7",
        Text("Wird nur Zeit bezahlt, ohne Preis für ein Ergebnis?", "Is only time paid, without a price for a result?"),
    ),
    Indicator(
        "I11",
        "salary_like_pay",
        3,
        "risk",
        "RS 3.2.7",
        Text(
            "Gibt es bezahlten Urlaub, Lohnfortzahlung oder ein festes Monatsgehalt?",
            "Is there paid leave, sick pay or a fixed monthly salary?",
        ),
    ),
    Indicator(
        "I12",
        "former_employee_same_work",
        2,
        "history",
        "RS 3.2.11.1 (content from memory)",
        Text("War sie hier zuvor mit derselben Arbeit angestellt?", "Was she employed here before with the same work?"),
    ),
    Indicator(
        "I13",
        "exclusivity",
        2,
        "market",
        "RS 3.2.11 (content from memory)",
        Text("Gibt es Ausschließlichkeit oder Wettbewerbsverbot?", "Is there exclusivity or a non-compete clause?"),
    ),
    Indicator(
        "I14",
        "may_refuse_orders",
        -2,
        "instruction",
        "RS 3.2.11.2 (content from memory)",
        Text(
            "Darf sie einzelne Aufträge ohne Nachteil ablehnen?", "May she refuse single orders without disadvantage?"
        ),
    ),
    Indicator(
        "I15",
        "own_staff_used",
        -3,
        "personnel",
        "RS 3.2.8",
        Text(
            "Setzt sie eigene Beschäftigte oder Nachunternehmer wirklich ein?",
            "Does she actually use own staff or subcontractors?",
        ),
    ),
    Indicator(
        "I16",
        "own_capital_at_risk",
        -3,
        "risk",
        "RS 3.2.7",
        Text(
            "Trägt sie mit eigenem Kapital ein echtes Verlustrisiko?",
            "Does she bear a real risk of loss with own capital?",
        ),
    ),
    Indicator(
        "I17",
        "fixed_price_with_acceptance",
        -2,
        "risk",
        "RS 3.2.7",
        Text(
            "Gilt ein Festpreis mit Abnahme und Nacharbeit auf eigene Kosten?",
            "Is there a fixed price with acceptance and rework at own cost?",
        ),
    ),
    Indicator(
        "I18",
        "several_clients",
        -1,
        "market",
        "RS 3.2.11.2; weak for status",
        Text(
            "Hat sie zugleich mehrere Auftraggeber (größter Anteil unter 5/6)?",
            "Has she several clients at once (largest share below 5/6)?",
        ),
    ),
    Indicator(
        "I19",
        "own_market_presence",
        -1,
        "market",
        "RS 3.2.11.2",
        Text("Wirbt sie am Markt mit eigenen Preisen?", "Does she advertise on the market with own prices?"),
    ),
    Indicator(
        "I20",
        "fee_above_salary",
        -1,
        "risk",
        "RS 3.2.5: one indicator among others",
        Text(
            "Liegt das Honorar deutlich über einem vergleichbaren Gehalt?",
            "Is the fee clearly above a comparable salary?",
        ),
    ),
    Indicator(
        "I21",
        "own_office_and_tools",
        -1,
        "integration",
        "RS 3.2.7",
        Text("Hat sie eigenes Büro und eigene Arbeitsmittel?", "Has she an own office and own tools?"),
    ),
    Indicator(
        "I22",
        "registered_business",
        0,
        "formal",
        "RS 3.2.10: formal facts have little weight",
        Text(
            "Gibt es Gewerbe, freiberufliche Anmeldung oder GmbH?",
            "Is there a trade or freelance registration or a company?",
        ),
    ),
    Indicator(
        "I23",
        "contract_says_self_employed",
        0,
        "formal",
        "s.611a(1) s.6 BGB: practice beats label",
        Text("Steht im Vertrag „selbstständig“?", "Does the contract say “self-employed”?"),
    ),
    Indicator(
        "I24",
        "specialist_in_process",
        1,
        "integration",
        "RS 3.2.9 (3) (text seen)",
        Text(
            "Nimmt sie als Spezialistin funktional am Arbeitsprozess teil?",
            "Does she take part in the work process as a specialist?",
        ),
    ),
)
