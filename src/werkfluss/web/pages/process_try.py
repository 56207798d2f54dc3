"""Try a process out: what stands where, what can happen next, and how it goes on. Keeps nothing, starts no case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from werkfluss.kernel.errors import WerkflussError
from werkfluss.process.state import Status
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.process_editor import Sheet, opened
from werkfluss.web.process_try import Trial, begin, move, moves, read_data
from werkfluss.web.process_view import drawing


def process_try(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = opened(pk)
    sheet = Sheet(found.source)
    context: dict[str, Any] = {
        "opened": found,
        "process_name": sheet.name(sheet.process.id) if sheet.process else found.key,
        "may_edit": request.actor.may("case.work"),
    }
    trial: Trial | None = None
    status = 200
    if request.method == "POST":
        try:
            trial = Trial.read(request.POST["trial"], sheet.source) if request.POST.get("trial") else None
            trial = _next(request, sheet, trial)
        except WerkflussError as error:
            context |= {"fault": error.fault, "typed": request.POST.get("data", "")}
            status = 422
    context["drawing"] = drawing(sheet.model)
    if trial is not None:
        active = {token.node for token in trial.state.tokens} | {wait.node for wait in trial.state.waits}
        context |= {
            "trial": trial.signed(sheet.source),
            "state": trial.state,
            "moves": moves(sheet.model, trial),
            "log": list(reversed(trial.log)),
            "ended": trial.state.status is not Status.RUNNING,
            "data": sorted(trial.state.variables.items()),
            "drawing": drawing(sheet.model, active=active, done=set(trial.passed) - active),
        }
    return render(request, "processes/try.html", context, status=status)


def _next(request: FirmRequest, sheet: Sheet, trial: Trial | None) -> Trial:
    data = read_data(request.POST.get("data", ""))
    if trial is None or request.POST.get("again"):
        return begin(sheet.model, sheet.process.id if sheet.process else "", data)
    given = {"wait": request.POST.get("wait", ""), "choices": request.POST.getlist("choice")}
    return move(sheet.model, trial, given, data)


urlpatterns = [firm_page("processes/<uuid:pk>/try/", process_try, permission="case.read", methods=FORM)]
