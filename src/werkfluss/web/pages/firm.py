"""The firm itself: what it says of itself on invoices, in law checks and on documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.settings import FirmProfileForm, WorksAgreementForm


def firm_profile(request: FirmRequest) -> HttpResponse:
    stored = FirmProfile.objects.get()
    form = FirmProfileForm(request.POST or None, instance=FirmProfile.objects.get())
    if not form.is_valid():
        context = {"form": form, "profile": stored, "agreement": WorksAgreementForm()}
        return render(request, "firm/profile.html", context, status=422 if form.is_bound else 200)
    version = read_version(request)
    firms.change_profile(stored, expected_version=version, changes=form.changes(), by=request.actor)
    messages.success(request, _("The firm profile has been saved."))
    return redirect("firm_profile", firm=request.org.slug)


def record_works_agreement(request: FirmRequest) -> HttpResponse:
    profile = FirmProfile.objects.get()
    agreement = WorksAgreementForm(request.POST)
    if not agreement.is_valid():
        context = {"form": FirmProfileForm(instance=profile), "profile": profile, "agreement": agreement}
        return render(request, "firm/profile.html", context, status=422)
    firms.record_works_agreement(profile, on=agreement.agreed(), by=request.actor)
    messages.success(request, _("The agreement has been recorded."))
    return redirect("firm_profile", firm=request.org.slug)


urlpatterns = [
    firm_page("profile/", firm_profile, permission="firm.manage", methods=FORM),
    firm_page("profile/works-agreement/", record_works_agreement, permission="firm.manage", methods=WRITE),
]
