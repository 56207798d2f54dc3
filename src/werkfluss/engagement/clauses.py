"""The clauses of an order, and which questions of the law each of them answers. Plain Python.

A clause answers questions; what the answers mean is up to the law (``domain/effects.py`` asks it). A clause that is not
chosen answers nothing, and then the facts recorded of the person stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

Answers = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to write a clause. ``answers`` are facts of the law packs de/status and de/aueg."""

    key: str
    words: Text
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """``for_kinds`` empty: for every kind of external. ``negotiable``: an external may propose another option."""

    key: str
    title: Text
    options: tuple[Option, ...]
    for_kinds: tuple[str, ...] = ()
    negotiable: bool = True

    def option(self, key: str) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


def _no(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, False)


def _yes(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


CLAUSES = (
    Clause(
        "hours",
        Text("Arbeitszeit", "Working hours"),
        (
            Option(
                "free",
                Text("Wann gearbeitet wird, bestimmt die externe Seite.", "The external decides when to work."),
                _no("client_sets_hours"),
            ),
            Option(
                "dates",
                Text(
                    "Nur einzelne Termine (Übergabe, Abnahme) werden vereinbart.",
                    "Only single dates (hand-over, acceptance) are agreed.",
                ),
                _no("client_sets_hours"),
            ),
            Option(
                "fixed",
                Text("Feste Arbeitszeiten nach Vorgabe der Firma.", "Fixed working hours set by the firm."),
                _yes("client_sets_hours"),
            ),
        ),
    ),
    Clause(
        "place",
        Text("Arbeitsort", "Place of work"),
        (
            Option(
                "free",
                Text("Wo gearbeitet wird, bestimmt die externe Seite.", "The external decides where to work."),
                _no("client_sets_place"),
            ),
            Option(
                "task",
                Text(
                    "Bei der Firma nur, soweit die Aufgabe es verlangt (Anlage, Gerät).",
                    "At the firm only as far as the task demands it (machine, device).",
                ),
                _no("client_sets_place"),
            ),
            Option(
                "client",
                Text("In den Räumen der Firma nach deren Vorgabe.", "On the firm's premises, as the firm says."),
                _yes("client_sets_place"),
            ),
        ),
    ),
    Clause(
        "instructions",
        Text("Vorgaben", "Instructions"),
        (
            Option(
                "result",
                Text(
                    "Vereinbart ist das Ergebnis; wie es entsteht, bleibt offen.",
                    "The result is agreed; how it is made is left open.",
                ),
                _no("client_instructs_how", "client_instructs"),
            ),
            Option(
                "ongoing",
                Text("Die Firma gibt laufend vor, wie gearbeitet wird.", "The firm keeps saying how the work is done."),
                _yes("client_instructs_how", "client_instructs"),
            ),
        ),
    ),
    Clause(
        "team",
        Text("Zusammenarbeit mit dem Team", "Working with the team"),
        (
            Option(
                "none",
                Text("Eigenständig, Übergabe am Ende.", "On one's own, hand-over at the end."),
                _no("embedded_in_team", "joint_project_work", "integrated"),
            ),
            Option(
                "interfaces",
                Text(
                    "Abstimmung an vereinbarten Schnittstellen, keine Pflicht zu Teamrunden.",
                    "Coordination at agreed interfaces, no duty to attend team meetings.",
                ),
                _no("embedded_in_team", "integrated") | _yes("joint_project_work"),
            ),
            Option(
                "embedded",
                Text(
                    "Im Team wie Beschäftigte: Pflichtrunden, Dienstpläne, Urlaubsabsprache.",
                    "In the team like staff: compulsory meetings, rosters, leave coordination.",
                ),
                _yes("embedded_in_team", "joint_project_work", "integrated"),
            ),
        ),
    ),
    Clause(
        "equipment",
        Text("Arbeitsmittel", "Equipment"),
        (
            Option(
                "own",
                Text("Eigene Geräte und Werkzeuge.", "Own devices and tools."),
                _no("uses_client_equipment") | _yes("own_office_and_tools"),
            ),
            Option(
                "security",
                Text(
                    "Eigene Geräte; Zugänge der Firma nur aus Sicherheitsgründen.",
                    "Own devices; access of the firm only for reasons of security.",
                ),
                _no("uses_client_equipment"),
            ),
            Option(
                "client",
                Text("Geräte, Postfach und Ausweis der Firma.", "The firm's devices, mailbox and badge."),
                _yes("uses_client_equipment") | _no("own_office_and_tools"),
            ),
        ),
    ),
    Clause(
        "reports",
        Text("Berichte", "Reports"),
        (
            Option(
                "result",
                Text("Nur über das Ergebnis.", "On the result only."),
                _no("detailed_reports"),
            ),
            Option(
                "time",
                Text("Häufige und genaue Zeitberichte.", "Frequent and detailed time reports."),
                _yes("detailed_reports"),
            ),
        ),
    ),
    Clause(
        "substitution",
        Text("Vertretung", "Substitution"),
        (
            Option(
                "allowed",
                Text(
                    "Andere dürfen die Arbeit tun; die externe Seite steht für sie ein.",
                    "Others may do the work; the external answers for them.",
                ),
                _no("must_work_in_person"),
            ),
            Option(
                "notice",
                Text(
                    "Vertretung mit gleicher Eignung, nach Mitteilung.",
                    "Substitution by somebody equally qualified, after notice.",
                ),
                _no("must_work_in_person"),
            ),
            Option(
                "approval",
                Text("Vertretung nur mit Zustimmung der Firma.", "Substitution only if the firm agrees."),
                _yes("must_work_in_person"),
            ),
            Option(
                "excluded",
                Text("Persönliche Leistung, keine Vertretung.", "To be done in person, no substitution."),
                _yes("must_work_in_person"),
            ),
        ),
    ),
    Clause(
        "exclusivity",
        Text("Andere Auftraggeber", "Other clients"),
        (
            Option("none", Text("Frei, auch für Wettbewerber.", "Free, also for competitors."), _no("exclusivity")),
            Option(
                "competitors",
                Text("Nicht zugleich für Wettbewerber.", "Not for competitors at the same time."),
                _yes("exclusivity"),
            ),
            Option(
                "exclusive",
                Text("Nur für diese Firma.", "For this firm only."),
                _yes("exclusivity"),
            ),
        ),
    ),
    Clause(
        "refusal",
        Text("Ablehnen", "Declining"),
        (
            Option(
                "each",
                Text(
                    "Jeder Abruf und jede Änderung kann ohne Nachteil abgelehnt werden.",
                    "Every call-off and every change may be declined without disadvantage.",
                ),
                _yes("may_refuse_orders"),
            ),
            Option(
                "bound",
                Text("Abrufe müssen angenommen werden.", "Call-offs must be accepted."),
                _no("may_refuse_orders"),
            ),
        ),
    ),
    Clause(
        "benefits",
        Text("Vergütung ohne Leistung", "Pay without work"),
        (
            Option(
                "none",
                Text("Keine: bezahlt wird die Leistung.", "None: the service is paid."),
                _no("salary_like_pay", "fixed_monthly_fee"),
            ),
            Option(
                "monthly",
                Text("Feste monatliche Vergütung.", "Fixed monthly fee."),
                _yes("salary_like_pay", "fixed_monthly_fee"),
            ),
            Option(
                "leave",
                Text("Bezahlter Urlaub oder Fortzahlung bei Krankheit.", "Paid leave or sick pay."),
                _yes("salary_like_pay") | _no("fixed_monthly_fee"),
            ),
        ),
    ),
    Clause(
        "appearance",
        Text("Auftritt nach außen", "Appearance to others"),
        (
            Option("own", Text("Unter eigenem Namen.", "Under the own name."), _no("appears_as_staff")),
            Option("staff", Text("Wie Personal der Firma.", "As staff of the firm."), _yes("appears_as_staff")),
        ),
        for_kinds=("freelancer",),
    ),
    Clause(
        "leadership",
        Text("Leitung", "Leadership"),
        (
            Option(
                "none",
                Text("Beratung ohne Weisungsrecht.", "Advice without power to instruct."),
                _no("organ_position", "leads_staff_with_authority"),
            ),
            Option(
                "leads",
                Text("Weist Beschäftigte im Namen der Firma an.", "Instructs staff in the firm's name."),
                _yes("leads_staff_with_authority") | _no("organ_position"),
            ),
            Option(
                "organ",
                Text("Organ der Firma (Geschäftsführung).", "Organ of the firm (managing director)."),
                _yes("organ_position", "leads_staff_with_authority"),
            ),
        ),
        for_kinds=("fractional",),
    ),
    Clause(
        "rights",
        Text("Rechte am Ergebnis", "Rights in the result"),
        (
            Option("simple", Text("Einfaches Nutzungsrecht.", "Simple right of use.")),
            Option("exclusive", Text("Ausschließliches Nutzungsrecht.", "Exclusive right of use.")),
            Option(
                "on_payment",
                Text(
                    "Ausschließliches Nutzungsrecht, übertragen mit der Zahlung.",
                    "Exclusive right of use, transferred on payment.",
                ),
            ),
        ),
    ),
)
BY_KEY = {clause.key: clause for clause in CLAUSES}
# Numbers and words beside the choices: cents of the liability cap and of the insurance, what else was agreed, and the
# brief in a language that the person reads better; the German brief decides.
AMOUNTS = ("liability_cap_cents", "insurance_cents")
TEXTS = ("more", "translation")
_LONGEST = 4000
# What an order says where nobody wrote anything else: as much freedom as a result needs.
FAIR = {
    "hours": "free",
    "place": "free",
    "instructions": "result",
    "reports": "result",
    "substitution": "allowed",
    "exclusivity": "none",
    "refusal": "each",
    "benefits": "none",
    "rights": "simple",
}


def clauses_for(kind: str) -> tuple[Clause, ...]:
    """The clauses of an order to this kind of external."""
    return tuple(one for one in CLAUSES if not one.for_kinds or kind in one.for_kinds)


def checked(chosen: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """The clauses as they are stored: known keys only, nothing empty.

    Raises:
        Refused: a clause or an option that there is not.
    """
    known = {one.key: one for one in clauses_for(kind)}
    kept: dict[str, Any] = {}
    for key, value in chosen.items():
        if value in ("", None):
            continue
        fits = (
            (key in known and known[key].option(str(value)) is not None)
            or (key in AMOUNTS and isinstance(value, int) and value > 0)
            or (key in TEXTS and isinstance(value, str) and len(value) <= _LONGEST)
        )
        if not fits:
            raise Refused(
                Text(f"Diese Klausel gibt es nicht: {key}", f"There is no such clause: {key}"),
                citation="Auftrag",
                what_to_do=Text("Bitte wählen Sie eine der angebotenen.", "Please choose one of those offered."),
            )
        kept[key] = value
    return kept


def answers_of(chosen: Mapping[str, Any], *, price_kind: str) -> dict[str, bool]:
    """What the chosen clauses and the form of the price answer of the questions of the law."""
    found: dict[str, bool] = {}
    for key, clause in BY_KEY.items():
        option = clause.option(str(chosen.get(key, "")))
        if option is not None:
            found |= option.answers
    return found | _time_and_place(chosen) | price_answers(price_kind)


def price_answers(kind: str) -> dict[str, bool]:
    """A price of the result, with rework at own cost as s. 635 BGB has it, or only time."""
    if not kind:
        return {}
    of_result = kind in {"fixed", "milestones"}
    return {"fixed_price_with_acceptance": of_result, "paid_by_time_only": kind in {"daily", "hourly"}}


def _time_and_place(chosen: Mapping[str, Any]) -> dict[str, bool]:
    """Of an executive the law asks for both in one question."""
    hours, place = chosen.get("hours"), chosen.get("place")
    if hours == "fixed" or place == "client":
        return {"sets_own_time_and_place": False}
    return {"sets_own_time_and_place": True} if hours and place else {}
