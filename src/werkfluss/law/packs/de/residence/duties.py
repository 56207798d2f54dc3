"""What employers and clients owe when somebody without free movement works for them, with dates."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import EMPLOYER, PERSON, add_months, shown, way
from werkfluss.law.packs.de.residence.nationals import free_nationality
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.verdict import Condition, Duty

_CHECK = Text("Aufenthaltstitel und Nebenbestimmungen prüfen.", "Check the residence title and its restrictions.")
_KEEP = Text(
    "Kopie des Titels aufbewahren, solange die Beschäftigung dauert; danach löschen.",
    "Keep a copy of the title for as long as the employment lasts; then delete it.",
)
_HINT = Text(
    "In Textform auf die kostenlose Beratung hinweisen, mit Kontaktdaten der nächstgelegenen Beratungsstelle.",
    "Point out the free advice in text form, with the contact of the nearest advice office.",
)
_RELATION = one_of(
    "relation",
    ("employee", "contractor", "contractor_once"),
    "Beschäftigt, als Selbständige nachhaltig entgeltlich beauftragt, oder nur einmal beauftragt?",
    "Employed, given sustained paid orders as self-employed, or only a single order?",
    default="employee",
)
_START = day("work_start", "An welchem Tag beginnt die Arbeit?", "On which day does the work start?")
_KNOWN_END = day(
    "end_known_on",
    "Seit wann ist ein vorzeitiges Ende bekannt (leer, wenn keines)?",
    "Since when is an early end known (empty if none)?",
)
_ABROAD = yes_no(
    "lives_abroad",
    "Wohnt die Person bei Vertragsschluss im Ausland?",
    "Does the person live abroad when the contract is made?",
)
_AGENCY_299 = yes_no(
    "agency_299",
    "Kam der Vertrag durch grenzüberschreitende Vermittlung nach § 299 SGB III zustande?",
    "Did the contract come about through cross-border placement under s. 299 SGB III?",
    default=False,
)
# One schema for both versions, so that recorded facts can be asked for any day.
_DUTY_FACTS = FactSchema(ask.CITIZENSHIP, _RELATION, _START, _KNOWN_END, _ABROAD, _AGENCY_299)


@rule(
    "de/residence/employer_duties",
    title=Text("Pflichten bei ausländischen Beschäftigten", "Duties for foreign staff"),
    start=date(2020, 3, 1),
    end=date(2025, 12, 31),
    facts=_DUTY_FACTS,
)
def employer_duties_until_2025(facts: Facts, values: Parameters) -> Finding:
    """§ 4a Abs. 5 AufenthG: check the title, keep a copy, report an early end."""
    return free_nationality(facts.word("citizenship")) or _title_duties(facts, values)


@rule(
    "de/residence/employer_duties",
    title=Text("Pflichten bei ausländischen Beschäftigten", "Duties for foreign staff"),
    start=date(2026, 1, 1),
    facts=_DUTY_FACTS,
)
def employer_duties(facts: Facts, values: Parameters) -> Finding:
    """§ 4a Abs. 5, § 45c AufenthG: as before, and for recruits from abroad the hint at free advice by day one."""
    free = free_nationality(facts.word("citizenship"))
    if free is not None:
        return free
    duties = _title_duties(facts, values)
    if facts.word("relation") != "employee" or not facts.flag("lives_abroad") or facts.flag("agency_299"):
        return duties
    start = facts.day("work_start")
    hint = Condition("notice", _HINT, EMPLOYER, "aufenthg_45c", lead_days=2, day_kind="working")
    reason = Text(
        f"Anwerbung aus dem Ausland: Hinweis auf Beratung bis {shown(start)}.",
        f"Recruited from abroad: hint at advice by {start}.",
    )
    duty = Duty(_HINT, EMPLOYER, start, "aufenthg_45c", practical_days=2, day_kind="working")
    return all_of(duties, finding("allowed", reason, cites=("aufenthg_45c",), conditions=(hint,), duties=(duty,)))


def _title_duties(facts: Facts, values: Parameters) -> Finding:
    start = facts.day("work_start")
    relation = facts.word("relation")
    check = Condition("paper", _CHECK, EMPLOYER, "aufenthg_4a_5", lead_days=1, day_kind="working")
    conditions, duties = [check], [Duty(_CHECK, EMPLOYER, start, "aufenthg_4a_5", 1, "working")]
    if relation == "contractor_once":
        reason = Text(
            "Prüfen müssen Auftraggeber nur bei nachhaltigen Aufträgen; einen Titel braucht die Person dennoch.",
            "The client must check only for sustained orders; the person still needs a title.",
        )
        return finding("allowed", reason, cites=("aufenthg_4a_5",), certainty="B")
    if relation == "contractor":
        reason = Text(
            "Auftraggeber prüfen den Titel vor Beginn; Geldbuße bis 500.000 €.",
            "Clients check the title before the start; fine up to 500,000 €.",
        )
        cites = ("aufenthg_4a_5", "aufenthg_98_2a")
        return finding("allowed", reason, cites=cites, conditions=conditions, duties=duties)
    conditions.append(Condition("record", _KEEP, EMPLOYER, "aufenthg_4a_5", lead_days=1, day_kind="working"))
    duties.append(Duty(_KEEP, EMPLOYER, start, "aufenthg_4a_5", 1, "working"))
    reason = Text(
        "Vor Beginn prüfen, Kopie aufbewahren, vorzeitiges Ende melden; ohne Titel Geldbuße bis 500.000 €.",
        "Check before the start, keep a copy, report an early end; without a title a fine of up to 500,000 €.",
    )
    shown_values: dict[str, object] = {}
    if facts.known("end_known_on"):
        due = facts.day("end_known_on") + timedelta(days=values.days("report_days"))
        report = Text(
            "Vorzeitiges Ende der Ausländerbehörde melden.", "Report the early end to the immigration authority."
        )
        duties.append(Duty(report, EMPLOYER, due, "aufenthg_4a_5", 1, "working"))
        conditions.append(Condition("notice", report, EMPLOYER, "aufenthg_4a_5", lead_days=1, day_kind="working"))
        shown_values["report_due"] = due
    return finding(
        "allowed",
        reason,
        cites=("aufenthg_4a_5", "sgb3_404", *(("aufenthg_98_2a",) if shown_values else ())),
        conditions=conditions,
        duties=duties,
        values=shown_values,
    )


@rule(
    "de/residence/registration",
    title=Text("Anmeldung der Wohnung", "Registration of the address"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        day(
            "moved_in_on",
            "An welchem Tag zieht die Person ein?",
            "On which day does the person move in?",
        )
    ),
)
def registration(facts: Facts, values: Parameters) -> Finding:
    """§§ 17, 19 BMG: within two weeks of moving in, with the landlord's confirmation."""
    due = facts.day("moved_in_on") + timedelta(days=values.days("registration_days"))
    what = Text("Wohnung bei der Meldebehörde anmelden.", "Register the address.")
    confirm = way(
        "paper",
        "Wohnungsgeberbestätigung einholen (dieselbe Frist).",
        "Get the landlord's confirmation (same period).",
        "bmg_19",
        who=PERSON,
        lead_days=7,
    )
    reason = Text(f"Anmeldung bis {shown(due)}.", f"Register by {due}.")
    return finding(
        "allowed",
        reason,
        cites=("bmg_17", "bmg_19"),
        conditions=(confirm,),
        duties=(Duty(what, PERSON, due, "bmg_17", practical_days=1),),
        values={"due": due},
    )


@rule(
    "de/residence/unlawful_work",
    title=Text("Beschäftigung ohne Berechtigung", "Employment without permission"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        yes_no(
            "worked_without_permission",
            "Hat die Person ohne die nötige Berechtigung gearbeitet?",
            "Did the person work without the permission needed?",
        ),
        day(
            "found_on",
            "Wann ist das aufgefallen (leer, wenn offen)?",
            "When was it noticed (empty if open)?",
        ),
    ),
)
def unlawful_work(facts: Facts, values: Parameters) -> Finding:
    """§ 7 Abs. 4 SGB IV, § 404 Abs. 2 Nr. 3 SGB III: stop at once; three months of employment are presumed."""
    if not facts.flag("worked_without_permission"):
        reason = Text("Keine Arbeit ohne Berechtigung.", "No work without permission.")
        return finding("allowed", reason, cites=("aufenthg_4a_5",))
    months = values.days("presumed_months")
    stop = way("limit", "Die Arbeit sofort beenden.", "Stop the work at once.", "aufenthg_4a_5", lead_days=0)
    counsel = way(
        "review",
        "Anwaltlich klären: Beiträge für den vermuteten Zeitraum, Anmeldung, Bußgeld.",
        "Clear up with counsel: contributions for the presumed period, registration, fine.",
        "sgb4_7_4",
        who=EMPLOYER,
        lead_days=7,
    )
    reason = Text(
        f"Vermutet wird ein Arbeitsverhältnis gegen Entgelt von {months} Monaten; Geldbuße bis 500.000 €.",
        f"Paid employment of {months} months is presumed; fine up to 500,000 €.",
    )
    shown_values: dict[str, object] = {"presumed_months": months}
    if facts.known("found_on"):
        shown_values["presumed_from"] = add_months(facts.day("found_on"), -months)
    return finding(
        "blocked",
        reason,
        cites=("sgb4_7_4", "sgb3_404", "aufenthg_4a_5"),
        conditions=(stop, counsel),
        values=shown_values,
    )
