"""Figures for the managing director: groups of ten and more, words instead of numbers for fewer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from werkfluss.kernel import clock
from werkfluss.web import figures_view
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.workbooks import workbook_response
from werkfluss.workforce.groups import LEAST


def figures(request: FirmRequest) -> HttpResponse:
    """Time to start, waiting, cost, quality of providers, staying and leaving: on one page, about groups."""
    found = figures_view.sections(on=clock.today())
    if request.GET.get("format") == "xlsx":
        head = [_("Section"), _("Table"), _("Group"), _("People, in full tens"), _("Number"), _("In words")]
        return workbook_response(_("Figures"), head, figures_view.flat(found))
    return render(request, "figures/page.html", {"sections": found, "least": LEAST})


urlpatterns = [firm_page("figures/", figures, permission="figures.read")]
