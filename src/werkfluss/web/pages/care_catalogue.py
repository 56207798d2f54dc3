"""The care catalogue as HR sees it: modules, providers and their offers, codes bought for confidential support."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import bookings, providers, vouchers
from werkfluss.care.models import CareProvider
from werkfluss.care.modules import care_module
from werkfluss.kernel import clock
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.care_catalogue_view import grouped, offers_by_module
from werkfluss.web.forms.care_catalogue import (
    MARK_WORDS,
    TEAM_WORDS,
    TRANSFER_WORDS,
    UNIT_WORDS,
    CodesForm,
    OfferForm,
    ProviderForm,
    SumForm,
    team_key,
)
from werkfluss.web.tables import Column, Empty, Table


def care_modules(request: FirmRequest) -> HttpResponse:
    """All modules in their groups, with how many offers there are."""
    found = offers_by_module()
    groups = [(name, [(one, len(found.get(one.id, ()))) for one in modules]) for name, modules in grouped()]
    return render(request, "care_catalogue/modules.html", {"groups": groups})


def care_module_page(request: FirmRequest, name: str) -> HttpResponse:
    """One module: what it is, what the firm learns, what may never enter, when it is missing, who offers it."""
    try:
        module = care_module(name)
    except KeyError:
        raise Http404 from None
    rows = [(offer, UNIT_WORDS[offer.unit], _marks(offer)) for offer in providers.offers(module=name)]
    return render(request, "care_catalogue/module.html", {"module": module, "offers": rows, "least": bookings.LEAST})


def _marks(offer: Any) -> list[tuple[Any, int]]:
    return [(MARK_WORDS[mark], count) for mark, count in bookings.marks_of(offer).items()]


PROVIDERS = Table(
    "care_providers",
    caption=gettext_lazy("Care providers"),
    columns=(
        Column(
            "name",
            gettext_lazy("Name"),
            order="name",
            link=lambda row: reverse("care_provider", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column("country", gettext_lazy("Country"), order="country"),
        Column(
            "agreement", gettext_lazy("Processing agreement"), value="agreement_on", order="agreement_on", kind="date"
        ),
        Column("transfer", gettext_lazy("Data going there"), value=lambda row: TRANSFER_WORDS[row.transfer]),
        Column("checked", gettext_lazy("Checked on"), value="checked_on", order="checked_on", kind="date"),
    ),
    search=("name__icontains",),
    default_order="name",
    empty=Empty(
        gettext_lazy("No providers yet"),
        gettext_lazy("Enter those with whom you have a contract, with the processing agreement and its day."),
        gettext_lazy("New provider"),
        url=lambda request: reverse("care_provider_new", kwargs={"firm": request.org.slug}),
    ),
)


def care_providers(request: FirmRequest) -> HttpResponse:
    rows = providers.providers().select_related("org")
    return PROVIDERS.page(request, rows, template="care_catalogue/providers.html")


def care_provider_new(request: FirmRequest) -> HttpResponse:
    form = ProviderForm(request.POST or None, initial={"country": "DE", "transfer": "inside"})
    if not form.is_valid():
        return render(
            request, "care_catalogue/provider_form.html", {"form": form}, status=422 if form.is_bound else 200
        )
    made = providers.add_provider(**form.cleaned_data, by=request.actor)
    messages.success(request, _("The provider is entered. Next: what it offers."))
    return redirect("care_provider", firm=request.org.slug, pk=made.pk)


def care_provider(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What is known of a provider, what is missing before an order, and its offers."""
    provider = get_object_or_404(CareProvider, pk=pk)
    offers = [
        (one, care_module(one.module), UNIT_WORDS[one.unit]) for one in providers.offers().filter(provider=provider)
    ]
    context = {
        "provider": provider,
        "transfer": TRANSFER_WORDS[provider.transfer],
        "team": TEAM_WORDS[team_key(provider)],
        "missing": providers.missing_of(provider, on=clock.today()),
        "verdict": providers.transfer_verdict(provider, on=clock.today()),
        "offers": offers,
    }
    return render(request, "care_catalogue/provider.html", context)


def care_provider_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    provider = get_object_or_404(CareProvider, pk=pk)
    form = ProviderForm(request.POST or None, initial=ProviderForm.of(provider))
    if not form.is_valid():
        context = {"form": form, "provider": provider}
        return render(request, "care_catalogue/provider_form.html", context, status=422 if form.is_bound else 200)
    providers.change_provider(provider, expected_version=read_version(request), by=request.actor, **form.cleaned_data)
    messages.success(request, _("Kept; it counts as checked today."))
    return redirect("care_provider", firm=request.org.slug, pk=pk)


def care_provider_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    providers.end_provider(get_object_or_404(CareProvider, pk=pk), by=request.actor)
    messages.success(request, _("Nothing more is ordered there; what runs goes on."))
    return redirect("care_providers", firm=request.org.slug)


def care_offer_new(request: FirmRequest, pk: UUID) -> HttpResponse:
    provider = get_object_or_404(providers.providers(), pk=pk)
    form = OfferForm(request.POST or None, initial={"module": request.GET.get("module", "")})
    if not form.is_valid():
        context = {"form": form, "provider": provider}
        return render(request, "care_catalogue/offer_form.html", context, status=422 if form.is_bound else 200)
    providers.add_offer(provider, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The offer stands in the catalogue."))
    return redirect("care_provider", firm=request.org.slug, pk=pk)


def care_offer_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    offer = get_object_or_404(providers.offers(), pk=pk)
    providers.end_offer(offer, by=request.actor)
    messages.success(request, _("The offer has ended. A new price is a new offer."))
    return redirect("care_provider", firm=request.org.slug, pk=offer.provider_id)


def care_vouchers(request: FirmRequest) -> HttpResponse:
    """Lists of codes as sums; nothing here says who took one, or when."""
    counts = [(vouchers.count_of(lot), care_module(lot.offer.module).name) for lot in vouchers.lots()]
    return render(request, "care_catalogue/vouchers.html", {"counts": counts, "least": vouchers.LEAST})


def care_vouchers_buy(request: FirmRequest) -> HttpResponse:
    form = CodesForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "none": not form.offers.exists()}
        return render(request, "care_catalogue/vouchers_buy.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    vouchers.buy_codes(
        given["offer"],
        codes=given["codes"].splitlines(),
        portal=given["portal"],
        expires_on=given["expires_on"],
        by=request.actor,
    )
    messages.success(request, _("The codes can be taken from now on."))
    return redirect("care_vouchers", firm=request.org.slug)


def care_voucher_invoice(request: FirmRequest, pk: UUID) -> HttpResponse:
    lot = get_object_or_404(vouchers.lots(), pk=pk)
    form = SumForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "lot": lot}
        return render(request, "care_catalogue/voucher_invoice.html", context, status=422 if form.is_bound else 200)
    vouchers.enter_invoice(lot, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The invoice is entered as a sum."))
    return redirect("care_vouchers", firm=request.org.slug)


urlpatterns = [
    firm_page("care/modules/", care_modules, permission="care.read"),
    firm_page("care/modules/<slug:name>/", care_module_page, permission="care.read", name="care_module"),
    firm_page("care/providers/", care_providers, permission="care.read"),
    firm_page("care/providers/new/", care_provider_new, permission="care.write", methods=FORM),
    firm_page("care/providers/<uuid:pk>/", care_provider, permission="care.read"),
    firm_page("care/providers/<uuid:pk>/edit/", care_provider_edit, permission="care.write", methods=FORM),
    firm_page("care/providers/<uuid:pk>/end/", care_provider_end, permission="care.write", methods=WRITE),
    firm_page("care/providers/<uuid:pk>/offers/", care_offer_new, permission="care.write", methods=FORM),
    firm_page("care/offers/<uuid:pk>/end/", care_offer_end, permission="care.write", methods=WRITE),
    firm_page("care/codes/", care_vouchers, permission="care.read"),
    firm_page("care/codes/new/", care_vouchers_buy, permission="care.write", methods=FORM),
    firm_page("care/codes/<uuid:pk>/invoice/", care_voucher_invoice, permission="care.write", methods=FORM),
]
