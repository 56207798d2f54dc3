"""Try a decision out, see which rule fired and why, and keep what must come out as a test case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.kernel import clock
from werkfluss.process.dmn import model as dmn
from werkfluss.process.dmn.evaluate import evaluate
from werkfluss.process.dmn.fields import input_fields, output_fields
from werkfluss.process.dmn.testing import Case
from werkfluss.process.feel import to_json
from werkfluss.web import decision_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.decisions import CaseNameForm, ValuesForm
from werkfluss.work.domain import decision_tests, decisions
from werkfluss.work.models import Decision


def _row(pk: UUID) -> Decision:
    return get_object_or_404(Decision.objects.select_related("org"), pk=pk)


def _name(model: dmn.Model, decision: str) -> str:
    found = model.decision(decision)
    return found.name if found is not None else decision


def decision_tests_page(request: FirmRequest, pk: UUID) -> HttpResponse:
    """All test cases run now: passed or not, which rules no case hits, gaps and overlaps."""
    row = _row(pk)
    report, model = decision_tests.report_of(row), decisions.model_of(row)
    latest = decisions.latest_version(row.key)
    context = {
        "row": row,
        "report": report,
        "outcomes": [(one, _name(model, one.case.decision)) for one in report.outcomes],
        "findings": [one for one in decisions.findings_of(row) if one.code != "untested"],
        "may_change": latest is not None and latest.pk == row.pk and request.actor.may("case.work"),
    }
    return render(request, "decisions/tests.html", context)


def _last_answer(model: dmn.Model) -> dmn.Decision | None:
    """The decision on which no other rests; of several the last in the file."""
    needed = {id_ for one in model.decisions.values() for id_ in one.requires.decisions}
    rest = [one for id_, one in model.decisions.items() if id_ not in needed]
    return rest[-1] if rest else None


def decision_try(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Ask a decision; with ``do=keep`` what was expected becomes a test case."""
    row = _row(pk)
    model = decisions.model_of(row)
    wanted = (request.POST if request.method == "POST" else request.GET).get("decision", "")
    chosen = model.decisions.get(wanted) or _last_answer(model)
    if chosen is None:
        raise Http404
    return _asked(request, row, chosen, 0, {})


def decision_test(request: FirmRequest, pk: UUID, number: int) -> HttpResponse:
    """One test case: ask it again, or change it."""
    row = _row(pk)
    if not 1 <= number <= len(row.tests):
        raise Http404
    case = row.tests[number - 1]
    chosen = decisions.model_of(row).decision(case["decision"])
    if chosen is None:
        raise Http404
    return _asked(request, row, chosen, number, case)


def _asked(
    request: FirmRequest, row: Decision, chosen: dmn.Decision, number: int, case: Mapping[str, Any]
) -> HttpResponse:
    model = decisions.model_of(row)
    posted = request.POST if request.method == "POST" else None
    keeping = posted is not None and posted.get("do") == "keep"
    asked, given = input_fields(model, chosen.id), output_fields(model, chosen.id)
    inputs = ValuesForm(asked, posted, prefix="in", alone=_("Input"), values=case.get("inputs"))
    outputs = ValuesForm(
        given, posted if keeping else None, prefix="out", alone=chosen.name, values=case.get("expected")
    )
    name = CaseNameForm(posted if keeping else None, initial={"name": case.get("name", "")})
    context: dict[str, Any] = {
        "row": row,
        "chosen": chosen,
        "others": list(model.decisions.values()),
        "number": number,
        "inputs": inputs,
        "may_keep": request.actor.may("case.work") and decisions.latest_version(row.key) == row,
    }
    status = 200
    if posted is not None:
        # All three are looked at, so that every error is seen at once.
        sound = all([inputs.is_valid(), not keeping or outputs.is_valid(), not keeping or name.is_valid()])
        status = 200 if sound else 422
        if sound and keeping:
            made = Case(name.cleaned_data["name"], chosen.id, inputs.values(), outputs.values())
            return _keep(request, row, made, number)
        if inputs.is_valid():
            context |= _answer(model, chosen, inputs.values(), given)
            if not keeping:
                expected = case["expected"] if number else context["value"]
                outputs = ValuesForm(given, None, prefix="out", alone=chosen.name, values=expected)
    return render(request, "decisions/try.html", context | {"outputs": outputs, "name": name}, status=status)


def _answer(model: dmn.Model, chosen: dmn.Decision, values: Any, given: Any) -> dict[str, Any]:
    result = evaluate(model, chosen.id, values, now=clock.now())
    return {
        "result": result,
        "value": to_json(result.value),
        "answer": decision_view.in_fields(given, result.value, chosen.name),
        "steps": list(reversed(decision_view.explained(model, result))),
    }


def _keep(request: FirmRequest, row: Decision, case: Case, number: int) -> HttpResponse:
    decision_tests.keep_test(row, case, number=number, expected_version=read_version(request), by=request.actor)
    messages.success(request, _("The test case is kept."))
    return redirect(reverse("decision_tests", kwargs={"firm": request.org.slug, "pk": row.pk}))


def decision_test_remove(request: FirmRequest, pk: UUID, number: int) -> HttpResponse:
    row = _row(pk)
    decision_tests.remove_test(row, number, expected_version=read_version(request), by=request.actor)
    messages.success(request, _("The test case was removed."))
    return redirect(reverse("decision_tests", kwargs={"firm": request.org.slug, "pk": row.pk}))


urlpatterns = [
    firm_page("decisions/<uuid:pk>/tests/", decision_tests_page, permission="case.read", name="decision_tests"),
    firm_page("decisions/<uuid:pk>/try/", decision_try, permission="case.read", methods=FORM),
    firm_page("decisions/<uuid:pk>/tests/<int:number>/", decision_test, permission="case.read", methods=FORM),
    firm_page(
        "decisions/<uuid:pk>/tests/<int:number>/remove/", decision_test_remove, permission="case.work", methods=WRITE
    ),
]
