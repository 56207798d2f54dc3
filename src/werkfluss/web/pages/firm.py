"""The firm itself: who belongs to it, and what it says of itself."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile, Membership
from werkfluss.org.roles import LABELS, Role
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.settings import FirmProfileForm, WorksAgreementForm
from werkfluss.web.tables import Column, Filter, Table


def role_label(role: str) -> str:
    return LABELS[Role(role)].in_language(get_language() or "de")


MEMBERS = Table(
    "members",
    caption=gettext_lazy("Members of the firm"),
    columns=(
        Column("name", gettext_lazy("Name"), value="user.name", order="user__name"),
        Column("email", gettext_lazy("E-mail address"), value="user.email", order="user__email", secondary=True),
        Column("role", gettext_lazy("Role"), value=lambda row: role_label(row.role), order="role"),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date"),
    ),
    filters=(
        Filter(
            "role",
            gettext_lazy("Role"),
            choices=lambda: [(role.value, role_label(role)) for role in Role if role is not Role.AGENT],
        ),
    ),
    search=("user__name__icontains", "user__email__icontains"),
    default_order="name",
)


def members(request: FirmRequest) -> HttpResponse:
    rows: QuerySet[Membership] = Membership.objects.filter(ended_at=None).select_related("user")
    return MEMBERS.page(request, rows, template="firm/members.html")


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
    firm_page("members/", members, permission="people.read"),
    firm_page("profile/", firm_profile, permission="firm.manage", methods=FORM),
    firm_page("profile/works-agreement/", record_works_agreement, permission="firm.manage", methods=WRITE),
]
