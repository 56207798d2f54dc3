"""Parts of a case of care that HR changes: its day, who takes part, the way into the portal, a paper sent back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from werkfluss.care.domain import expat_cases as domain
from werkfluss.care.domain import papers, participants
from werkfluss.care.models import Participant
from werkfluss.org.domain.members import invite_member
from werkfluss.org.roles import Role
from werkfluss.web import portal_catalogue
from werkfluss.web.access import WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.care import DayForm, LetInForm, PartyForm, ReturnForm
from werkfluss.web.pages.care import care_url, case_at, case_context
from werkfluss.web.pages.members import require_not_flooded


def care_day(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = case_at(pk)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a day."))
        return redirect(care_url(expat))
    day = form.cleaned_data["wished_start"]
    domain.change_start(expat, wished_start=day, expected_version=read_version(request), by=request.actor)
    messages.success(request, _("Moved. Deadlines and duties have moved along."))
    return redirect(care_url(expat))


def care_party_add(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = case_at(pk)
    form = PartyForm(request.POST, auto_id="party_%s")
    if not form.is_valid():
        return render(request, "care/case.html", case_context(request, expat, party_form=form), status=422)
    participants.add_participant(expat, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Entered."))
    return redirect(care_url(expat))


def care_party_end(request: FirmRequest, pk: UUID, party: UUID) -> HttpResponse:
    expat = case_at(pk)
    row = get_object_or_404(Participant.objects.select_related("expat_case"), pk=party, expat_case=expat)
    participants.end_participant(row, by=request.actor)
    messages.success(request, _("No longer takes part. Papers and record stay."))
    return redirect(care_url(expat))


def care_invite(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The person gets a mail with a way into the portal; asked again, the mail before stops working."""
    expat = case_at(pk)
    person = expat.person
    if person.user_id is not None or not person.email:
        raise Http404
    require_not_flooded(request, person.email)
    # Staff lists write languages out ("Deutsch"), applications have their codes ("de").
    speaks_german = str(next(iter(person.languages), "")).casefold().startswith("de")
    invite_member(
        person.email,
        name=person.name,
        roles={Role.EMPLOYEE},
        language="de" if speaks_german else "en",
        by=request.actor,
    )
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": person.email})
    return redirect(care_url(expat))


def care_party_let_in(request: FirmRequest, pk: UUID, party: UUID) -> HttpResponse:
    """A login for somebody of the family; it shows nothing before the person releases something."""
    expat = case_at(pk)
    row = get_object_or_404(participants.family_of(expat), pk=party)
    form = LetInForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give an e-mail address."))
        return redirect(care_url(expat))
    require_not_flooded(request, form.cleaned_data["email"])
    language = portal_catalogue.spoken(expat.person.user.language if expat.person.user else "en")
    participants.let_in(row, email=form.cleaned_data["email"], language=language, by=request.actor)
    messages.success(request, _("A link comes by mail. It shows what the person releases, nothing before."))
    return redirect(care_url(expat))


def care_party_shut_out(request: FirmRequest, pk: UUID, party: UUID) -> HttpResponse:
    expat = case_at(pk)
    row = get_object_or_404(participants.family_of(expat), pk=party)
    participants.shut_out(row, by=request.actor)
    messages.success(request, _("The login has ended; what was released to it is taken back."))
    return redirect(care_url(expat))


def care_paper_return(request: FirmRequest, pk: UUID, paper: UUID) -> HttpResponse:
    expat = case_at(pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say what is missing or wrong."))
        return redirect(care_url(expat))
    found = get_object_or_404(papers.papers_of(expat), pk=paper)
    papers.return_paper(expat, paper=found, reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("Sent back. The person sees the reason and uploads again."))
    return redirect(care_url(expat))


urlpatterns = [
    firm_page("care/<uuid:pk>/day/", care_day, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/parties/", care_party_add, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/parties/<uuid:party>/end/", care_party_end, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/invite/", care_invite, permission="member.write", methods=WRITE),
    firm_page("care/<uuid:pk>/parties/<uuid:party>/login/", care_party_let_in, permission="care.write", methods=WRITE),
    firm_page(
        "care/<uuid:pk>/parties/<uuid:party>/no-login/", care_party_shut_out, permission="care.write", methods=WRITE
    ),
    firm_page("care/<uuid:pk>/papers/<uuid:paper>/back/", care_paper_return, permission="care.write", methods=WRITE),
]
