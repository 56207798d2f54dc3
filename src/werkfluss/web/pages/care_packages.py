"""Packages of care: put together, copied, changed, applied to a case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from werkfluss.care.domain import packages as domain
from werkfluss.care.models import CarePackage, ExpatCase
from werkfluss.care.modules import care_module
from werkfluss.care.routes import care_route
from werkfluss.kernel import clock
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page, read_version
from werkfluss.web.forms.care_catalogue import PackageCopyForm, PackageForm


def care_packages(request: FirmRequest) -> HttpResponse:
    """The packages in use with what they hold and cost."""
    rows = [
        (
            one,
            care_route(one.route).name if one.route else None,
            [care_module(item.module).name for item in one.items.all()],
        )
        for one in domain.packages()
    ]
    shown = [(one, route, names, domain.cost_of(one)) for one, route, names in rows]
    return render(request, "care_catalogue/packages.html", {"packages": shown})


def care_package_new(request: FirmRequest) -> HttpResponse:
    form = PackageForm(request.POST or None)
    if not form.is_valid():
        return render(request, "care_catalogue/package_form.html", {"form": form}, status=422 if form.is_bound else 200)
    given = {name: form.cleaned_data[name] for name in ("name", "route", "countries", "note")}
    made = domain.make_package(**given, modules=(), by=request.actor)
    domain.change_package(made, **given, items=form.items(), expected_version=made.version, by=request.actor)
    messages.success(request, _("The package is there."))
    return redirect("care_package", firm=request.org.slug, pk=made.pk)


def care_package(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One package: its modules with offers, the cost, and what it would leave open for each open case."""
    found = get_object_or_404(domain.packages(), pk=pk)
    items = [(care_module(item.module), item.offer) for item in found.items.all()]
    cases = [
        one
        for one in ExpatCase.objects.filter(state="open").select_related("person").order_by("-number")[:50]
        if found.route in {"", one.route} and (not found.countries or one.person.nationality in found.countries)
    ]
    chosen = next((one for one in cases if str(one.pk) == request.GET.get("case")), None)
    context = {
        "package": found,
        "route": care_route(found.route).name if found.route else None,
        "items": items,
        "cost": domain.cost_of(found),
        "cases": cases,
        "chosen": chosen,
        "left": domain.gaps_left(found, chosen, on=clock.today()) if chosen else None,
        "copy_form": PackageCopyForm(initial={"name": _("Copy of %(name)s") % {"name": found.name}}),
    }
    return render(request, "care_catalogue/package.html", context)


def care_package_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.packages(), pk=pk)
    held = {f"module_{item.module}": str(item.offer_id or "open") for item in found.items.all()}
    stands = {"name": found.name, "route": found.route, "countries": found.countries, "note": found.note}
    form = PackageForm(request.POST or None, initial=stands | held)
    if not form.is_valid():
        context = {"form": form, "package": found}
        return render(request, "care_catalogue/package_form.html", context, status=422 if form.is_bound else 200)
    given = {name: form.cleaned_data[name] for name in stands}
    domain.change_package(found, **given, items=form.items(), expected_version=read_version(request), by=request.actor)
    messages.success(request, _("Kept. Cases to which it was applied stay as they are."))
    return redirect("care_package", firm=request.org.slug, pk=pk)


def care_package_copy(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.packages(), pk=pk)
    form = PackageCopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the copy a name."))
        return redirect("care_package", firm=request.org.slug, pk=pk)
    made = domain.copy_package(found, name=form.cleaned_data["name"], by=request.actor)
    return redirect("care_package", firm=request.org.slug, pk=made.pk)


def care_package_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    domain.end_package(get_object_or_404(CarePackage, pk=pk), by=request.actor)
    messages.success(request, _("The package is not proposed any more."))
    return redirect("care_packages", firm=request.org.slug)


def care_package_apply(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.packages(), pk=pk)
    expat = get_object_or_404(ExpatCase, pk=as_uuid(request.POST.get("case")), state="open")
    made = domain.apply_package(found, expat, by=request.actor)
    said = _("%(count)s orders are planned; send each when it is time.") % {"count": len(made)}
    messages.success(request, said)
    return redirect("care_gaps", firm=request.org.slug, pk=expat.person_id)


urlpatterns = [
    firm_page("care/packages/", care_packages, permission="care.read"),
    firm_page("care/packages/new/", care_package_new, permission="care.write", methods=FORM),
    firm_page("care/packages/<uuid:pk>/", care_package, permission="care.read"),
    firm_page("care/packages/<uuid:pk>/edit/", care_package_edit, permission="care.write", methods=FORM),
    firm_page("care/packages/<uuid:pk>/copy/", care_package_copy, permission="care.write", methods=WRITE),
    firm_page("care/packages/<uuid:pk>/end/", care_package_end, permission="care.write", methods=WRITE),
    firm_page("care/packages/<uuid:pk>/apply/", care_package_apply, permission="care.write", methods=WRITE),
]
