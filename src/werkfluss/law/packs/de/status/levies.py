"""What the client owes on top of a fee: the artists' social levy and the tax withheld from people abroad."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import tenth_after_quarter
from werkfluss.law.facts import FactSchema, country, day, number, one_of, yes_no
from werkfluss.law.packs.de.status.warning import CLIENT
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition, Duty

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


@rule(
    "de/status/artists_levy",
    title=Text("Künstlersozialabgabe", "Artists' social levy"),
    start=date(2026, 1, 1),
    facts=FactSchema(
        one_of(
            "purpose",
            ("own_advertising", "use_for_income", "typical_business", "none"),
            "Wofür werden selbstständige Künstler oder Publizisten beauftragt?",
            "What are self-employed artists or publicists ordered for?",
            labels={
                "own_advertising": Text("Werbung für die eigene Firma", "advertising for the own firm"),
                "use_for_income": Text("Nutzung, mit der Einnahmen erzielt werden", "use that earns income"),
                "typical_business": Text("Verlag, Agentur, Theater u. ä.", "publisher, agency, theatre and the like"),
                "none": Text("nichts davon", "none of these"),
            },
        ),
        number(
            "fees_of_year",
            "EUR/year",
            "Wie hoch sind alle Entgelte des Jahres ohne Umsatzsteuer (auch an Nichtversicherte, nicht an GmbHs)?",
            "How high are all fees of the year without VAT (to uninsured people too, not to companies)?",
            around=("levy_threshold",),
        ),
    ),
)
def artists_levy(facts: Facts, values: Parameters) -> Finding:
    """§§ 24–27 KSVG: levy on fees above the threshold; report by 31 March of the following year."""
    purpose = facts.word("purpose")
    if purpose == "none":
        reason = Text("Keine abgabepflichtigen Aufträge.", "No orders that are subject to the levy.")
        return finding("allowed", reason, cites=("ksvg_24",), values={"levy": "0.00"}, certainty="B")
    fees = facts.number("fees_of_year")
    if fees == 0 or (purpose != "typical_business" and fees <= values.number("levy_threshold")):
        reason = Text("Die Summe übersteigt die Grenze nicht: keine Abgabe.", "The sum is within the limit: no levy.")
        return finding("allowed", reason, cites=("ksvg_24", "ksvg_25"), values={"levy": "0.00"})
    levy = (fees * values.number("levy_rate") / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    report = Duty(
        Text("Entgelte an die Künstlersozialkasse melden", "Report the fees to the Künstlersozialkasse"),
        CLIENT,
        date(values.on.year + 1, 3, 31),
        "ksvg_27",
        practical_days=10,
        day_kind="working",
    )
    pay = Condition(
        "notice",
        Text(
            f"Künstlersozialabgabe von {euro(levy).de} einplanen, melden; Vorauszahlung, wenn sie 40 € im Monat "
            "übersteigt.",
            f"Plan and report the levy of {euro(levy).en}; prepayments if they exceed 40 € a month.",
        ),
        CLIENT,
        "ksvg_27",
    )
    record = Condition(
        "record",
        Text("Aufzeichnungen je Auftrag führen (§ 28 KSVG).", "Keep records per order (s. 28 KSVG)."),
        CLIENT,
        "ksvg_28",
    )
    reason = Text(f"Die Abgabe beträgt {euro(levy).de}.", f"The levy is {euro(levy).en}.")
    return finding(
        "allowed",
        reason,
        cites=("ksvg_24", "ksvg_25", "ksvg_27"),
        conditions=(pay, record),
        duties=(report,),
        values={"levy": levy, "base": fees},
    )


_SUBJECTS = {
    "rights_for_a_time": Text("zeitlich begrenzte Rechte oder Know-how", "rights for a time, or know-how"),
    "rights_for_good": Text("endgültig gekaufte Rechte", "rights bought for good"),
    "performance_in_germany": Text("künstlerische, sportliche o. ä. Darbietung hier", "performance in Germany"),
    "supervisory_board": Text("Aufsichtsrat", "supervisory board"),
    "other_service": Text("andere Dienstleistung", "other service"),
}


@rule(
    "de/status/withholding",
    title=Text("Steuerabzug bei Empfängern im Ausland (§ 50a EStG)", "Tax withheld from recipients abroad"),
    start=date(2022, 1, 1),
    facts=FactSchema(
        country(
            "recipient_state", "In welchem Staat ist die Person ansässig?", "In which state is the person resident?"
        ),
        one_of("subject", tuple(_SUBJECTS), "Wofür wird gezahlt?", "What is paid for?", labels=_SUBJECTS),
        number("fee", "EUR", "Wie hoch ist die Vergütung?", "How high is the fee?", around=("0",)),
        day("paid_on", "An welchem Tag wird gezahlt?", "On which day is it paid?"),
        yes_no(
            "exemption_certificate",
            "Liegt am Zahltag eine Freistellungsbescheinigung des BZSt vor?",
            "Is there an exemption certificate of the BZSt on the day of payment?",
        ),
    ),
)
def withholding(facts: Facts, values: Parameters) -> Finding:
    """§ 49, § 50a Abs. 1, 2, 5, § 50c Abs. 2 EStG, § 3, 4 SolzG, § 108 Abs. 3 AO: the payer withholds and is liable."""
    if facts.word("recipient_state") == "DE":
        reason = Text("In Deutschland ansässig: kein Abzug.", "Resident in Germany: nothing to withhold.")
        return finding("allowed", reason, cites=("estg_50a",), values={"withheld": "0.00"}, certainty="B")
    subject = facts.word("subject")
    if subject == "other_service":
        reason = Text(
            "Dienstleistung ohne Rechte oder Darbietung: kein Abzug nach § 50a.",
            "A service without rights or performance: nothing to withhold under s. 50a.",
        )
        return finding("allowed", reason, cites=("estg_50a",), values={"withheld": "0.00"}, certainty="B")
    review = Condition(
        "review",
        Text("Mit der Steuerberatung klären und festhalten.", "Clear up with the tax adviser and record."),
        CLIENT,
        "estg_50a",
        lead_days=10,
        day_kind="working",
    )
    if subject == "rights_for_good":
        reason = Text(
            "Endgültige Übertragung ist keine Überlassung; im Einzelfall streitig.",
            "A transfer for good is no licence; disputed in the single case.",
        )
        return finding("allowed", reason, cites=("estg_50a",), conditions=(review,), certainty="C")
    return _withheld(facts, values, subject)


def _withheld(facts: Facts, values: Parameters, subject: str) -> Finding:
    paid = facts.day("paid_on")
    file = Duty(
        Text("Steueranmeldung an das BZSt, Steuer abführen", "File with the BZSt and pay the tax"),
        CLIENT,
        tenth_after_quarter(paid),
        "estg_50a_5",
        practical_days=5,
        day_kind="working",
    )
    if facts.flag("exemption_certificate"):
        keep = Condition(
            "paper",
            Text(
                "Bescheinigung aufbewahren; die Anmeldung (auch über null) bleibt Pflicht.",
                "Keep the certificate; filing (of zero too) stays a duty.",
            ),
            CLIENT,
            "estg_50c",
        )
        reason = Text("Freigestellt: kein Abzug.", "Exempt: nothing to withhold.")
        return finding(
            "allowed",
            reason,
            cites=("estg_50a", "estg_50c"),
            conditions=(keep,),
            duties=(file,),
            values={"withheld": "0.00"},
            certainty="B",
        )
    fee = facts.number("fee")
    name = "board_tax_rate" if subject == "supervisory_board" else "withholding_rate"
    tax = (fee * values.number(name) / _HUNDRED).quantize(_CENT, ROUND_DOWN)
    surcharge = (tax * values.number("solidarity_rate") / _HUNDRED).quantize(_CENT, ROUND_DOWN)
    total = tax + surcharge
    hold = Condition(
        "limit",
        Text(
            f"{euro(total).de} einbehalten, {euro(fee - total).de} auszahlen; wer nicht abzieht, haftet.",
            f"Withhold {euro(total).en}, pay {euro(fee - total).en}; who does not withhold is liable.",
        ),
        CLIENT,
        "estg_50a_5",
        remedy=Text(
            "Vor der Zahlung eine Freistellung beantragen (Abkommen) oder die Vergütung netto vereinbaren.",
            "Apply for exemption before payment (treaty), or agree on a net fee.",
        ),
    )
    reason = Text(
        f"Steuerabzug von {euro(total).de} (Steuer {euro(tax).de}, Zuschlag {euro(surcharge).de}).",
        f"{euro(total).en} are to be withheld (tax {euro(tax).en}, surcharge {euro(surcharge).en}).",
    )
    shown = {"withheld": total, "tax": tax, "surcharge": surcharge, "paid_out": fee - total}
    cites = ("estg_50a", "estg_50a_5", "solzg_4", "ao_108")
    return finding("allowed", reason, cites=cites, conditions=(hold,), duties=(file,), values=shown, certainty="B")
