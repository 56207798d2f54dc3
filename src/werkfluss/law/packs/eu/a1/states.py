"""Regular work in two or more coordinated states: which state's social law applies."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, one_of
from werkfluss.law.packs.eu.a1.coordination import COORDINATED, a1_paper
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule

_EMPLOYERS = {
    "one": Text("ein Arbeitgeber, oder mehrere in demselben Staat", "one employer, or several in the same state"),
    "residence_and_one_other": Text("einer im Wohnstaat, einer in einem anderen", "one at home, one elsewhere"),
    "two_other_states": Text("in mindestens zwei Staaten außer dem Wohnstaat", "in two states other than residence"),
}


def _law(facts: Facts, values: Parameters, home: str) -> tuple[str, Text]:
    activity = facts.word("activity")
    other = facts.word("employer_state")
    if activity == "both":
        return other, Text(
            "Beschäftigt und selbstständig: Recht des Staates der Beschäftigung (Art. 13 Abs. 3).",
            "Employed and self-employed: law of the state of employment (Art. 13(3)).",
        )
    if facts.number("residence_percent") >= values.number("substantial_share"):
        return home, Text(
            "Ein wesentlicher Teil im Wohnstaat: Recht des Wohnstaats.",
            "A substantial part in the residence state: its law applies.",
        )
    if activity == "self_employed":
        return other, Text(
            "Kein wesentlicher Teil im Wohnstaat: Staat mit dem Mittelpunkt der Tätigkeiten (Art. 13 Abs. 2).",
            "No substantial part at home: state of the centre of interest (Art. 13(2)).",
        )
    if facts.word("employers") == "two_other_states":
        return home, Text(
            "Arbeitgeber in mehreren Staaten außer dem Wohnstaat: Recht des Wohnstaats.",
            "Employers in several states other than residence: law of the residence state.",
        )
    return other, Text(
        "Kein wesentlicher Teil im Wohnstaat: Recht des (anderen) Arbeitgeberstaats.",
        "No substantial part at home: law of the (other) employer's state.",
    )


@rule(
    "eu/a1/several_states",
    title=Text("Regelmäßige Arbeit in mehreren Staaten", "Regular work in several states"),
    start=date(2012, 6, 28),
    facts=FactSchema(
        country("residence", "In welchem Staat wohnt die Person?", "In which state does the person live?"),
        one_of(
            "activity",
            ("employed", "self_employed", "both"),
            "Beschäftigt, selbstständig oder beides in verschiedenen Staaten?",
            "Employed, self-employed, or both in different states?",
        ),
        country(
            "employer_state",
            "In welchem Staat sitzt der (andere) Arbeitgeber; bei Selbstständigen: liegt der Mittelpunkt?",
            "In which state is the (other) employer; for self-employed: the centre of interest?",
        ),
        number(
            "residence_percent",
            "percent",
            "Wie viel Prozent der Arbeitszeit oder des Entgelts entfallen auf den Wohnstaat?",
            "What percentage of working time or pay falls to the state of residence?",
            around=("substantial_share",),
        ),
        one_of(
            "employers",
            tuple(_EMPLOYERS),
            "Wo sitzen die Arbeitgeber?",
            "Where are the employers?",
            default="one",
            labels=_EMPLOYERS,
        ),
    ),
)
def several_states(facts: Facts, values: Parameters) -> Finding:
    """Art. 13 Abs. 1–3 VO (EG) 883/2004, Art. 14 Abs. 8, Art. 16 VO (EG) 987/2009: one law, found by residence."""
    home = facts.word("residence")
    if not {home, facts.word("employer_state")}.issubset(COORDINATED):
        reason = Text("Ein Drittstaat ist beteiligt.", "A third country is involved.")
        return finding("unknown", reason, cites=("reg883_13",), certainty="C")
    applicable, reason = _law(facts, values, home)
    condition = a1_paper(
        "reg987_16",
        values.days("lead_several_states"),
        f"Zuständig ist der Träger im Wohnstaat ({home}).",
        f"The institution of residence ({home}) decides.",
    )
    return finding(
        "allowed",
        reason,
        cites=("reg883_13", "reg987_14", "reg987_16"),
        conditions=(condition,),
        values={"applicable_law": applicable, "institution": home},
        certainty="B",
    )
