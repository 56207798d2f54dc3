"""A person who works for several firms: what each firm gave, one after the other, and one calendar of the own days.

The pages outside the firms are put together firm by firm, each read in its own walls; no firm sees them. Inside a firm
the person sees that firm's mandate only (``my_mandates``).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import busy_files, shared_days
from werkfluss.engagement.models import BroughtCalendar
from werkfluss.formats.ics_feed import write_busy
from werkfluss.kernel import clock
from werkfluss.kernel.errors import WerkflussError
from werkfluss.web.access import FORM, WRITE, PersonRequest, as_uuid, personal_page, public_page
from werkfluss.web.forms.fractional import BusyFileForm, TotalForm
from werkfluss.web.limits import Limits
from werkfluss.web.mandate_view import amount_of_days, share_words, weeks
from werkfluss.web.pages.errors import too_many

LIMITS = Limits("busy_feed", {"feed": "60/h/key", "wrong": "20/h/ip"})
Page = Callable[..., HttpResponse]


def _refusals(view: Page) -> Page:
    """Outside a firm no gate turns a refusal into a page."""

    @wraps(view)
    def guarded(request: PersonRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except WerkflussError as error:
            context = {"fault": error.fault, "back": reverse("my_firms")}
            return render(request, "errors/refused.html", context, status=422)

    return guarded


def my_firms(request: PersonRequest) -> HttpResponse:
    """All firms' shares with their sum, and the calendar over all of them."""
    return _my_firms(request, None)


def _my_firms(request: PersonRequest, form: TotalForm | None) -> HttpResponse:
    user, on = request.user, clock.today()
    owned, total = shared_days.own_shares(user), shared_days.total_of(user)
    last = max((one.mandate.last_day for one in owned), default=on)
    marked = {
        day.day: day
        for day in shared_days.calendar_of(user, owned, first_day=on, days=36)
        if day.firms or day.elsewhere
    }
    context = {
        "owned": [(one, share_words(one.mandate), one.days[:8]) for one in owned],
        "taken": amount_of_days(shared_days.taken(owned, first_day=on, last_day=last).quantize(total or 1))
        if owned
        else "0",
        "total": amount_of_days(total) if total is not None else None,
        "form": form or TotalForm(initial={"days": total}),
        "weeks": weeks(marked),
        "hints": shared_days.hints(user, owned),
        "brought": busy_files.brought(user),
        "has_feed": shared_days.has_feed(user),
    }
    return render(request, "fractional/my_firms.html", context, status=422 if form is not None else 200)


@_refusals
def my_firms_total(request: PersonRequest) -> HttpResponse:
    form = TotalForm(request.POST)
    if not form.is_valid():
        return _my_firms(request, form)
    shared_days.declare_total(request.user, form.cleaned_data["days"])
    messages.success(request, _("Noted. No firm sees this number."))
    return redirect("my_firms")


@_refusals
def my_firms_answer(request: PersonRequest) -> HttpResponse:
    """Yes or no to the share of one firm."""
    org, key = as_uuid(request.POST.get("org")), as_uuid(request.POST.get("mandate"))
    if request.POST.get("answer") == "yes":
        shared_days.accept_share(request.user, org, key)
        messages.success(request, _("Agreed. To every other firm these days are now busy, and nothing else."))
    else:
        shared_days.decline_share(request.user, org, key)
        messages.success(request, _("The firm reads that you are not available, and nothing else."))
    return redirect("my_firms")


def my_busy_file(request: PersonRequest) -> HttpResponse:
    """The busy times of the next three months as a signed file."""
    response = HttpResponse(busy_files.export_busy(request.user), content_type="application/octet-stream")
    name = f"belegt-{clock.today():%Y-%m-%d}.wfbusy"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@_refusals
def my_busy_bring(request: PersonRequest) -> HttpResponse:
    """Bring busy times in; a key that is new is shown first and the person has to agree to it."""
    kept = request.POST.get("kept", "")
    form = BusyFileForm(None if kept else request.POST or None, request.FILES or None)
    content = _decoded(kept) if kept else form.cleaned_data["busy"].read() if form.is_valid() else None
    if content is None:
        return render(request, "fractional/bring.html", {"form": form}, status=422 if form.is_bound else 200)
    read = busy_files.read_busy(content)
    if busy_files.is_new_key(request.user, read) and request.POST.get("trust") != read.key:
        context = {"form": form, "found": read, "kept": base64.b64encode(content).decode()}
        return render(request, "fractional/bring.html", context)
    count = busy_files.import_busy(request.user, content, trust=request.POST.get("trust", ""))
    messages.success(request, _("Busy times taken over: %(count)s.") % {"count": count})
    return redirect("my_firms")


def _decoded(kept: str) -> bytes:
    try:
        return base64.b64decode(kept, validate=True)
    except ValueError:
        # Not what this page wrote; the reader says so.
        return b""


def my_busy_drop(request: PersonRequest) -> HttpResponse:
    rows = BroughtCalendar.objects.filter(user=request.user)
    busy_files.drop_brought(get_object_or_404(rows, pk=as_uuid(request.POST.get("brought"))))
    messages.success(request, _("Taken back; these times are free again."))
    return redirect("my_firms")


def my_busy_feed(request: PersonRequest) -> HttpResponse:
    """The address of the own feed, shown once, right after it was made; or an end to it."""
    if request.POST.get("end"):
        shared_days.revoke_feed(request.user)
        messages.success(request, _("The feed has been revoked; its address answers nothing any more."))
        return redirect("my_firms")
    address = request.build_absolute_uri(reverse("busy_feed", kwargs={"token": shared_days.issue_feed(request.user)}))
    response = render(request, "fractional/feed.html", {"address": address})
    response.headers["Cache-Control"] = "no-store"
    return response


def busy_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Busy or not, for any calendar: whoever is given the address learns neither firms nor what for."""
    if not LIMITS.allow_secret(request, "feed", token):
        return too_many(request)
    user = shared_days.reader_of(token)
    if user is None:
        LIMITS.count_wrong(request)
        raise Http404
    with translation.override(user.language):
        content = write_busy(
            shared_days.busy_times(user), title=_("Busy"), language=user.language.upper(), at=clock.now()
        )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="belegt.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    personal_page("my-firms/", my_firms),
    personal_page("my-firms/total/", my_firms_total, methods=WRITE),
    personal_page("my-firms/answer/", my_firms_answer, methods=WRITE),
    personal_page("my-firms/busy-file/", my_busy_file, methods=WRITE),
    personal_page("my-firms/bring/", my_busy_bring, methods=FORM),
    personal_page("my-firms/drop/", my_busy_drop, methods=WRITE),
    personal_page("my-firms/feed/", my_busy_feed, methods=WRITE),
    public_page("busy/<str:token>/belegt.ics", busy_feed),
]
