"""Search: a page of its own, and the part of it that the palette (Ctrl+K) shows while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from werkfluss.web import search as finding
from werkfluss.web.access import FirmRequest, firm_page

ON_PAGE = 25
IN_PALETTE = 5


def search(request: FirmRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[: finding.LONGEST]
    part = request.GET.get("part") == "palette"
    groups = finding.find(request, text, most=IN_PALETTE if part else ON_PAGE)
    context = {
        "text": text,
        "groups": groups,
        "count": sum(len(group.hits) for group in groups),
        "asked": bool(finding.words_of(text)),
    }
    response = render(request, "search/options.html" if part else "search/page.html", context)
    # What was found is of this person and this moment.
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns = [firm_page("search/", search, permission="firm.enter")]
