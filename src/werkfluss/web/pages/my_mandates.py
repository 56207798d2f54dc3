"""The mandate of one firm as the person sees it: days, limits, declaration of conflicts, signatures and decisions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import authority_limits, conflicts, decision_log, fractional
from werkfluss.engagement.domain.runs import runs
from werkfluss.engagement.models import AuthorityUse, Mandate
from werkfluss.kernel import clock
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.fractional import ConflictsForm, DecisionForm, PlaceForm
from werkfluss.web.mandate_view import share_words
from werkfluss.web.pages.powers import DECISION_COLUMNS
from werkfluss.web.power_words import limit_rows, signatures
from werkfluss.web.tables import Empty, Table
from werkfluss.work.models import ResultItem

MY_DECISIONS = Table(
    "my_decisions",
    caption=gettext_lazy("Decision log"),
    columns=DECISION_COLUMNS,
    search=("what__icontains", "why__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No decision yet"), gettext_lazy("Noted on the page of your mandate: what, why, on what basis.")
    ),
)


def own(request: FirmRequest, pk: UUID) -> Mandate:
    return get_object_or_404(fractional.own_mandates(request.actor), pk=pk)


def my_mandate(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, own(request, pk), None)


def _page(request: FirmRequest, row: Mandate, form: DecisionForm | None) -> HttpResponse:
    running, on = row.state == Mandate.State.RUNNING, clock.today()
    declared = conflicts.declaration_of(row)
    context = {
        "mandate": row,
        "share": share_words(row),
        "open": row.state in (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE),
        "days": fractional.own_days(row)[:8] if running else [],
        "place": PlaceForm() if running and not row.weekdays else None,
        "limits": limit_rows(authority_limits.open_limits(row.resource, on=on)),
        "uses": signatures(authority_limits.uses_of(row.resource)[:8]),
        "declared": declared,
        "declared_open": declared is None or declared.renew_on < on,
        "decisions": decision_log.decisions().filter(mandate=row)[:5],
        "form": form or (DecisionForm(mandate=row) if running else None),
    }
    return render(request, "fractional/my_mandate.html", context, status=200 if form is None else 422)


def my_mandate_day(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Place a day, or free one."""
    row, form = own(request, pk), PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please enter a day."))
    elif request.POST.get("free"):
        fractional.free_day(row, form.cleaned_data["day"], by=request.actor)
    else:
        fractional.place_day(row, form.cleaned_data["day"], half=form.cleaned_data["half"], by=request.actor)
    return redirect("my_mandate", firm=request.org.slug, pk=pk)


def my_mandate_conflicts(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Declare conflicts of interest to this firm; its list of competitors stands beside."""
    row, form = own(request, pk), ConflictsForm(request.POST or None)
    if not form.is_valid():
        context = {"mandate": row, "form": form, "listed": conflicts.listed()}
        return render(request, "fractional/declare.html", context, status=422 if form.is_bound else 200)
    conflicts.declare(row, form.answers(), by=request.actor)
    messages.success(request, _("Declared. It holds for a year."))
    return redirect("my_mandate", firm=request.org.slug, pk=pk)


def my_mandate_decide(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = own(request, pk)
    form = DecisionForm(request.POST, mandate=row)
    if not form.is_valid():
        return _page(request, row, form)
    decision_log.decide(row, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The decision is in the log."))
    return redirect("my_mandate", firm=request.org.slug, pk=pk)


def my_decisions(request: FirmRequest) -> HttpResponse:
    """The own decisions in this firm, with Excel."""
    rows = decision_log.decisions().filter(mandate__resource__user_id=request.user.pk)
    return MY_DECISIONS.page(request, rows, template="fractional/decisions.html")


def power_sign(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """The first of two signatures on something above the own limit."""
    if kind == authority_limits.PAYMENT:
        run = get_object_or_404(runs(), pk=pk, state="prepared")
        matter, back = authority_limits.matter_of(kind, run), "payment_run"
    elif kind == authority_limits.BOOKING:
        item = get_object_or_404(ResultItem, pk=pk, state="proposed", kind=authority_limits.BOOKING)
        matter, back = authority_limits.matter_of(kind, item), "booking_line"
    else:
        raise Http404
    request.actor.require("payment.release" if kind == authority_limits.PAYMENT else "booking.approve")
    authority_limits.sign_first(matter, by=request.actor)
    messages.success(request, _("Signed as the first of two. The managing director has been told on the first page."))
    return redirect(back, firm=request.org.slug, pk=pk)


@today.answers("mine")
def own_mandates(request: FirmRequest) -> list[today.Item]:
    """Shares that wait for this person's answer, a declaration that is due, and the mandate as the way to its page."""
    if not request.actor.may(fractional.OWN):
        return []
    return [
        _item(request, row)
        for row in fractional.own_mandates(request.actor).filter(last_day__gte=clock.today())
        if row.state in (Mandate.State.PROPOSED, Mandate.State.RUNNING)
    ]


def _item(request: FirmRequest, row: Mandate) -> today.Item:
    to = reverse("my_mandate", kwargs={"firm": request.org.slug, "pk": row.pk})
    if row.state == Mandate.State.PROPOSED:
        return today.Item(row.function, to, why=_("a share of your days is asked for"), action=_("Answer"))
    declared = conflicts.declaration_of(row)
    if declared is None or declared.renew_on < clock.today():
        why = _("declare conflicts of interest; until then your authority rests")
        return today.Item(row.function, to, why=why, action=_("Declare now"), tone="caution", word=_("due"))
    return today.Item(row.function, to, why=_("your mandate in this firm"), action=_("Open"))


@today.answers("mine")
def second_signatures(request: FirmRequest) -> list[today.Item]:
    """What an executive signed first and a managing director releases."""
    if not request.actor.may("firm.manage"):
        return []
    return [_second(request, use) for use in authority_limits.waiting_for_second()[:20]]


def _second(request: FirmRequest, use: AuthorityUse) -> today.Item:
    page = "payment_run" if use.kind == authority_limits.PAYMENT else "booking_line"
    to = reverse(page, kwargs={"firm": request.org.slug, "pk": use.subject_id})
    why = _("signed first by %(name)s; the second signature is missing") % {"name": use.resource.name}
    return today.Item(use.title, to, why=why, action=_("Decide now"))


urlpatterns = [
    firm_page("my-mandates/decisions/", my_decisions, permission="own_mandate.read"),
    firm_page("my-mandates/<uuid:pk>/", my_mandate, permission="own_mandate.read"),
    firm_page("my-mandates/<uuid:pk>/day/", my_mandate_day, permission="own_mandate.answer", methods=WRITE),
    firm_page("my-mandates/<uuid:pk>/conflicts/", my_mandate_conflicts, permission="own_mandate.answer", methods=FORM),
    firm_page("my-mandates/<uuid:pk>/decide/", my_mandate_decide, permission="own_mandate.answer", methods=WRITE),
    firm_page("my-mandates/sign/<slug:kind>/<uuid:pk>/", power_sign, permission="own_mandate.answer", methods=WRITE),
]
