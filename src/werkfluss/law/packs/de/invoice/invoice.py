"""Invoices between businesses: self-billing and the e-invoice."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.packs.de.invoice.reverse_charge import reverse_charge
from werkfluss.law.packs.de.invoice.vat import SUPPLIER_KIND, vat
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

__all__ = ["e_invoice", "reverse_charge", "self_billing", "vat"]

_CLIENT = Text("Auftraggeber", "client")
_SUPPLIER = Text("leistendes Unternehmen", "supplier")


@rule(
    "de/invoice/self_billing",
    title=Text("Gutschrift durch den Auftraggeber", "Self-billed invoice by the client"),
    start=date(2017, 1, 1),
    facts=FactSchema(
        yes_no(
            "agreed_before",
            "Wurde die Abrechnung per Gutschrift vorher vereinbart?",
            "Was self-billing agreed beforehand?",
        ),
        yes_no(
            "client_is_business",
            "Ist der Auftraggeber Unternehmer oder juristische Person?",
            "Is the client a business or a legal person?",
            default=True,
        ),
        yes_no(
            "objected",
            "Hat das leistende Unternehmen der Gutschrift widersprochen?",
            "Has the supplier objected to the document?",
            default=False,
        ),
        SUPPLIER_KIND,
    ),
)
def self_billing(facts: Facts, values: Parameters) -> Finding:
    """§ 14 Abs. 2 Satz 5, 6, Abs. 4 Nr. 10, §§ 13b, 19 UStG: only if agreed before; the word Gutschrift; type 389."""
    cites = ("ustg_14_2", "ustg_14_4", "en16931")
    if not facts.flag("client_is_business"):
        reason = Text("Nur Unternehmer und juristische Personen.", "Only businesses and legal persons.")
        return finding("blocked", reason, cites=cites)
    if not facts.flag("agreed_before"):
        reason = Text("Ohne vorherige Vereinbarung keine Gutschrift.", "No self-billing without prior agreement.")
        agree = Condition(
            "agreement",
            Text("Abrechnung per Gutschrift im Auftrag vereinbaren.", "Agree on self-billing in the order."),
            _CLIENT,
            "ustg_14_2",
            lead_days=1,
            day_kind="working",
            remedy=Text("Oder eine Rechnung anfordern.", "Or ask for an invoice."),
        )
        return finding("blocked", reason, cites=cites, conditions=(agree,))
    if facts.flag("objected"):
        reason = Text("Der Widerspruch nimmt der Gutschrift die Wirkung.", "The objection ends the document's effect.")
        return finding("blocked", reason, cites=cites)
    kind = facts.word("supplier")
    vat = {"regular": "shown", "small_business": "exempt_s19", "foreign_business": "reverse_charge"}[kind]
    mark = Condition(
        "limit",
        Text("Das Wort „Gutschrift“ auf das Dokument setzen.", "Put the word “Gutschrift” on the document."),
        _CLIENT,
        "ustg_14_4",
    )
    more = {"small_business": ("ustg_19",), "foreign_business": ("ustg_13b",)}.get(kind, ())
    texts = {
        "shown": Text("Gutschrift mit Umsatzsteuer.", "Self-billed invoice with VAT."),
        "exempt_s19": Text("Gutschrift ohne Umsatzsteuer (§ 19).", "Self-billed invoice without VAT (s. 19)."),
        "reverse_charge": Text(
            "Gutschrift ohne Umsatzsteuer (§ 13b).", "Self-billed invoice, reverse charge (s. 13b)."
        ),
    }
    shown = {"type_code": values.days("type_code"), "vat": vat, "label": "Gutschrift"}
    return finding("allowed", texts[vat], cites=(*cites, *more), conditions=(mark,), values=shown)


@rule(
    "de/invoice/e_invoice",
    title=Text("E-Rechnung zwischen inländischen Unternehmen", "E-invoice between domestic businesses"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "form",
            ("structured", "pdf_with_consent", "paper", "edi_with_consent"),
            "In welcher Form: strukturiert (EN 16931), PDF mit Zustimmung, Papier, EDI mit Zustimmung?",
            "In which form: structured (EN 16931), PDF with consent, paper, EDI with consent?",
        ),
        yes_no("domestic_business", "Sind beide Unternehmen im Inland?", "Are both businesses domestic?"),
        number(
            "gross_amount",
            "EUR",
            "Wie hoch ist der Bruttobetrag?",
            "What is the gross amount?",
            around=("small_amount",),
        ),
        number(
            "issuer_turnover_last_year",
            "EUR/year",
            "Wie hoch war der Gesamtumsatz des Ausstellers im Vorjahr?",
            "What was the issuer's total turnover last year?",
            around=("turnover_limit",),
        ),
        yes_no(
            "issuer_small_business",
            "Ist der Aussteller Kleinunternehmer (§ 19)?",
            "Is the issuer a small business (s. 19)?",
            default=False,
        ),
        yes_no(
            "sent_in_time",
            "Wird sie bis zum Ende der Übergangszeit übermittelt (Leistung bis 2026: 31.12.2026, sonst 31.12.2027)?",
            "Is it transmitted before the transition ends (supply until 2026: 31 Dec 2026, else 31 Dec 2027)?",
            default=True,
        ),
    ),
)
def e_invoice(facts: Facts, values: Parameters) -> Finding:
    """§ 14 Abs. 1, 2, § 27 Abs. 38 UStG, §§ 33, 34a UStDV: by the day of the supply; phases 2025, 2027, 2028."""
    if facts.word("form") == "structured":
        reason = Text("Strukturierte E-Rechnung, immer zulässig.", "Structured e-invoice, always allowed.")
        return finding("allowed", reason, cites=("ustg_14_1",), values={"structured_required": None})
    if not facts.flag("domestic_business"):
        reason = Text("Keine Pflicht: nicht beide im Inland.", "No duty: not both domestic.")
        return finding("allowed", reason, cites=("ustg_14_2",), values={"structured_required": False})
    if facts.number("gross_amount") <= values.number("small_amount") or facts.flag("issuer_small_business"):
        reason = Text("Ausnahme: Kleinbetrag oder Kleinunternehmer.", "Exception: small amount or small business.")
        shown = {"structured_required": False}
        return finding("allowed", reason, cites=("ustdv_33", "ustdv_34a"), values=shown, certainty="B")
    phase = values.word("phase")
    large = (
        facts.number("issuer_turnover_last_year") > values.number("turnover_limit") if phase == "large_only" else True
    )
    edi = facts.word("form") == "edi_with_consent"
    if phase in ("voluntary", "transition") or (phase == "large_only" and (not large or edi)):
        return _in_transition(facts, phase, values)
    return _mandatory(Text("Die strukturierte E-Rechnung ist Pflicht.", "The structured e-invoice is mandatory."))


def _in_transition(facts: Facts, phase: str, values: Parameters) -> Finding:
    """The other form must also be transmitted by the end of the transition (s. 27(38)), not only the supply be made."""
    reason = Text("In der Übergangszeit noch zulässig.", "Still allowed in the transition.")
    shown: dict[str, object] = {"structured_required": False, "phase": phase}
    if phase == "voluntary":
        return finding("allowed", reason, cites=("ustg_27_38",), values=shown)
    last = date.fromisoformat(values.word("transmit_by"))
    if not facts.flag("sent_in_time"):
        return _mandatory(
            Text(
                f"Nach dem {last:%d.%m.%Y} darf diese Rechnung nur noch strukturiert übermittelt werden.",
                f"After {last.isoformat()} this invoice may only be transmitted as a structured one.",
            )
        )
    send = Duty(
        Text("Rechnung in dieser Form übermitteln; danach nur als E-Rechnung.", "Transmit the invoice in this form."),
        _SUPPLIER,
        last,
        "ustg_27_38",
        practical_days=5,
        day_kind="working",
    )
    return finding("allowed", reason, cites=("ustg_27_38",), duties=(send,), values={**shown, "transmit_by": last})


def _mandatory(reason: Text) -> Finding:
    way_out = Condition(
        "limit",
        Text("Als strukturierte E-Rechnung (EN 16931) ausstellen.", "Issue as structured e-invoice (EN 16931)."),
        _SUPPLIER,
        "ustg_14_1",
        lead_days=10,
        day_kind="working",
    )
    cites = ("ustg_14_2", "ustg_27_38")
    return finding("blocked", reason, cites=cites, conditions=(way_out,), values={"structured_required": True})
