"""Process board: where cases wait, idle and work time per step, bottlenecks, candidates. Never per person."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from werkfluss.kernel import clock
from werkfluss.process.model import Definitions
from werkfluss.process.walk import default_process
from werkfluss.web import board_view, law_view
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.board_view import Card, Lane, ShownStep
from werkfluss.web.process_view import language, name_of
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import process_board as domain
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.process_board import Board, Line
from werkfluss.work.models import Case, CaseTask, ProcessDefinition

_CARDS = 6
_TIME = "process_board/time_cell.html"


def board_url(line: Line) -> str:
    return reverse("process_board", kwargs={"firm": line.definition.org.slug, "pk": line.definition.pk})


def _name(line: Line) -> str:
    return _process_name(model_of(line.definition)) or line.definition.name


def _process_name(model: Definitions) -> str:
    return model.process(default_process(model)).name_in(language())


def _busiest(line: Line) -> str:
    """The names of the steps where most cases wait."""
    model = model_of(line.definition)
    return " · ".join(f"{name_of(model, one.element)} ({one.count})" for one in line.waiting[:3])


OVERVIEW = Table(
    "process_boards",
    caption=gettext_lazy("Where cases wait, by process"),
    columns=(
        Column("process", gettext_lazy("Process"), value=_name, order="process", link=board_url),
        Column("running", gettext_lazy("Running cases"), order="running", kind="number"),
        Column("waiting", gettext_lazy("Most wait at"), value=_busiest),
        Column("oldest", gettext_lazy("Oldest since"), order="oldest", kind="date"),
        Column("incidents", gettext_lazy("Open disturbances"), order="incidents", kind="number"),
    ),
    empty=Empty(
        gettext_lazy("No case is running"),
        gettext_lazy("As soon as cases run, this page says at which steps they wait."),
        gettext_lazy("To the processes"),
        url=lambda request: reverse("processes", kwargs={"firm": request.org.slug}),
    ),
)


def _hours(name: str) -> Any:
    return lambda row: round(getattr(row, name).seconds / 3600, 1) if getattr(row, name) else None


STEPS = Table(
    "process_board",
    caption=gettext_lazy("Steps: waiting cases, times, decisions"),
    columns=(
        Column("name", gettext_lazy("Step"), partial="process_board/step_cell.html"),
        Column("waiting", gettext_lazy("Waiting"), order="waiting", kind="number"),
        Column("oldest", gettext_lazy("Oldest since"), order="oldest", kind="date"),
        Column("finished", gettext_lazy("Finished"), order="finished", kind="number"),
        Column("idle", gettext_lazy("Lies idle"), order="idle", partial=_TIME, export=_hours("idle")),
        Column("work", gettext_lazy("Work"), order="work", partial=_TIME, export=_hours("work")),
        Column("whole", gettext_lazy("Both together"), order="whole", partial=_TIME, export=_hours("whole")),
        Column("ways", gettext_lazy("Decisions")),
        Column("again", gettext_lazy("Done again"), order="again", kind="number"),
        Column("incidents", gettext_lazy("Disturbances"), order="incidents", kind="number"),
    ),
    per_page=100,
)
LOCKED_STEPS = Table(
    "process_board",
    caption=gettext_lazy("Steps and waiting cases"),
    columns=tuple(one for one in STEPS.columns if one.key in {"name", "waiting", "oldest", "incidents"}),
    per_page=100,
)


def process_boards(request: FirmRequest) -> HttpResponse:
    return OVERVIEW.page(
        request, domain.overview(), template="process_board/overview.html", context={"locked": domain.is_locked()}
    )


def process_board(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(ProcessDefinition, pk=pk)
    board, now = domain.board_of(found), clock.now()
    steps = board_view.shown_steps(board)
    by_time = request.GET.get("show") == "time" and not board.locked
    context = {
        "board": board,
        "name": _process_name(board.model) or board.definition.name,
        "facts": _facts(board),
        "bottlenecks": board_view.bottleneck_words(board, now),
        "candidates": [(name_of(board.model, one.element), one) for one in board.candidates],
        "ways": board_view.shown_ways(board),
        "lanes": _lanes(request, board, steps, now),
        "drawing": board_view.heated(board, by_time=by_time),
        "by_time": by_time,
    }
    table = LOCKED_STEPS if board.locked else STEPS
    return table.page(request, steps, template="process_board/board.html", context=context)


def _facts(board: Board) -> dict[str, Any]:
    people = sum(one.waiting for one in board.steps.values())
    return {
        "people": people,
        "events": sum(one.count for one in board.events.values()),
        "length": board_view.spoken(board.length),
        "too_few": sum(not one.shown for one in board.steps.values()),
    }


def _lanes(request: FirmRequest, board: Board, steps: list[ShownStep], now: datetime) -> list[Lane]:
    """The columns of the board. Who may not read cases sees how many wait, but no case."""
    cards = _cards(request, board, now) if request.actor.may("case.read") else {}
    return [Lane(step, cards.get(step.element, [])[:_CARDS]) for step in steps if step.waiting]


def _cards(request: FirmRequest, board: Board, now: datetime) -> dict[str, list[Card]]:
    rows: list[CaseTask] = list(domain.open_cards(board))
    law_view.unname_cases((row.case for row in rows), request.actor)
    found: dict[str, list[Card]] = defaultdict(list)
    for row in rows:
        found[row.element].append(_card(request, row, row.case, now))
    return found


def _card(request: FirmRequest, row: CaseTask, case: Case, now: datetime) -> Card:
    url = reverse("case", kwargs={"firm": request.org.slug, "pk": case.pk})
    late = row.due is not None and row.due < now
    return Card(case.title, case.number, row.created_at, row.due, late, url)


urlpatterns = [
    firm_page("processes/board/", process_boards, permission="process_board.read"),
    firm_page("processes/<uuid:pk>/board/", process_board, permission="process_board.read"),
]
