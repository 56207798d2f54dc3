"""A country that does not exist: one rule in two versions and a bill, to test the engine without real law."""

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, day, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_GUARD = Text("Wächter", "guard")
_PAPER = Condition("paper", Text("Schein holen.", "Get a paper."), _GUARD, "s2", lead_days=3, day_kind="working")
_FACTS = FactSchema(
    number("weight", "t", "Wie schwer?", "How heavy?", around=("heavy_from",), step="1"),
    yes_no("has_paper", "Gibt es einen Schein?", "Is there a paper?"),
    one_of("wagon", ("cart", "coach", "unknown"), "Welcher Wagen?", "Which wagon?", default="cart"),
)


def _cross(facts: Facts, values: Parameters) -> Finding:
    if facts.number("weight") < values.number("heavy_from"):
        return finding("allowed", Text("Leicht.", "Light."), cites=("s1",), values={"wagon": facts.word("wagon")})
    if facts.flag("has_paper"):
        return finding("allowed", Text("Schein da.", "Paper there."), cites=("s2",), conditions=(_PAPER,))
    return finding("blocked", Text("Schwer ohne Schein.", "Heavy without a paper."), cites=("s2",))


@rule("zz/toy/cross", title=Text("Queren", "Cross"), start=date(2020, 1, 1), end=date(2025, 12, 31), facts=_FACTS)
def cross_old(facts: Facts, values: Parameters) -> Finding:
    """S. 1 Toll Act, first version: everybody crosses."""
    return finding("allowed", Text("Frei.", "Free."), cites=("s1",), values={"limit": values.number("heavy_from")})


@rule("zz/toy/cross", title=Text("Queren", "Cross"), start=date(2026, 1, 1), facts=_FACTS)
def cross(facts: Facts, values: Parameters) -> Finding:
    """S. 2 Toll Act: heavy wagons need a paper."""
    return _cross(facts, values)


@rule(
    "zz/toy/cross",
    title=Text("Queren", "Cross"),
    start=date(2026, 6, 1),
    facts=_FACTS,
    status="draft",
    label=Text("nach dem Gesetzentwurf", "under the bill"),
)
def cross_bill(facts: Facts, _values: Parameters) -> Finding:
    """Bill for s. 3 Toll Act: coaches are banned."""
    outcome = "blocked" if facts.word("wagon") == "coach" else "allowed"
    return finding(outcome, Text("Kutschen verboten.", "Coaches banned."), cites=("s1",))


@rule(
    "zz/toy/stay",
    title=Text("Bleiben", "Stay"),
    start=date(2020, 1, 1),
    facts=FactSchema(
        country("home", "Woher?", "From where?"),
        day("arrival", "Ankunft?", "Arrival?", around=("30",)),
        day("departure", "Abreise?", "Departure?", around=("30",)),
    ),
)
def stay(facts: Facts, _values: Parameters) -> Finding:
    """S. 1 Toll Act: guests stay thirty days at most."""
    if facts.word("home") == "AT":
        return finding("allowed", Text("Nachbarn bleiben.", "Neighbours stay."), cites=("s1",))
    days = (facts.day("departure") - facts.day("arrival")).days
    if days > 30:
        return finding("blocked", Text("Zu lang.", "Too long."), cites=("s1",))
    leave = Duty(Text("Abreisen.", "Leave."), _GUARD, facts.day("departure"), "s1")
    return finding("allowed", Text("Kurz genug.", "Short enough."), cites=("s1",), duties=(leave,))


@rule(
    "zz/toy/kind",
    title=Text("Art", "Kind"),
    start=date(2020, 1, 1),
    facts=FactSchema(
        yes_no("left", "Links?", "Left?"),
        yes_no("right", "Rechts?", "Right?"),
    ),
    decisive=("kind",),
    headline=("kind",),
    undecided=(("kind", "REVIEW"),),
)
def kind(facts: Facts, _values: Parameters) -> Finding:
    """S. 1 Toll Act: the kind depends on both facts only together."""
    odd = facts.flag("left") != facts.flag("right")
    return finding("allowed", Text("Art.", "Kind."), cites=("s1",), values={"kind": "ODD" if odd else "EVEN"})
