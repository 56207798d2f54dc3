"""Self-employed or employed: indicators with shown weights, an interval for unanswered ones, and hard stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, yes_no
from werkfluss.law.packs.de.status.indicators import HARD_STOP, INDICATORS, Indicator
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_CLIENT = Text("Auftraggeber", "client")
_BOTH = Text("Auftraggeber und Auftragnehmer", "client and contractor")


@dataclass(frozen=True, slots=True)
class _Score:
    """Least and greatest total over all answers the open indicators could get, and which are open."""

    low: int
    high: int
    open: tuple[str, ...]


def _score(facts: Facts, cap: int) -> _Score:
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    unanswered: list[str] = []
    for item in INDICATORS:
        least = most = 0
        if not facts.known(item.name):
            least, most = min(0, item.weight), max(0, item.weight)
            if item.weight:
                unanswered.append(item.name)
        elif facts.flag(item.name):
            least = most = item.weight
        low[item.group] = low.get(item.group, 0) + least
        high[item.group] = high.get(item.group, 0) + most
    return _Score(
        sum(max(-cap, min(cap, total)) for total in low.values()),
        sum(max(-cap, min(cap, total)) for total in high.values()),
        tuple(unanswered),
    )


def _hard_stop(facts: Facts) -> bool | None:
    """Hours, integration, and place or manner of the work set by the client; None while answers are missing."""
    hours, embedded, *others = (facts.flag(name) if facts.known(name) else None for name in HARD_STOP)
    directed = True if True in others else (None if None in others else False)
    if False in (hours, embedded, directed):
        return False
    return True if None not in (hours, embedded, directed) else None


def _blocked(facts: Facts, values: Parameters, score: _Score, reason: Text) -> Finding:
    running = facts.flag("already_running")
    first = Condition(
        "review",
        Text(
            "Sofort anhalten, Rechtsberatung holen, Meldungen berichtigen.",
            "Stop at once, get counsel, correct the notifications.",
        )
        if running
        else Text(
            "So nicht beginnen: anstellen, über Verleiher mit Erlaubnis einsetzen oder die Zusammenarbeit ändern.",
            "Do not start like this: hire, use a licensed agency, or change the way of working.",
        ),
        _CLIENT,
        "sgb4_28e" if running else "sgb4_7",
        lead_days=10,
        day_kind="working",
    )
    return finding(
        "blocked",
        reason,
        cites=("sgb4_7", "bgb_611a", "sgb4_28e", "rs_2022"),
        conditions=(first, _procedure(values, running=running)),
        values=_shown(score),
        certainty="B",
    )


def _procedure(values: Parameters, *, running: bool) -> Condition:
    """The status procedure that is still open: before the start only until its rule expires, later the usual one."""
    if not running and values.word("prognosis") == "available":
        text = Text(
            "Prognose der Rentenversicherung vor Beginn beantragen (§ 7a Abs. 4a).",
            "Apply for the pension insurance's prognosis before the start (s. 7a(4a)).",
        )
        return Condition("review", text, _BOTH, "sgb4_7a_4a", lead_days=90)
    text = Text(
        "Statusfeststellung beantragen, binnen eines Monats nach Beginn (§ 7a Abs. 5).",
        "Apply for a status decision within one month after the start (s. 7a(5)).",
    )
    return Condition("review", text, _BOTH, "sgb4_7a_5", lead_days=90)


def _shown(score: _Score) -> dict[str, object]:
    return {"score_min": score.low, "score_max": score.high, "unanswered": list(score.open)}


def _open_conditions(values: Parameters, score: _Score, *, running: bool) -> list[Condition]:
    keep = Condition(
        "record",
        Text(
            "Belege je Merkmal aufbewahren; alle sechs Monate und bei jeder Änderung neu prüfen.",
            "Keep evidence per indicator; check again every six months and on every change.",
        ),
        _CLIENT,
        "sgb4_7a_2",
    )
    order = Condition(
        "agreement",
        Text(
            "Auftrag mit Zeitfenster statt Termin; jede Änderung ist ein neues Angebot, das abgelehnt werden kann.",
            "Order with a window of dates, not a slot; every change is a new offer that may be declined.",
        ),
        _CLIENT,
        "bgb_611a",
    )
    if score.high < values.number("amber_from"):
        return [order, keep]
    return [order, keep, _procedure(values, running=running)]


def _schema() -> FactSchema:
    running = yes_no(
        "already_running",
        "Läuft die Zusammenarbeit schon?",
        "Has the work already begun?",
        default=False,
    )
    return FactSchema(*(_fact(item) for item in INDICATORS), running)


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
        return finding("unknown", reason, cites=("sgb4_7", "rs_2022"), values=_shown(score), certainty="B", asks=asks)
    reason = Text(
        "Eher selbstständig; die Gesamtwürdigung bleibt der Rentenversicherung vorbehalten.",
        "Rather self-employed; the overall assessment is up to the pension insurance.",
    )
    conditions = _open_conditions(values, score, running=facts.flag("already_running"))
    cites = ("sgb4_7", "sgb4_7a_2", "bgb_611a", "rs_2022")
    return finding("allowed", reason, cites=cites, conditions=conditions, values=_shown(score), certainty="B")


@rule(
    "de/status/fractional_executive",
    title=Text("Führungskraft auf Teilzeit als Selbstständige", "Fractional executive as a contractor"),
    start=date(2022, 4, 1),
    facts=FactSchema(
        yes_no(
            "organ_position",
            "Ist die Person Organ der Firma (Geschäftsführung, Vorstand) ohne beherrschenden Anteil?",
            "Is the person an organ of the firm (managing director, board) without a controlling share?",
        ),
        yes_no(
            "leads_staff_with_authority",
            "Weist sie Beschäftigte der Firma im Namen der Firma an?",
            "Does the person instruct the firm's staff in the firm's name?",
        ),
        yes_no("several_firms", "Arbeitet sie zugleich für mehrere Firmen?", "Does the person work for several firms?"),
        yes_no(
            "sets_own_time_and_place",
            "Bestimmt sie Zeit und Ort selbst?",
            "Does the person set time and place herself?",
        ),
    ),
)
def fractional_executive(facts: Facts, values: Parameters) -> Finding:
    """§ 7 Abs. 1 SGB IV: an organ without control is employed as a rule; advisers of several firms need a decision."""
    organ = facts.flag("organ_position")
    if organ or not facts.flag("sets_own_time_and_place"):
        reason = Text(
            "Organ ohne beherrschenden Anteil oder fremdbestimmte Zeit: in der Regel Beschäftigung.",
            "Organ without a controlling share, or time set by others: employment as a rule.",
        )
        hire = Condition(
            "agreement",
            Text("Als Beschäftigte in Teilzeit anstellen und melden.", "Hire part-time and register."),
            _CLIENT,
            "sgb4_7",
            lead_days=10,
            day_kind="working",
        )
        cites = ("sgb4_7", "sgb4_7a_2")
        return finding("blocked", reason, cites=cites, conditions=(hire,), certainty="B")
    conditions = [_procedure(values, running=False)]
    if facts.flag("leads_staff_with_authority") or not facts.flag("several_firms"):
        text = Text(
            "Weisungsrechte und Anteil je Firma mit Rechtsberatung klären und festhalten.",
            "Clear up with counsel and record the powers to instruct and the share per firm.",
        )
        conditions.append(Condition("review", text, _CLIENT, "sgb4_7", lead_days=20, day_kind="working"))
    reason = Text(
        "Mehrere Firmen, eigene Zeit: möglich, aber nur mit Entscheidung der Rentenversicherung sicher.",
        "Several firms, own time: possible, but certain only with the pension insurance's decision.",
    )
    return finding("allowed", reason, cites=("sgb4_7", "sgb4_7a_2"), conditions=conditions, certainty="C")
