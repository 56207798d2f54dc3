"""The rules of a decision table as a plain grid: every cell is checked, and saving makes a new version of the file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.kernel.errors import Conflict
from werkfluss.process.dmn.cells import cell_faults
from werkfluss.process.dmn.editing import with_rules
from werkfluss.process.dmn.model import DecisionTable
from werkfluss.process.dmn.walking import tables
from werkfluss.process.dmn.words import policy_in_words
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.decision_view import heads_of
from werkfluss.web.forms.decisions import RuleGrid
from werkfluss.work.domain import decisions
from werkfluss.work.models import Decision

_SHOWN_FINDINGS = 20


def _table(row: Decision, place: int) -> DecisionTable:
    for table in tables(decisions.model_of(row)).values():
        if table.place == place:
            return table
    raise Http404


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def decision_rules(request: FirmRequest, pk: UUID, place: int) -> HttpResponse:
    """Show the grid, change its rows, look at it, or save it; only saving keeps anything."""
    row = get_object_or_404(Decision.objects.select_related("org"), pk=pk)
    table = _table(row, place)
    heads = heads_of(table)
    asked = request.POST if request.method == "POST" else request.GET
    grid = RuleGrid(table, [(head.kind, head.label) for head in heads], first=_number(asked.get("first", "")))
    context: dict[str, Any] = {
        "row": row,
        "table": table,
        "policy": policy_in_words(table),
        "heads": heads,
        "grid": grid,
        "place": place,
    }
    if request.method == "POST":
        return _posted(request, grid, context)
    latest = decisions.latest_version(row.key)
    if latest is not None and latest.pk != row.pk:
        messages.info(request, _("A newer version is in use; here are its rules."))
        return redirect(reverse("decision", kwargs={"firm": request.org.slug, "pk": latest.pk}))
    if not grid.all:
        grid.act("add", -1)  # a new table begins with a row to be filled in
    return _page(request, context)


def _page(request: FirmRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context["rows"] = context["grid"].named()
    return render(request, "decisions/rules.html", context, status=status)


def _posted(request: FirmRequest, grid: RuleGrid, context: dict[str, Any]) -> HttpResponse:
    try:
        grid.read(request.POST)
    except ValueError:
        raise Conflict("grid") from None
    what, _sep, number = request.POST.get("do", "check").partition(":")
    if what not in ("check", "save"):
        grid.act(what, int(number) if number.removeprefix("-").isdigit() else -2)
        return _page(request, context | {"changed": True, "focus": _focus(what, number, grid)})
    row: Decision = context["row"]
    model, rules = decisions.model_of(row), grid.rules()
    faults = cell_faults(model, grid.table, rules)
    marked = grid.mark(faults)
    context |= {"changed": True, "wrong": [pair for pair in marked if any(not one.warns for one in pair[1].faults)]}
    if context["wrong"]:
        return _page(request, context, status=422)
    made = with_rules(row.dmn.encode(), context["place"], rules)
    found = decisions.examine_decisions(made, filename=row.name, tests=row.tests)
    failing = [one for one in found.report.outcomes if not one.passed]
    doubtful = [pair for pair in marked if pair not in context["wrong"]]
    if what == "save" and (request.POST.get("accept") == "1" or not (failing or doubtful)):
        saved = decisions.save_rules(
            row, place=context["place"], rows=rules, accept_failing=request.POST.get("accept") == "1", by=request.actor
        )
        messages.success(request, _("Saved as version %(n)s.") % {"n": saved.revision})
        return redirect(reverse("decision", kwargs={"firm": request.org.slug, "pk": saved.pk}))
    own = [one for one in found.findings if one.where.split(" · ")[0] == grid.table.where.split(" · ")[0]]
    context |= {"looked": True, "failing": failing, "doubtful": doubtful, "report": found.report}
    context["findings"] = [one for one in own if one.code != "unknown_name"][:_SHOWN_FINDINGS]
    return _page(request, context, status=422 if what == "save" else 200)


def _focus(what: str, number: str, grid: RuleGrid) -> str:
    """The cell at which a person goes on after the rows have changed."""
    at = int(number) if number.removeprefix("-").isdigit() else 0
    row = at + 1 if what in ("add", "down") else at - 1 if what == "up" else at
    return f"cell-{max(0, min(row, len(grid.rows) - 1))}-0" if grid.rows else ""


urlpatterns = [
    firm_page("decisions/<uuid:pk>/tables/<int:place>/", decision_rules, permission="case.work", methods=FORM),
]
