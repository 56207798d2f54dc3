"""Partner teams: an order to a firm, or leasing of its staff."""

from __future__ import annotations

from datetime import date
from typing import Literal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.packs.de.aueg.duration import AGREED_MONTHS, duration
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

__all__ = ["duration", "partner_team"]

_CLIENT = Text("Auftraggeber", "client")
_BOTH = Text("Auftraggeber und Partner", "client and partner")


@rule(
    "de/aueg/partner_team",
    title=Text("Auftrag an ein Partnerteam", "Order to a partner team"),
    start=date(2017, 4, 1),
    facts=FactSchema(
        yes_no(
            "client_instructs",
            "Weist der Auftraggeber die Beschäftigten des Partners an?",
            "Does the client instruct the partner's staff?",
        ),
        yes_no(
            "integrated",
            "Sind sie in die Arbeitsorganisation des Auftraggebers eingegliedert?",
            "Are they integrated into the client's work organisation?",
        ),
        yes_no(
            "named_by_client",
            "Teilt der Auftraggeber bestimmte Personen des Partners namentlich ein?",
            "Does the client assign certain people of the partner by name?",
        ),
        yes_no("licence", "Hat der Partner eine Erlaubnis zur Überlassung?", "Has the partner a leasing licence?"),
        yes_no(
            "labelled_and_named",
            "Nennt der Vertrag vorab die Überlassung und die Person?",
            "Does the contract name leasing and the person beforehand?",
        ),
        number(
            "months",
            "months",
            "Wie viele Monate arbeitet dieselbe Person (Lücken bis drei Monate zählen mit)?",
            "For how many months does the same person work (gaps up to three months count)?",
            around=("longest_months",),
        ),
        AGREED_MONTHS,
        yes_no(
            "construction",
            "Ist es ein Betrieb des Baugewerbes mit Arbeiten, die üblicherweise Arbeiter verrichten?",
            "Is it a construction business with work usually done by manual workers?",
            default=False,
        ),
        yes_no(
            "exempt_transfer",
            "Konzern oder nur gelegentlich, und nicht zur Überlassung eingestellt (§ 1 Abs. 3 AÜG)?",
            "Within a group or only occasional, and not hired to be leased (s. 1(3) AÜG)?",
            default=False,
        ),
    ),
)
def partner_team(facts: Facts, values: Parameters) -> Finding:
    """§ 1 Abs. 1, 1b, 3, §§ 1b, 8–10, 16 AÜG: integration and instructions make it leasing, which needs a licence."""
    if facts.flag("client_instructs") and facts.flag("integrated"):
        return _leasing(facts, values)
    keep = Condition(
        "agreement",
        Text(
            "Leistung und Abnahme vereinbaren; der Partner plant seine Leute selbst, keine namentliche Einteilung.",
            "Agree on result and acceptance; the partner plans its own people, no assignment by name.",
        ),
        _BOTH,
        "bgb_631",
    )
    if facts.flag("named_by_client"):
        stop = Condition(
            "limit",
            Text("Namentliche Einteilung aus dem Plan nehmen.", "Take the assignment by name out of the plan."),
            _CLIENT,
            "aueg_1_1",
        )
        reason = Text(
            "Namentliche Einteilung ist ein Zeichen verdeckter Überlassung.",
            "Assignment by name is a sign of hidden leasing.",
        )
        cites = ("aueg_1_1", "bgb_631")
        return finding(
            "allowed", reason, cites=cites, conditions=(stop, keep), values={"leasing": False}, certainty="B"
        )
    reason = Text("Auftrag an den Partner, keine Überlassung.", "An order to the partner, no leasing.")
    return finding(
        "allowed",
        reason,
        cites=("aueg_1_1", "bgb_631"),
        conditions=(keep,),
        values={"leasing": False},
        certainty="B",
    )


def _exempt(facts: Facts) -> Finding | None:
    """Leasing into construction is forbidden (s. 1b) whatever the licence; s. 1(3) frees transfers within a group."""
    if facts.flag("construction"):
        reason = Text(
            "Überlassung in das Baugewerbe ist für Arbeiten von Arbeitern unzulässig.",
            "Leasing of manual workers into construction is forbidden.",
        )
        way_out = Condition(
            "agreement",
            Text(
                "Werkvertrag mit eigener Leitung des Partners, oder Ausnahme nach § 1b Satz 2 nachweisen.",
                "Contract for work under the partner's own lead, or prove an exception of s. 1b s. 2.",
            ),
            _BOTH,
            "aueg_1b",
            lead_days=60,
        )
        cites = ("aueg_1_1", "aueg_1b", "aueg_16")
        return finding("blocked", reason, cites=cites, conditions=(way_out,), values={"leasing": True})
    if facts.flag("exempt_transfer"):
        reason = Text(
            "Überlassung im Konzern oder gelegentlich: Das Gesetz gilt nur eingeschränkt.",
            "Leasing within a group or occasionally: the Act applies only in part.",
        )
        record = Condition(
            "record",
            Text(
                "Festhalten, warum die Ausnahme greift (nicht zur Überlassung eingestellt).",
                "Record why the exception applies (not hired to be leased).",
            ),
            _BOTH,
            "aueg_1_3",
        )
        return finding(
            "allowed",
            reason,
            cites=("aueg_1_1", "aueg_1_3"),
            conditions=(record,),
            values={"leasing": True},
            certainty="B",
        )
    return None


def _leasing(facts: Facts, values: Parameters) -> Finding:
    exempt = _exempt(facts)
    if exempt is not None:
        return exempt
    agreed = facts.number("agreed_months")
    longest = agreed or values.number("longest_months")
    tests = (
        (facts.flag("licence"), "Der Partner hat keine Erlaubnis.", "The partner has no licence."),
        (
            facts.flag("labelled_and_named"),
            "Vertrag nennt Überlassung oder Person nicht.",
            "Contract lacks label or name.",
        ),
        (facts.number("months") <= longest, f"Mehr als {longest} Monate.", f"More than {longest} months."),
    )
    failed = [Text(de, en) for passed, de, en in tests if not passed]
    leasing = Text(
        "Weisungen und Eingliederung: Das ist Arbeitnehmerüberlassung.",
        "Instructions and integration: this is temporary agency work.",
    )
    if failed:
        way_out = Condition(
            "agreement",
            Text(
                "Zusammenarbeit ändern (Werk- oder Dienstvertrag) oder Überlassung mit Erlaubnis neu vereinbaren.",
                "Change the way of working (contract for work) or agree on licensed leasing.",
            ),
            _BOTH,
            "aueg_1_1",
            lead_days=60,
            remedy=Text(
                "Sonst entsteht ein Arbeitsverhältnis mit Ihnen.", "Otherwise the person becomes your employee."
            ),
        )
        return finding(
            "blocked",
            leasing,
            *failed,
            cites=("aueg_1_1", "aueg_1_1b", "aueg_9", "aueg_16"),
            conditions=(way_out,),
            values={"leasing": True},
        )
    equal = Condition(
        "limit",
        Text("Gleiche Arbeitsbedingungen und gleiches Entgelt sichern.", "Ensure equal treatment and equal pay."),
        _BOTH,
        "aueg_8",
    )
    cites = ("aueg_1_1", "aueg_1_1b", "aueg_8")
    shown = {"leasing": True, "longest_months": longest}
    grade: Literal["A", "B"] = "B" if agreed else "A"
    return finding("allowed", leasing, cites=cites, conditions=(equal,), values=shown, certainty=grade)
