"""The firm's own AI Act guide: what to do, for which use, by when; to-dos become deadlines, versions are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from werkfluss.agents import sheets
from werkfluss.agents.domain import guides, papers, release
from werkfluss.agents.models import Paper
from werkfluss.kernel import clock
from werkfluss.web import ai_view
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.forms.ai import TakeOverForm, language
from werkfluss.web.pages.ai_inventory import todo_rows

_DRAW = {"pdf": sheets.as_pdf, "docx": sheets.as_docx}
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# The page on which each paper stands, and the right it takes beyond that of the address.
HOME = {
    Paper.Kind.GUIDE: ("ai_guide", "agent.read"),
    Paper.Kind.PROCESSING: ("data_protection", "agent.read"),
    Paper.Kind.ANNEX: ("works_council", "agent.read"),
    Paper.Kind.TRAININGS: ("ai_trainings", "people.read"),
}


def ai_guide(request: FirmRequest) -> HttpResponse:
    now = ai_view.situation(request)
    memo = release.memo(now.on)
    context = {
        "guide": now.guide,
        "shown": [one for one in now.shown() if one.entry],
        "todos": todo_rows(now.guide, list(now.guide.todos)),
        "people": now.people,
        "missing": sum(person.missing for person in now.people),
        "memo": memo,
        "contact": now.contact,
        "take_over": TakeOverForm(),
        **kept_versions("guide"),
    }
    return render(request, "ai/guide.html", context)


def kept_versions(kind: str) -> dict[str, Any]:
    """The versions of a paper with their files, for its page."""
    rows = list(papers.versions(kind)[:10])
    found = papers.files_of(rows)
    return {"paper_kind": kind, "versions": [(row, found[row.pk]) for row in rows]}


def ai_take_over(request: FirmRequest) -> HttpResponse:
    """To-dos of the guide become deadlines of the firm or of the use they are about."""
    now, form = ai_view.situation(request), TakeOverForm(request.POST)
    due = form.cleaned_data["due"] if form.is_valid() else None
    made = guides.take_over(now.guide, codes=request.POST.getlist("code"), due=due, lines=now.lines, by=request.actor)
    text = ngettext("%(n)s deadline has been set.", "%(n)s deadlines have been set.", len(made))
    messages.success(request, text % {"n": len(made)})
    return redirect("ai_guide", firm=request.org.slug)


def _kind(request: FirmRequest, kind: str) -> str:
    """Raises Http404 or PermissionDenied."""
    if kind not in Paper.Kind.values:
        raise Http404
    if not request.actor.may(HOME[Paper.Kind(kind)][1]):
        raise PermissionDenied
    return kind


def ai_paper(request: FirmRequest, kind: str, form: str) -> HttpResponse:
    """The paper as of today, as PDF or Word document; nothing is kept."""
    if form not in _DRAW:
        raise Http404
    spoken = language()
    content = _DRAW[form](ai_view.sheet_of(_kind(request, kind), request), language=spoken, at=clock.now())
    name = papers.filename(kind, spoken, form)
    header = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=_TYPES[form], headers={"Content-Disposition": header})


def ai_paper_keep(request: FirmRequest, kind: str) -> HttpResponse:
    """Keep the paper as it is today, with its files and its digest in the record."""
    sheet = ai_view.sheet_of(_kind(request, kind), request)
    paper = papers.keep_version(sheet, kind=kind, language=language(), at=clock.now(), by=request.actor)
    messages.success(request, _("Version %(number)s is kept.") % {"number": paper.number})
    return redirect(HOME[Paper.Kind(kind)][0], firm=request.org.slug)


urlpatterns = [
    firm_page("ai/guide/", ai_guide, permission="agent.read"),
    firm_page("ai/guide/take-over/", ai_take_over, permission="deadline.write", methods=WRITE),
    firm_page("ai/papers/<slug:kind>/keep/", ai_paper_keep, permission="agent.write", methods=WRITE),
    firm_page("ai/papers/<slug:kind>/<slug:form>/", ai_paper, permission="agent.read"),
]
