"""Services bought abroad: the client owes the VAT."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

_CLIENT = Text("Auftraggeber", "client")
EU = frozenset(
    "AT BE BG CY CZ DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


def _owed(facts: Facts, values: Parameters, state: str) -> Finding:
    net = facts.number("net_amount")
    tax = (net * values.number("standard_rate") / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    deducted = tax if facts.flag("full_input_tax") else Decimal("0.00")
    eu = state in EU
    declare = Condition(
        "notice",
        Text(
            f"{euro(tax).de} Umsatzsteuer selbst anmelden"
            + (" (Zeitraum der Leistung)." if eu else " (mit der Rechnung, spätestens im Monat nach der Leistung)."),
            f"Declare {euro(tax).en} of VAT yourself"
            + (
                " (period of the service)." if eu else " (with the invoice, at the latest the month after the service)."
            ),
        ),
        _CLIENT,
        "ustg_13b",
    )
    paper = Condition(
        "paper",
        Text(
            "Rechnung ohne deutsche Umsatzsteuer, mit „Steuerschuldnerschaft des Leistungsempfängers“"
            + (" und beiden USt-IdNrn.; als Gutschrift bis zum 15. des Folgemonats." if eu else "."),
            "Invoice without German VAT, marked “Steuerschuldnerschaft des Leistungsempfängers”"
            + (" and with both VAT numbers; if self-billed by the 15th of the next month." if eu else "."),
        ),
        _CLIENT,
        "ustg_14a",
    )
    reason = Text("Der Empfänger schuldet die Steuer (§ 13b).", "The recipient owes the tax (s. 13b): reverse charge.")
    shown = {"output_vat": tax, "input_vat": deducted, "paragraph": "13b(1)" if eu else "13b(2) no. 1"}
    cites = ("ustg_3a", "ustg_13b", "ustg_14a", "ustg_15")
    return finding("allowed", reason, cites=cites, conditions=(declare, paper), values=shown, certainty="B")


@rule(
    "de/invoice/reverse_charge",
    title=Text("Dienstleistung aus dem Ausland (§ 13b UStG)", "Service from abroad (reverse charge)"),
    start=date(2021, 1, 1),
    facts=FactSchema(
        country(
            "supplier_state",
            "In welchem Staat ist das leistende Unternehmen ansässig?",
            "In which state is the supplier established?",
        ),
        number("net_amount", "EUR", "Wie hoch ist das Entgelt?", "How high is the net amount?", around=("0",)),
        yes_no(
            "client_is_business",
            "Ist der Auftraggeber Unternehmer oder juristische Person?",
            "Is the client a business or a legal person?",
            default=True,
        ),
        yes_no(
            "full_input_tax",
            "Darf der Auftraggeber die Vorsteuer voll abziehen?",
            "May the client deduct input tax in full?",
            default=True,
        ),
        yes_no(
            "eu_small_business",
            "Ist es ein Kleinunternehmen der EU mit gültiger Kleinunternehmer-Nummer (EX)?",
            "Is it an EU small business with a valid small-business number (EX)?",
            default=False,
        ),
    ),
)
def reverse_charge(facts: Facts, values: Parameters) -> Finding:
    """§ 3a Abs. 2, § 13b Abs. 1, 2 Nr. 1, 5, §§ 14a, 15, 19 Abs. 4 UStG: general services from abroad."""
    state = facts.word("supplier_state")
    if state == "DE":
        reason = Text("Inländisches Unternehmen: § 13b greift nicht.", "Domestic supplier: s. 13b does not apply.")
        return finding("allowed", reason, cites=("ustg_13b",), values={"output_vat": "0.00", "input_vat": "0.00"})
    if not facts.flag("client_is_business"):
        reason = Text(
            "Kein Unternehmer: Der Lieferant versteuert selbst.", "Not a business: the supplier pays the tax itself."
        )
        return finding("allowed", reason, cites=("ustg_3a", "ustg_13b"), certainty="B")
    if state in EU and facts.flag("eu_small_business"):
        reason = Text(
            "Kleinunternehmen aus der EU: steuerfrei (§ 19 Abs. 4), Nummer prüfen und festhalten.",
            "EU small business: exempt (s. 19(4)); check and record the number.",
        )
        keep = Condition(
            "record", Text("EX-Nummer prüfen und ablegen.", "Check and file the EX number."), _CLIENT, "ustg_19"
        )
        shown = {"output_vat": "0.00", "input_vat": "0.00"}
        return finding("allowed", reason, cites=("ustg_19",), conditions=(keep,), values=shown, certainty="B")
    return _owed(facts, values, state)
