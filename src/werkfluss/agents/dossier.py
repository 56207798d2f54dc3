"""What the agents contribute to dossiers: the agent's file, its runs step by step with label and cost."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from werkfluss.agents.models import Run
from werkfluss.evidence.domain.dossiers import Cell, Part, Section, register_part, register_words
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.workforce.models import AgentFile, Kind, Resource

_STATES = {
    "queued": Text("wartet", "queued"),
    "running": Text("läuft", "running"),
    "done": Text("fertig", "done"),
    "handed_back": Text("zurückgegeben", "handed back"),
    "failed": Text("abgebrochen", "failed"),
    "stopped": Text("am Budget angehalten", "stopped at its budget"),
}


def register() -> None:
    register_part("agent", Text("KI-Akte und Läufe", "AI file and runs"), _agent)
    register_part("task", Text("Läufe von KI-Agenten", "Runs of AI agents"), _runs_of_task)
    register_words(_WORDS)


def _agent(key: UUID) -> Part | None:
    resource = Resource.objects.filter(pk=key, kind=Kind.AGENT).first()
    if resource is None:
        return None
    file = AgentFile.objects.select_related("responsible").filter(resource=resource).first()
    runs = list(Run.objects.filter(resource=resource).order_by("created_at"))
    return Part(
        sections=(*((_file(file),) if file else ()), *_sections(runs)),
        root=resource,
        title=Text(f"KI-Agent {resource.name}", f"AI agent {resource.name}"),
        objects=(*((file,) if file else ()), *runs),
        names={resource.pk: resource.name},
    )


def _file(file: AgentFile) -> Section:
    return Section(
        Text("KI-Akte", "AI file"),
        pairs=(
            (Text("Verantwortlich", "Responsible"), file.responsible.name),
            (Text("Zweck", "Purpose"), file.purpose),
            (Text("Einstufung nach KI-VO", "Class under the AI Act"), f"{file.ai_act_class} ({file.ai_act_citation})"),
            (Text("Datenklassen", "Data classes"), ", ".join(file.data_classes)),
            (Text("Budget je Monat", "Budget per month"), Money.from_cents(file.budget_cents_month)),
            (Text("Budget je Lauf", "Budget per run"), Money.from_cents(file.budget_cents_run)),
            (Text("Kennzeichnung", "Label"), Text(file.label_de, file.label_en)),
            (Text("Gültig bis", "Valid until"), file.expires),
            (Text("Angehalten", "Stopped"), file.stopped_at),
        ),
    )


def _runs_of_task(key: UUID) -> Part | None:
    runs = list(Run.objects.filter(brief__task=str(key)).select_related("resource").order_by("created_at"))
    if not runs:
        return None
    names = {run.resource_id: run.resource.name for run in runs}
    return Part(sections=_sections(runs), objects=tuple(runs), names=names)


def _sections(runs: Iterable[Run]) -> tuple[Section, ...]:
    return tuple(_run(number, run) for number, run in enumerate(runs, start=1))


def _run(number: int, run: Run) -> Section:
    pairs: list[tuple[Text, Cell]] = [
        (Text("Aufgabe", "Task"), (run.brief or {}).get("title", "")),
        (Text("Fähigkeit", "Skill"), run.skill),
        (Text("Stand", "State"), _STATES.get(run.state, run.state)),
        (Text("Kennzeichnung", "Label"), Text(run.label_de or "–", run.label_en or "–")),
        (Text("Kosten", "Cost"), Money.from_cents(run.cost_cents)),
        (Text("Beginn", "Started"), run.started_at),
        (Text("Ende", "Ended"), run.ended_at),
        (Text("Grund", "Reason"), run.reason),
    ]
    rows = tuple((step["at"], Text.from_json(step["what"]), step["cents"]) for step in run.steps)
    return Section(
        Text(f"Lauf {number}", f"Run {number}"),
        pairs=tuple((name, value) for name, value in pairs if value),
        head=(Text("Wann (UTC)", "When (UTC)"), Text("Schritt", "Step"), Text("Cent", "Cents")),
        rows=rows,
    )


_WORDS = {
    "agents.run.started": Text("Lauf begonnen", "Run started"),
    "agents.run.found": Text("Lauf wiederaufgenommen", "Run found again"),
    "agents.run.finished": Text("Lauf beendet", "Run finished"),
    "agents.run.failed": Text("Lauf abgebrochen", "Run failed"),
}
