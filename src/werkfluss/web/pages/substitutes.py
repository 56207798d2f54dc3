"""Who stands in for whom: by the own word for every absence, or named by a lead for some days."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Refused
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms import steps as step_forms
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.process_view import language
from werkfluss.work.domain import step_claims, step_substitutes, step_wishes
from werkfluss.work.models import Substitution
from werkfluss.workforce.models import Kind, Resource

KINDS.update(
    {
        "work.substitute.named": gettext_lazy("Substitute named"),
        "work.substitute.named_for_days": gettext_lazy("Substitute named for some days"),
        "work.substitute.ended": gettext_lazy("Substitution ended early"),
        "work.mail_wish.changed": gettext_lazy("Mail about follow-ups changed"),
    }
)
OBJECTS.update({"work.mailwish": gettext_lazy("Mail about steps"), "work.substitution": gettext_lazy("Substitution")})


def substitutes(request: FirmRequest) -> HttpResponse:
    """Who was named for whom, and a form to name somebody."""
    form = step_forms.DaysForm(request.POST or None, people=step_substitutes.people())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            step_substitutes.name_for_days(
                said["person"],
                substitute=said["substitute"],
                days=DateRange.inclusive(said["start"], said["end"]),
                reason=said["reason"],
                by=request.actor,
            )
        except Refused as refused:
            why = f"{refused.reason.in_language(language())} {refused.what_to_do.in_language(language())}"
            form.add_error("start", why)
        else:
            messages.success(request, _("Named. Both get a mail."))
            return redirect("substitutes", firm=request.org.slug)
    context = {"form": form, "named": step_substitutes.named()}
    return render(request, "cases/substitutes.html", context, status=422 if form.errors else 200)


def end_substitute(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Take a substitution back that somebody else has named."""
    rows = Substitution.objects.select_related("resource")
    if not request.actor.may("case.work"):
        rows = rows.filter(resource__user=request.user)
    row = get_object_or_404(rows, pk=pk)
    step_substitutes.end_early(row, by=request.actor)
    messages.success(request, _("Ended. Both get a mail."))
    page = "substitutes" if request.actor.may("case.work") else "my_substitute"
    return redirect(page, firm=request.org.slug)


def my_substitute(request: FirmRequest) -> HttpResponse:
    """Who stands in for the reader, for whom the reader stands in, and which mails come."""
    own = Resource.objects.filter(user_id=request.user.pk).first()
    initial = {
        "substitute": step_claims.substitute_of(own) if own else None,
        "follow_ups": step_wishes.wants_follow_ups(request.user),
    }
    form = step_forms.SubstituteForm(request.POST or None, initial=initial)
    people = Resource.objects.filter(kind=Kind.EMPLOYEE, user__isnull=False).exclude(user_id=request.user.pk)
    field = form.fields["substitute"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = people.order_by("sort_key")
    if own is None:
        del form.fields["substitute"]
    if request.method == "POST" and form.is_valid():
        if own is not None:
            step_claims.name_substitute(own, substitute=form.cleaned_data["substitute"], by=request.actor)
        step_wishes.choose_mail(request.user, follow_ups=form.cleaned_data["follow_ups"], by=request.actor)
        messages.success(request, _("Saved."))
        return redirect("my_substitute", firm=request.org.slug)
    context = {"form": form, "known": own is not None, "stands_in_for": step_claims.stands_in_for(request.actor)}
    context["named"] = step_substitutes.of_person(request.actor)
    return render(request, "cases/step_substitute.html", context, status=422 if form.errors else 200)


urlpatterns = [
    firm_page("my-substitute/", my_substitute, permission="own_tasks.work", methods=FORM),
    firm_page("substitutes/", substitutes, permission="case.work", methods=FORM),
    firm_page("substitutes/<uuid:pk>/end/", end_substitute, permission="own_tasks.work", methods=WRITE),
]
