"""Which VAT a service between businesses bears: category by UNTDID 5305, rate, and the words the invoice must hold."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, one_of, yes_no
from werkfluss.law.packs.de.invoice.reverse_charge import EU
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Certainty, Condition

SUPPLIER_KIND = one_of(
    "supplier",
    ("regular", "small_business", "foreign_business"),
    "Ist das leistende Unternehmen regelbesteuert, Kleinunternehmer (§ 19) oder im Ausland ansässig?",
    "Is the supplier regularly taxed, a small business (s. 19) or established abroad?",
)
_CLIENT = Text("Auftraggeber", "client")
_REVERSE = "Steuerschuldnerschaft des Leistungsempfängers (reverse charge)"
# What the invoice says (BT-120), and the code of the VATEX list (BT-121) where it has one for it.
_EXEMPT = {
    "no_14": (Text("Heilbehandlung (§ 4 Nr. 14)", "medical care (s. 4 no. 14)"), "Nr. 14", "VATEX-EU-132-1C"),
    "no_20": (Text("Kultur (§ 4 Nr. 20)", "culture (s. 4 no. 20)"), "Nr. 20", "VATEX-EU-132-1N"),
    "no_21": (Text("Schule und Bildung (§ 4 Nr. 21)", "schooling (s. 4 no. 21)"), "Nr. 21", "VATEX-EU-132-1I"),
}


def _exempt(cite: str, said: Text, reason: str, code: str = "") -> Finding:
    shown = {"category": "E", "rate": 0, "exemption_reason": reason, "exemption_code": code}
    return finding("allowed", said, cites=(cite,), values=shown)


def _reversed(cites: tuple[str, ...], said: Text, certainty: Certainty = "A") -> Finding:
    shown = {"category": "AE", "rate": 0, "exemption_reason": _REVERSE, "exemption_code": "VATEX-EU-AE"}
    return finding("allowed", said, cites=cites, values=shown, certainty=certainty)


@rule(
    "de/invoice/vat",
    title=Text("Umsatzsteuer auf eine Dienstleistung", "VAT on a service"),
    start=date(2017, 1, 1),
    facts=FactSchema(
        SUPPLIER_KIND,
        one_of(
            "service",
            ("standard", "reduced", "exempt"),
            "Regelsatz, ermäßigter Satz (§ 12 Abs. 2, z. B. Urheberrechte) oder steuerfrei (§ 4)?",
            "Standard rate, reduced rate (s. 12(2), e.g. copyright) or exempt (s. 4)?",
            default="standard",
            labels={
                "standard": Text("Regelsatz", "standard rate"),
                "reduced": Text("ermäßigter Satz (§ 12 Abs. 2)", "reduced rate (s. 12(2))"),
                "exempt": Text("steuerfrei (§ 4)", "exempt (s. 4)"),
            },
        ),
        one_of(
            "exemption",
            ("none", *_EXEMPT, "other"),
            "Nach welcher Nummer des § 4 ist sie steuerfrei?",
            "Under which number of s. 4 is it exempt?",
            default="none",
            labels={
                "none": Text("nicht angegeben", "not stated"),
                **{key: label for key, (label, _, _) in _EXEMPT.items()},
                "other": Text("eine andere", "another one"),
            },
        ),
        country(
            "client_state",
            "In welchem Staat ist der Auftraggeber ansässig?",
            "In which state is the client established?",
            default="DE",
        ),
        yes_no(
            "german_establishment",
            "Leistet eine deutsche Betriebsstätte des ausländischen Unternehmens (§ 13b Abs. 7)?",
            "Does a German establishment of the foreign business supply it (s. 13b(7))?",
            default=False,
        ),
        yes_no(
            "eu_small_business",
            "Ist es ein Kleinunternehmen der EU mit gültiger Kleinunternehmer-Nummer (EX)?",
            "Is it an EU small business with a valid small-business number (EX)?",
            default=False,
        ),
    ),
)
def vat(facts: Facts, values: Parameters) -> Finding:
    """§ 3a Abs. 2, § 4, § 12 Abs. 1, 2, § 13b Abs. 1, 2, 5, 7, § 19 Abs. 1, 4 UStG: for the day of the supply."""
    kind, client = facts.word("supplier"), facts.word("client_state")
    domestic = kind != "foreign_business" or facts.flag("german_establishment")
    if client != "DE":
        return _client_abroad(client, domestic=domestic)
    if not domestic:
        if facts.flag("eu_small_business"):
            said = Text(
                "Kleinunternehmen aus der EU: steuerfrei (§ 19 Abs. 4).", "EU small business: exempt (s. 19(4))."
            )
            return _exempt("ustg_19", said, "Steuerbefreit gemäß § 19 Abs. 4 UStG (Kleinunternehmer)")
        said = Text(
            "Der Empfänger schuldet die Steuer (§ 13b).", "The recipient owes the tax (s. 13b): reverse charge."
        )
        return _reversed(("ustg_13b",), said)
    if kind == "small_business":
        said = Text("Steuerfrei: Kleinunternehmer (§ 19).", "Exempt: small business (s. 19).")
        return _exempt("ustg_19", said, "Steuerbefreit gemäß § 19 UStG (Kleinunternehmer)")
    service = facts.word("service")
    if service == "exempt":
        return _exempt_service(facts.word("exemption"))
    rate = values.number("reduced_rate" if service == "reduced" else "standard_rate")
    said = (
        Text(f"Ermäßigter Satz {rate} %.", f"Reduced rate {rate} %.")
        if service == "reduced"
        else Text(f"Regelsatz {rate} %.", f"Standard rate {rate} %.")
    )
    cite = "ustg_12_2" if service == "reduced" else "ustg_12_1"
    return finding("allowed", said, cites=(cite,), values={"category": "S", "rate": rate}, certainty="B")


def _exempt_service(number: str) -> Finding:
    if number not in _EXEMPT:
        said = Text(
            "Steuerfrei nach § 4: Es fehlt, nach welcher Nummer. Ohne sie wird nicht abgerechnet.",
            "Exempt under s. 4: the number is missing. Nothing is billed without it.",
        )
        return finding("unknown", said, cites=("ustg_4",), asks=("exemption",), certainty="C")
    label, word, code = _EXEMPT[number]
    keep = Condition(
        "paper",
        Text("Nachweis der Befreiung aufbewahren.", "Keep the proof of the exemption."),
        _CLIENT,
        "ustg_4",
    )
    shown = {
        "category": "E",
        "rate": 0,
        "exemption_reason": f"Steuerfrei nach § 4 {word} UStG",
        "exemption_code": code,
    }
    said = Text(f"Steuerfrei: {label.de}.", f"Exempt: {label.en}.")
    return finding("allowed", said, cites=("ustg_4",), conditions=(keep,), values=shown, certainty="B")


def _client_abroad(client: str, *, domestic: bool) -> Finding:
    if not domestic:
        said = Text(
            "Beide Seiten sind im Ausland: Deutsches Recht sagt dazu nichts.",
            "Both sides are abroad: German law says nothing about it.",
        )
        return finding("unknown", said, cites=("ustg_3a",), asks=("client_state",), certainty="C")
    if client in EU:
        said = Text(
            f"Leistungsort ist {client}: Der Empfänger schuldet die Steuer dort.",
            f"The place of supply is {client}: the recipient owes the tax there.",
        )
        return _reversed(("ustg_3a", "ustg_14a"), said, "B")
    said = Text(
        "Leistungsort ist ein Drittstaat: in Deutschland nicht steuerbar.",
        "The place of supply is a third country: outside German VAT.",
    )
    shown = {
        "category": "O",
        "rate": None,
        "exemption_reason": "Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)",
        "exemption_code": "VATEX-EU-O",
    }
    return finding("allowed", said, cites=("ustg_3a",), values=shown, certainty="B")
