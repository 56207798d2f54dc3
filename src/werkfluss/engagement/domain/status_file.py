"""The independence file (Statusakte) of an order: how the order really runs, each answer with evidence and day.

Evidence is about the order: who set hours and place, whose tools, whether others may do it. It holds no times, no
presence, no sums. What the external declares counts where nothing else is known; where it contradicts what the firm
says, the answer that weighs more towards employment counts until the firm has recorded what is the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_about, facts_on, record_fact
from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import order_law, status_clocks, warnings
from werkfluss.engagement.models import Declaration, Delivery, Order, StatusFile
from werkfluss.engagement.rules import is_own
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Kind, Resource

# Questions that only the external can answer or that both sides should, in plain words. None asks for sums or times.
PLAIN: dict[str, Text] = {
    "client_sets_hours": Text("Bestimmt der Auftraggeber, wann Sie arbeiten?", "Does the client decide when you work?"),
    "client_sets_place": Text(
        "Bestimmt der Auftraggeber, wo Sie arbeiten, obwohl die Arbeit es nicht verlangt?",
        "Does the client decide where you work although the work does not demand it?",
    ),
    "client_instructs_how": Text(
        "Sagt Ihnen der Auftraggeber laufend, wie Sie arbeiten sollen?", "Does the client keep telling you how to work?"
    ),
    "embedded_in_team": Text(
        "Müssen Sie an Teamrunden teilnehmen oder Urlaub absprechen wie die Angestellten?",
        "Must you attend team meetings or agree on leave like the staff?",
    ),
    "uses_client_equipment": Text(
        "Arbeiten Sie mit Geräten oder dem Postfach des Auftraggebers?",
        "Do you work with the client's devices or mailbox?",
    ),
    "may_refuse_orders": Text(
        "Können Sie Angebote und Änderungen ablehnen, ohne dass es Ihnen schadet?",
        "Can you decline offers and changes without harm to you?",
    ),
    "must_work_in_person": Text("Müssen Sie die Arbeit selbst machen?", "Must you do the work yourself?"),
    "own_staff_used": Text(
        "Setzen Sie eigene Leute oder Nachunternehmer ein?", "Do you use staff or subcontractors of your own?"
    ),
    "several_clients": Text(
        "Haben Sie zurzeit mehrere Auftraggeber, von denen keiner fünf Sechstel oder mehr Ihrer Einnahmen ausmacht?",
        "Do you have several clients at present, none of whom makes five sixths or more of your earnings?",
    ),
    "own_market_presence": Text(
        "Bieten Sie Ihre Arbeit am Markt an (Internetseite, Werbung, eigene Preise)?",
        "Do you offer your work on the market (website, advertising, own prices)?",
    ),
    "own_office_and_tools": Text("Haben Sie eigene Arbeitsmittel?", "Do you have tools of your own?"),
    "several_firms": Text("Arbeiten Sie zurzeit für mehrere Firmen?", "Do you work for several firms at present?"),
    "sets_own_time_and_place": Text(
        "Bestimmen Sie Zeit und Ort Ihrer Arbeit selbst?", "Do you set time and place of your work yourself?"
    ),
    "client_instructs": Text(
        "Gibt der Auftraggeber Ihren Leuten Anweisungen?", "Does the client give instructions to your people?"
    ),
    "integrated": Text(
        "Arbeiten Ihre Leute wie Beschäftigte im Betrieb des Auftraggebers?",
        "Do your people work in the client's business like its staff?",
    ),
}
_RUNS = (Order.State.AGREED, Order.State.DELIVERED)
_RUNNING = "already_running"
# What the order and the record of its offers tell by themselves; nobody is asked.
_BY_ITSELF = frozenset({_RUNNING, warnings.IGNORED, "named_by_client"})


def listen() -> None:
    """The file is opened with the agreement, looked at again when something changes, and its clocks stop at the end."""
    events.on("engagement.order.agreed", _agreed)
    events.on("engagement.order.cancelled", _over)
    events.on("engagement.delivery.accepted", _delivered)
    events.on("compliance.fact.recorded", _known_otherwise)


def _agreed(event: Event, by: Actor) -> None:
    review(_order(event.subject.pk), by=by)


def _over(event: Event, by: Actor) -> None:
    close(_order(event.subject.pk), by=by)


def _delivered(event: Event, by: Actor) -> None:
    delivery = event.subject
    if not isinstance(delivery, Delivery):
        return
    order = _order(delivery.order_id)
    if order.state not in _RUNS:
        close(order, by=by)


def _known_otherwise(event: Event, by: Actor) -> None:
    """Something else is recorded of the person: it may change the answer for each order that runs."""
    fact = event.subject
    if not isinstance(fact, Fact) or fact.subject_type != Resource._meta.label_lower:
        return
    running = Order.objects.filter(resource_id=fact.subject_id, state__in=_RUNS).select_related("resource")
    for order in running.order_by("number"):
        if fact.name in asked_names(Kind(order.resource.kind), on=clock.today()):
            review(order, by=by)


def _order(key: UUID) -> Order:
    return Order.objects.select_related("resource").get(pk=key)


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the law about an order, with everything that answers it.

    ``counts`` is the answer that the law is given (None: open). ``contested``: the two sides say different things.
    """

    name: str
    question: Text
    group: Text | None
    counts: bool | None
    contract: bool | None
    run: Fact | None
    person: Fact | None
    declared: Declaration | None
    contested: bool


def asked_names(kind: Kind, *, on: date) -> list[str]:
    """The yes-or-no questions that the law asks of this kind of external, in its order."""
    asked = explain.questions_of(order_law.RULES[kind], on=on)
    return [one.name for one in asked if one.type == "boolean" and one.name not in _BY_ITSELF]


def plain_questions(order: Order, *, on: date) -> list[tuple[str, Text]]:
    """What the external is asked on the own page."""
    names = asked_names(Kind(order.resource.kind), on=on)
    return [(name, PLAIN[name]) for name in names if name in PLAIN]


def run_of(order: Order, *, on: date) -> dict[str, Any]:
    """What is known of how the order runs: recorded by the firm, and declared where nothing newer is recorded."""
    recorded = facts_on(on, subject_type=order._meta.label_lower, subject_ids=[order.pk]).get(order.pk, {})
    run = dict(recorded)
    newest = _newest(order, on)
    for name, said in _declared(order).items():
        fact = newest.get(name)
        if fact is None or fact.created_at < said.said_at:
            run[name] = _weightier(order, run, name, said.value, on) if name in recorded else said.value
    return run


def counting(order: Order, *, on: date) -> dict[str, Any]:
    """The answers that the law is given of this order on a day."""
    kind = Kind(order.resource.kind)
    known = facts_on(on, subject_type=order.resource._meta.label_lower, subject_ids=[order.resource_id])
    contract = order_law.contract_of(order.clauses, order.price_kind)
    recorded = known.get(order.resource_id, {})
    facts = order_law.joined_facts(kind, recorded=recorded, run=run_of(order, on=on), contract=contract, on=on)
    begun = order.state in _RUNS and status_clocks.start_of(order, on=on) <= on
    return facts | {_RUNNING: True} if begun else facts


def rows_of(order: Order, *, on: date) -> list[Row]:
    """Every question with its answers, for the firm's page, the external's page, and counsel."""
    kind = Kind(order.resource.kind)
    contract = order_law.contract_of(order.clauses, order.price_kind)
    counts, declared = counting(order, on=on), _declared(order)
    run, person = _newest(order, on), _newest(order.resource, on)
    questions = {one.name: one.question for one in explain.questions_of(order_law.RULES[kind], on=on)}
    found = []
    for name in asked_names(kind, on=on):
        said = declared.get(name)
        firm = run[name].value if name in run else contract.get(name)
        newer = said is not None and (name not in run or run[name].created_at < said.said_at)
        found.append(
            Row(
                name=name,
                question=questions[name],
                group=order_law.group_of(name),
                counts=counts.get(name),
                contract=contract.get(name),
                run=run.get(name),
                person=person.get(name),
                declared=said,
                contested=newer and said is not None and firm is not None and firm != said.value,
            )
        )
    return found


def verdict_of(order: Order, *, on: date) -> Verdict:
    """What the law says of the order as it runs; nothing is stored."""
    return order_law.ask(Kind(order.resource.kind), counting(order, on=on), on=on)


def record_run(
    order: Order,
    *,
    name: str,
    value: bool,
    source: str,
    since: date,
    document: Document | None = None,
    by: Actor,
) -> Fact:
    """Record how the order runs in one point, with its evidence; then the law is asked anew.

    Raises:
        Refused: the law asks nothing of this name, there is no evidence, or the day is still to come.
    """
    today = clock.today()
    if name not in asked_names(Kind(order.resource.kind), on=today) or not source.strip() or since > today:
        raise Refused(
            Text(
                "Ein Eintrag nennt ein Merkmal, einen Beleg und einen Tag bis heute.",
                "An entry names an indicator, evidence, and a day up to today.",
            ),
            citation="Statusakte",
            what_to_do=Text("Bitte ergänzen Sie die Angaben.", "Please complete the entry."),
        )
    fact = record_fact(order, name=name, value=value, source=source.strip(), valid_from=since, document=document, by=by)
    review(order, by=by)
    return fact


def declare(order: Order, *, answers: Mapping[str, bool], note: str = "", by: Actor) -> list[Declaration]:
    """What the external declares about this order. An answer that says the same as the last one is not kept twice.

    Raises:
        NotPermitted: somebody else's order.
        Refused: nothing was answered, or something that is not asked.
    """
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    asked = dict(plain_questions(order, on=clock.today()))
    if not answers or not answers.keys() <= asked.keys():
        raise Refused(
            Text("Bitte beantworten Sie mindestens eine Frage.", "Please answer at least one question."),
            citation="Statusakte",
            what_to_do=Text("Was Sie nicht wissen, bleibt offen.", "What you do not know stays open."),
        )
    before = _declared(order)
    fresh = {name: value for name, value in answers.items() if name not in before or before[name].value != value}
    now = clock.now()
    made = [
        Declaration.objects.create(order=order, name=name, value=value, note=note[:300], said_at=now, said_by=by.id)
        for name, value in fresh.items()
    ]
    record(Event("engagement.status.declared", order, {"answers": fresh}), by=by)
    review(order, by=Actor.system(by.org_id))
    return made


def review(order: Order, *, by: Actor) -> StatusFile | None:
    """Ask the law anew of an order that runs, keep the answer, and set the clocks that follow from it.

    What says more for employment than before becomes a deadline, so that radar, mail and the first page show it.
    """
    today = clock.today()
    if order.state not in _RUNS:
        return None
    kind = Kind(order.resource.kind)
    rule = order_law.RULES[kind]
    question = Question.of(rule, today, order_law.told(kind, counting(order, on=today), on=today))
    answer = check_facts([question], by=by)[question]
    now = _standing(answer.verdict)
    file = StatusFile.objects.filter(order=order).first()
    before = None if file is None else {name: getattr(file, name) for name in now}
    if file is None:
        file = StatusFile.objects.create(order=order, asked_on=today, **now)
        record(Event("engagement.status.opened", order, {**now, "check": answer.check.pk}), by=by)
    elif before != now:
        file.edit(asked_on=today, changed_on=today, before=before, **now)
        record(Event("engagement.status.changed", order, {"was": before, **now, "check": answer.check.pk}), by=by)
    worse = before is not None and before != now and _more(now) > _more(before)
    status_clocks.set_clocks(order, answer.verdict, worse=worse, on=today, by=by)
    return file


def review_running(*, on: date, by: Actor) -> int:
    """Look at every running order again: law or facts may be other ones today. Only what differs is recorded.

    Returns how many differ. Nothing is written for the others.
    """
    changed = 0
    files = StatusFile.objects.filter(order__state__in=_RUNS).select_related("order__resource")
    for file in files.order_by("order__number"):
        now = _standing(verdict_of(file.order, on=on))
        if any(getattr(file, name) != value for name, value in now.items()):
            review(file.order, by=by)
            changed += 1
    return changed


def close(order: Order, *, by: Actor) -> None:
    """The order is over: its clocks stop; the file stays as it is."""
    status_clocks.stop_clocks(order, by=by)


def _standing(verdict: Verdict) -> dict[str, Any]:
    low, high = order_law.interval(verdict) or (None, None)
    level = verdict.values.get("level")
    return {
        "outcome": verdict.outcome,
        "level": level if isinstance(level, str) else "",
        "score_min": low,
        "score_max": high,
    }


def _more(standing: Mapping[str, Any]) -> tuple[int, int, int]:
    worst = ("allowed", "allowed_with_conditions", "unknown", "blocked")
    return worst.index(standing["outcome"]), standing["score_max"] or 0, standing["score_min"] or 0


def _declared(order: Order) -> dict[str, Declaration]:
    return {row.name: row for row in order.declarations.order_by("said_at")}


def _newest(subject: Any, on: date) -> dict[str, Fact]:
    rows = [row for row in facts_about(subject) if row.valid_from <= on and (row.valid_to is None or row.valid_to > on)]
    return {row.name: row for row in reversed(rows)}


def _weightier(order: Order, run: Mapping[str, Any], name: str, value: bool, on: date) -> Any:
    kind = Kind(order.resource.kind)
    facts = {**order_law.contract_of(order.clauses, order.price_kind), **run}
    return order_law.weightier(kind, facts, name, value, run[name], on=on)
