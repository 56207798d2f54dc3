"""One's own care: what there is, what is missing, orders and what their providers may see, codes, pension."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.care.domain import bookings, covers, gaps, pension, vouchers
from werkfluss.care.models import CareAnswer, CareBooking, CareCover
from werkfluss.care.modules import Booking, care_module, fact_kinds
from werkfluss.compliance.domain import explain
from werkfluss.kernel import clock
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.care_catalogue_view import grouped
from werkfluss.web.forms.care_catalogue import AnswerForm, CoverForm, MarkForm, PensionForm, ReleaseForm
from werkfluss.web.forms.law import here
from werkfluss.web.pension_plot import draw
from werkfluss.workforce.models import Resource

# The browser's own mark that a code was taken: it says nothing but that, and only to this address.
COOKIE, REST_DAYS = "wf_pause", 3
PLACE_RULES = (
    "eu/a1/work_abroad",
    "eu/a1/telework",
    "eu/cross_border/days_183",
    "eu/cross_border/home_office",
    "eu/cross_border/posting_notice",
    "de/remote_work/third_country",
)


def own_person(request: FirmRequest) -> Resource | None:
    return Resource.objects.filter(user=request.user, kind="employee").first()


def my_care(request: FirmRequest) -> HttpResponse:
    """What the firm offers in care, what may be missing, and one's own orders."""
    person, on = own_person(request), clock.today()
    found = gaps.gaps_of(person, on=on, for_hr=False) if person else []
    asks = {fact.name: fact for one in found for fact in one.asks if not fact.derived}
    context = {
        "person": person,
        "groups": grouped(),
        "codes": vouchers.modules_with_codes(on),
        "gaps": [one for one in found if one.state != "not_known"],
        "answer_form": AnswerForm(kinds=asks.values(), release=True),
        "asks": asks,
        "answers": _answered(person) if person else [],
        "bookings": [_shown(row) for row in bookings.own_bookings(request.actor)],
        "place_rules": [explain.rule_card(one) for one in PLACE_RULES],
    }
    return render(request, "care_catalogue/my_care.html", context)


def _answered(person: Resource) -> list[tuple[CareAnswer, str, str]]:
    kinds, words = fact_kinds(), {True: _("yes"), False: _("no")}
    return [
        (
            row,
            here(kinds[name].ask),
            words[row.value] if isinstance(row.value, bool) else here(kinds[name].choices[row.value]),
        )
        for name, row in gaps.answers_of(person, for_hr=False).items()
    ]


def _shown(row: CareBooking) -> tuple[object, ...]:
    form = ReleaseForm(initial={"names": row.released}, auto_id=f"id_{row.pk}_%s")
    open_now = row.state in {"planned", "ordered", "accepted", "delivered"}
    mark = MarkForm(auto_id=f"id_mark_{row.pk}_%s") if row.asked else None
    return row, care_module(row.offer.module), form if open_now else None, mark


def my_care_answers(request: FirmRequest) -> HttpResponse:
    person = own_person(request)
    if person is None:
        raise Http404
    kinds = [kind for kind in fact_kinds().values() if not kind.derived]
    form = AnswerForm(request.POST, kinds=kinds, release=True)
    if not form.is_valid():
        raise Http404
    for name, value in form.answers().items():
        released = form.cleaned_data["released"]
        gaps.answer(person, name=name, value=value, on=clock.today(), released=released, by=request.actor)
    messages.success(request, _("Kept. You see above what may be missing."))
    return redirect("my_care", firm=request.org.slug)


def my_care_release(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Show an answer to HR, or take it back."""
    rows = CareAnswer.objects.filter(person__user=request.user, own=True, ended_on=None)
    row = get_object_or_404(rows, pk=pk)
    gaps.set_release(row, released="show" in request.POST, by=request.actor)
    messages.success(request, _("HR sees it now.") if row.released else _("HR does not see it any more."))
    return redirect("my_care", firm=request.org.slug)


def my_care_booking(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What the provider of one's own order may see."""
    row = get_object_or_404(bookings.own_bookings(request.actor), pk=pk)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        raise Http404
    bookings.release(row, form.cleaned_data["names"], by=request.actor)
    messages.success(request, _("Kept. The provider sees exactly this, and only for this order."))
    return redirect("my_care", firm=request.org.slug)


def my_care_mark(request: FirmRequest, pk: UUID) -> HttpResponse:
    """How good the service of an order was; only sums are kept."""
    row = get_object_or_404(bookings.own_bookings(request.actor), pk=pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the four."))
    else:
        bookings.mark_service(row, form.cleaned_data["mark"], person=request.actor)
        messages.success(request, _("Thank you. It counts in a sum that is shown from ten answers on."))
    return redirect("my_care", firm=request.org.slug)


def my_insurance(request: FirmRequest) -> HttpResponse:
    """From when to when one is insured; the person decides whether HR sees it."""
    person = own_person(request)
    form = CoverForm(request.POST or None)
    if person is None or not form.is_valid():
        rows = covers.covers_of(person, for_hr=False) if person else []
        context = {"form": form, "rows": rows, "person": person}
        return render(request, "care_catalogue/my_insurance.html", context, status=422 if form.is_bound else 200)
    covers.add_cover(person, **form.cleaned_data, released="released" in request.POST, by=request.actor)
    messages.success(request, _("Entered."))
    return redirect("my_insurance", firm=request.org.slug)


def my_insurance_drop(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(CareCover.objects.filter(own=True, person__user=request.user), pk=pk)
    covers.drop_cover(row, by=request.actor)
    return redirect("my_insurance", firm=request.org.slug)


def my_code(request: FirmRequest, name: str) -> HttpResponse:
    """A code for confidential support: drawn without a record of who, shown once, kept by nobody."""
    try:
        module = care_module(name)
    except KeyError:
        raise Http404 from None
    if module.booking is not Booking.VOUCHER:
        raise Http404
    paused = COOKIE in request.COOKIES
    code = vouchers.take_code(name, org_id=request.org.pk) if request.method == "POST" and not paused else None
    context = {"module": module, "code": code, "paused": paused, "days": REST_DAYS}
    response = render(request, "care_catalogue/my_code.html", context)
    response["Cache-Control"] = "no-store"
    if code is not None:
        # For all of one's codes alike: not even the cookie says for which module.
        response.set_cookie(
            COOKIE,
            "1",
            max_age=REST_DAYS * 86_400,
            path=reverse("my_care", kwargs={"firm": request.org.slug}),
            secure=request.is_secure(),
            httponly=True,
            samesite="Strict",
        )
    return response


def my_pension(request: FirmRequest) -> HttpResponse:
    """Ways, what the law says when one leaves, and a projection; what is entered is not stored."""
    initial = {name: field.initial for name, field in PensionForm.base_fields.items() if field.initial is not None}
    form = PensionForm(request.POST if request.method == "POST" else initial)
    found = pension.project(form.plan) if form.is_valid() else None
    context = {
        "form": form,
        "projection": found,
        "plot": draw(found) if found else "",
        "every": [point for point in found.points if (point.age - found.points[0].age) % 5 == 0] if found else [],
        "ways": pension.WAYS.values(),
        "rules": [explain.rule_card(one) for one in pension.RULES],
    }
    return render(request, "care_catalogue/my_pension.html", context, status=200 if found else 422)


@today.answers("mine")
def services_to_mark(request: FirmRequest) -> list[today.Item]:
    if not request.actor.may("own_care.read"):
        return []
    url = reverse("my_care", kwargs={"firm": request.org.slug})
    rows = bookings.own_bookings(request.actor).filter(asked=True)[:5]
    why = _("One question about the service; only sums are kept.")
    return [today.Item(row.offer.title, url, why=why, action=_("Answer")) for row in rows]


urlpatterns = [
    firm_page("my-care/", my_care, permission="own_care.read"),
    firm_page("my-care/answers/", my_care_answers, permission="own_care.write", methods=WRITE),
    firm_page("my-care/answers/<uuid:pk>/", my_care_release, permission="own_care.write", methods=WRITE),
    firm_page("my-care/orders/<uuid:pk>/", my_care_booking, permission="own_care.write", methods=WRITE),
    firm_page("my-care/orders/<uuid:pk>/mark/", my_care_mark, permission="own_care.write", methods=WRITE),
    firm_page("my-care/insurance/", my_insurance, permission="own_care.write", methods=FORM),
    firm_page("my-care/insurance/<uuid:pk>/drop/", my_insurance_drop, permission="own_care.write", methods=WRITE),
    firm_page("my-care/codes/<slug:name>/", my_code, permission="own_care.write", methods=FORM),
    firm_page("my-care/pension/", my_pension, permission="own_care.read", methods=FORM),
]
