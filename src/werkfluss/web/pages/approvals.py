"""Approvals: results that wait for a human, booking lines with their source beside them, the export to DATEV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.agents.models import Run
from werkfluss.evidence.domain.documents import content_of, documents_of
from werkfluss.evidence.models import Document
from werkfluss.flow.bookings import export_bookings as export
from werkfluss.kernel.money import Money
from werkfluss.web import law_view, today
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.booking_view import view_of
from werkfluss.web.forms.approvals import BookingForm, DecisionForm
from werkfluss.web.frames import shown_in_own_frame
from werkfluss.web.pages.objections import waiting_items
from werkfluss.web.process_view import language
from werkfluss.web.step_task_view import Origin, origin_of
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.web.today import Item
from werkfluss.work.domain import acceptance, bookings
from werkfluss.work.models import Result, ResultItem


def _result_url(row: Result) -> str:
    return reverse("approval", kwargs={"firm": row.org.slug, "pk": row.pk})


def _line_url(row: ResultItem) -> str:
    return reverse("booking_line", kwargs={"firm": row.org.slug, "pk": row.pk})


def _gross(row: ResultItem) -> Decimal | None:
    gross = row.fields.get("gross")
    return Decimal(gross) if gross else None


def _day(row: ResultItem) -> date | None:
    day = row.fields.get("day")
    return date.fromisoformat(day) if day else None


def _accounts(row: ResultItem) -> str:
    accounts = dict.fromkeys(posting["account"] or "?" for posting in row.fields.get("postings", []))
    return " + ".join(accounts)


RESULTS = Table(
    "results",
    caption=gettext_lazy("Results to be accepted"),
    columns=(
        Column("task", gettext_lazy("Task"), value="task.title", order="task__title", link=_result_url),
        Column("project", gettext_lazy("Project"), value="task.project.name", order="task__project__name"),
        Column("who", gettext_lazy("Done by"), value="assignment.resource.name"),
        Column("delivered_at", gettext_lazy("Delivered on"), order="delivered_at", kind="moment"),
        Column("lines", gettext_lazy("Lines decided"), partial="approvals/progress.html", value="decided"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
    ),
    search=("task__title__icontains", "task__project__name__icontains"),
    default_order="delivered_at",
    empty=Empty(
        gettext_lazy("Nothing waits for you"),
        gettext_lazy("As soon as somebody or an agent delivers a result, you accept it here."),
    ),
)

LIGHTS = (
    ("sicher", gettext_lazy("certain")),
    ("unsicher", gettext_lazy("uncertain")),
    ("unvollständig", gettext_lazy("incomplete")),
)
STATES = (
    ("proposed", gettext_lazy("proposed")),
    ("approved", gettext_lazy("approved")),
    ("rejected", gettext_lazy("rejected")),
)
LINES = Table(
    "booking_lines",
    caption=gettext_lazy("Bookings"),
    columns=(
        Column("title", gettext_lazy("Supplier and invoice"), order="title", link=_line_url),
        Column("light", gettext_lazy("Traffic light"), order="light", kind="status"),
        Column("day", gettext_lazy("Invoice date"), value=_day, order="fields__day", kind="date"),
        Column("gross", gettext_lazy("Gross"), value=_gross, kind="money"),
        Column("account", gettext_lazy("Account"), value=_accounts),
        Column("text", gettext_lazy("Booking text"), value="fields.text", secondary=True),
        Column("state", gettext_lazy("Decision"), order="state", kind="status"),
    ),
    filters=(Filter("light", gettext_lazy("Traffic light"), LIGHTS), Filter("state", gettext_lazy("Decision"), STATES)),
    search=("title__icontains", "fields__text__icontains", "fields__filename__icontains"),
    empty=Empty(gettext_lazy("No bookings yet"), gettext_lazy("An agent prepares them from incoming e-invoices.")),
)


def _results(request: FirmRequest) -> QuerySet[Result]:
    """Those the person may accept: all for who steers the firm, else those of the own projects."""
    rows = Result.objects.select_related("org", "task__project", "assignment__resource")
    return rows if request.actor.may("project.write") else rows.filter(task__project__lead_id=request.user.pk)


def _lines() -> QuerySet[ResultItem]:
    return ResultItem.objects.filter(kind=bookings.KIND).select_related("org")


def approvals(request: FirmRequest) -> HttpResponse:
    """What waits, the oldest first."""
    rows = _counted(_results(request).filter(state="delivered"))
    context = {"objections": waiting_items(request)}
    return RESULTS.page(request, rows, template="approvals/results.html", context=context, prepare=_unname)


def decided_results(request: FirmRequest) -> HttpResponse:
    """What has been accepted or sent back."""
    rows = _counted(_results(request).exclude(state="delivered"))
    context = {"decided": True}
    return RESULTS.page(request, rows, template="approvals/results.html", context=context, prepare=_unname)


def _unname(rows: Sequence[Result]) -> None:
    """When whom delivered what is a time stamp of a person: employees stay unnamed until the works council agrees."""
    law_view.unname((row.assignment.resource for row in rows), "task_times")


def _counted(rows: QuerySet[Result]) -> QuerySet[Result]:
    return rows.annotate(count=Count("items"), decided=Count("items", filter=~Q(items__state="proposed")))


def approval(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _approval(request, pk, None)


def _approval(request: FirmRequest, pk: UUID, form: DecisionForm | None) -> HttpResponse:
    """A result: its lines, the criteria, the decision, the files that left the firm."""
    result = get_object_or_404(_results(request), pk=pk)
    _unname([result])
    may_read, origin = request.actor.may("booking.read"), _origin(request, result)
    run = Run.objects.filter(pk=result.agent_run).first() if result.agent_run else None
    open_lines = result.items.filter(state="proposed").order_by("position")
    context = {
        **_counts(result),
        "result": result,
        "run": run,
        "run_cost": Money.from_cents(run.cost_cents) if run else None,
        "may_see_runs": request.actor.may("agent.read"),
        "acceptances": list(result.acceptances.order_by("decided_at")),
        "form": form or _form(result, origin),
        "origin": origin,
        "delivered": list(documents_of(result).exclude(title__startswith=bookings.EXPORT).order_by("created_at")),
        "files": list(bookings.exported_documents(result)) if may_read else [],
        "may_read": may_read,
        "may_approve": request.actor.may("booking.approve"),
        "first": open_lines.first() if may_read else None,
    }
    rows = _lines().filter(result=result).order_by("position") if may_read else _lines().none()
    response = LINES.page(request, rows, template="approvals/result.html", context=context)
    response.status_code = 200 if form is None else 422
    return response


def _counts(result: Result) -> dict[str, int]:
    return result.items.aggregate(
        lines=Count("pk"),
        undecided=Count("pk", filter=Q(state="proposed")),
        safe=Count("pk", filter=Q(state="proposed", light="sicher")),
        fresh=Count("pk", filter=Q(state="approved", exported_at=None)),
    )


def _criteria(result: Result) -> list[str]:
    return [criterion.text for criterion in result.task.criteria.all()]


def _origin(request: FirmRequest, result: Result) -> Origin | None:
    return origin_of(result.task, request.actor, language=language()) if result.state == "delivered" else None


def _form(result: Result, origin: Origin | None, data: Any = None) -> DecisionForm:
    """The criteria; of a decision in a case also its branches, as the doer proposes them."""
    last = not result.task.four_eyes or result.acceptances.filter(accepted=True).exists()
    return DecisionForm(_criteria(result), data, origin=origin, proposed=result.picked, last=last)


def decide_result(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Accept against the criteria, or send back with what is missing."""
    result = get_object_or_404(_results(request), pk=pk)
    back = request.POST.get("decision") == "send_back"
    # What is sent back goes on nowhere in the case.
    form = _form(result, None if back else _origin(request, result), request.POST)
    if form.is_valid() and back and not form.cleaned_data["note"].strip():
        form.add_error("note", _("Please say what is missing."))
    if form.is_valid() and not back and form.unmet():
        form.add_error("met", _("Accept only when every criterion is met; otherwise send it back."))
    if not form.is_valid():
        return _approval(request, pk, form)
    if back:
        acceptance.send_back(result, unmet=form.unmet(), note=form.cleaned_data["note"], by=request.actor)
        messages.success(request, _("The result has been sent back."))
        return redirect("approvals", firm=request.org.slug)
    note, picked = form.cleaned_data["note"], form.picked()
    facts = form.facts()
    acceptance.accept_result(result, met=form.met(), note=note, choices=picked, data=facts, by=request.actor)
    done = _("The result is accepted.") if result.state == "accepted" else _("Noted. A second person decides as well.")
    messages.success(request, done)
    return redirect("approval", firm=request.org.slug, pk=pk)


def approve_safe(request: FirmRequest, pk: UUID) -> HttpResponse:
    """All lines marked as certain at once: one act of a person, recorded line by line."""
    result = get_object_or_404(_results(request), pk=pk)
    count = bookings.approve_all_safe(result, by=request.actor)
    messages.success(request, _("%(n)s bookings approved.") % {"n": count})
    return redirect("approval", firm=request.org.slug, pk=pk)


def export_bookings(request: FirmRequest, pk: UUID) -> HttpResponse:
    result = get_object_or_404(_results(request), pk=pk)
    export(result, by=request.actor)
    messages.success(request, _("The files for DATEV are ready below."))
    return redirect("approval", firm=request.org.slug, pk=pk)


def export_file(_request: FirmRequest, pk: UUID, document: UUID) -> HttpResponse:
    """One file of the export, as it was made."""
    result = get_object_or_404(Result, pk=pk)
    return _file(get_object_or_404(bookings.exported_documents(result), pk=document), inline=False)


def bookings_list(request: FirmRequest) -> HttpResponse:
    """Every booking line of the firm, whatever result it came with."""
    return LINES.page(request, _lines().order_by("-created_at", "position"), template="approvals/bookings.html")


def _line(pk: UUID) -> ResultItem:
    return get_object_or_404(_lines().select_related("org", "result__task__project", "source__blob"), pk=pk)


def booking_line(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The source beside the fields."""
    return _show(request, _line(pk), None)


def _show(request: FirmRequest, item: ResultItem, form: BookingForm | None) -> HttpResponse:
    line, filled = view_of(item), form or BookingForm(item)
    context = {
        "item": item,
        "line": line,
        "form": filled,
        "rows": [(*fields, posting) for fields, posting in zip(filled.lines(), line.postings, strict=True)],
        "may_approve": request.actor.may("booking.approve"),
        "may_accept": request.actor.may("result.accept"),
        "as_pdf": request.GET.get("view") == "pdf",
    }
    return render(request, "approvals/line.html", context, status=422 if form else 200)


def decide_line(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Approve as shown, with what the person changed, or reject with a reason; then the next one."""
    item = _line(pk)
    form = BookingForm(item, request.POST)
    reject = request.POST.get("decision") == "reject"
    note = str(request.POST.get("note", "")).strip()[:300]
    if reject and not note:
        form.add_error("note", _("Please say why you reject it."))
    if (reject and not note) or (not reject and not form.is_valid()):
        return _show(request, item, form)
    if reject:
        acceptance.reject_item(item, note=note, by=request.actor)
    else:
        bookings.approve_booking(item, correction=form.correction(), note=note, by=request.actor)
    undo = reverse("reopen_line", kwargs={"firm": request.org.slug, "pk": pk})
    words = _("Rejected: %(title)s") if reject else _("Approved: %(title)s")
    messages.success(request, words % {"title": item.title}, extra_tags=undo)
    following = view_of(item).next
    return redirect(_line_url(_line(following.pk)) if following else _result_url(item.result))


def reopen_line(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Undo a decision, as long as the line has not left the firm."""
    item = _line(pk)
    acceptance.reopen_item(item, by=request.actor)
    messages.success(request, _("Open again: %(title)s") % {"title": item.title})
    return redirect("booking_line", firm=request.org.slug, pk=pk)


@shown_in_own_frame
def line_source(_request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file as received; a PDF for the frame beside the fields, anything else to keep."""
    source = _line(pk).source
    if source is None:
        raise Http404
    return _file(source, inline=source.media_type == "application/pdf")


def _file(document: Document, *, inline: bool) -> HttpResponse:
    response = HttpResponse(
        content_of(document), content_type=document.media_type if inline else "application/octet-stream"
    )
    response.headers["Content-Disposition"] = content_disposition_header(not inline, document.filename) or "attachment"
    return response


@today.answers("mine")
def waiting_results(request: FirmRequest) -> Iterator[Item]:
    """The results this person can accept, oldest first."""
    if not request.actor.may("result.accept"):
        return
    rows = _results(request).filter(state="delivered").order_by("delivered_at")
    lines = ResultItem.objects.filter(result=OuterRef("pk"), state="proposed").order_by().values("result")
    listed = list(rows.annotate(undecided=Subquery(lines.values(n=Count("pk"))))[:5])
    _unname(listed)
    for result in listed:
        why = (
            _("%(n)s lines to decide") % {"n": result.undecided}
            if result.undecided
            else result.assignment.resource.name
        )
        yield Item(
            result.task.title,
            _result_url(result),
            why=why,
            action=gettext_lazy("Decide now"),
            word=_("delivered"),
            tone="active",
        )


urlpatterns = [
    firm_page("approvals/", approvals, permission="result.accept"),
    firm_page("approvals/decided/", decided_results, permission="result.accept"),
    firm_page("approvals/<uuid:pk>/", approval, permission="result.accept"),
    firm_page("approvals/<uuid:pk>/decide/", decide_result, permission="result.accept", methods=WRITE),
    firm_page("approvals/<uuid:pk>/approve-safe/", approve_safe, permission="booking.approve", methods=WRITE),
    firm_page("approvals/<uuid:pk>/export/", export_bookings, permission="booking.approve", methods=WRITE),
    firm_page("approvals/<uuid:pk>/files/<uuid:document>/", export_file, permission="booking.read"),
    firm_page("bookings/", bookings_list, permission="booking.read", name="bookings"),
    firm_page("bookings/<uuid:pk>/", booking_line, permission="booking.read"),
    firm_page("bookings/<uuid:pk>/source/", line_source, permission="booking.read"),
    firm_page("bookings/<uuid:pk>/decide/", decide_line, permission="booking.approve", methods=WRITE),
    firm_page("bookings/<uuid:pk>/reopen/", reopen_line, permission="booking.approve", methods=WRITE),
]
