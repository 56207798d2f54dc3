"""Orders to care providers and the gap check, as HR sees them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import bookings, covers, gaps, packages
from werkfluss.care.models import CareBooking, CareCover, ExpatCase
from werkfluss.care.modules import care_module, fact_kinds
from werkfluss.kernel import clock
from werkfluss.kernel.dates import DateRange
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.care_catalogue import (
    KIND_WORDS,
    MEMBER_WORDS,
    UNIT_WORDS,
    AnswerForm,
    CoverForm,
    PersonForm,
    PlanForm,
    StayForm,
)
from werkfluss.web.forms.law import here
from werkfluss.web.status import STATES
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.workforce.models import Resource

STATE_WORDS = tuple((state, STATES[state].word if state in STATES else state) for state, _word in CareBooking.STATES)


def booking_url(row: CareBooking) -> str:
    return reverse("care_booking", kwargs={"firm": row.org.slug, "pk": row.pk})


BOOKINGS = Table(
    "care_bookings",
    caption=gettext_lazy("Care orders"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number", link=booking_url),
        Column("person", gettext_lazy("Person"), value="person.name", order="person__sort_key"),
        Column("module", gettext_lazy("Module"), value=lambda row: here(care_module(row.offer.module).name)),
        Column("provider", gettext_lazy("Provider"), value="offer.provider.name", order="offer__provider__name"),
        Column("cost", gettext_lazy("Cost"), value="cost", kind="money"),
        Column("wanted", gettext_lazy("Wanted by"), value="wanted_by", order="wanted_by", kind="date"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATE_WORDS),),
    search=("person__name__icontains", "offer__provider__name__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No orders yet"),
        gettext_lazy("They come from the gap check of a person or from a package."),
        gettext_lazy("Gap check"),
        url=lambda request: reverse("care_gaps_of", kwargs={"firm": request.org.slug}),
    ),
)


def care_bookings(request: FirmRequest) -> HttpResponse:
    return BOOKINGS.page(request, bookings.bookings(), template="care_catalogue/bookings.html")


def care_booking(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One order: price, what is accepted, state, invoice; of the person no more than HR knows anyway."""
    booking = get_object_or_404(bookings.bookings(), pk=pk)
    context = {
        "booking": booking,
        "module": care_module(booking.offer.module),
        "unit": UNIT_WORDS[booking.offer.unit],
        "can_cancel": booking.state in {"planned", "ordered", "accepted"},
    }
    return render(request, "care_catalogue/booking.html", context)


def care_booking_act(request: FirmRequest, pk: UUID, act: str) -> HttpResponse:
    booking = get_object_or_404(bookings.bookings(), pk=pk)
    acts = {
        "order": (bookings.order, _("The order is sent; the provider is told by mail without any content.")),
        "accept": (bookings.accept_delivery, _("Accepted. The person is asked about the service.")),
        "cancel": (bookings.cancel, _("The order is cancelled.")),
    }
    if act not in acts:
        raise Http404
    do, said = acts[act]
    do(booking, expected_version=read_version(request), by=request.actor)
    messages.success(request, said)
    return redirect("care_booking", firm=request.org.slug, pk=pk)


def care_gaps_of(request: FirmRequest) -> HttpResponse:
    """Choose whose gaps are looked at."""
    form = PersonForm(request.GET if "person" in request.GET else None)
    if form.is_valid():
        return redirect("care_gaps", firm=request.org.slug, pk=form.cleaned_data["person"].pk)
    return render(request, "care_catalogue/gaps_of.html", {"form": form}, status=422 if form.is_bound else 200)


def care_gaps(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What is missing for a person, who offers it, what it costs; sickness insurance by days."""
    return _gaps(request, _person(pk))


def _person(pk: UUID) -> Resource:
    return get_object_or_404(Resource, pk=pk, kind="employee")


def _gaps(request: FirmRequest, person: Resource, status: int = 200, **forms: Any) -> HttpResponse:
    on = clock.today()
    found = gaps.gaps_of(person, on=on, for_hr=True)
    asks = {fact.name: fact for one in found for fact in one.asks if not fact.derived}
    rows = list(bookings.bookings().filter(person=person))
    expat = ExpatCase.objects.filter(person=person, state="open").order_by("-number").first()
    context = {
        "person": person,
        "gaps": found,
        "missing": sum(one.state == "gap" for one in found),
        "units": UNIT_WORDS,
        "answer_form": forms.get("answers") or AnswerForm(kinds=asks.values(), release=False),
        "asks": asks,
        "answers": _answered(person),
        "bookings": rows,
        "cost": bookings.cost_of(rows),
        "plan_form": forms.get("plan") or PlanForm(),
        "expat": expat,
        "packages": [(one, packages.cost_of(one)) for one in packages.fitting(expat)] if expat else [],
        **_insurance(request, person, forms),
    }
    return render(request, "care_catalogue/gaps.html", context, status=status)


def _answered(person: Resource) -> list[tuple[str, Any, bool]]:
    kinds, words = fact_kinds(), {True: _("yes"), False: _("no")}
    return [
        (
            here(kinds[name].ask),
            words[row.value] if isinstance(row.value, bool) else here(kinds[name].choices[row.value]),
            row.own,
        )
        for name, row in gaps.answers_of(person, for_hr=True).items()
    ]


def _insurance(request: FirmRequest, person: Resource, forms: dict[str, Any]) -> dict[str, Any]:
    """The days without insurance. Days and pay come with the request, not in its address, and are not stored."""
    rows = list(covers.covers_of(person, for_hr=True))
    stay = StayForm(request.POST if "arrival" in request.POST else None)
    found: dict[str, Any] = {"stay_form": stay, "cover_form": forms.get("cover") or CoverForm(), "holes": None}
    found["covers"] = [(row, MEMBER_WORDS[row.member], KIND_WORDS[row.kind]) for row in rows]
    if stay.is_valid():
        given = stay.cleaned_data
        pay = None if given["annual_pay"] is None else format(given["annual_pay"], "f")
        own, said = covers.insured_by_law(annual_pay=pay, work_start=given["work_start"], on=clock.today())
        stays = [covers.Stay(one, "DE", DateRange(given["arrival"])) for one in ("self", *given["members"])]
        holes = covers.holes(stays, [*covers.insured_of(rows), *([own] if own else [])])
        found |= {"said": said, "basis": covers.BASIS, "family": bool(given["members"])}
        found["holes"] = [(MEMBER_WORDS[one.member], one) for one in holes]
    return found


def care_gap_answers(request: FirmRequest, pk: UUID) -> HttpResponse:
    person = _person(pk)
    kinds = [kind for kind in fact_kinds().values() if not kind.derived]
    form = AnswerForm(request.POST, kinds=kinds, release=False)
    if not form.is_valid():
        return _gaps(request, person, 422, answers=form)
    for name, value in form.answers().items():
        gaps.answer(person, name=name, value=value, on=clock.today(), by=request.actor)
    messages.success(request, _("Kept. The gap check has been made again."))
    return redirect("care_gaps", firm=request.org.slug, pk=pk)


def care_gap_plan(request: FirmRequest, pk: UUID) -> HttpResponse:
    person, form = _person(pk), PlanForm(request.POST)
    if not form.is_valid():
        return _gaps(request, person, 422, plan=form)
    expat = ExpatCase.objects.filter(person=person, state="open").order_by("-number").first()
    made = bookings.plan_booking(**form.cleaned_data, person=person, expat_case=expat, by=request.actor)
    messages.success(request, _("Planned. Nobody outside knows of it yet."))
    return redirect(booking_url(made))


def care_gap_cover(request: FirmRequest, pk: UUID) -> HttpResponse:
    person, form = _person(pk), CoverForm(request.POST)
    if not form.is_valid():
        return _gaps(request, person, 422, cover=form)
    covers.add_cover(person, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Entered."))
    return redirect("care_gaps", firm=request.org.slug, pk=pk)


def care_cover_drop(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(CareCover.objects.filter(own=False), pk=pk)
    covers.drop_cover(row, by=request.actor)
    messages.success(request, _("Taken out."))
    return redirect("care_gaps", firm=request.org.slug, pk=row.person_id)


@today.answers("mine")
def deliveries_to_accept(request: FirmRequest) -> list[today.Item]:
    if not request.actor.may("care.write"):
        return []
    rows = bookings.bookings().filter(state="delivered")[:20]
    return [
        today.Item(row.offer.title, booking_url(row), why=_("A care provider has delivered."), action=_("Accept"))
        for row in rows
    ]


urlpatterns = [
    firm_page("care/orders/", care_bookings, permission="care.read"),
    firm_page("care/orders/<uuid:pk>/", care_booking, permission="care.read"),
    firm_page("care/orders/<uuid:pk>/<slug:act>/", care_booking_act, permission="care.write", methods=WRITE),
    firm_page("care/gaps/", care_gaps_of, permission="care.read"),
    firm_page("care/gaps/<uuid:pk>/", care_gaps, permission="care.read", methods=FORM),
    firm_page("care/gaps/<uuid:pk>/answers/", care_gap_answers, permission="care.write", methods=WRITE),
    firm_page("care/gaps/<uuid:pk>/plan/", care_gap_plan, permission="care.write", methods=WRITE),
    firm_page("care/gaps/<uuid:pk>/insured/", care_gap_cover, permission="care.write", methods=WRITE),
    firm_page("care/insured/<uuid:pk>/drop/", care_cover_drop, permission="care.write", methods=WRITE),
]
