"""An order for counsel: what was agreed, how it is worked together, every answer of the law, as PDF and as data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from werkfluss.agents.sheets import Sheet, as_pdf
from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.counsel import status_dossier
from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import orders, status_clocks, status_file
from werkfluss.engagement.models import Order
from werkfluss.evidence.domain.documents import documents_of, keep_file
from werkfluss.evidence.domain.dossiers import Cell, Section
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile
from werkfluss.workforce.models import Kind

# The title tells these files from those that the external may read (``expiry``).
COUNSEL = "Zusammenstellung für die Rechtsberatung"
_OUTCOMES = {
    "allowed": Text("zulässig", "allowed"),
    "allowed_with_conditions": Text("zulässig unter Bedingungen", "allowed with conditions"),
    "blocked": Text("nicht zulässig", "not allowed"),
    "unknown": Text("nicht entschieden", "not decided"),
}
_ANSWERS = {"yes": Text("ja", "yes"), "no": Text("nein", "no"), "open": Text("offen", "open")}
_NOTE = Text(
    "Zusammenstellung der Firma für die Rechtsberatung, keine Rechtsberatung. Gewichte und Schwellen der Merkmale sind "
    "ein Vorschlag, nicht das Gesetz; eine Antwort ohne Quelle ist unbelegt.",
    "Compiled by the firm for counsel; this is no legal advice. Weights and thresholds of the indicators are a "
    "proposal, not the law; an answer without a source is unproven.",
)


def counsel_files(order: Order) -> list[Document]:
    """What was exported for counsel so far, newest first; never shown to the external."""
    return list(documents_of(order).filter(keep_as=Document.KeepAs.OWNER, title=COUNSEL))


def export_for_counsel(order: Order, *, language: Language = "de", by: Actor) -> tuple[Document, Document]:
    """Keep the order for counsel as PDF and as JSON; the law is asked today, by what is recorded today."""
    content = content_of(order, by=by)
    name = f"auftrag-{order.number}-rechtsberatung-{clock.today():%Y-%m-%d}"
    pdf = as_pdf(_sheet(order, content), language=language, at=clock.now())
    data = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str).encode()
    kept = [
        keep_file(each, filename=f"{name}.{kind}", title=COUNSEL, belongs_to=order, by=by)
        for each, kind in ((pdf, "pdf"), (data, "json"))
    ]
    files = {"documents": [document.pk for document in kept]}
    record(Event("engagement.order.exported_for_counsel", order, files), by=by)
    return kept[0], kept[1]


def content_of(order: Order, *, by: Actor) -> dict[str, Any]:
    """The order, its status with evidence (of freelancers), and every verdict of today, as plain JSON."""
    _permission, gate = orders.legal_checks(order, by=by)
    verdicts = [*gate, *orders.further_checks(order, by=by)]
    freelance = order.resource.kind == Kind.FREELANCER
    return {
        "as_of": clock.today().isoformat(),
        "note": _NOTE.as_json(),
        "order": orders.terms_of(order)
        | {"number": order.number, "state": order.state, "external": order.resource.name, "kind": order.resource.kind}
        | orders.stated_for_the_law(order),
        "offers": [
            {"revision": one.revision, "sent": one.created_at.isoformat(), "state": one.state}
            for one in order.offers.order_by("revision")
        ],
        "status": status_dossier(order.resource, on=clock.today()) if freelance else None,
        "independence_file": _file(order),
        "verdicts": [one.as_json() for one in verdicts],
    }


def _file(order: Order) -> dict[str, Any]:
    """How the order runs: every answer with who gave it, since when and on what evidence; then the clocks."""
    today = clock.today()
    clock_7a = status_clocks.seven_a(order, on=today) if order.resource.kind != Kind.PARTNER else None
    return {
        "rows": [
            {
                "fact": one.name,
                "question": one.question.as_json(),
                "counts": one.counts,
                "contract": one.contract,
                "run": _told(one.run),
                "person": _told(one.person),
                "declared": {"answer": one.declared.value, "on": one.declared.said_at.date().isoformat()}
                if one.declared
                else None,
                "contested": one.contested,
            }
            for one in status_file.rows_of(order, on=today)
        ],
        "started_on": status_clocks.start_of(order, on=today).isoformat(),
        "procedure_by": clock_7a.window_ends.isoformat() if clock_7a and clock_7a.window_ends else None,
    }


def _told(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {"answer": fact.value, "since": fact.valid_from.isoformat(), "source": fact.source}


def _file_rows(content: dict[str, Any]) -> Section:
    """The same for the paper: one line per question that anybody has answered."""
    lines = []
    for row in content["independence_file"]["rows"]:
        told = row["run"] or row["person"]
        contract = Text("laut Auftrag", "by the order") if row["contract"] is not None else Text("offen", "open")
        if row["counts"] is None and row["declared"] is None:
            continue
        declared = "" if row["declared"] is None else _yes_no(row["declared"]["answer"])
        source = told["source"] if told else contract
        since = date.fromisoformat(told["since"]) if told else None
        lines.append((Text.from_json(row["question"]), _yes_no(row["counts"]), since, source, declared))
    head = (
        Text("Frage", "Question"),
        Text("Antwort, die zählt", "Answer that counts"),
        Text("Seit", "Since"),
        Text("Beleg", "Evidence"),
        Text("Eigene Erklärung", "Own declaration"),
    )
    return Section(Text("Wie der Auftrag läuft", "How the order runs"), head=head, rows=tuple(lines))


def _yes_no(value: object) -> Text:
    return _ANSWERS["open" if not isinstance(value, bool) else "yes" if value else "no"]


def _sheet(order: Order, content: dict[str, Any]) -> Sheet:
    firm = FirmProfile.objects.select_related("org").first()
    parts: list[tuple[Text, tuple[Section, ...]]] = [
        (Text("Auftrag", "Order"), (_terms(order, content),)),
        (Text("Statusakte", "Independence file"), (_file_rows(content),)),
        (Text("Antworten des Rechts", "Answers of the law"), tuple(_verdicts(content["verdicts"]))),
    ]
    if content["status"]:
        parts.insert(1, (Text("Merkmale der Zusammenarbeit", "Indicators"), tuple(_indicators(content["status"]))))
    return Sheet(
        title=Text(f"Auftrag {order.number} für die Rechtsberatung", f"Order {order.number} for counsel"),
        firm=order.org.name,
        address=f"{firm.street}, {firm.postcode} {firm.city}" if firm else "",
        as_of=clock.today(),
        facts=(
            (Text("Auftrag", "Order"), f"{order.number}: {order.title}"),
            (Text("Auftragnehmer", "Contractor"), order.resource.name),
            (Text("Stand", "As of"), clock.today()),
        ),
        parts=tuple(parts),
        note=_NOTE,
    )


def _terms(order: Order, content: dict[str, Any]) -> Section:
    stated = content["order"]
    control = {None: Text("nicht festgehalten", "not recorded"), True: _ANSWERS["yes"], False: _ANSWERS["no"]}
    pairs: tuple[tuple[Text, Cell], ...] = (
        (Text("Leistung", "Service"), order.brief),
        (Text("Preis netto", "Price net"), Money.from_cents(order.price_cents, order.currency)),
        (Text("Frühestens ab", "Not before"), order.first_day),
        (Text("Spätestens bis", "Not after"), order.last_day),
        (Text("Wo gearbeitet wird", "Where the work is done"), stated["place_country"] or Text("frei", "anywhere")),
        (Text("Ausfuhrkontrolle", "Export control"), control[stated["export_controlled"]]),
    )
    return Section(Text("Vereinbarung", "Terms"), pairs=pairs)


def _indicators(status: dict[str, Any]) -> Iterable[Section]:
    values = status["verdict"]["values"]
    head = (
        Text("Merkmal", "Indicator"),
        Text("Antwort", "Answer"),
        Text("Gewicht", "Weight"),
        Text("Seit", "Since"),
        Text("Quelle", "Source"),
    )
    rows = tuple(
        (
            Text.from_json(row["question"]),
            _ANSWERS.get(row["answer"], row["answer"]),
            row["weight"],
            row["since"],
            row["source"],
        )
        for row in status["indicators"]
    )
    total = (
        (Text("Punkte", "Points"), f"{values.get('score_min', '–')} … {values.get('score_max', '–')}"),
        (Text("Ergebnis", "Result"), _OUTCOMES[status["verdict"]["outcome"]]),
        (Text("Antworten ohne Beleg", "Answers without proof"), len(status["unproven"])),
    )
    yield Section(Text("Ergebnis", "Result"), pairs=total)
    yield Section(Text("Merkmale", "Indicators"), head=head, rows=rows)


def _verdicts(told: Iterable[dict[str, Any]]) -> Iterable[Section]:
    for each in told:
        verdict = Verdict.from_json(each)
        cited = ", ".join(one.label for one in verdict.citations) or None
        pairs: list[tuple[Text, Cell]] = [
            (Text("Antwort", "Answer"), _OUTCOMES[verdict.outcome]),
            (Text("Tag und Paket", "Day and pack"), f"{verdict.as_of:%d.%m.%Y}, {verdict.pack_version}"),
            (Text("Grundlagen", "Provisions"), cited),
        ]
        pairs += [(Text("Bedingung", "Condition"), one.text) for one in verdict.conditions]
        pairs += [(Text("Offene Frage", "Open question"), one.question) for one in verdict.missing]
        yield Section(Text(verdict.rule, verdict.rule), pairs=tuple(pairs), paragraphs=verdict.reasons)
