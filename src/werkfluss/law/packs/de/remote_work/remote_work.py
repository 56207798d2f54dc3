"""Work done from a country outside EU, EEA and Switzerland for a firm in Germany."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, one_of
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.verdict import Condition

_FREE = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_HR = Text("Personalabteilung mit Beratung vor Ort", "HR with local counsel")
_TAX = Text("Steuerberatung", "tax adviser")
_DPO = Text("Datenschutzbeauftragte Person", "data protection officer")
_EXPORT = Text("Ausfuhrverantwortliche Person", "export control officer")


def _payroll(facts: Facts) -> Finding:
    if facts.word("payroll") == "not_settled":
        way_out = Condition(
            "paper",
            Text(
                "Beschäftigung vor Ort regeln: eigene Abrechnung, Dienstleister (EOR) oder Auftrag an Firma vor Ort.",
                "Settle employment there: own payroll, employer of record, or an order to a local firm.",
            ),
            _HR,
            "rome_1_8",
            lead_days=60,
        )
        reason = Text("Arbeitsvertrag und Abrechnung vor Ort sind nicht geregelt.", "Local employment is not settled.")
        return finding("blocked", reason, cites=("rome_1_8", "sgb4_3"), conditions=(way_out,), certainty="B")
    reason = Text("Arbeitsvertrag und Abrechnung vor Ort sind geregelt.", "Local employment and payroll are settled.")
    return finding("allowed", reason, cites=("rome_1_8", "sgb4_3"), certainty="B")


def _establishment(facts: Facts) -> Finding:
    if facts.word("permanent_establishment") == "risk":
        review = Condition(
            "review",
            Text(
                "Risiko einer Betriebsstätte klären (Abschlussvollmacht, Anteil über 50 %).",
                "Clear up the risk of a permanent establishment (authority to conclude contracts, share above 50 %).",
            ),
            _TAX,
            "oecd_5",
            lead_days=20,
            day_kind="working",
        )
        reason = Text("Eine Betriebsstätte ist möglich.", "A permanent establishment is possible.")
        return finding("allowed", reason, cites=("oecd_5",), conditions=(review,), certainty="B")
    reason = Text("Keine Betriebsstätte nach dokumentierter Prüfung.", "No permanent establishment by recorded review.")
    return finding("allowed", reason, cites=("oecd_5",), certainty="B")


def _data(facts: Facts) -> Finding:
    basis = facts.word("data_transfer")
    if basis == "no_personal_data":
        reason = Text("Keine personenbezogenen Daten.", "No personal data.")
        return finding("allowed", reason, cites=("gdpr_44",), certainty="B")
    if basis == "none":
        way_out = Condition(
            "agreement",
            Text(
                "Standardvertragsklauseln mit Prüfung des örtlichen Rechts, oder die Daten hier lassen.",
                "Standard contractual clauses with an assessment of local law, or keep the data here.",
            ),
            _DPO,
            "gdpr_46",
            lead_days=30,
        )
        reason = Text(
            "Personenbezogene Daten ohne Grundlage nach Kapitel V.", "Personal data without a basis in ch. V."
        )
        return finding("blocked", reason, cites=("gdpr_44", "gdpr_46"), conditions=(way_out,), certainty="B")
    if basis == "adequacy":
        reason = Text("Angemessenheitsbeschluss für das Land.", "Adequacy decision for the country.")
        return finding("allowed", reason, cites=("gdpr_45",), certainty="B")
    record = Condition(
        "record",
        Text("Bewertung der Übermittlung (TIA) aktuell halten.", "Keep the transfer impact assessment up to date."),
        _DPO,
        "gdpr_46",
    )
    reason = Text("Geeignete Garantien liegen vor.", "Appropriate safeguards are in place.")
    return finding("allowed", reason, cites=("gdpr_46",), conditions=(record,), certainty="B")


def _export(facts: Facts) -> Finding:
    state = facts.word("export_control")
    if state == "listed_without_licence":
        way_out = Condition(
            "paper", Text("Ausfuhrgenehmigung beim BAFA beantragen.", "Apply to BAFA for an export licence."), _EXPORT,
            "awv_8", lead_days=60,
        )  # fmt: skip
        reason = Text("Gelistete Technologie ohne Genehmigung.", "Listed technology without a licence.")
        return finding("blocked", reason, cites=("awv_8",), conditions=(way_out,), certainty="B")
    reason = Text("Ausfuhrkontrolle geprüft.", "Export control checked.")
    return finding("allowed", reason, cites=("awv_8",), certainty="B")


@rule(
    "de/remote_work/third_country",
    title=Text("Arbeit aus einem Drittstaat", "Work from a third country"),
    start=date(2018, 5, 25),
    facts=FactSchema(
        country("work_country", "Von welchem Staat aus wird gearbeitet?", "From which state is the work done?"),
        one_of(
            "payroll",
            ("settled", "not_settled"),
            "Sind Arbeitsvertrag, Sozialversicherung und Lohnabrechnung vor Ort geregelt?",
            "Are local employment contract, social security and payroll settled?",
        ),
        one_of(
            "permanent_establishment",
            ("none_recorded", "risk"),
            "Ist geprüft und festgehalten, dass keine Betriebsstätte entsteht?",
            "Is it checked and recorded that no permanent establishment arises?",
        ),
        one_of(
            "data_transfer",
            ("no_personal_data", "adequacy", "safeguards", "none"),
            "Auf welcher Grundlage fließen personenbezogene Daten (Kapitel V DSGVO)?",
            "On which basis do personal data flow (Chapter V GDPR)?",
        ),
        one_of(
            "export_control",
            ("not_listed", "licensed", "listed_without_licence"),
            "Ist die Technologie ausfuhrgelistet, und liegt eine Genehmigung vor?",
            "Is the technology export-listed, and is there a licence?",
        ),
    ),
)
def third_country(facts: Facts, _values: Parameters) -> Finding:
    """Art. 44–46 DSGVO, §§ 3–5 SGB IV, Art. 5 OECD-MA, AWV: unknown until all four facts are recorded."""
    if facts.word("work_country") in _FREE:
        reason = Text("Kein Drittstaat; siehe eu/a1/work_abroad.", "Not a third country; see eu/a1/work_abroad.")
        return finding("allowed", reason, cites=("gdpr_44",), certainty="B")
    keep = Condition(
        "record",
        Text("Bei Ortswechsel oder neuer Datenklasse neu prüfen.", "Check again on a new place or class of data."),
        _HR,
        "gdpr_44",
    )
    base = finding(
        "allowed", Text("Drittstaat.", "Third country."), cites=("gdpr_44",), conditions=(keep,), certainty="B"
    )
    return all_of(base, _payroll(facts), _establishment(facts), _data(facts), _export(facts))
