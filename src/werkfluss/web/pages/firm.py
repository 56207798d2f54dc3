"""The firm itself: what it says of itself on invoices, in law checks and on documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from werkfluss.agents.domain import works_council
from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.ai import WorksAgreementForm
from werkfluss.web.forms.settings import FirmProfileForm
from werkfluss.web.pages.works_council import council_page


def firm_profile(request: FirmRequest) -> HttpResponse:
    stored = FirmProfile.objects.get()
    form = FirmProfileForm(request.POST or None, instance=FirmProfile.objects.get())
    if not form.is_valid():
        context = {"form": form, "profile": stored}
        return render(request, "firm/profile.html", context, status=422 if form.is_bound else 200)
    version = read_version(request)
    firms.change_profile(stored, expected_version=version, changes=form.changes(), by=request.actor)
    messages.success(request, _("The firm profile has been saved."))
    return redirect("firm_profile", firm=request.org.slug)


def record_works_agreement(request: FirmRequest) -> HttpResponse:
    profile = FirmProfile.objects.get()
    form = WorksAgreementForm(request.POST, request.FILES)
    if not form.is_valid():
        return council_page(request, form)
    given = form.cleaned_data
    works_council.record_agreement(
        profile,
        on=given["agreed_on"],
        kind=given["kind"],
        covers=given["covers"],
        document=form.file(),
        by=request.actor,
    )
    messages.success(request, _("The agreement has been recorded."))
    return redirect("works_council", firm=request.org.slug)


urlpatterns = [
    firm_page("profile/", firm_profile, permission="firm.manage", methods=FORM),
    firm_page("profile/works-agreement/", record_works_agreement, permission="firm.manage", methods=WRITE),
]
