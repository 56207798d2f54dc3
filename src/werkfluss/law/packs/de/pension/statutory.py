"""Statutory pension when people leave Germany: refund of contributions, and states whose periods are added."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, day, number, yes_no
from werkfluss.law.packs.de.pension.texts import add_months, shown
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_PERSON = Text("die Person bei der Deutschen Rentenversicherung", "the person, with Deutsche Rentenversicherung")
_EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
_EEA_CH = frozenset(("IS", "LI", "NO", "CH"))
# Lists of AOK and Deutsche Rentenversicherung; China's agreement covers posting only.
_TREATY = frozenset("AL AU BA BR CA CL IL IN JP KR MA MD ME MK PH RS TN TR US UY XK".split())  # noqa: SIM905
_POSTING_ONLY = frozenset(("CN",))


@rule(
    "de/pension/refund",
    title=Text("Erstattung von Rentenbeiträgen", "Refund of pension contributions"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        yes_no(
            "insured_now",
            "Ist die Person in Deutschland wieder rentenversicherungspflichtig?",
            "Is the person again compulsorily insured in Germany?",
        ),
        yes_no(
            "voluntary_right",
            "Darf sie sich freiwillig versichern (Wohnsitz in Deutschland, EU, oft Abkommensstaat)?",
            "May she insure voluntarily (residence in Germany, EU, often a treaty state)?",
        ),
        yes_no(
            "retirement_age",
            "Hat sie die Regelaltersgrenze erreicht?",
            "Has she reached the standard retirement age?",
            default=False,
        ),
        number(
            "months",
            "months",
            "Wie viele Beitragsmonate hat sie (mit Zeiten aus EU- und Abkommensstaaten)?",
            "How many contribution months has she (with periods in EU and treaty states)?",
            around=("waiting_months",),
            step="1",
        ),
        day(
            "left_on",
            "Wann endete die Versicherungspflicht?",
            "When did the compulsory insurance end?",
            around=("730", "731", "761"),
        ),
    ),
)
def refund(facts: Facts, values: Parameters) -> Finding:
    """§ 210 SGB VI: not insured, no right to voluntary insurance, 24 calendar months; or too few months at the age."""
    cites = ("sgb6_210", "sgb6_7", "sgb6_50")
    if facts.flag("insured_now"):
        return _no(Text("Es besteht wieder Versicherungspflicht.", "Compulsory insurance exists again."))
    months, waiting = facts.number("months"), values.number("waiting_months")
    of_age = facts.flag("retirement_age")
    if of_age and months < waiting:
        reason = Text(
            "Altersgrenze erreicht, Wartezeit nicht erfüllt: Erstattung auf Antrag.",
            "Age reached, waiting period not completed: refund on application.",
        )
        return finding("allowed", reason, cites=cites, conditions=(_apply(),), certainty="A")
    if facts.flag("voluntary_right"):
        return _no(
            Text(
                "Wer sich freiwillig versichern darf, erhält keine Erstattung.",
                "No refund for those who may insure voluntarily.",
            )
        )
    # 24 whole calendar months must have passed, so it is the first day of the month after them.
    earliest = add_months(facts.day("left_on").replace(day=1), int(values.number("refund_months")) + 1)
    if values.on < earliest:
        reason = Text(f"Erst ab dem {shown(earliest)}.", f"Not before {earliest.isoformat()}.")
        return finding("blocked", reason, cites=cites, values={"earliest": earliest})
    reason = Text("Erstattung der selbst getragenen Beiträge.", "Refund of the contributions borne by the person.")
    conditions = (_apply(), *((_weigh(),) if months >= waiting else ()))
    return finding("allowed", reason, cites=cites, conditions=conditions, values={"earliest": earliest}, certainty="B")


def _no(reason: Text) -> Finding:
    return finding("blocked", reason, cites=("sgb6_210", "sgb6_7"))


def _apply() -> Condition:
    return Condition(
        "paper",
        Text(
            "Antrag stellen; alle Beiträge, das Versicherungsverhältnis erlischt.",
            "Apply; all contributions, the insurance relationship ends.",
        ),
        _PERSON,
        "sgb6_210",
        lead_days=90,
    )


def _weigh() -> Condition:
    return Condition(
        "review",
        Text(
            "Abwägen: mit 60 Monaten besteht Anspruch auf Rente, der mit der Erstattung untergeht.",
            "Weigh up: with 60 months there is a right to a pension, which ends with the refund.",
        ),
        _PERSON,
        "sgb6_50",
        lead_days=14,
    )


@rule(
    "de/pension/totalisation",
    title=Text("Rentenzeiten in einem anderen Staat", "Pension periods in another state"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        country("state", "In welchem Staat wurden die Zeiten erworben?", "In which state were the periods acquired?"),
    ),
    decisive=("basis",),
)
def totalisation(facts: Facts, _values: Parameters) -> Finding:
    """Art. 6, 51 VO (EG) 883/2004, § 50 SGB VI and agreements: whether periods elsewhere count."""
    state = facts.word("state")
    added = Text("Die Zeiten werden zusammengerechnet.", "The periods are added up.")
    if state in _EU | _EEA_CH:
        return finding("allowed", added, cites=("reg_883", "sgb6_50"), values={"basis": "883/2004"}, certainty="B")
    if state == "GB":
        return finding("allowed", added, cites=("tca_ssc", "sgb6_50"), values={"basis": "tca"}, certainty="B")
    if state in _TREATY:
        return finding("allowed", added, cites=("treaties", "sgb6_50"), values={"basis": "treaty"}, certainty="B")
    if state in _POSTING_ONLY:
        reason = Text("Das Abkommen regelt nur Entsendungen.", "The agreement covers posting only.")
        return finding("blocked", reason, cites=("treaties",), values={"basis": "posting_only"}, certainty="B")
    reason = Text(
        "Nicht in den gelesenen Listen der Abkommensstaaten: bei der Deutschen Rentenversicherung nachfragen.",
        "Not in the lists of treaty states that were read: ask Deutsche Rentenversicherung.",
    )
    return finding("unknown", reason, cites=("treaties",), values={"basis": "not_listed"}, certainty="C")
