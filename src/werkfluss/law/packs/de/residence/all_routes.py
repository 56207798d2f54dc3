"""All routes to work for one person and one job, side by side: what is open, what is missing, cost, time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, one_of
from werkfluss.law.packs.de.residence.blue_card import long_mobility
from werkfluss.law.packs.de.residence.common import BOTH, VISA_FREE
from werkfluss.law.packs.de.residence.nationals import best_friends, free_movement, western_balkans
from werkfluss.law.packs.de.residence.opportunity_card import opportunity_card
from werkfluss.law.packs.de.residence.partnership import recognition_partnership
from werkfluss.law.packs.de.residence.routes import blue_card, experienced, skilled_worker
from werkfluss.law.packs.de.residence.self_employed import self_employed
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, RuleVersion, finding, rule
from werkfluss.law.verdict import Condition, Outcome, Part, Value, Verdict


@dataclass(frozen=True, slots=True)
class _Route:
    """A route of law: its rule, for which kind of work, and whether it carries the job itself."""

    rule: RuleVersion
    work: str
    accelerated: bool = False
    carries_job: bool = True
    title_needed: bool = True
    only_with: str = ""  # compared only if this fact is known

    @property
    def id(self) -> str:
        return self.rule.id.rpartition("/")[2]


# Equal routes keep this order: a legal claim before discretion, a lasting title before a passing one.
_ROUTES = (
    _Route(free_movement, "any", title_needed=False),
    _Route(blue_card, "employment", accelerated=True),
    _Route(long_mobility, "employment", only_with="card_state"),
    _Route(skilled_worker, "employment", accelerated=True),
    _Route(experienced, "employment", accelerated=True),
    _Route(recognition_partnership, "employment", accelerated=True),
    _Route(best_friends, "employment"),
    _Route(western_balkans, "employment"),
    _Route(self_employed, "self_employed"),
    _Route(opportunity_card, "employment", carries_job=False),
)
_RANK: dict[Outcome | None, int] = {"allowed": 0, "allowed_with_conditions": 0, "unknown": 1, "blocked": 2}
_WORDS: dict[Outcome, Text] = {
    "allowed": Text("erfüllt", "met"),
    "allowed_with_conditions": Text("mit Bedingungen erfüllt", "met with conditions"),
    "blocked": Text("nicht erfüllt", "not met"),
    "unknown": Text("offen", "open"),
}
_WORK = one_of(
    "work_kind",
    ("employment", "self_employed"),
    "Beschäftigung oder selbständige Tätigkeit?",
    "Employment or self-employment?",
    default="employment",
)
_TITLE_FIRST = Condition(
    "paper",
    Text(
        "Den Titel beantragen und prüfen; vor der Erteilung darf die Arbeit nicht beginnen.",
        "Apply for the title and check it; work must not start before it is issued.",
    ),
    BOTH,
    "aufenthg_4a_5",
    lead_days=None,
)


def _all_facts() -> FactSchema:
    found: dict[str, Fact] = {_WORK.name: _WORK}
    for route in _ROUTES:
        for name, fact in route.rule.facts.facts.items():
            found.setdefault(name, fact)
    return FactSchema(*found.values())


@rule(
    "de/residence/routes",
    title=Text("Alle Wege zum Titel im Vergleich", "All routes to a title compared"),
    start=date(2024, 6, 1),
    facts=_all_facts(),
)
def routes(facts: Facts, values: Parameters) -> Finding:
    """§§ 16d, 18a, 18b, 18g, 19c, 20a, 21 AufenthG, § 26 BeschV, § 2 FreizügG/EU: routes of law are ranked, not people.

    Order: permitted first (a title for this job before one to look for work), then certainty, then usual time.
    """
    citizenship = facts.word("citizenship")
    asked = [(route, values.ask(route.rule.id, facts.all_known)) for route in _ROUTES if _fits(route, facts)]
    visa = citizenship not in VISA_FREE and facts.known("present_stay") and facts.word("present_stay") == "abroad"
    parts = [_part(route, verdict, facts, values, visa=visa) for route, verdict in asked]
    places = {part.id: place for place, part in enumerate(parts)}
    carries = {route.id: route.carries_job for route in _ROUTES}
    parts.sort(key=lambda part: _order(part, places[part.id], carries_job=carries[part.id]))
    cites = tuple(dict.fromkeys(item.id for _, verdict in asked for item in verdict.citations))
    best = parts[0]
    open_ids = tuple(part.id for part in parts if _RANK[part.outcome] == 0)
    shown: dict[str, object] = {"order": tuple(part.id for part in parts), "open": open_ids}
    if best.id == "free_movement" and open_ids:
        reasons = best.lines or (best.title,)
        return finding(
            best.outcome or "unknown",
            *reasons,
            cites=cites,
            conditions=best.conditions,
            values={**shown, "best": best.id},
            parts=parts,
            certainty=best.certainty,
        )
    if open_ids:
        return _some_open(best, parts, cites, shown)
    return _none_open(parts, cites, shown)


def _fits(route: _Route, facts: Facts) -> bool:
    return not route.only_with or facts.known(route.only_with)


def _some_open(best: Part, parts: list[Part], cites: tuple[str, ...], shown: dict[str, object]) -> Finding:
    count = len(shown["open"]) if isinstance(shown["open"], tuple) else 0
    reason = Text(
        f"Offene Wege: {count}. Zuerst empfohlen: {best.title.de}.",
        f"Open routes: {count}. Recommended first: {best.title.en}.",
    )
    return finding(
        "allowed",
        reason,
        cites=(*cites, "aufenthg_4a_5"),
        conditions=(_TITLE_FIRST, *best.conditions),
        values={**shown, "best": best.id},
        parts=parts,
        certainty=best.certainty,
    )


def _none_open(parts: list[Part], cites: tuple[str, ...], shown: dict[str, object]) -> Finding:
    undecided = [part for part in parts if part.outcome == "unknown"]
    if undecided:
        reason = Text(
            f"Noch kein Weg steht fest; offen sind: {', '.join(part.title.de for part in undecided)}.",
            f"No route is certain yet; open are: {', '.join(part.title.en for part in undecided)}.",
        )
        asks = tuple(dict.fromkeys(name for part in undecided for name in part.missing))
        return finding("unknown", reason, cites=cites, values=shown, parts=parts, asks=asks, certainty="C")
    reason = Text("Derzeit ist kein Weg offen.", "No route is open at present.")
    ways = tuple(dict.fromkeys(condition for part in parts for condition in part.conditions))
    return finding("blocked", reason, cites=cites, conditions=ways, values=shown, parts=parts, certainty="B")


def _part(route: _Route, verdict: Verdict, facts: Facts, values: Parameters, *, visa: bool) -> Part:
    title = route.rule.title
    basis = tuple(citation.id for citation in verdict.citations)
    if route.work not in ("any", facts.word("work_kind")):
        reason = Text("Dieser Weg gilt für eine andere Art der Arbeit.", "This route is for another kind of work.")
        return Part(route.id, title, "blocked", lines=(reason,), basis=basis)
    lines = (*verdict.reasons, *(_said(item.label, item.outcome, item.reasons) for item in verdict.readings))
    return Part(
        route.id,
        title,
        verdict.outcome,
        verdict.certainty,
        (*_cost_and_time(route, values, visa=visa), *verdict.values.items()),
        lines,
        verdict.conditions,
        basis,
        tuple(missing.name for missing in verdict.missing),
    )


def _said(label: Text, outcome: Outcome, reasons: tuple[Text, ...]) -> Text:
    word = _WORDS[outcome]
    german, english = " ".join(text.de for text in reasons), " ".join(text.en for text in reasons)
    return Text(f"{label.de}: {word.de}. {german}".strip(), f"{label.en}: {word.en}. {english}".strip())


def _cost_and_time(route: _Route, values: Parameters, *, visa: bool) -> tuple[tuple[str, Value], ...]:
    if not route.title_needed:
        return (("fee_total", "0"), ("usual_days", 0))
    title, visa_fee = values.number("fee_title"), values.number("fee_visa")
    visa = visa and route.rule is not long_mobility
    total = title + visa_fee if visa else title
    pairs: list[tuple[str, Value]] = [
        ("fee_total", str(total)),
        ("usual_days", values.days("usual_days" if visa else "usual_days_inside")),
    ]
    if visa and route.accelerated:
        pairs.append(("fee_accelerated", str(values.number("fee_accelerated"))))
        pairs.append(("usual_days_accelerated", values.days("usual_days_accelerated")))
    return tuple(pairs)


def _order(part: Part, place: int, *, carries_job: bool) -> tuple[int, bool, str, int, int]:
    quickest = part.value("usual_days_accelerated") or part.value("usual_days")
    days = quickest if isinstance(quickest, int) else 0
    return (_RANK[part.outcome], not carries_job, part.certainty, days, place)
