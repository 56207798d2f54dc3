"""What must be done before and during an engagement, and how long it takes, by its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.rule import Facts
from werkfluss.law.verdict import Condition, Duty

_FIRM = Text("Arbeitgeber oder Auftraggeber", "employer or client")
_HR = Text("Personalabteilung", "HR")
_REGISTER_WITHIN = timedelta(days=42)

_TITLE = Condition(
    "review",
    Text(
        "Vor Beginn das Recht zu arbeiten prüfen und eine Kopie des Titels aufbewahren (de/residence).",
        "Check the right to work before the start and keep a copy of the title (de/residence).",
    ),
    _FIRM,
    "aufenthg_4a_5",
    lead_days=1,
    day_kind="working",
)
_TERMS = Condition(
    "paper",
    Text(
        "Wesentliche Bedingungen nachweisen; Parteien, Entgelt und Arbeitszeit spätestens am ersten Tag.",
        "Give the essential terms; parties, pay and hours on the first day at the latest.",
    ),
    _HR,
    "nachwg_2",
    lead_days=1,
    day_kind="working",
)
_HIRE_CONSENT = Condition(
    "consent",
    Text(
        "Zustimmung des Betriebsrats zur Einstellung; vollständig unterrichtet, gilt Schweigen nach einer Woche.",
        "Consent of the works council to the hire; after complete information silence counts after one week.",
    ),
    _HR,
    "betrvg_99",
    lead_days=7,
)
_RECORDS = Condition(
    "record",
    Text("Arbeitszeit binnen sieben Tagen aufzeichnen.", "Record the working time within seven days."),
    _HR,
    "milog_17",
)
_STATUS = Condition(
    "review",
    Text(
        "Vor Beginn den Erwerbsstatus prüfen und belegen (de/status); im Zweifel Feststellung nach § 7a.",
        "Check and prove the status before the start (de/status); if in doubt, the procedure of s. 7a.",
    ),
    _FIRM,
    "sgb4_7",
    lead_days=3,
    day_kind="working",
)
_COUNCIL_INFORMED = Condition(
    "notice",
    Text("Betriebsrat über den Einsatz unterrichten.", "Inform the works council about the engagement."),
    _HR,
    "betrvg_80",
    lead_days=1,
    day_kind="working",
)
_NO_LEASING = Condition(
    "review",
    Text(
        "Auftrag an den Partner, keine Weisungen an seine Leute; sonst Erlaubnis und Offenlegung (de/aueg).",
        "An order to the partner, no instructions to his people; else licence and disclosure (de/aueg).",
    ),
    _FIRM,
    "aueg_1",
    lead_days=3,
    day_kind="working",
)
_AI_USE = Condition(
    "review",
    Text(
        "Verwendung einstufen (eu/ai_act), Kenntnisse und Aufsicht sichern, Hinweise geben.",
        "Classify the use (eu/ai_act), ensure literacy and oversight, give notices.",
    ),
    _FIRM,
    "aia_26",
    lead_days=5,
    day_kind="working",
)
_PROCESSOR = Condition(
    "agreement",
    Text(
        "Vertrag zur Auftragsverarbeitung, soweit personenbezogene Daten verarbeitet werden.",
        "Contract with the processor as far as personal data are processed.",
    ),
    _FIRM,
    "gdpr_28",
    lead_days=5,
    day_kind="working",
)
_CO_DETERMINED = Condition(
    "agreement",
    Text(
        "Betriebsvereinbarung oder Zustimmung, bevor die Technik über Beschäftigte Daten sammelt.",
        "Works agreement or consent before the technology collects data about staff.",
    ),
    _HR,
    "betrvg_87_1_6",
    lead_days=60,
)
_REGISTRATION = Text(
    "Anmeldung zur Sozialversicherung mit der ersten Abrechnung.",
    "Registration for social insurance with the first payroll.",
)
_PAYMENT = Text(
    "Beiträge zahlen: an jedem drittletzten Bankarbeitstag des Monats.",
    "Pay contributions: on every third-last banking day of the month.",
)
_LEVY_REPORT = Text("Künstlersozialabgabe für das Jahr melden.", "Report the artists' social levy for the year.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions, dated duties and provisions of one kind of engagement."""

    conditions: tuple[Condition, ...]
    duties: tuple[Duty, ...]
    cites: tuple[str, ...]


def of(kind: str, facts: Facts, on: date) -> Asked:
    """What the kind asks for; deadlines count from the start, or from the day of the question if it is not known."""
    start = facts.day("start") if facts.known("start") else on
    council = facts.flag("works_council")
    match kind:
        case "staff" | "minijob":
            return _employed(kind, start, council=council)
        case "agent":
            conditions = (_AI_USE, _PROCESSOR, *((_CO_DETERMINED,) if council else ()))
            return Asked(conditions, (), ("aia_26", "gdpr_28"))
        case "partner":
            conditions = (_NO_LEASING, *((_COUNCIL_INFORMED,) if council else ()))
            return Asked(conditions, (), ("aueg_1", "ustg_12"))
        case _:
            artistic = facts.flag("artistic")
            conditions = (_STATUS, _TITLE, *((_COUNCIL_INFORMED,) if council else ()))
            due = date(start.year + 1, 3, 31)
            report = Duty(_LEVY_REPORT, _HR, due, "ksvg_24", practical_days=2, day_kind="working")
            return Asked(conditions, (report,) if artistic else (), ("sgb4_7", "ustg_12", "ksvg_24"))


def _employed(kind: str, start: date, *, council: bool) -> Asked:
    conditions = (_TITLE, _TERMS, *((_HIRE_CONSENT,) if council else ()), *((_RECORDS,) if kind == "minijob" else ()))
    duties = (
        Duty(_TERMS.text, _HR, start, "nachwg_2", practical_days=1, day_kind="working"),
        Duty(_REGISTRATION, _HR, start + _REGISTER_WITHIN, "sgb4_28a", practical_days=1, day_kind="working"),
        Duty(_PAYMENT, _HR, None, "sgb4_23", practical_days=1, day_kind="working"),
    )
    cites = ("sgb4_28a", "sgb4_23", "aag_7", "sgb3_360", "sgb7_150", "nachwg_2")
    if kind == "minijob":
        return Asked(conditions, duties, ("sgb4_8_1", "sgb5_249b", "sgb6_168", "estg_40a", *cites))
    return Asked(conditions, duties, ("sgb4_20_2", "sgb5_249", "sgb6_168", "sgb3_341", "sgb11_55", "estg_39b", *cites))
