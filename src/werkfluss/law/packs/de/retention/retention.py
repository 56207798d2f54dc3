"""How long data of a class must and may be kept, and from which day they are to be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import months_after
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Certainty, Condition, Duty

_FIRM = Text("wer die Daten führt", "whoever keeps the data")
_SUSPENDED = Condition(
    "review",
    Text(
        "Vor dem Löschen prüfen, ob die Festsetzungsfrist abgelaufen ist: Solange sie läuft, ist die Frist gehemmt.",
        "Before erasing check that the tax assessment period is over: while it runs, the period is suspended.",
    ),
    _FIRM,
    "ao_147",
    remedy=Text("Läuft sie noch, die Angabe „Verfahren“ bejahen.", "If it still runs, answer “dispute” with yes."),
)


@dataclass(frozen=True, slots=True)
class Period:
    """A class of data: what starts its period, how long (a parameter; None: ends with the event), and its provision.

    ``must``: the law demands this period; otherwise it is how long keeping can be justified.
    """

    name: Text
    event: Text
    parameter: str | None
    unit: Literal["calendar_years", "months", "none"]
    provision: str
    must: bool
    certainty: Certainty
    # § 147 Abs. 3 AO: the period of tax papers does not end before the assessment period.
    tax: bool = False


def _tax_paper(name: Text, event: Text, parameter: str, provision: str) -> Period:
    """B: §§ 41 EStG, 147 AO and 257 HGB were not read in full text, and the period may be suspended."""
    return Period(name, event, parameter, "calendar_years", provision, must=True, certainty="B", tax=True)


PERIODS: dict[str, Period] = {
    "payroll_account": _tax_paper(
        Text("Lohnkonto", "payroll account"),
        Text("letzte Eintragung", "last entry"),
        "payroll_account_years",
        "estg_41",
    ),
    "voucher": _tax_paper(
        Text("Buchungsbeleg", "accounting voucher"), Text("Entstehung", "creation"), "voucher_years", "ao_147"
    ),
    "invoice": _tax_paper(Text("Rechnung", "invoice"), Text("Ausstellung", "issue"), "invoice_years", "ustg_14b"),
    "books": _tax_paper(
        Text("Bücher, Abschlüsse, Verfahrensdokumentation", "books, annual accounts, records of procedure"),
        Text("letzte Eintragung oder Feststellung", "last entry or adoption"),
        "books_years",
        "ao_147",
    ),
    "business_letter": _tax_paper(
        Text("Handelsbrief, sonstige steuerliche Unterlage", "business letter, other tax paper"),
        Text("Empfang oder Absendung", "receipt or dispatch"),
        "letter_years",
        "ao_147",
    ),
    "social_insurance": Period(
        Text("Entgeltunterlagen der Sozialversicherung", "payroll documents of social insurance"),
        Text("letzte Betriebsprüfung, die sie erfasst", "last audit that covers them"),
        "audit_years",
        "calendar_years",
        "sgb4_28f",
        must=True,
        certainty="A",
    ),
    "working_time": Period(
        Text("Nachweis der Arbeitszeit", "record of working time"),
        Text("aufgezeichneter Tag", "recorded day"),
        "working_time_months",
        "months",
        "arbzg_16",
        must=True,
        certainty="A",
    ),
    "residence_title": Period(
        Text("Kopie des Aufenthaltstitels", "copy of the residence title"),
        Text("Ende der Beschäftigung", "end of employment"),
        None,
        "none",
        "aufenthg_4a",
        must=True,
        certainty="B",
    ),
    "status_evidence": Period(
        Text("Belege zum Erwerbsstatus", "evidence of employment status"),
        Text("Ende des Auftrags", "end of the order"),
        "status_evidence_years",
        "calendar_years",
        "sgb4_25",
        must=False,
        certainty="B",
    ),
    "rejected_applicant": Period(
        Text("Unterlagen einer abgelehnten Bewerbung", "papers of a rejected application"),
        Text("Zugang der Ablehnung", "receipt of the rejection"),
        "applicant_months",
        "months",
        "agg_15",
        must=False,
        certainty="B",
    ),
    "whistleblowing": Period(
        Text("Akte einer Meldung nach HinSchG", "file of a whistleblower's report"),
        Text("Abschluss des Verfahrens", "closure of the procedure"),
        "whistleblowing_months",
        "months",
        "hinschg_11",
        must=False,
        certainty="A",
    ),
    "contract_file": Period(
        Text("Personal- oder Vertragsakte ohne eigene Frist", "personnel or contract file without a period of its own"),
        Text("Ende des Vertrags", "end of the contract"),
        "contract_years",
        "calendar_years",
        "bgb_195",
        must=False,
        certainty="B",
    ),
}


def _last_day(period: Period, event: date, values: Parameters) -> date:
    if period.parameter is None:
        return event
    length = values.days(period.parameter)
    if period.unit == "months":
        return months_after(event, length)
    return date(event.year + length, 12, 31)


@rule(
    "de/retention/period",
    title=Text("Aufbewahrungsfrist", "Retention period"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "data_class",
            PERIODS,
            "Um welche Daten geht es?",
            "Which data is it?",
            labels={name: period.name for name, period in PERIODS.items()},
        ),
        day("event", "Wann war das Ereignis, das die Frist auslöst?", "When was the event that starts the period?"),
        yes_no(
            "dispute",
            "Läuft ein Rechtsstreit, ein Steuerverfahren oder eine Prüfung, für die man die Daten braucht?",
            "Is there a dispute, tax procedure or audit that needs the data?",
            default=False,
        ),
    ),
)
def period(facts: Facts, values: Parameters) -> Finding:
    """§ 41 EStG, § 147 AO, § 257 HGB, § 14b UStG, § 28f SGB IV, § 16 ArbZG, § 4a AufenthG, § 15 AGG, § 11 HinSchG."""
    known = PERIODS[facts.word("data_class")]
    last = _last_day(known, facts.day("event"), values)
    erase_on = last + timedelta(days=1)
    shown = {"keep_until": last, "erase_on": erase_on, "duty_to_keep": known.must}
    cites = [known.provision, "gdpr_5_1_e"]
    if facts.flag("dispute"):
        hold = Condition(
            "record",
            Text("Grund und Ende der Sperre festhalten; danach löschen.", "Record why and until when; then erase."),
            _FIRM,
            "gdpr_17_3",
        )
        reason = Text(
            "Die Daten bleiben gesperrt, bis das Verfahren endet, auch nach Ablauf der Frist.",
            "The data stay locked until the proceedings end, even after the period.",
        )
        shown = {"keep_until": None, "erase_on": None, "duty_to_keep": True, "period_ends": last}
        return finding("allowed", reason, cites=(*cites, "gdpr_17_3"), conditions=(hold,), values=shown, certainty="B")
    certainty = known.certainty
    if erase_on <= values.on:
        # Erasure rests on the GDPR, which was not re-read in full text.
        certainty = "B"
        reason = Text(
            f"Die Frist ist am {last.strftime('%d.%m.%Y')} abgelaufen: Die Daten sind zu löschen.",
            f"The period ended on {last.isoformat()}: the data are to be erased.",
        )
        outcome: Literal["allowed", "blocked"] = "blocked"
    else:
        reason = Text(
            f"{'Pflicht: aufbewahren' if known.must else 'Aufbewahren lässt sich begründen'} bis "
            f"{last.strftime('%d.%m.%Y')}; danach löschen.",
            f"{'Duty: keep' if known.must else 'Keeping can be justified'} until {last.isoformat()}; then erase.",
        )
        outcome = "allowed"
    what = Text(f"{known.name.de} löschen.", f"Erase: {known.name.en}.")
    duty = Duty(what, _FIRM, erase_on, "gdpr_5_1_e", practical_days=30)
    checks = (_SUSPENDED,) if known.tax else ()
    return finding(outcome, reason, cites=cites, conditions=checks, duties=(duty,), values=shown, certainty=certainty)
