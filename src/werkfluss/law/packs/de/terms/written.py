"""The essential terms in writing, with their three deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import months_after
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.packs.de.terms.checklist import Due, by_reference, due
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_EMPLOYER = Text("Arbeitgeber", "employer")
_TITLE = Text("Nachweis der Vertragsbedingungen", "Essential terms in writing")
_FORMS = {
    "written_signed": Text("unterschrieben auf Papier", "signed on paper"),
    "text_with_receipt": Text(
        "Textform, speicherbar und druckbar, mit Bitte um Empfangsnachweis", "text form with a request for receipt"
    ),
    "text_without_receipt": Text("Textform ohne Bitte um Empfangsnachweis", "text form without that request"),
    "none": Text("noch nicht", "not yet"),
}
_FACTS = FactSchema(
    day("start", "An welchem Tag beginnt das Arbeitsverhältnis?", "On which day does the employment start?"),
    one_of(
        "form", tuple(_FORMS), "In welcher Form wird nachgewiesen?", "In which form are the terms given?", labels=_FORMS
    ),
    yes_no(
        "listed_sector",
        "Ist es eine Branche nach § 2a SchwarzArbG (Bau, Gastronomie, Logistik, Reinigung …)?",
        "Is it a sector of s. 2a SchwarzArbG (construction, catering, logistics, cleaning …)?",
        default=False,
    ),
)


def _deadlines(start: date, values: Parameters) -> tuple[dict[str, object], tuple[Duty, ...]]:
    days: dict[Due, date] = {
        "first_day": start,
        "day_7": start + timedelta(days=values.days("second_step_days")),
        "month": months_after(start, values.days("third_step_months")),
    }
    shown: dict[str, object] = {
        "first_day": days["first_day"],
        "first_day_items": due("first_day"),
        "day_7": days["day_7"],
        "day_7_items": due("day_7"),
        "month": days["month"],
        "month_items": due("month"),
        "by_reference_items": by_reference(),
    }
    duties = tuple(
        Duty(
            Text(
                f"Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. {', '.join(due(step))}",
                f"Hand over the terms: s. 2(1) s. 7 nos. {', '.join(due(step))}",
            ),
            _EMPLOYER,
            on,
            "nachwg_2_1",
            practical_days=2,
            day_kind="working",
        )
        for step, on in days.items()
    )
    return shown, duties


def _terms(facts: Facts, values: Parameters, *, text_form: bool) -> Finding:
    shown, duties = _deadlines(facts.day("start"), values)
    form = facts.word("form")
    listed = facts.flag("listed_sector")
    enough = form == "written_signed" or (form == "text_with_receipt" and text_form and not listed)
    if enough:
        reason = Text("Die Form genügt.", "The form suffices.")
        keep = Condition(
            "record",
            Text(
                "Alle fünfzehn Punkte prüfen; Empfangsnachweis ablegen; Änderungen spätestens am Tag ihrer Wirkung.",
                "Check all fifteen items; file the receipt; changes at the latest on the day they take effect.",
            ),
            _EMPLOYER,
            "nachwg_3",
        )
        return finding(
            "allowed",
            reason,
            cites=("nachwg_2_1", "nachwg_3"),
            conditions=(keep,),
            duties=duties,
            values=shown,
        )
    hand = Condition(
        "paper",
        Text(
            "Niederschrift unterschrieben aushändigen"
            + (", oder in Textform mit Bitte um Empfangsnachweis." if text_form and not listed else "."),
            "Hand over the signed terms"
            + (", or in text form with a request for receipt." if text_form and not listed else "."),
        ),
        _EMPLOYER,
        "nachwg_2_1",
        lead_days=2,
        day_kind="working",
    )
    reason = Text(
        "Der Nachweis steht aus oder genügt der Form nicht (Geldbuße bis 2.000 €); der Vertrag gilt trotzdem.",
        "The terms are outstanding or lack the form (fine up to 2,000 €); the contract is valid all the same.",
    )
    cites = ("nachwg_2_1", "nachwg_4")
    return finding("allowed", reason, cites=cites, conditions=(hand,), duties=duties, values=shown)


@rule("de/terms/written_terms", title=_TITLE, start=date(2022, 8, 1), end=date(2024, 12, 31), facts=_FACTS)
def written_terms_before_text_form(facts: Facts, values: Parameters) -> Finding:
    """§ 2 Abs. 1, §§ 3, 4 NachwG in the version until 31 December 2024: signed on paper."""
    return _terms(facts, values, text_form=False)


@rule("de/terms/written_terms", title=_TITLE, start=date(2025, 1, 1), facts=_FACTS)
def written_terms(facts: Facts, values: Parameters) -> Finding:
    """§ 2 Abs. 1, §§ 3, 4 NachwG: first day, seventh calendar day, one month; text form with a request for receipt."""
    return _terms(facts, values, text_form=True)
