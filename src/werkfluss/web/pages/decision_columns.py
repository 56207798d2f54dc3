"""A new decision table, and other columns for one that is there; the rules follow in the grid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.kernel.errors import Conflict, Fault, WerkflussError
from werkfluss.process.dmn import model as dmn
from werkfluss.process.dmn.cells import CellFault, cell_faults
from werkfluss.process.dmn.columns import Shape, shape_of
from werkfluss.process.dmn.editing import rows_of
from werkfluss.process.dmn.reading import read
from werkfluss.process.dmn.restructuring import with_columns
from werkfluss.process.dmn.walking import names, tables
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.decision_columns import ColumnForms, PolicyForm, TableForm, types_of
from werkfluss.work.domain import decisions
from werkfluss.work.models import Decision

_SHOWN = 20


def _rules_url(request: FirmRequest, row: Decision, place: int) -> str:
    return reverse("decision_rules", kwargs={"firm": request.org.slug, "pk": row.pk, "place": place})


def _read(request: FirmRequest, columns: ColumnForms) -> str:
    """Take over what was typed; gives what shall be done if that is not to save."""
    try:
        columns.read(request.POST)
    except ValueError:
        raise Conflict("columns") from None
    what, _sep, number = request.POST.get("do", "save").partition(":")
    if what == "save":
        return ""
    columns.act(what, int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1)
    return what


def decision_new(request: FirmRequest) -> HttpResponse:
    """Name, hit policy and columns of a new table; what is wrong is said at its field and keeps what was typed."""
    bound = request.method == "POST"
    acts = bound and request.POST.get("do", "save") != "save"
    head = TableForm(initial=request.POST.dict()) if acts else TableForm(request.POST if bound else None)
    columns = ColumnForms(head)
    context: dict[str, Any] = {"columns": columns}
    if not bound:
        columns.start(None)
        return render(request, "decisions/columns.html", context)
    if _read(request, columns):
        return render(request, "decisions/columns.html", context | {"changed": True})
    shape = columns.shape()
    if shape is not None:
        try:
            made = decisions.create_table(head.cleaned_data["name"], shape, by=request.actor)
        except WerkflussError as error:
            context["fault"] = error.fault
        else:
            messages.success(request, _("The table is there. Now its rules."))
            return redirect(_rules_url(request, made, 0))
    return render(request, "decisions/columns.html", context, status=422)


def _table(model: dmn.Model, place: int) -> dmn.DecisionTable:
    for table in tables(model).values():
        if table.place == place:
            return table
    raise Http404


def decision_columns(request: FirmRequest, pk: UUID, place: int) -> HttpResponse:
    """Add, rename and remove columns; only saving keeps anything."""
    row = get_object_or_404(Decision.objects.select_related("org"), pk=pk)
    model = decisions.model_of(row)
    table = _table(model, place)
    shape = shape_of(table)
    acts = request.method == "POST" and request.POST.get("do", "save") != "save"
    given = request.POST if request.method == "POST" and not acts else None
    head = PolicyForm(given, initial={"policy": request.POST.get("policy", shape.policy)})
    columns = ColumnForms(head, types=types_of(model, shape), known=names(model))
    context = {"row": row, "table": table, "place": place, "columns": columns}
    if request.method == "POST":
        return _posted(request, context)
    latest = decisions.latest_version(row.key)
    if latest is not None and latest.pk != row.pk:
        messages.info(request, _("A newer version is in use; here are its rules."))
        return redirect(reverse("decision", kwargs={"firm": request.org.slug, "pk": latest.pk}))
    columns.start(shape)
    return render(request, "decisions/columns.html", context)


def _posted(request: FirmRequest, context: dict[str, Any]) -> HttpResponse:
    columns: ColumnForms = context["columns"]
    row: Decision = context["row"]
    if _read(request, columns):
        return render(request, "decisions/columns.html", context | {"changed": True})
    shape = columns.shape()
    if shape is None:
        return render(request, "decisions/columns.html", context, status=422)
    accepted = request.POST.get("accept") == "1"
    try:
        context |= _look(row, context["place"], shape)
        if accepted or not (context["failing"] or context["misfits"]):
            saved = decisions.save_columns(
                row, place=context["place"], shape=shape, accept_failing=accepted, by=request.actor
            )
            messages.success(request, _("Saved as version %(n)s.") % {"n": saved.revision})
            return redirect(_rules_url(request, saved, context["place"]))
    except Conflict:
        raise
    except WerkflussError as error:
        context["fault"] = error.fault
    return render(request, "decisions/columns.html", context, status=422)


def _look(row: Decision, place: int, shape: Shape) -> dict[str, Any]:
    """What would come of it: test cases that fail, cells that do not fit their column any more."""
    made = with_columns(row.dmn.encode(), place, shape)
    found = decisions.examine_decisions(made, filename=row.name, tests=row.tests)
    model = read(made)
    table = _table(model, place)
    known = {(one.row, one.kind, one.column) for one in _faults(decisions.model_of(row), place)}
    misfits: list[tuple[int, str, Fault]] = []
    for one in _faults(model, place):
        clause = table.inputs[one.column] if one.kind == "input" else table.outputs[one.column]
        if len(misfits) < _SHOWN and (one.row, one.kind, one.column) not in known:
            misfits.append((one.row + 1, clause.label, one.fault))
    return {"failing": [one for one in found.report.outcomes if not one.passed], "misfits": misfits}


def _faults(model: dmn.Model, place: int) -> list[CellFault]:
    table = _table(model, place)
    return cell_faults(model, table, rows_of(table))


urlpatterns = [
    firm_page("decisions/new/", decision_new, permission="case.work", methods=FORM),
    firm_page(
        "decisions/<uuid:pk>/tables/<int:place>/columns/", decision_columns, permission="case.work", methods=FORM
    ),
]
