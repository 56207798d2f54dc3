"""The size of a firm, and the highest fine for an infringement, with the rule for small firms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

SIZES = ("sme", "smc", "large")
_SIZE_NAMES = {
    "sme": Text("KMU", "SME"),
    "smc": Text("kleines Midcap-Unternehmen", "small mid-cap"),
    "large": Text("größeres Unternehmen", "larger firm"),
}
# Infringement → (prefix of its two parameters, provision, sizes for which the lower figure counts).
_TIERS = {
    "prohibited_practice": ("fine_prohibited", "art_99_3", ("sme",)),
    "operator_duty": ("fine_operator", "art_99_4", ("sme", "smc")),
    "wrong_information": ("fine_information", "art_99_5", ("sme", "smc")),
    "model_provider": ("fine_model", "art_101", ()),
}
_NATIONAL = ("impact_assessment", "explanation")
_INFRINGEMENTS = {
    "prohibited_practice": Text("verbotene Praktik (Art. 5)", "prohibited practice (Art. 5)"),
    "operator_duty": Text("Pflicht eines Akteurs (Art. 16, 22–26, 50)", "operator's duty (Art. 16, 22–26, 50)"),
    "wrong_information": Text("falsche Auskunft an Behörden", "wrong information to authorities"),
    "model_provider": Text("Anbieter eines allgemeinen Modells (Art. 53–55)", "provider of a general-purpose model"),
    "impact_assessment": Text("Grundrechte-Folgenabschätzung (Art. 27)", "fundamental rights assessment (Art. 27)"),
    "explanation": Text("Erläuterung der Entscheidung (Art. 86)", "explanation of the decision (Art. 86)"),
    "literacy": Text("KI-Kompetenz (Art. 4)", "AI literacy (Art. 4)"),
    "filter_record": Text("Einschätzung und Registrierung (Art. 6 Abs. 4, 49 Abs. 2)", "assessment, registration"),
}


@rule(
    "eu/ai_act/size",
    title=Text("Größe der Firma im Sinn der KI-Verordnung", "Size of the firm under the AI Act"),
    start=date(2024, 8, 1),
    facts=FactSchema(
        number(
            "staff",
            "people",
            "Wie viele Beschäftigte (Jahresarbeitseinheiten, verbundene Firmen mitgezählt)?",
            "How many staff (annual work units, linked firms included)?",
            around=("sme_staff", "smc_staff"),
            step="1",
        ),
        number(
            "turnover",
            "EUR/year",
            "Wie hoch ist der Jahresumsatz (verbundene Firmen mitgezählt)?",
            "What is the annual turnover (linked firms included)?",
            around=("sme_turnover", "smc_turnover"),
        ),
        number(
            "balance",
            "EUR",
            "Wie hoch ist die Bilanzsumme (verbundene Firmen mitgezählt)?",
            "What is the balance sheet total (linked firms included)?",
            around=("sme_balance", "smc_balance"),
        ),
    ),
    decisive=("size",),
    undecided=(("size", "REVIEW"),),
)
def size(facts: Facts, values: Parameters) -> Finding:
    """Art. 3(14a), (14b): SME (Recommendation 2003/361/EC), small mid-cap (Recommendation (EU) 2025/1099), larger."""
    found = "large"
    for name in ("smc", "sme"):
        staffed = facts.number("staff") < values.number(f"{name}_staff")
        if staffed and (
            facts.number("turnover") <= values.number(f"{name}_turnover")
            or facts.number("balance") <= values.number(f"{name}_balance")
        ):
            found = name
    return finding("allowed", _SIZE_NAMES[found], cites=("art_3_14a",), values={"size": found}, certainty="B")


@rule(
    "eu/ai_act/fines",
    title=Text("Höchste Geldbuße nach der KI-Verordnung", "Highest fine under the AI Act"),
    start=date(2024, 8, 1),
    facts=FactSchema(
        one_of(
            "infringement", _INFRINGEMENTS, "Wogegen wurde verstoßen?", "What was infringed?", labels=_INFRINGEMENTS
        ),
        one_of("firm_size", SIZES, "Wie groß ist die Firma?", "How large is the firm?", labels=_SIZE_NAMES),
        number(
            "turnover",
            "EUR/year",
            "Wie hoch war der weltweite Jahresumsatz im Vorjahr?",
            "What was the worldwide annual turnover of the preceding year?",
            around=("500000000", "750000000"),
        ),
        yes_no(
            "undertaking",
            "Ist es ein Unternehmen (nicht nur ein Mensch oder ein Verein ohne Umsatz)?",
            "Is it an undertaking (not just a person or an association without turnover)?",
            default=True,
        ),
    ),
)
def fines(facts: Facts, values: Parameters) -> Finding:
    """Art. 99(3)–(6a), Art. 101(1): the higher of amount and share of turnover; for SMEs the lower."""
    infringement = facts.word("infringement")
    if infringement not in _TIERS:
        return _national(infringement, values)
    prefix, provision, sizes = _TIERS[infringement]
    applies_from = values.word("gpai_fines_from" if infringement == "model_provider" else "fines_from")
    amount, percent = values.number(f"{prefix}_amount"), values.number(f"{prefix}_percent")
    lower = _lower_applies(facts.word("firm_size"), values, sizes)
    if facts.flag("undertaking"):
        share = facts.number("turnover") * percent / 100
        cap = min(amount, share) if lower else max(amount, share)
    else:
        cap = amount
    applies = applies_from <= values.on.isoformat()
    whole = euro(int(amount))
    which = Text("der niedrigere", "the lower") if lower else Text("der höhere", "the higher")
    reason = Text(
        f"Höchstens {euro(cap).de} ({which.de} Wert aus {whole.de} und {percent} % des Umsatzes).",
        f"At most {euro(cap).en} ({which.en} of {whole.en} and {percent} % of turnover).",
    )
    reasons = [reason] if applies else [reason, _not_yet(applies_from)]
    return finding(
        "allowed",
        *reasons,
        cites=(provision, "art_99_6") if provision != "art_101" else (provision,),
        values={
            "cap": cap.quantize(Decimal("0.01")),
            "amount": amount,
            "percent": percent,
            "lower_applies": lower,
            "from": applies_from,
            "applies": applies,
        },
    )


def _lower_applies(firm_size: str, values: Parameters, sizes: tuple[str, ...]) -> bool:
    if firm_size == "smc" and values.word("small_mid_cap_relief") == "none":
        return False  # the category came with the amendment
    return firm_size in sizes


def _national(infringement: str, values: Parameters) -> Finding:
    """Art. 4, 6(4), 27, 49(2) and 86 have no tier in Art. 99: member states may set one."""
    cap = values.number("fine_national_amount") if infringement in _NATIONAL else Decimal(0)
    reason = Text(
        "Art. 99 KI-VO nennt hierfür keine Geldbuße; nationales Recht kann eine vorsehen.",
        "Art. 99 AI Act names no fine for this; national law may provide for one.",
    )
    if cap == 0:
        return finding("allowed", reason, cites=("art_99_4",), values={"cap": None, "applies": False})
    german = Text(
        f"Deutschland: bis {euro(int(cap)).de} (§ 15 KI-MIG; er verweist auf die Fassung vom 13.6.2024, die "
        "Wirkung der Änderung ist offen).",
        f"Germany: up to {euro(int(cap)).en} (s. 15 KI-MIG; it refers to the version of 13 June 2024, the effect of "
        "the amendment is open).",
    )
    check = Condition(
        "review",
        Text("Geltung der nationalen Vorschrift prüfen lassen.", "Have the national provision checked."),
        Text("die Firma", "the firm"),
        "kimig_15",
    )
    return finding(
        "allowed",
        reason,
        german,
        cites=("art_99_4", "kimig_15"),
        conditions=(check,),
        values={"cap": cap, "applies": True},
        certainty="B",
    )


def _not_yet(applies_from: str) -> Text:
    shown = date.fromisoformat(applies_from).strftime("%d.%m.%Y")
    return Text(f"Geldbußen gelten erst ab {shown}.", f"Fines apply only from {applies_from}.")
