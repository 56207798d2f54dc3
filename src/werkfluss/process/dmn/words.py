"""What the parts of a decision model mean, in words for somebody who has never heard of DMN."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from . import model as m

_POLICIES = {
    m.HitPolicy.UNIQUE: Text(
        "Genau eine Regel trifft zu. Treffen zwei zu, gilt das als Fehler.",
        "Exactly one rule hits. If two do, that is an error.",
    ),
    m.HitPolicy.ANY: Text(
        "Es dürfen mehrere Regeln zutreffen, wenn sie dasselbe ergeben.",
        "Several rules may hit, as long as they give the same.",
    ),
    m.HitPolicy.PRIORITY: Text(
        "Treffen mehrere Regeln zu, gilt das Ergebnis, das in der Liste der erlaubten Werte weiter vorn steht.",
        "If several rules hit, the outcome counts that stands first in the list of allowed values.",
    ),
    m.HitPolicy.FIRST: Text(
        "Die Regeln werden von oben nach unten gelesen; die erste, die zutrifft, gilt.",
        "The rules are read from top to bottom; the first that hits counts.",
    ),
    m.HitPolicy.RULE_ORDER: Text(
        "Alle Regeln, die zutreffen, geben ihr Ergebnis: eine Liste in der Reihenfolge der Regeln.",
        "All rules that hit give their outcome: a list in the order of the rules.",
    ),
    m.HitPolicy.OUTPUT_ORDER: Text(
        "Alle Regeln, die zutreffen, geben ihr Ergebnis: eine Liste in der Reihenfolge der erlaubten Werte.",
        "All rules that hit give their outcome: a list in the order of the allowed values.",
    ),
    m.HitPolicy.COLLECT: Text(
        "Alle Regeln, die zutreffen, geben ihr Ergebnis: eine Liste ohne feste Reihenfolge.",
        "All rules that hit give their outcome: a list in no particular order.",
    ),
}
_AGGREGATIONS = {
    m.Aggregation.SUM: Text(
        "Die Ergebnisse aller Regeln, die zutreffen, werden zusammengezählt.",
        "The outcomes of all rules that hit are added up.",
    ),
    m.Aggregation.MIN: Text(
        "Von den Ergebnissen aller Regeln, die zutreffen, gilt das kleinste.",
        "Of the outcomes of all rules that hit the smallest counts.",
    ),
    m.Aggregation.MAX: Text(
        "Von den Ergebnissen aller Regeln, die zutreffen, gilt das größte.",
        "Of the outcomes of all rules that hit the largest counts.",
    ),
    m.Aggregation.COUNT: Text("Das Ergebnis ist, wie viele Regeln zutreffen.", "The result is how many rules hit."),
}
_TYPES = {
    "number": Text("Zahl", "number"),
    "string": Text("Text", "text"),
    "boolean": Text("ja oder nein", "yes or no"),
    "date": Text("Datum", "date"),
    "time": Text("Uhrzeit", "time of day"),
    "date and time": Text("Zeitpunkt", "date and time"),
    "days and time duration": Text("Dauer in Tagen und Stunden", "duration in days and hours"),
    "years and months duration": Text("Dauer in Jahren und Monaten", "duration in years and months"),
    "list": Text("Liste", "list"),
    "context": Text("mehrere Angaben", "several values"),
}


def policy_in_words(table: m.DecisionTable) -> Text:
    """What happens if several rules of the table hit (DMN 1.5, 8.2.8)."""
    return policy_words(table.hit_policy, table.aggregation)


def policy_words(policy: m.HitPolicy, aggregation: m.Aggregation | None = None) -> Text:
    """What a hit policy means."""
    return _AGGREGATIONS[aggregation] if aggregation else _POLICIES[policy]


def policy_sign(table: m.DecisionTable) -> str:
    """The sign that stands in the corner of a drawn table, such as ``U`` or ``C+``."""
    return table.hit_policy.value + (table.aggregation.value if table.aggregation else "")


def type_in_words(type_ref: str) -> Text:
    """A type of FEEL in plain words; one of the model by its own name."""
    return _TYPES.get(type_ref, Text(type_ref, type_ref))
