"""The editor of processes: drawing and table side by side with property forms, clarity and questions.

Without a script the table and the forms do everything but draw. With one, the browser sends the drawing along (field
``bpmn``) with every request, so that forms and checks speak of what is on the screen; nothing in it is trusted.
"""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.errors import Broken, Conflict, Fault, Refused, WerkflussError
from werkfluss.process.answers import answer
from werkfluss.process.drawing_in import with_drawing
from werkfluss.process.editing import Element, with_edited
from werkfluss.process.question_words import Kind
from werkfluss.process.questions import Question
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms import Form
from werkfluss.web.forms.process_editor import form_for
from werkfluss.web.forms.process_fields import ElementForm
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.process_editor import Opened, Sheet, kind_word, opened
from werkfluss.web.process_times import as_iso
from werkfluss.web.process_view import language
from werkfluss.work.domain import drafts

KINDS.update(
    {
        "work.process.draft_begun": gettext_lazy("Draft of a process begun"),
        "work.process.draft_saved": gettext_lazy("Draft of a process saved"),
        "work.process.draft_discarded": gettext_lazy("Draft of a process discarded"),
    }
)
OBJECTS["work.processdraft"] = gettext_lazy("Draft of a process")


class NewForm(Form):
    """The name of a new process."""

    name = forms.CharField(
        label=gettext_lazy("Name of the process"),
        max_length=120,
        help_text=gettext_lazy("What is done to what, for example “Check incoming invoice”."),
    )


def process_new(request: FirmRequest) -> HttpResponse:
    form = NewForm(request.POST or None)
    if form.is_valid():
        try:
            draft = drafts.new_draft(form.cleaned_data["name"].strip(), by=request.actor)
        except Refused as error:
            form.add_error("name", error.fault.cause.in_language(language()))
        else:
            return redirect(editor_url(request, draft.pk))
    return render(request, "processes/new.html", {"form": form}, status=422 if form.is_bound else 200)


def editor_url(request: FirmRequest, pk: UUID, name: str = "process_edit", **more: str) -> str:
    return reverse(name, kwargs={"firm": request.org.slug, "pk": pk, **more})


def process_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = opened(pk)
    context = _context(found, Sheet(found.source), rows=request.GET.get("rows", "")[:6])
    return render(request, "processes/editor.html", context)


def process_source(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file as it is being drawn; for the canvas (``for=canvas``) with places where it says none."""
    found = opened(pk)
    source = found.source
    if request.GET.get("for") == "canvas":
        with contextlib.suppress(Broken):  # the canvas says what is wrong with it
            source = with_drawing(source)
    response = HttpResponse(source, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.bpmn"'
    return response


def _context(
    found: Opened, sheet: Sheet, element: str = "", form: ElementForm | None = None, rows: str = ""
) -> dict[str, Any]:
    """Everything the parts of the editor show; without an element the form is that of the process."""
    chosen: Element | None = sheet.element(element) if element else sheet.process
    if form is None and chosen is not None:
        form = form_for(chosen, sheet.model)
    return {
        "opened": found,
        "sheet": sheet,
        "twin": sheet.twin(element, int(rows) if rows.isascii() and rows.isdigit() else 0),
        "element": chosen,
        "element_kind": kind_word(chosen) if chosen else "",
        "form": form,
        "previews": sheet.previews(form) if form else [],
        "saved_by": drafts.saved_by(found.draft) if found.draft else "",
        "process_name": sheet.name(sheet.process.id) if sheet.process else found.key,
    }


def _drawn(request: FirmRequest, found: Opened) -> bytes:
    """What the browser has on the screen, else what is kept."""
    return request.POST["bpmn"].encode() if request.POST.get("bpmn") else found.source


def _with_script(request: FirmRequest) -> bool:
    return "bpmn" in request.POST


def _keep(request: FirmRequest, found: Opened, source: bytes) -> Opened:
    """Save into the draft, which the first change begins.

    Raises:
        Conflict: somebody else has saved, or begun to draw, since the page was opened.
    """
    version = read_version(request)
    drafts.readable(source)  # before a draft is begun for it
    draft = found.draft
    if draft is None:
        if version != 0 or found.definition is None:
            raise Conflict(f"draft {found.key}")
        if source == found.source:
            return found
        draft = drafts.begin_draft(found.definition, by=request.actor)
        version = draft.version
    drafts.save_draft(draft, source=source, expected_version=version, by=request.actor)
    return opened(found.pk)


def _parts(request: FirmRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "processes/editor_parts.html", {**context, "parts": True}, status=status)


def _fault(request: FirmRequest, found: Opened, error: WerkflussError) -> HttpResponse:
    """What was refused, said beside the drawing; nothing was kept."""
    conflict = isinstance(error, Conflict)
    context = {"opened": found, "fault": error.fault, "conflict": conflict}
    if conflict and found.draft:
        context["saved_by"] = drafts.saved_by(found.draft)
    template = "processes/editor_fault.html" if _with_script(request) else "errors/refused.html"
    return render(request, template, context, status=409 if conflict else 422)


def process_check(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Form and clarity of what is on the screen; keeps nothing."""
    found = opened(pk)
    try:
        sheet = Sheet(drafts.bounded(_drawn(request, found)))
    except Broken as error:
        return _fault(request, found, error)
    element, rows = request.POST.get("element", ""), request.POST.get("rows", "")[:6]
    try:
        context = _context(found, sheet, element, rows=rows)
    except Http404:
        context = _context(found, sheet, rows=rows)
        context |= {"form": None, "element": None, "nothing": True}
    return _parts(request, context)


def process_save(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = opened(pk)
    try:
        found = _keep(request, found, _drawn(request, found))
    except (Conflict, Broken) as error:
        return _fault(request, opened(pk), error)
    if not _with_script(request):
        return redirect(editor_url(request, pk))
    return render(request, "processes/editor_state.html", {"opened": found})


def process_element(request: FirmRequest, pk: UUID, element: str) -> HttpResponse:
    """The property form of one element: a page of its own without a script, the panel beside the drawing with one."""
    found = opened(pk)
    if request.method != "POST":
        return render(request, "processes/element.html", _context(found, Sheet(found.source), element))
    try:
        sheet = Sheet(drafts.bounded(_drawn(request, found)))
        form = form_for(sheet.element(element), sheet.model, request.POST)
        if not form.is_valid():
            context = _context(found, sheet, element, form)
            if _with_script(request):
                return _parts(request, context, status=422)
            return render(request, "processes/element.html", context, status=422)
        changed = with_edited(sheet.source, element, form.edited())
        found = _keep(request, found, changed)
    except (Conflict, Broken) as error:
        return _fault(request, opened(pk), error)
    return _changed(request, found, changed, element)


def _changed(request: FirmRequest, found: Opened, source: bytes, element: str) -> HttpResponse:
    if not _with_script(request):
        messages.success(request, _("Saved in the draft."))
        page = Sheet(source).twin(element).number
        return redirect(editor_url(request, found.pk) + (f"?rows={page}" if page > 1 else "") + "#twin")
    context = _context(found, Sheet(source), element)
    return _parts(request, {**context, "source": source.decode(), "saved_now": True})


def process_answer(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Store the answer to one question of the clarity check in the file."""
    found = opened(pk)
    try:
        sheet = Sheet(drafts.bounded(_drawn(request, found)))
        asked = _question(sheet, request.POST.get("question", ""))
        value = _answer_value(request, asked)
        changed = answer(sheet.source, [asked.answered(value, reason=request.POST.get("reason", ""))])
        found = _keep(request, found, changed)
    except (Conflict, Broken) as error:
        return _fault(request, opened(pk), error)
    return _changed(request, found, changed, request.POST.get("element", ""))


def _question(sheet: Sheet, key: str) -> Question:
    """Raises Conflict if it is not asked any more."""
    for one in sheet.all_questions:
        if one.id == key:
            return one
    raise Conflict(f"question {key}")


def _answer_value(request: FirmRequest, asked: Question) -> Any:
    given = request.POST.get("value", "")
    if asked.kind is Kind.HOURS:
        parts = given.replace(",", ".").replace("-", "–").split("–")
        hours = [part.strip() for part in parts if part.strip()]
        return (hours * 2 if len(hours) == 1 else hours) if hours else ""
    return as_iso(given) if asked.kind is Kind.DURATION else given


def process_discard(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = opened(pk)
    if found.draft is None:
        raise Http404
    drafts.discard_draft(found.draft, expected_version=read_version(request), by=request.actor)
    messages.success(request, _("The draft is gone; the version in use stays."))
    if found.definition is None:
        return redirect(reverse("processes", kwargs={"firm": request.org.slug}))
    return redirect(editor_url(request, found.definition.pk, "process"))


def process_publish(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What putting the draft in use would change; a POST does it."""
    found = opened(pk)
    if found.draft is None:
        raise Http404
    fault: Fault | None = None
    if request.method == "POST":
        try:
            made = drafts.publish_draft(found.draft, expected_version=read_version(request), by=request.actor)
        except (Broken, Refused) as error:
            fault = error.fault
        else:
            messages.success(request, _("Version %(n)d is in use from now on.") % {"n": made.revision})
            return redirect(editor_url(request, made.pk, "process"))
    sheet = Sheet(found.source)
    context = {**_context(found, sheet), "outlook": drafts.outlook(found.draft), "fault": fault}
    return render(request, "processes/publish.html", context, status=422 if fault else 200)


urlpatterns = [
    firm_page("processes/new/", process_new, permission="case.work", methods=FORM),
    firm_page("processes/<uuid:pk>/edit/", process_edit, permission="case.work"),
    firm_page("processes/<uuid:pk>/edit/file/", process_source, permission="case.work"),
    firm_page("processes/<uuid:pk>/edit/check/", process_check, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/edit/save/", process_save, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/edit/answer/", process_answer, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/edit/discard/", process_discard, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/edit/publish/", process_publish, permission="case.work", methods=FORM),
    firm_page("processes/<uuid:pk>/edit/element/<str:element>/", process_element, permission="case.work", methods=FORM),
]
