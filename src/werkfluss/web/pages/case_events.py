"""What happens to cases besides their steps: toolboxes, events, steps taken back, disturbances, messages left over."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.process_view import language, name_of
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import case_events, case_incidents
from werkfluss.work.domain import cases as domain
from werkfluss.work.domain import messages as post
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseIncident, CaseMessage, CaseTask

KINDS.update(
    {
        "work.case.signal_received": gettext_lazy("Signal received"),
        "work.case.step_failed": gettext_lazy("Step ended in an error"),
        "work.case.step_undone": gettext_lazy("Step taken back"),
        "work.case.escalated": gettext_lazy("Step needs attention"),
        "work.case.activity_begun": gettext_lazy("Activity begun"),
        "work.case.call_answered": gettext_lazy("Called process answered"),
        "work.case.migrated": gettext_lazy("Case moved to another version"),
        "work.case.stuck": gettext_lazy("Case cannot go on"),
        "work.service.ordered": gettext_lazy("Program is to be called once"),
        "work.service.begun": gettext_lazy("Call of the program begun"),
        "work.service.in_doubt": gettext_lazy("Program without an answer: a person finds out"),
        "work.case.incident_settled": gettext_lazy("Disturbance seen to"),
        "work.message.sent": gettext_lazy("Message sent"),
        "work.message.kept": gettext_lazy("Message that nobody waited for"),
        "work.message.tried_again": gettext_lazy("Message tried again"),
        "work.message.discarded": gettext_lazy("Message discarded"),
        "work.decision.deployed": gettext_lazy("Decision table taken over"),
        "work.process.starts_set": gettext_lazy("Start events set"),
    }
)
OBJECTS.update(
    {"work.casemessage": gettext_lazy("Message"), "work.decision": gettext_lazy("Decision table")},
)

_MOST = 200


def _step(request: FirmRequest, pk: UUID) -> CaseTask:
    """A step that the reader may do; 404 for all others."""
    found = get_object_or_404(CaseTask.objects.select_related("case__definition", "case__org", "resource"), pk=pk)
    if not domain.may_do(found, request.actor) and found.done_by != request.actor.id:
        raise Http404
    return found


def _back(request: FirmRequest) -> HttpResponse:
    """To the page on which the form stood."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return redirect(url)
    return redirect("start", firm=request.org.slug)


def begin_activity(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Take an activity out of a toolbox."""
    found, element = _step(request, pk), request.POST.get("element", "")
    domain.begin_activity(found, element=element, by=request.actor)
    name = name_of(model_of(found.case.definition), element)
    messages.success(request, _("Begun: {name}").format(name=name))
    return _back(request)


def decide_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What a decision table would have said, decided by a person: a number, true or false, or a text."""
    found, said = _step(request, pk), request.POST.get("result", "").strip()
    if not said:
        messages.error(request, _("Please say what you decide."))
        return _back(request)
    reason = request.POST.get("reason", "").strip()
    domain.complete_step(found, data={"result": _value(said)}, reason=reason, by=request.actor)
    messages.success(request, _("Your decision counts."))
    return _back(request)


def _value(said: str) -> Any:
    words = {"ja": True, "wahr": True, "nein": False, "falsch": False}
    if said.lower() in words:
        return words[said.lower()]
    try:
        return json.loads(said.replace(",", ".") if said.replace(",", "", 1).lstrip("-").isdigit() else said)
    except ValueError:
        return said


def undo_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Take back a step that is done."""
    found = _step(request, pk)
    domain.undo_step(found, reason=request.POST.get("reason", ""), by=request.actor)
    name = name_of(model_of(found.case.definition), found.element)
    messages.success(request, _("Taken back: {name}").format(name=name))
    return _back(request)


def report_event(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A message or a signal has come otherwise: by telephone, on paper."""
    found = get_object_or_404(Case.objects.select_related("definition", "org"), pk=pk)
    name, key = request.POST.get("name", ""), request.POST.get("key", "")
    if request.POST.get("kind") == "signal":
        case_events.receive_signal(found, name=name, by=request.actor)
    else:
        case_events.receive_message(found, name=name, wait=key, by=request.actor)
    messages.success(request, _("Noted: {name}").format(name=name))
    return redirect("case", firm=request.org.slug, pk=pk)


def _case_url(row: CaseIncident) -> str:
    return reverse("case", kwargs={"firm": row.org.slug, "pk": row.case_id})


def _place(row: CaseIncident) -> str:
    return name_of(model_of(row.case.definition), row.element)


INCIDENTS = Table(
    "incidents",
    caption=gettext_lazy("Disturbances"),
    columns=(
        Column("case", gettext_lazy("Case"), value="case.title", order="case__title", link=_case_url),
        Column("place", gettext_lazy("Step"), value=_place),
        Column("cause", gettext_lazy("Cause")),
        Column("at", gettext_lazy("Since"), order="at", kind="date"),
    ),
    search=("case__title__icontains", "cause__icontains"),
    default_order="-at",
    empty=Empty(
        gettext_lazy("No disturbances"),
        gettext_lazy("When a program breaks down or a condition cannot be worked out, it stands here."),
    ),
)


def incidents(request: FirmRequest) -> HttpResponse:
    """All that a person has to look at; on the page of the case it can be tried again."""
    rows = case_incidents.open_incidents().select_related("org")
    return INCIDENTS.page(request, rows, template="cases/incidents.html")


def settle_incident(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(CaseIncident.objects.select_related("case"), pk=pk)
    case_incidents.settle_incident(found, note=request.POST.get("note", ""), by=request.actor)
    messages.success(request, _("Noted."))
    return _back(request)


def case_messages(request: FirmRequest) -> HttpResponse:
    """What has come and found no case; it is tried again when a case begins to wait for it."""
    rows = [(row, row.why.get(language(), "")) for row in post.kept_messages()[:_MOST]]
    return render(request, "cases/messages.html", {"rows": rows, "here": request.path})


def discard_message(request: FirmRequest, pk: UUID) -> HttpResponse:
    post.discard_message(get_object_or_404(CaseMessage, pk=pk), by=request.actor)
    messages.success(request, _("Discarded."))
    return _back(request)


urlpatterns = [
    firm_page("steps/<uuid:pk>/begin/", begin_activity, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/decide/", decide_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/undo/", undo_step, permission="own_tasks.work", methods=WRITE),
    firm_page("cases/<uuid:pk>/event/", report_event, permission="case.work", methods=WRITE),
    firm_page("cases/incidents/", incidents, permission="case.read"),
    firm_page("cases/incidents/<uuid:pk>/", settle_incident, permission="case.work", methods=WRITE),
    firm_page("cases/messages/", case_messages, permission="case.work"),
    firm_page("cases/messages/<uuid:pk>/", discard_message, permission="case.work", methods=WRITE),
]
