"""Care: cases as HR sees them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import expat_cases as domain
from werkfluss.care.domain import papers, verdicts
from werkfluss.care.domain.duties import duties, keep_duties, with_proof
from werkfluss.care.domain.outlook import outlook
from werkfluss.care.models import CasePaper, ExpatCase
from werkfluss.care.routes import care_route
from werkfluss.care.rules import expat_cases, own_cases
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.care_parts_view import shown_ahead, shown_parties, shown_questions
from werkfluss.web.care_view import (
    route_name,
    shown_deadlines,
    shown_facts,
    shown_papers,
    shown_stages,
    waits_for,
)
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.care import (
    ConfirmForm,
    DayForm,
    FactForm,
    NewCaseForm,
    PaperForm,
    PartyForm,
    ReturnForm,
    StartForm,
    UploadPaperForm,
    rules_of,
)
from werkfluss.web.process_view import history, language, shown_step
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.work.domain import cases
from werkfluss.workforce.models import Paper


def care_url(row: ExpatCase) -> str:
    return reverse("care_case", kwargs={"firm": row.org.slug, "pk": row.pk})


CASES = Table(
    "care",
    caption=gettext_lazy("Care"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("person", gettext_lazy("Person"), value="person.name", order="person__sort_key", link=care_url),
        Column("route", gettext_lazy("Route"), value=lambda row: route_name(row.route)),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("waiting", gettext_lazy("Waits for")),
        Column("start", gettext_lazy("Wished start"), value="wished_start", order="wished_start", kind="date"),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), (("open", gettext_lazy("open")), ("closed", gettext_lazy("closed")))),
    ),
    search=("person__name__icontains",),
    default_order="start",
    empty=Empty(
        gettext_lazy("No cases yet"),
        gettext_lazy("A case leads a hire from abroad from the contract to the first working day."),
        gettext_lazy("New case"),
        url=lambda request: reverse("care_new", kwargs={"firm": request.org.slug}),
    ),
)


def care(request: FirmRequest) -> HttpResponse:
    rows = expat_cases().select_related("org")
    return CASES.page(request, rows, template="care/list.html", prepare=waits_for)


def care_new(request: FirmRequest) -> HttpResponse:
    form = NewCaseForm(request.POST or None)
    if not form.is_valid():
        return render(request, "care/new.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    try:
        made = domain.open_case(given.pop("person"), **given, by=request.actor)
    except Refused as refusal:
        form.add_error(None, f"{refusal.reason.in_language(language())} {refusal.what_to_do.in_language(language())}")
        return render(request, "care/new.html", {"form": form}, status=422)
    messages.success(request, _("The case has begun."))
    return redirect("care_case", firm=request.org.slug, pk=made.pk)


def case_at(pk: UUID) -> ExpatCase:
    return get_object_or_404(expat_cases().select_related("org"), pk=pk)


def care_case(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = case_at(pk)
    return render(request, "care/case.html", case_context(request, expat))


def case_context(request: FirmRequest, expat: ExpatCase, **forms: Any) -> dict[str, Any]:
    rows = cases.open_steps(expat.case).select_related("case__definition")
    stages = shown_stages(expat)
    what_if = StartForm(request.GET)
    # The page asks, nobody decides: in the record it is Werkfluss itself.
    system = Actor.system(request.org.pk)
    kind = care_route(expat.route)
    asked_day = what_if.day()
    owed = duties(expat, on=clock.today())
    return {
        "expat": expat,
        "kind": kind,
        "day_line": f"{kind.day.in_language(language())}: {date_format(expat.wished_start)}",
        "outlook": outlook(expat, on=clock.today(), start=asked_day, by=system) if kind.title else None,
        "ahead": shown_ahead(expat, on=clock.today(), start=asked_day),
        "duties": with_proof(expat, owed),
        "duty_questions": shown_questions(owed.questions),
        "parties": shown_parties(expat),
        "party_form": forms.get("party_form") or PartyForm(auto_id="party_%s"),
        "day_form": DayForm(auto_id="day_%s"),
        "return_form": ReturnForm(auto_id=False),
        "stages": stages,
        "done": sum(stage["state"] == "done" for stage in stages),
        "steps": [shown_step(step, request.actor) for step in rows],
        "asked": verdicts.ask_the_law(expat, on=clock.today(), by=system),
        "papers": shown_papers(expat),
        "deadlines": shown_deadlines(
            deadlines_about(expat).exclude(code__startswith="duty:"), deadlines_about(expat.person)
        ),
        "facts": shown_facts(expat.person, rules_of(expat.route)),
        "history": history(expat.case),
        "paper_form": forms.get("paper_form") or PaperForm(expat=expat),
        "confirm_form": ConfirmForm(auto_id=False),
        "may_write": request.actor.may("care.write"),
        "here": request.path,
    }


def care_paper_request(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = case_at(pk)
    form = PaperForm(request.POST, expat=expat)
    if not form.is_valid():
        return render(request, "care/case.html", case_context(request, expat, paper_form=form), status=422)
    given = form.cleaned_data
    papers.request_paper(
        expat, kind=given["kind"], due=given["due"], note=given["note"], member=given["member"], by=request.actor
    )
    messages.success(request, _("The paper stands on the list."))
    return redirect(care_url(expat))


def _paper(expat: ExpatCase, paper: UUID) -> Paper:
    return get_object_or_404(papers.papers_of(expat), pk=paper)


def care_paper_upload(request: FirmRequest, pk: UUID, paper: UUID) -> HttpResponse:
    expat = case_at(pk)
    _hand_in(request, expat, _paper(expat, paper))
    return redirect(care_url(expat))


def _hand_in(request: FirmRequest, expat: ExpatCase, paper: Paper) -> None:
    form = UploadPaperForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Please choose a file of up to 25 MB."))
        return
    name, content = form.cleaned_data["file"][0]
    papers.hand_in_paper(expat, paper=paper, content=content, filename=name, by=request.actor)
    messages.success(request, _("The file has arrived. HR looks at it and confirms it."))


def care_paper_confirm(request: FirmRequest, pk: UUID, paper: UUID) -> HttpResponse:
    expat = case_at(pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the day from which the paper is valid."))
        return redirect(care_url(expat))
    given: dict[str, date | None] = form.cleaned_data
    valid_from = given["valid_from"] or clock.today()
    papers.confirm_paper(
        expat, paper=_paper(expat, paper), valid_from=valid_from, expires=given["expires"], by=request.actor
    )
    messages.success(request, _("Confirmed. What follows from it has been noted."))
    return redirect(care_url(expat))


def care_fact(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Record what the law asks for, with its source."""
    expat = case_at(pk)
    form = FactForm(request.POST or None, route=expat.route, initial={"name": request.GET.get("fact", "")})
    if not form.is_valid():
        context = {"form": form, "expat": expat, "known": form.known.values()}
        return render(request, "care/fact.html", context, status=422 if form.is_bound else 200)
    record_fact(expat.person, by=request.actor, **form.cleaned_data)
    keep_duties(expat, on=clock.today(), by=request.actor)
    messages.success(request, _("Recorded. The legal check has been asked again."))
    return redirect(care_url(expat))


def care_file(_request: FirmRequest, pk: UUID, paper: UUID) -> HttpResponse:
    return _file(_paper(case_at(pk), paper))


def _file(paper: Paper) -> HttpResponse:
    if paper.document is None:
        raise Http404
    return as_download(paper.document, content_of(paper.document))


@today.answers("mine")
def own_move(request: FirmRequest) -> list[today.Item]:
    """Whoever moves here sees the next step on the first screen."""
    url = reverse("portal", kwargs={"firm": request.org.slug})
    return [
        today.Item(_("Your move to Germany"), url, why=_("Next step, papers and days"), action=_("Open"))
        for _case in own_cases(request.actor).filter(state="open")[:1]
    ]


@today.answers("mine")
def papers_to_confirm(request: FirmRequest) -> list[today.Item]:
    if not request.actor.may("care.write"):
        return []
    handed_in = CasePaper.objects.filter(paper__state="uploaded").values("expat_case")
    waiting = expat_cases().filter(pk__in=handed_in).select_related("org")[:20]
    why = _("Papers have been handed in.")
    return [today.Item(row.person.name, care_url(row), why=why, action=_("Look at them")) for row in waiting]


urlpatterns = [
    firm_page("care/", care, permission="care.read"),
    firm_page("care/new/", care_new, permission="care.write", methods=FORM),
    firm_page("care/<uuid:pk>/", care_case, permission="care.read"),
    firm_page("care/<uuid:pk>/papers/", care_paper_request, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/facts/", care_fact, permission="care.write", methods=FORM),
    firm_page("care/<uuid:pk>/papers/<uuid:paper>/", care_paper_upload, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/papers/<uuid:paper>/ok/", care_paper_confirm, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/papers/<uuid:paper>/file/", care_file, permission="care.read"),
]
