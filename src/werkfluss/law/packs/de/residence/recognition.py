"""Recognition of foreign qualifications: which procedure, which body, which deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.packs.de.residence.common import PERSON, add_months, shown, way
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Duty

_BODY = Text("Anerkennungsstelle", "recognition body")


@rule(
    "de/residence/recognition",
    title=Text("Anerkennung des Abschlusses", "Recognition of the qualification"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        one_of(
            "recognition_goal",
            ("equivalence", "confirmation"),
            "Wofür: Gleichwertigkeit oder Vergleichbarkeit (Fachkraft, Blaue Karte), oder nur die Bestätigung des "
            "Abschlusses (§ 6 BeschV, Chancenkarte, Anerkennungspartnerschaft)?",
            "What for: equivalence or comparability (skilled worker, Blue Card), or only confirmation of the "
            "qualification (s. 6 BeschV, opportunity card, recognition partnership)?",
            default="equivalence",
        ),
        one_of(
            "degree_kind",
            ("university", "vocational"),
            "Hochschulabschluss oder Berufsausbildung?",
            "University degree or vocational training?",
        ),
        yes_no(
            "regulated",
            "Ist der Beruf in Deutschland reglementiert (zum Beispiel Pflege, Lehramt)?",
            "Is the occupation regulated in Germany (for example nursing, teaching)?",
        ),
        one_of(
            "anabin",
            ("listed", "partly", "not_listed"),
            "Was sagt anabin: Abschluss und Hochschule gelistet, nur eines davon, keines?",
            "What does anabin say: degree and university listed, only one of them, neither?",
        ),
        yes_no(
            "accelerated",
            "Läuft das beschleunigte Fachkräfteverfahren (§ 81a)?",
            "Is the accelerated procedure (s. 81a) under way?",
            default=False,
        ),
        yes_no(
            "european_qualification",
            "Wurde der Abschluss in der EU, im EWR oder in der Schweiz erworben oder anerkannt?",
            "Was the qualification obtained or recognised in the EU, the EEA or Switzerland?",
            default=False,
        ),
        yes_no(
            "evidence_missing",
            "Fehlen Nachweise, ohne dass die Person etwas dafür kann?",
            "Is evidence missing through no fault of the person?",
            default=False,
        ),
        day(
            "recognition_applied_on",
            "Wann ging der Antrag ein (leer, wenn keiner)?",
            "When did the application arrive (empty if none)?",
        ),
        day(
            "recognition_complete_on",
            "Wann lagen alle Unterlagen vor (leer, wenn offen)?",
            "When was the file complete (empty if open)?",
        ),
    ),
)
def recognition(facts: Facts, values: Parameters) -> Finding:
    """§§ 4 bis 6, 12 bis 14a BQFG; anabin and ZAB (KMK): procedure, papers and deadlines."""
    if facts.word("recognition_goal") == "confirmation":
        return _confirmation()
    university = facts.word("degree_kind") == "university"
    if facts.flag("regulated"):
        return _equivalence(facts, values, regulated=True)
    return _university(facts, values) if university else _equivalence(facts, values, regulated=False)


def _confirmation() -> Finding:
    reason = Text(
        "Bestätigung durch die ZAB; eine Gleichwertigkeit ist nicht nötig.",
        "Confirmation by the ZAB; equivalence is not needed.",
    )
    ask_zab = way(
        "paper",
        "Digitale Auskunft zur Berufsqualifikation bei der ZAB beantragen; Dauer dort erfragen.",
        "Apply to the ZAB for the digital information on the qualification; ask there how long it takes.",
        "kmk_zab",
        who=PERSON,
    )
    return finding("allowed", reason, cites=("kmk_zab",), conditions=(ask_zab,), certainty="B")


def _university(facts: Facts, values: Parameters) -> Finding:
    """A comparable degree in an occupation that is not regulated."""
    if facts.word("anabin") == "listed":
        reason = Text(
            "Abschluss und Hochschule stehen in anabin: vergleichbar, keine Bewertung nötig.",
            "Degree and university are in anabin: comparable, no statement needed.",
        )
        proof = way(
            "paper",
            "anabin-Auszug zu Abschluss und Hochschule ausdrucken.",
            "Print the anabin entries of degree and university.",
            "kmk_anabin",
            who=PERSON,
            lead_days=0,
        )
        shown_values = {"procedure": "anabin", "fee": "0"}
        cites = ("kmk_anabin",)
        return finding("allowed", reason, cites=cites, conditions=(proof,), values=shown_values, certainty="B")
    days, fee = values.days("usual_days_zab"), values.number("fee_zab")
    reason = Text(
        "Nicht vollständig in anabin: Zeugnisbewertung der ZAB nötig.",
        "Not fully in anabin: a statement of comparability by the ZAB is needed.",
    )
    statement = way(
        "paper",
        f"Zeugnisbewertung beantragen ({euro(int(fee)).de}; Ziel {days} Tage mit Vertrag für eine Blaue Karte, sonst "
        "erfragen).",
        f"Apply for the statement ({euro(int(fee)).en}; goal {days} days with a Blue Card contract, otherwise ask).",
        "kmk_zab",
        who=PERSON,
        lead_days=days,
    )
    shown_zab = {"procedure": "zab", "fee": fee, "usual_days": days}
    return finding("allowed", reason, cites=("kmk_zab",), conditions=(statement,), values=shown_zab, certainty="B")


def _equivalence(facts: Facts, values: Parameters, *, regulated: bool) -> Finding:
    accelerated = facts.flag("accelerated")
    basis = "bqfg_14a" if accelerated else "bqfg_13" if regulated else "bqfg_6"
    months = values.days("decision_months_accelerated" if accelerated else "decision_months")
    papers = way(
        "paper",
        "Vollständig beantragen: Lebenslauf, Identität, Abschlüsse, Berufserfahrung, Erklärung, Übersetzungen.",
        "Apply with the complete file: CV, identity, certificates, experience, declaration, translations.",
        "bqfg_5",
        who=PERSON,
        lead_days=30,
    )
    conditions = [papers]
    if facts.flag("evidence_missing"):
        conditions.append(
            way(
                "review",
                "Qualifikationsanalyse (Arbeitsprobe, Fachgespräch, Prüfung) beantragen; die Frist ruht so lange.",
                "Apply for an analysis of skills (work sample, interview, exam); the period rests meanwhile.",
                "bqfg_14",
                who=PERSON,
                lead_days=60,
            )
        )
    dates, duties = _deadlines(facts, values, months, basis, accelerated=accelerated)
    reason = Text(
        f"Entscheidung binnen {months} Monaten ab vollständigen Unterlagen"
        + (" (soll)" if accelerated else "")
        + ", einmal verlängerbar.",
        f"Decision within {months} months of the complete file"
        + (" (should)" if accelerated else "")
        + ", extendable once.",
    )
    shown_values: dict[str, object] = {"procedure": "bqfg", "decision_months": months, **dates}
    if regulated and not accelerated and facts.flag("european_qualification"):
        shown_values["longest_extension_months"] = 1
    return finding(
        "allowed",
        reason,
        cites=(basis, "bqfg_5"),
        conditions=conditions,
        duties=duties,
        values=shown_values,
        certainty="B" if regulated else "A",  # special acts and the Länder may say otherwise for regulated occupations
    )


def _deadlines(
    facts: Facts, values: Parameters, months: int, basis: str, *, accelerated: bool
) -> tuple[dict[str, object], list[Duty]]:
    dates: dict[str, object] = {}
    duties: list[Duty] = []
    if facts.known("recognition_applied_on"):
        applied = facts.day("recognition_applied_on")
        due = (
            applied + timedelta(days=values.days("receipt_days_accelerated"))
            if accelerated
            else add_months(applied, values.days("receipt_months"))
        )
        dates["receipt_due"] = due
        what = Text("Eingang bestätigen, Fehlendes benennen.", "Confirm receipt, name what is missing.")
        duties.append(Duty(what, _BODY, due, basis))
    if facts.known("recognition_complete_on"):
        due = add_months(facts.day("recognition_complete_on"), months)
        dates["decision_due"] = due
        decide = Text(f"Entscheiden bis {shown(due)}.", f"Decide by {due}.")
        duties.append(Duty(decide, _BODY, due, basis))
    return dates, duties
