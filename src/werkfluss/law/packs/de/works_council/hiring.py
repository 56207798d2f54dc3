"""Hiring, grading and transfer: the week of the works council."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import FEDERAL_STATE, moved_end
from werkfluss.law.facts import FactSchema, day, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_EMPLOYER = Text("Arbeitgeber", "employer")
_COUNCIL = Text("Betriebsrat", "works council")
_ANSWERS = {
    "silence": Text("keine", "none"),
    "consent": Text("Zustimmung", "consent"),
    "refusal": Text("schriftliche Verweigerung mit Gründen", "refusal in writing with reasons"),
}


def _provisional() -> Condition:
    return Condition(
        "review",
        Text(
            "Wenn sachlich dringend: vorläufig durchführen, sofort unterrichten, bei Widerspruch binnen drei Tagen zum "
            "Arbeitsgericht (§ 100).",
            "If urgent on objective grounds: carry out provisionally, inform at once, after an objection go to the "
            "labour court within three days (s. 100).",
        ),
        _EMPLOYER,
        "betrvg_100",
        lead_days=3,
    )


@rule(
    "de/works_council/hire",
    title=Text("Einstellung oder Versetzung: Zustimmung des Betriebsrats", "Hire or transfer: the council's consent"),
    start=date(2001, 7, 28),
    facts=FactSchema(
        yes_no("works_council", "Besteht ein Betriebsrat?", "Is there a works council?"),
        number(
            "voters",
            "persons",
            "Wie viele wahlberechtigte Beschäftigte hat das Unternehmen in der Regel?",
            "How many employees entitled to vote has the company as a rule?",
            around=("small_company",),
            step="1",
        ),
        day(
            "informed_on",
            "An welchem Tag hat der Betriebsrat die Unterrichtung bekommen?",
            "On which day did the works council receive the information?",
            around=("7", "8"),
        ),
        yes_no(
            "information_complete",
            "War sie vollständig (Bewerbungsunterlagen aller, Arbeitsplatz, Eingruppierung, Auswirkungen)?",
            "Was it complete (documents of all applicants, job, grading, effects)?",
        ),
        one_of("answer", tuple(_ANSWERS), "Welche Antwort liegt vor?", "Which answer is there?", labels=_ANSWERS),
        FEDERAL_STATE,
    ),
)
def hire(facts: Facts, values: Parameters) -> Finding:
    """§ 99 Abs. 1, 3, 4, §§ 100, 101 BetrVG, § 193 BGB: a week of silence is consent if it was told all."""
    if not facts.flag("works_council") or facts.number("voters") <= values.number("small_company"):
        reason = Text("Keine Zustimmung nach § 99 nötig.", "No consent under s. 99 is needed.")
        return finding("allowed", reason, cites=("betrvg_99",))
    answer = facts.word("answer")
    if answer == "consent":
        return finding("allowed", Text("Zustimmung liegt vor.", "Consent is there."), cites=("betrvg_99",))
    if answer == "refusal":
        court = Condition(
            "review",
            Text(
                "Zustimmung beim Arbeitsgericht ersetzen lassen (§ 99 Abs. 4) oder neu beantragen.",
                "Have the consent replaced by the labour court (s. 99(4)) or apply anew.",
            ),
            _EMPLOYER,
            "betrvg_99",
            lead_days=90,
        )
        reason = Text("Der Betriebsrat hat die Zustimmung verweigert.", "The works council has refused.")
        cites = ("betrvg_99", "betrvg_100", "betrvg_101")
        return finding("blocked", reason, cites=cites, conditions=(court, _provisional()))
    return _silence(facts, values)


def _silence(facts: Facts, values: Parameters) -> Finding:
    # s. 193 BGB: the refusal is a declaration; consent must not be deemed given on a day on which it can still come.
    last = moved_end(facts, facts.day("informed_on") + timedelta(days=values.days("consent_days")))
    shown = {"last_day_to_refuse": last}
    if not facts.flag("information_complete"):
        again = Condition(
            "notice",
            Text(
                "Vollständig unterrichten; erst dann beginnt die Woche.",
                "Give complete information; only then does the week begin.",
            ),
            _EMPLOYER,
            "betrvg_99",
            lead_days=8,
        )
        reason = Text(
            "Unvollständig unterrichtet: Die Frist läuft nicht, Schweigen gilt nicht als Zustimmung.",
            "Incomplete information: the week does not run, silence is no consent.",
        )
        conditions = (again, _provisional())
        return finding("blocked", reason, cites=("betrvg_99", "betrvg_101"), conditions=conditions, certainty="B")
    wait = Duty(
        Text("Antwort des Betriebsrats (danach gilt die Zustimmung als erteilt)", "Answer of the works council"),
        _COUNCIL,
        last,
        "betrvg_99",
    )
    if values.on > last:
        keep = Condition(
            "record",
            Text(
                "Zugang und Vollständigkeit der Unterrichtung belegen können.",
                "Be able to prove receipt and completeness of the information.",
            ),
            _EMPLOYER,
            "betrvg_99",
        )
        reason = Text(
            f"Die Zustimmung gilt seit Ablauf des {last:%d.%m.%Y} als erteilt.",
            f"Consent is deemed given since the end of {last.isoformat()}.",
        )
        cites = ("betrvg_99",)
        return finding("allowed", reason, cites=cites, conditions=(keep,), duties=(wait,), values=shown, certainty="B")
    patience = Condition(
        "consent",
        Text(
            f"Zustimmung oder den Ablauf des {last:%d.%m.%Y} abwarten.",
            f"Wait for consent or for the end of {last.isoformat()}.",
        ),
        _EMPLOYER,
        "betrvg_99",
        lead_days=max(0, (last - values.on).days + 1),
    )
    reason = Text("Die Woche des Betriebsrats läuft noch.", "The works council's week is still running.")
    conditions = (patience, _provisional())
    return finding(
        "blocked", reason, cites=("betrvg_99", "betrvg_100"), conditions=conditions, duties=(wait,), values=shown
    )
