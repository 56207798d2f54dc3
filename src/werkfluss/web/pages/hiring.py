"""Before the hire: openings with pay range and guide, applications by stage, the hire. Nobody is ranked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import applicants as domain
from werkfluss.care.models import Applicant, HiringSource, Opening
from werkfluss.formats import cv
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.hiring import (
    STAGE_WORDS,
    AnswersForm,
    ApplicantForm,
    HireForm,
    HoldForm,
    MoveForm,
    OpeningForm,
    SourceForm,
)
from werkfluss.web.forms.law import countries, here
from werkfluss.web.forms.talents import CvForm
from werkfluss.web.process_view import language
from werkfluss.web.tables import Column, Empty, Table

happenings.KINDS.update(
    {
        "care.opening.added": gettext_lazy("Job offered"),
        "care.opening.closed": gettext_lazy("Job closed"),
        "care.source.added": gettext_lazy("Source of applications added"),
        "care.source.ended": gettext_lazy("Source of applications ended"),
        "care.applicant.received": gettext_lazy("Application received"),
        "care.applicant.cv": gettext_lazy("CV read"),
        "care.applicant.confirmed": gettext_lazy("Application confirmed by the person"),
        "care.applicant.moved": gettext_lazy("Stage of the application changed"),
        "care.applicant.interviewed": gettext_lazy("Answers of the interview noted"),
        "care.applicant.link": gettext_lazy("Link for the person made"),
    }
)
happenings.OBJECTS["care.opening"] = gettext_lazy("Job offered")
happenings.OBJECTS["care.hiringsource"] = gettext_lazy("Source of applications")
happenings.OBJECTS["care.applicant"] = gettext_lazy("Application")

OPENINGS = Table(
    "openings",
    caption=gettext_lazy("Openings"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column(
            "title",
            gettext_lazy("Job"),
            order="title",
            link=lambda row: reverse("opening", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column("from", gettext_lazy("Pay from"), value="pay_from", kind="money"),
        Column("to", gettext_lazy("Pay to"), value="pay_to", kind="money"),
        Column("closed", gettext_lazy("Closed on"), value="closed_on", order="closed_on", kind="date"),
    ),
    search=("title__icontains",),
    default_order="number",
    empty=Empty(
        gettext_lazy("No openings yet"),
        gettext_lazy("An opening has a pay range and the questions that everybody is asked."),
        gettext_lazy("New opening"),
        url=lambda request: reverse("opening_new", kwargs={"firm": request.org.slug}),
    ),
)


def openings(request: FirmRequest) -> HttpResponse:
    return OPENINGS.page(request, domain.openings().select_related("org"), template="hiring/openings.html")


def opening_new(request: FirmRequest) -> HttpResponse:
    form = OpeningForm(request.POST or None)
    if form.is_valid():
        try:
            made = domain.add_opening(**form.says(), by=request.actor)
        except Refused as refusal:
            form.add_error(None, f"{here(refusal.reason)} {here(refusal.what_to_do)}")
        else:
            messages.success(request, _("The job is offered."))
            return redirect("opening", firm=request.org.slug, pk=made.pk)
    context = {"form": form, "pay_law": domain.PAY_LAW}
    return render(request, "hiring/new.html", context, status=422 if form.errors else 200)


def opening(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _opening(request, pk, ApplicantForm(), status=200)


def _opening(request: FirmRequest, pk: UUID, form: ApplicantForm, *, status: int) -> HttpResponse:
    found = get_object_or_404(domain.openings(), pk=pk)
    rows = [(row, STAGE_WORDS[row.stage]) for row in domain.applicants().filter(opening=found)]
    context = {"opening": found, "applicants": rows, "form": form, "pay_law": domain.PAY_LAW}
    return render(request, "hiring/opening.html", context, status=status)


def applicant_add(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.openings(), pk=pk)
    form = ApplicantForm(request.POST)
    if not form.is_valid():
        return _opening(request, pk, form, status=422)
    made, token = domain.receive(found, **form.cleaned_data, by=request.actor)
    return _applicant(request, made.pk, status=200, link=domain.link_address(made, token))


def opening_close(request: FirmRequest, pk: UUID) -> HttpResponse:
    domain.close_opening(get_object_or_404(Opening.objects.all(), pk=pk), by=request.actor)
    messages.success(request, _("The job is closed."))
    return redirect("opening", firm=request.org.slug, pk=pk)


def _found(pk: UUID) -> Applicant:
    return get_object_or_404(domain.applicants().select_related("opening", "source", "cv", "expat_case"), pk=pk)


def applicant(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _applicant(request, pk, status=200)


def _applicant(request: FirmRequest, pk: UUID, *, status: int, **more: Any) -> HttpResponse:
    found = _found(pk)
    context = {
        "applicant": found,
        "stage": STAGE_WORDS[found.stage],
        "lives_in": dict(countries(language())).get(found.country, found.country),
        "abroad": domain.stay_abroad(found, on=clock.today()),
        "move_form": MoveForm(applicant=found, auto_id="move_%s"),
        "upload": CvForm(auto_id="cv_%s"),
        "answers_form": AnswersForm(applicant=found, auto_id="answer_%s"),
        "hold_form": HoldForm(auto_id="hold_%s"),
        "hire_form": HireForm(auto_id="hire_%s"),
        **more,
    }
    return render(request, "hiring/applicant.html", context, status=status)


def applicant_move(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(pk)
    form = MoveForm(request.POST, applicant=found, auto_id="move_%s")
    if not form.is_valid():
        return _applicant(request, pk, status=422, move_form=form)
    domain.move(found, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Noted. The person sees it on the own page."))
    return redirect("applicant", firm=request.org.slug, pk=pk)


def applicant_cv(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(pk)
    form = CvForm(request.POST, request.FILES, auto_id="cv_%s")
    if not form.is_valid():
        return _applicant(request, pk, status=422, upload=form)
    file = form.cleaned_data["file"]
    content = file.read()
    read = cv.read(content, filename=file.name)
    domain.attach_cv(found, content, filename=file.name, resume=read, by=request.actor)
    messages.success(request, _("The CV has been read. The person confirms it on the own page."))
    return redirect("applicant", firm=request.org.slug, pk=pk)


def applicant_answers(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(pk)
    form = AnswersForm(request.POST, applicant=found, auto_id="answer_%s")
    if not form.is_valid():
        return _applicant(request, pk, status=422, answers_form=form)
    domain.note_answers(found, answers=form.answers(), by=request.actor)
    messages.success(request, _("Noted."))
    return redirect("applicant", firm=request.org.slug, pk=pk)


def applicant_hold(request: FirmRequest, pk: UUID) -> HttpResponse:
    form = HoldForm(request.POST, auto_id="hold_%s")
    if not form.is_valid():
        return _applicant(request, pk, status=422, hold_form=form)
    domain.keep_for_claim(_found(pk), **form.cleaned_data, by=request.actor)
    messages.success(request, _("Kept until the hold is lifted."))
    return redirect("applicant", firm=request.org.slug, pk=pk)


def applicant_hire(request: FirmRequest, pk: UUID) -> HttpResponse:
    form = HireForm(request.POST, auto_id="hire_%s")
    if not form.is_valid():
        return _applicant(request, pk, status=422, hire_form=form)
    made = domain.hire(_found(pk), **form.cleaned_data, by=request.actor)
    messages.success(request, _("Hired. The case has begun."))
    return redirect("care_case", firm=request.org.slug, pk=made.pk)


def applicant_link(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A fresh link; the old one ends."""
    found = _found(pk)
    token = domain.issue_link(found, by=request.actor)
    return _applicant(request, pk, status=200, link=domain.link_address(found, token))


def hiring_sources(request: FirmRequest) -> HttpResponse:
    form = SourceForm(request.POST or None)
    if form.is_valid():
        domain.add_source(**form.cleaned_data, by=request.actor)
        messages.success(request, _("The source has been added."))
        return redirect("hiring_sources", firm=request.org.slug)
    context = {"form": form, "sources": domain.sources()}
    return render(request, "hiring/sources.html", context, status=422 if form.is_bound else 200)


def hiring_source_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    domain.end_source(get_object_or_404(HiringSource.objects.all(), pk=pk), by=request.actor)
    messages.success(request, _("The source is no longer used."))
    return redirect("hiring_sources", firm=request.org.slug)


urlpatterns = [
    firm_page("openings/", openings, permission="care.read"),
    firm_page("openings/new/", opening_new, permission="care.write", methods=FORM),
    firm_page("openings/sources/", hiring_sources, permission="care.write", methods=FORM),
    firm_page("openings/sources/<uuid:pk>/end/", hiring_source_end, permission="care.write", methods=WRITE),
    firm_page("openings/<uuid:pk>/", opening, permission="care.read"),
    firm_page("openings/<uuid:pk>/applicants/", applicant_add, permission="care.write", methods=WRITE),
    firm_page("openings/<uuid:pk>/close/", opening_close, permission="care.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/", applicant, permission="care.read"),
    firm_page("applicants/<uuid:pk>/move/", applicant_move, permission="care.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/cv/", applicant_cv, permission="care.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/answers/", applicant_answers, permission="care.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/hold/", applicant_hold, permission="hold.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/hire/", applicant_hire, permission="people.write", methods=WRITE),
    firm_page("applicants/<uuid:pk>/link/", applicant_link, permission="care.write", methods=WRITE),
]
