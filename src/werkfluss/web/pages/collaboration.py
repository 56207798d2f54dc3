"""Working together on one order of a partner team: service times with their clocks, hand-over cards, for both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import hand_over, order_book, service_levels, status_file
from werkfluss.engagement.domain.terms import service_words, terms_of
from werkfluss.engagement.models import HandOver, Order, ServiceClock
from werkfluss.engagement.rules import own_orders
from werkfluss.kernel import clock
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.order_terms import spoken
from werkfluss.web.forms.partners import HandOverForm, ServiceTimesForm
from werkfluss.web.partner_view import card_view, clock_view
from werkfluss.workforce.models import Kind


def _order(request: FirmRequest, pk: UUID, *, own: bool) -> Order:
    """An order to a partner team; for the partner one of its own."""
    rows = own_orders(request.actor).filter(resource__kind=Kind.PARTNER) if own else order_book.team_orders()
    return get_object_or_404(rows.select_related("org", "resource__user"), pk=pk)


def _url(request: FirmRequest, order: Order, *, own: bool) -> str:
    name = "my_order_team" if own else "order_team"
    return reverse(name, kwargs={"firm": request.org.slug, "pk": order.pk})


def _page(request: FirmRequest, pk: UUID, *, own: bool) -> HttpResponse:
    order, now = _order(request, pk, own=own), clock.now()
    side = "partner" if own else "firm"
    under_way = order.state in {Order.State.AGREED, Order.State.DELIVERED}
    book = order_book.row_of(order)
    context: dict[str, Any] = {
        "order": order,
        "own": own,
        "book": book,
        "service": service_words(terms_of(order)),
        "clocks": [clock_view(row, side) for row in service_levels.clocks_of(order)],
        "cards": [card_view(row, side) for row in hand_over.cards_of(order)],
        "may_hand_over": under_way and (own or request.actor.may("order.write")),
        "times": hand_over.both_times(order, now),
        "starts": hand_over.both_times(order, hand_over.starts_work(order, hand_over.OTHER[side], now)),
    }
    if not own:
        context |= {
            "verdict": status_file.verdict_of(order, on=clock.today()),
            "may_write": request.actor.may("order.write"),
            "may_time": request.actor.may("order.write")
            and order.state in {Order.State.DRAFT, Order.State.OFFERED, Order.State.AGREED},
        }
    return render(request, "partners/order.html", context)


def order_team(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk, own=False)


def my_order_team(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk, own=True)


def _hand_over(request: FirmRequest, pk: UUID, *, own: bool) -> HttpResponse:
    order, now = _order(request, pk, own=own), clock.now()
    form = HandOverForm(request.POST or None, order=order)
    back = _url(request, order, own=own)
    if not form.is_valid():
        other = hand_over.OTHER["partner" if own else "firm"]
        starts = hand_over.both_times(order, hand_over.starts_work(order, other, now))
        context = {"form": form, "order": order, "back": back, "times": hand_over.both_times(order, now)}
        context |= {"starts": starts, "own": own}
        return render(request, "partners/hand_over.html", context, status=422 if form.is_bound else 200)
    hand_over.write_card(order, **form.says(), by=request.actor)
    messages.success(request, _("Handed over. The other side hears by mail."))
    return redirect(back)


def order_hand_over(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _hand_over(request, pk, own=False)


def my_order_hand_over(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _hand_over(request, pk, own=True)


def _take(request: FirmRequest, pk: UUID, *, own: bool) -> HttpResponse:
    card = get_object_or_404(HandOver.objects.select_related("order"), pk=pk)
    order = _order(request, card.order_id, own=own)
    hand_over.take_over(card, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Taken over. It stands at the card."))
    return redirect(_url(request, order, own=own))


def hand_over_take(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, own=False)


def my_hand_over_take(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, own=True)


def _cards(request: FirmRequest, pk: UUID, *, own: bool) -> HttpResponse:
    order = _order(request, pk, own=own)
    response = HttpResponse(hand_over.history_pdf(order, spoken(), at=clock.now()), content_type="application/pdf")
    name = _("Hand-overs-{number}.pdf").format(number=order.number)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def order_cards(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _cards(request, pk, own=False)


def my_order_cards(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _cards(request, pk, own=True)


def order_times(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The firm writes service times: into a draft, or as a new offer."""
    order = _order(request, pk, own=False)
    form = ServiceTimesForm(request.POST or None, order=order)
    if not form.is_valid():
        context = {"form": form, "order": order}
        return render(request, "partners/times.html", context, status=422 if form.is_bound else 200)
    draft = order.state == Order.State.DRAFT
    service_levels.set_terms(order, form.says(), by=request.actor)
    said = _("The service times have been saved.") if draft else _("The service times went out as a new offer.")
    messages.success(request, said)
    return redirect("order_team", firm=request.org.slug, pk=order.pk)


def _clock(pk: UUID) -> ServiceClock:
    return get_object_or_404(ServiceClock.objects.select_related("order__resource"), pk=pk)


def clock_severity(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = _clock(pk)
    service_levels.set_severity(row, severity=request.POST.get("severity", ""), by=request.actor)
    messages.success(request, _("The time has been set anew."))
    return redirect("order_team", firm=request.org.slug, pk=row.order_id)


def clock_mended(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The firm has looked at what was reported as mended."""
    row, given = _clock(pk), request.POST
    service_levels.confirm_mended(
        row, mended=given.get("answer") == "yes", text=given.get("text", ""), by=request.actor
    )
    messages.success(request, _("The partner has been told."))
    return redirect("order_team", firm=request.org.slug, pk=row.order_id)


def my_clock_mended(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = _clock(pk)
    order = _order(request, row.order_id, own=True)
    service_levels.report_mended(row, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Reported. Your time stands still until the client has looked."))
    return redirect(_url(request, order, own=True))


@today.answers("mine")
def cards_waiting(request: FirmRequest) -> list[today.Item]:
    """Hand-overs to be taken over; once their time is over whoever wrote them sees that too."""
    actor = request.actor
    own = actor.may("own_team.read")
    if not own and not actor.may("order.write"):
        return []
    side, now = ("partner" if own else "firm"), clock.now()
    rows = hand_over.open_cards()
    if own:
        rows = rows.filter(order__in=own_orders(actor))
    found = []
    for card in rows[:20]:
        late = card.answer_by < now
        if card.side == side and not late:
            continue
        why = _("Hand-over not answered in time") if late else _("Hand-over to be taken over")
        day = card.answer_by.astimezone(clock.FIRM_ZONE).date()
        url = _url(request, card.order, own=own)
        act = _("Take over") if card.side != side else _("Look")
        found.append(today.Item(card.order.title, url, why=why, action=act, due=day))
    return found


@today.answers("late")
def clocks_over(request: FirmRequest) -> list[today.Item]:
    """Agreed times that are over, on either side."""
    if not request.actor.may("order.write"):
        return []
    over = service_levels.running().filter(breached_at__isnull=False)[:20]
    return [
        today.Item(
            row.order.title, _url(request, row.order, own=False), why=row.title, tone="bad", due=row.due_at.date()
        )
        for row in over
    ]


urlpatterns = [
    firm_page("orders/<uuid:pk>/team/", order_team, permission="order.read"),
    firm_page("orders/<uuid:pk>/hand-over/", order_hand_over, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/hand-overs.pdf", order_cards, permission="order.read"),
    firm_page("orders/<uuid:pk>/service-times/", order_times, permission="order.write", methods=FORM),
    firm_page("orders/hand-overs/<uuid:pk>/take/", hand_over_take, permission="order.write", methods=WRITE),
    firm_page("orders/clocks/<uuid:pk>/severity/", clock_severity, permission="order.write", methods=WRITE),
    firm_page("orders/clocks/<uuid:pk>/mended/", clock_mended, permission="order.write", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/team/", my_order_team, permission="own_team.read"),
    firm_page("my-orders/<uuid:pk>/hand-over/", my_order_hand_over, permission="own_team.write", methods=FORM),
    firm_page("my-orders/<uuid:pk>/hand-overs.pdf", my_order_cards, permission="own_team.read"),
    firm_page("my-orders/hand-overs/<uuid:pk>/take/", my_hand_over_take, permission="own_team.write", methods=WRITE),
    firm_page("my-orders/clocks/<uuid:pk>/mended/", my_clock_mended, permission="own_team.write", methods=WRITE),
]
