"""Levies and taxes of payments: the artists' social levy and tax withheld from people abroad, with their reports."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from werkfluss.engagement.domain import levies
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.org.actor import Actor
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.order_terms import spoken

_FIRST = 2024


def payment_levies(request: FirmRequest) -> HttpResponse:
    """One year, this one first; ``?format=csv`` and ``?format=pdf`` are the report."""
    year = _year(request)
    found = levies.levies_of(year, by=Actor.system(request.org.pk))
    kind = request.GET.get("format", "")
    if kind == "csv":
        return _file(levies.as_csv(found), f"Abgaben-{year}.csv", "text/csv; charset=utf-8")
    if kind == "pdf":
        return _file(levies.as_report(found, language=spoken()), f"Abgaben-{year}.pdf", "application/pdf")
    context = {
        "found": found,
        "fees": [(fee, here(levies.PURPOSES[fee.purpose])) for fee in found.fees],
        "elsewhere": [(one, Money.from_cents(one.net_cents, one.currency)) for one in found.elsewhere],
        "years": range(clock.today().year, max(_FIRST, clock.today().year - 4), -1),
    }
    return render(request, "payments/levies.html", context)


def _year(request: FirmRequest) -> int:
    given = request.GET.get("year", str(clock.today().year))
    if not (given.isascii() and given.isdigit() and len(given) < 5 and _FIRST <= int(given) <= clock.today().year):
        raise Http404
    return int(given)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urlpatterns = [firm_page("payments/levies/", payment_levies, permission="payment.read")]
