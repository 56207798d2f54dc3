"""What the work contributes to dossiers: tasks with brief, verdicts, plan, result, acceptance; approvals of agents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from werkfluss.compliance.models import Check
from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.dossiers import Cell, Part, Section, names_of, register_part, register_words
from werkfluss.kernel.text import Text
from werkfluss.work.models import Assignment, Plan, Result, Task
from werkfluss.workforce.models import Kind

_OUTCOMES = {
    "allowed": Text("zulässig", "allowed"),
    "allowed_with_conditions": Text("zulässig unter Bedingungen", "allowed with conditions"),
    "blocked": Text("nicht zulässig", "not allowed"),
    "unknown": Text("nicht entschieden: Angaben fehlen", "not decided: facts are missing"),
}
_DATA = {
    "public": Text("öffentlich", "public"),
    "internal": Text("intern", "internal"),
    "confidential": Text("vertraulich", "confidential"),
    "personal": Text("personenbezogen", "personal data"),
}
_STATES = {
    "active": Text("läuft", "active"),
    "offered": Text("angeboten", "offered"),
    "declined": Text("abgelehnt", "declined"),
    "withdrawn": Text("zurückgenommen", "withdrawn"),
    "done": Text("erledigt", "done"),
    "delivered": Text("geliefert", "delivered"),
    "accepted": Text("angenommen", "accepted"),
    "sent_back": Text("zurückgegeben", "sent back"),
    "proposed": Text("vorgeschlagen", "proposed"),
    "approved": Text("freigegeben", "approved"),
    "rejected": Text("abgelehnt", "rejected"),
}
_YES, _NO = Text("ja", "yes"), Text("nein", "no")


def register() -> None:
    register_part("task", Text("Aufgabe", "Task"), _task)
    register_part("agent", Text("Freigaben durch Menschen", "Approvals by people"), _approvals)
    register_words(_WORDS)


def _task(key: UUID) -> Part | None:
    task = Task.objects.select_related("project", "project__lead").filter(pk=key).first()
    return None if task is None else task_part(task)


def task_part(task: Task) -> Part:
    """All that is on record of a task; also for the dossier of the order that covers it."""
    assignments = list(task.assignments.select_related("resource", "item__plan").order_by("created_at"))
    results = list(
        task.results.select_related("assignment__resource")
        .prefetch_related("items__source", "acceptances")
        .order_by("delivered_at")
    )
    acceptances = [one for result in results for one in result.acceptances.all()]
    people = names_of(
        [*(one.decided_by for one in acceptances), *(one.delivered_by for one in results)]
        + [key for one in assignments for key in (one.assigned_by, one.item.chosen_by if one.item else None)]
    )
    sections = [_brief(task), _criteria(task), *_plan(assignments, people), *_results(results, people)]
    plans = {one.item.plan.pk: one.item.plan for one in assignments if one.item}
    items = [item for result in results for item in result.items.all()]
    documents = [*documents_of(task), *(document for result in results for document in documents_of(result))]
    documents += [item.source for item in items if item.source]
    return Part(
        sections=tuple(section for section in sections if section.pairs or section.rows or section.paragraphs),
        root=task,
        title=Text(f"Aufgabe {task.number}: {task.title}", f"Task {task.number}: {task.title}"),
        objects=(*plans.values(), *assignments, *results, *items),
        documents=tuple(documents),
        names={one.resource_id: one.resource.name for one in assignments},
    )


def _brief(task: Task) -> Section:
    hours = None if task.effort_minutes is None else f"{task.effort_minutes / 60:g} h"
    skills = ", ".join(row.skill.name_de for row in task.skills.select_related("skill"))
    pairs: list[tuple[Text, Cell]] = [
        (Text("Projekt", "Project"), f"{task.project.number} {task.project.name}"),
        (Text("PSP-Nummer", "WBS number"), task.wbs),
        (Text("Auftrag", "Brief"), task.brief),
        (Text("Ergebnis", "Outcome"), task.outcome),
        (Text("Fähigkeiten", "Skills"), skills),
        (Text("Aufwand", "Effort"), hours),
        (Text("Termin", "Deadline"), task.deadline),
        (Text("Datenklasse", "Data class"), _DATA.get(task.data_class, task.data_class)),
        (Text("Vier-Augen-Prinzip", "Four eyes"), _YES if task.four_eyes else _NO),
        (Text("KI erlaubt", "AI allowed"), _YES if task.ai_allowed else _NO),
        (Text("Zweck der KI", "Purpose of the AI"), task.ai_purpose),
    ]
    return Section(Text("Beschreibung", "Description"), pairs=tuple((name, value) for name, value in pairs if value))


def _criteria(task: Task) -> Section:
    rows = tuple((row.position, row.text) for row in task.criteria.all())
    return Section(
        Text("Abnahmekriterien", "Acceptance criteria"),
        head=(Text("Nr.", "No."), Text("Kriterium", "Criterion")),
        rows=rows,
    )


def _plan(assignments: Iterable[Assignment], people: dict[UUID | None, str]) -> Iterator[Section]:
    for one in assignments:
        pairs: list[tuple[Text, Cell]] = [
            (Text("Wer", "Who"), one.resource.name),
            (Text("Zeitraum", "Period"), Text(_span(one, "%d.%m.%Y"), _span(one, "%Y-%m-%d"))),
            (Text("Stand", "State"), _STATES.get(one.state, one.state)),
            (Text("Zugewiesen von", "Assigned by"), people.get(one.assigned_by)),
        ]
        if one.item is not None:
            pairs += _why(one, people)
        yield Section(Text("Zuweisung", "Assignment"), pairs=tuple((name, value) for name, value in pairs if value))
        if one.item is not None:
            checks = [row.check_ref for row in one.item.checks.select_related("check_ref")]
            yield verdicts(Text("Rechtsprüfung der Zuweisung", "Legal check of the assignment"), checks)


def _span(one: Assignment, form: str) -> str:
    return f"{one.first_day:{form}} – {one.last_day:{form}}"


def _why(one: Assignment, people: dict[UUID | None, str]) -> Iterator[tuple[Text, Cell]]:
    item = one.item
    assert item is not None
    plan: Plan = item.plan
    yield Text("Plan", "Plan"), f"{plan.number} {plan.name}".strip()
    yield Text("Veröffentlicht", "Published"), plan.published_at
    if item.explanation.get("summary"):
        yield Text("Begründung des Vorschlags", "Reason of the proposal"), Text.from_json(item.explanation["summary"])
    if item.chosen_reason:
        yield Text("Anders gewählt, weil", "Chosen otherwise because"), item.chosen_reason
        yield Text("Gewählt von", "Chosen by"), people.get(item.chosen_by)


def verdicts(title: Text, checks: Iterable[Check]) -> Section:
    """Stored verdicts as a table: rule, outcome, reasons, provisions, day and version."""
    rows: list[tuple[Cell, ...]] = []
    for check in checks:
        told = check.verdict
        reasons = [Text.from_json(reason) for reason in told["reasons"]]
        conditions = [Text.from_json(condition["text"]) for condition in told["conditions"]]
        rows.append(
            (
                Text(f"{check.rule} ({check.pack_version})", f"{check.rule} ({check.pack_version})"),
                _OUTCOMES.get(check.outcome, check.outcome),
                _joined([*reasons, *conditions]),
                ", ".join(citation["label"] for citation in told["citations"]),
                check.on,
            )
        )
    head = (
        Text("Regel", "Rule"),
        Text("Ergebnis", "Outcome"),
        Text("Gründe, Bedingungen", "Reasons, conditions"),
        Text("Fundstelle", "Provision"),
        Text("Stand", "As of"),
    )
    return Section(title, head=head, rows=tuple(rows))


def _joined(texts: list[Text]) -> Cell:
    return Text(" ".join(one.de for one in texts), " ".join(one.en for one in texts)) if texts else None


def _results(results: list[Result], people: dict[UUID | None, str]) -> Iterator[Section]:
    yield Section(
        Text("Ergebnisse", "Results"),
        head=(Text("Geliefert", "Delivered"), Text("Von", "By"), Text("Text", "Text"), Text("Stand", "State")),
        rows=tuple(
            (one.delivered_at, _deliverer(one, people), one.text, _STATES.get(one.state, one.state)) for one in results
        ),
    )
    yield lines(Text("Einzeln entschiedene Zeilen", "Lines decided one by one"), results)
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        for one in sorted(result.acceptances.all(), key=lambda row: row.decided_at):
            unmet = ", ".join(told["text"] for told in one.criteria if not told["met"])
            rows.append((one.decided_at, people.get(one.decided_by), _YES if one.accepted else _NO, unmet, one.note))
    yield Section(
        Text("Abnahme", "Acceptance"),
        head=(
            Text("Wann", "When"),
            Text("Wer", "Who"),
            Text("Angenommen", "Accepted"),
            Text("Nicht erfüllt", "Not met"),
            Text("Bemerkung", "Note"),
        ),
        rows=tuple(rows),
    )


def _deliverer(result: Result, people: dict[UUID | None, str]) -> str:
    return people.get(result.delivered_by) or result.assignment.resource.name


def lines(title: Text, results: Iterable[Result]) -> Section:
    """The lines of results that a human decided by themselves: traffic light, reasons, decision."""
    items = [item for result in results for item in result.items.all()]
    people = names_of(item.decided_by for item in items)
    head = (
        Text("Nr.", "No."),
        Text("Zeile", "Line"),
        Text("Ampel", "Light"),
        Text("Entscheidung", "Decision"),
        Text("Wer", "Who"),
        Text("Wann", "When"),
    )
    rows = tuple(
        (
            item.position,
            item.title,
            item.light,
            _STATES.get(item.state, item.state),
            people.get(item.decided_by),
            item.decided_at,
        )
        for item in items
    )
    return Section(title, head=head, rows=rows)


def _approvals(key: UUID) -> Part | None:
    """What people decided on the results of an agent; its runs are told by the room of the agents."""
    results = list(
        Result.objects.filter(assignment__resource_id=key, assignment__resource__kind=Kind.AGENT)
        .select_related("task", "assignment__resource")
        .prefetch_related("items", "acceptances")
        .order_by("delivered_at")
    )
    if not results:
        return None
    items = [item for result in results for item in result.items.all()]
    people = names_of(one.decided_by for result in results for one in result.acceptances.all())
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        decided = ", ".join(people.get(one.decided_by, "") for one in result.acceptances.all())
        rows.append(
            (result.delivered_at, f"{result.task.number} {result.task.title}", _STATES.get(result.state), decided)
        )
    head = (Text("Geliefert", "Delivered"), Text("Aufgabe", "Task"), Text("Stand", "State"), Text("Wer", "Who"))
    title = Text("Ergebnisse des Agenten", "Results of the agent")
    return Part(
        sections=(
            Section(title, head=head, rows=tuple(rows)),
            *([lines(Text("Einzelne Freigaben", "Single approvals"), results)] if items else []),
        ),
        objects=(*results, *items),
    )


_WORDS = {
    "work.project.created": Text("Projekt angelegt", "Project created"),
    "work.task.created": Text("Aufgabe angelegt", "Task created"),
    "work.task.edited": Text("Aufgabe geändert", "Task edited"),
    "work.task.dropped": Text("Aufgabe gestrichen", "Task dropped"),
    "work.task.linked": Text("Vorgänger gesetzt", "Predecessor set"),
    "work.task.restored": Text("Aufgabe wieder aufgenommen", "Task restored"),
    "work.task.split": Text("Aufgabe aufgeteilt", "Task split"),
    "work.assignment.withdrawn": Text("Zuweisung zurückgenommen", "Assignment withdrawn"),
    "work.invoices.attached": Text("Rechnungen angehängt", "Invoices attached"),
    "work.bookings.exported": Text("Buchungen ausgegeben", "Bookings exported"),
    "work.bookings.exported_again": Text("Buchungen erneut ausgegeben", "Bookings exported again"),
    "work.task.started": Text("Arbeit begonnen", "Work started"),
    "work.task.handed_back": Text("Aufgabe zurückgegeben", "Task handed back"),
    "work.plan.requested": Text("Plan angefordert", "Plan requested"),
    "work.plan.computed": Text("Plan berechnet", "Plan computed"),
    "work.plan.published": Text("Plan veröffentlicht", "Plan published"),
    "work.result.delivered": Text("Ergebnis geliefert", "Result delivered"),
    "work.result.accepted": Text("Ergebnis angenommen", "Result accepted"),
    "work.result.first_acceptance": Text("Erste von zwei Zustimmungen", "First of two approvals"),
    "work.result.sent_back": Text("Ergebnis zurückgegeben", "Result sent back"),
    "work.item.approved": Text("Zeile freigegeben", "Line approved"),
    "work.item.rejected": Text("Zeile abgelehnt", "Line rejected"),
    "work.item.reopened": Text("Freigabe zurückgenommen", "Approval taken back"),
}
