"""Self-employed or employed: indicators with shown weights, an interval for unanswered ones, and hard stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, yes_no
from werkfluss.law.packs.de.status.fractional import fractional_executive
from werkfluss.law.packs.de.status.indicators import HARD_STOP, INDICATORS, Indicator
from werkfluss.law.packs.de.status.levies import artists_levy, withholding
from werkfluss.law.packs.de.status.pension import pension_duty
from werkfluss.law.packs.de.status.procedure import (
    instrument,
    procedure,
    status_procedure,
    teacher,
    teacher_after_transition,
)
from werkfluss.law.packs.de.status.warning import CLIENT, CONTRACTOR, WARNED, warned
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

__all__ = [
    "artists_levy",
    "engagement",
    "fractional_executive",
    "instrument",
    "pension_duty",
    "procedure",
    "teacher",
    "teacher_after_transition",
    "withholding",
]


@dataclass(frozen=True, slots=True)
class _Score:
    """Least and greatest total over all answers the open indicators could get, what was answered, what is open."""

    groups: tuple[tuple[str, int, int], ...]
    answers: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def low(self) -> int:
        return sum(low for _, low, _ in self.groups)

    @property
    def high(self) -> int:
        return sum(high for _, _, high in self.groups)

    def level(self, values: Parameters) -> str:
        """What a traffic light would show; ``open`` while the answers leave more than one colour possible."""
        red, amber = values.number("red_from"), values.number("amber_from")
        colours = {"red" if t >= red else "amber" if t >= amber else "green" for t in (self.low, self.high)}
        return colours.pop() if len(colours) == 1 else "open"


def _score(facts: Facts, cap: int) -> _Score:
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    answers: list[str] = []
    unanswered: list[str] = []
    for item in INDICATORS:
        answer = "open"
        if not facts.known(item.name):
            least, most = min(0, item.weight), max(0, item.weight)
            if item.weight:
                unanswered.append(item.name)
        else:
            answer = "yes" if facts.flag(item.name) else "no"
            least = most = item.weight if facts.flag(item.name) else 0
        answers.append(f"{item.id} {item.name}: {answer} ({least}..{most})")
        low[item.group] = low.get(item.group, 0) + least
        high[item.group] = high.get(item.group, 0) + most
    groups = tuple((name, max(-cap, min(cap, low[name])), max(-cap, min(cap, high[name]))) for name in low)
    return _Score(groups, tuple(answers), tuple(unanswered))


def _hard_stop(facts: Facts) -> bool | None:
    """Hours, integration, and place or manner of the work set by the client; None while answers are missing."""
    hours, embedded, *others = (facts.flag(name) if facts.known(name) else None for name in HARD_STOP)
    directed = True if True in others else (None if None in others else False)
    if False in (hours, embedded, directed):
        return False
    return True if None not in (hours, embedded, directed) else None


def _blocked(facts: Facts, values: Parameters, score: _Score, reason: Text) -> Finding:
    running = facts.flag("already_running")
    reasons = [reason]
    conditions: list[Condition] = []
    if running:
        stop = Text(
            "Sofort anhalten, Rechtsberatung holen, Meldungen berichtigen.",
            "Stop at once, get counsel, correct the notifications.",
        )
        conditions.append(Condition("review", stop, CLIENT, "sgb4_28e", lead_days=10, day_kind="working"))
        ahead = Text(
            "Für die Zukunft anstellen oder über einen Verleiher mit Erlaubnis einsetzen.",
            "For the future hire, or use a licensed agency.",
        )
        conditions.append(Condition("agreement", ahead, CLIENT, "sgb4_7", lead_days=10, day_kind="working"))
        reasons.append(
            Text(
                "Nachforderung für vier, bei Vorsatz dreißig Jahre; den Arbeitnehmeranteil trägt weitgehend die Firma.",
                "Back payments for four years, with intent thirty; the firm bears most of the employee's share.",
            )
        )
    else:
        text = Text(
            "So nicht beginnen: anstellen, über Verleiher mit Erlaubnis einsetzen oder die Zusammenarbeit ändern.",
            "Do not start like this: hire, use a licensed agency, or change the way of working.",
        )
        conditions.append(Condition("review", text, CLIENT, "sgb4_7", lead_days=10, day_kind="working"))
    conditions.append(status_procedure(values, running=running))
    reason_warned, counsel = warned(facts)
    return finding(
        "blocked",
        *reasons,
        *reason_warned,
        cites=("sgb4_7", "bgb_611a", "sgb4_14", "sgb4_25", "sgb4_28e", "rs_2022"),
        conditions=(*conditions, *counsel),
        values=_shown(values, score),
        certainty="B",
    )


def _shown(values: Parameters, score: _Score) -> dict[str, object]:
    return {
        "score_min": score.low,
        "score_max": score.high,
        "level": score.level(values),
        "groups": [f"{name}: {low}..{high}" for name, low, high in score.groups],
        "answers": list(score.answers),
        "unanswered": list(score.open),
    }


def _open_conditions(facts: Facts, values: Parameters, score: _Score) -> list[Condition]:
    keep = Condition(
        "record",
        Text(
            "Belege je Merkmal aufbewahren; alle sechs Monate und bei jeder Änderung neu prüfen.",
            "Keep evidence per indicator; check again every six months and on every change.",
        ),
        CLIENT,
        "sgb4_7a_2",
    )
    order = Condition(
        "agreement",
        Text(
            "Auftrag mit Zeitfenster statt Termin; jede Änderung ist ein neues Angebot, das abgelehnt werden kann.",
            "Order with a window of dates, not a slot; every change is a new offer that may be declined.",
        ),
        CLIENT,
        "bgb_611a",
    )
    conditions = [order, keep]
    if facts.known("several_clients") and not facts.flag("several_clients"):
        pension = Text(
            "Prüfen, ob die Person selbst rentenversicherungspflichtig ist (5/6 von einem Auftraggeber).",
            "Check whether the person has to be insured in the pension insurance herself (5/6 from one client).",
        )
        conditions.append(Condition("review", pension, CONTRACTOR, "sgb6_2_9"))
    if score.high >= values.number("amber_from"):
        conditions.append(status_procedure(values, running=facts.flag("already_running")))
    return conditions


def _schema() -> FactSchema:
    running = yes_no(
        "already_running",
        "Läuft die Zusammenarbeit schon?",
        "Has the work already begun?",
        default=False,
    )
    return FactSchema(*(_fact(item) for item in INDICATORS), running, WARNED)


def _fact(item: Indicator) -> Fact:
    return yes_no(item.name, item.question.de, item.question.en)


@rule(
    "de/status/engagement",
    title=Text("Auftrag an eine selbstständige Person", "Order to a self-employed person"),
    start=date(2022, 4, 1),
    facts=_schema(),
)
def engagement(facts: Facts, values: Parameters) -> Finding:
    """§ 7 Abs. 1, § 7a Abs. 2 SGB IV, § 611a BGB: overall assessment; the best outcome is allowed with conditions."""
    score = _score(facts, values.days("group_cap"))
    red = values.number("red_from")
    stop = _hard_stop(facts)
    if stop:
        reason = Text(
            "Der Auftraggeber bestimmt Zeit und Ort oder Art der Arbeit und gliedert ein: Beschäftigung liegt nahe.",
            "The client sets hours and place or manner of work and integrates: employment is likely.",
        )
        return _blocked(facts, values, score, reason)
    if score.low >= red:
        reason = Text(
            f"Die Merkmale für Beschäftigung überwiegen (mindestens {score.low} Punkte).",
            f"Indicators of employment prevail (at least {score.low} points).",
        )
        return _blocked(facts, values, score, reason)
    if score.high >= red or stop is None:
        reason = Text(
            f"Noch offen: je nach Antwort {score.low} bis {score.high} Punkte, ab {red} nicht beginnen.",
            f"Still open: {score.low} to {score.high} points depending on the answers, from {red} do not start.",
        )
        asks = [item.name for item in INDICATORS if item.name in score.open and (item.weight > 0 or score.high >= red)]
        return finding(
            "unknown", reason, cites=("sgb4_7", "rs_2022"), values=_shown(values, score), certainty="B", asks=asks
        )
    reason = Text(
        "Eher selbstständig; die Gesamtwürdigung bleibt der Rentenversicherung vorbehalten.",
        "Rather self-employed; the overall assessment is up to the pension insurance.",
    )
    reason_warned, counsel = warned(facts)
    return finding(
        "allowed",
        reason,
        *reason_warned,
        cites=("sgb4_7", "sgb4_7a_2", "bgb_611a", "rs_2022"),
        conditions=(*_open_conditions(facts, values, score), *counsel),
        values=_shown(values, score),
        certainty="B",
    )
