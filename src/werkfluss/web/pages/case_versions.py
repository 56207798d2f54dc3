"""What happens to my open cases: which would go on in the newest version, which need a person's word, which cannot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.text import Text
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.move_view import Overview, overview
from werkfluss.web.process_view import language
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.work.domain import case_moves
from werkfluss.work.models import CaseMove, CaseMoveItem, ProcessDefinition

KINDS.update(
    {
        "work.case_move.ordered": gettext_lazy("Cases are to move to another version"),
        "work.case_move.resumed": gettext_lazy("Move of cases goes on"),
        "work.case_move.done": gettext_lazy("Move of cases is done"),
        "work.case_move.broken": gettext_lazy("Move of cases broke off"),
    }
)
OBJECTS.update({"work.casemove": gettext_lazy("Move of cases")})
_ON_A_PAGE = 100
STATES = (
    ("open", gettext_lazy("not yet")),
    ("moved", gettext_lazy("moved")),
    ("stayed", gettext_lazy("stays")),
)
_WORDS = dict(STATES)


def _case_url(row: CaseMoveItem) -> str:
    return reverse("case", kwargs={"firm": row.org.slug, "pk": row.case_id})


def _why(row: CaseMoveItem) -> str:
    return Text(row.why_de, row.why_en).in_language(language()) if row.why_de else "–"


ITEMS = Table(
    "case_move_items",
    caption=gettext_lazy("Cases of this move"),
    columns=(
        Column("number", gettext_lazy("No."), value="case.number", order="case__number", kind="number"),
        Column("case", gettext_lazy("Case"), value="case.title", order="case__title", link=_case_url),
        Column("state", gettext_lazy("What became of it"), value=lambda row: _WORDS[row.state], order="state"),
        Column("why", gettext_lazy("Why it stays"), value=_why),
    ),
    filters=(Filter("state", gettext_lazy("What became of it"), STATES),),
    default_order="number",
    empty=Empty(gettext_lazy("No cases"), gettext_lazy("The cases of this move have been deleted.")),
)


def _newest(pk: UUID) -> ProcessDefinition:
    """The version in use of the process of which ``pk`` is a version."""
    key = ProcessDefinition.objects.filter(pk=pk).values_list("key", flat=True).first()
    found = ProcessDefinition.objects.filter(key=key).select_related("org").order_by("-revision").first()
    if found is None:
        raise Http404
    return found


def open_cases(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Look at what would happen; posted, the chosen cases are handed to the job."""
    to = _newest(pk)
    seen = overview(to, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        chosen = _chosen(request, seen)
        if chosen:
            move = case_moves.order_move(to, cases=chosen, confirmed=seen.confirmed, by=request.actor)
            return redirect(reverse("case_move", kwargs={"firm": request.org.slug, "pk": move.pk}))
        return _page(request, seen, status=422)
    return _page(request, seen)


def _chosen(request: FirmRequest, seen: Overview) -> list[UUID]:
    if request.POST.get("all") == "1":
        return [one.case.pk for one in seen.found if one.ok]
    if seen.many:
        chosen = set(request.POST.getlist("group"))
        return [pk for group in seen.groups if group.key in chosen and group.alike.found.ok for pk in group.cases]
    return [as_uuid(key) for key in request.POST.getlist("case")]


def _page(request: FirmRequest, seen: Overview, *, status: int = 200) -> HttpResponse:
    page = Paginator(seen.groups or seen.cases, _ON_A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "to": seen.to,
        "seen": seen,
        "page": page,
        "kept": kept.urlencode(),
        "nothing_chosen": status == 422,
        "moves": case_moves.moves_to(seen.to)[:5],
    }
    return render(request, "case_versions/open_cases.html", context, status=status)


def _move(pk: UUID) -> CaseMove:
    return get_object_or_404(CaseMove.objects.select_related("definition", "org"), pk=pk)


def _standing(move: CaseMove) -> dict[str, Any]:
    states = list(move.items.values_list("state", flat=True))
    open_ = states.count("open")
    return {
        "move": move,
        "total": len(states),
        "done": len(states) - open_,
        "moved": states.count("moved"),
        "stayed": states.count("stayed"),
        "under_way": move.state == "running" and open_ > 0,
    }


def case_move(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One move: how far it is, and case by case what became of it."""
    move = _move(pk)
    rows = move.items.select_related("case", "org")
    return ITEMS.page(request, rows, template="case_versions/move.html", context=_standing(move))


def case_move_progress(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The bar while the job works; it asks again by itself and reloads the page when all are through."""
    standing = _standing(_move(pk))
    response = render(request, "case_versions/progress.html", standing)
    if not standing["under_way"]:
        response["HX-Refresh"] = "true"
    return response


def case_move_resume(request: FirmRequest, pk: UUID) -> HttpResponse:
    move = _move(pk)
    case_moves.resume_move(move, by=request.actor)
    messages.success(request, _("The move goes on."))
    return redirect(reverse("case_move", kwargs={"firm": request.org.slug, "pk": move.pk}))


urlpatterns = [
    firm_page("processes/<uuid:pk>/open-cases/", open_cases, permission="case.work", methods=FORM),
    firm_page("processes/moves/<uuid:pk>/", case_move, permission="case.read"),
    firm_page("processes/moves/<uuid:pk>/progress/", case_move_progress, permission="case.read"),
    firm_page("processes/moves/<uuid:pk>/resume/", case_move_resume, permission="case.work", methods=WRITE),
]
