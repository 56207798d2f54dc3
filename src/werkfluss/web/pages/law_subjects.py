"""The legal check of one person, team, agent, task or order: all rules that apply, what-if, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import check_facts
from werkfluss.compliance.domain.conditions import take_on, take_on_duty
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.web import law_subject, law_try
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.forms.law import MissingForm
from werkfluss.web.law_subject import Answered, LawSubject
from werkfluss.work.domain.gate import Permission
from werkfluss.work.domain.subject_rules import home_of


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A missing fact that is kept elsewhere: a paper, or the declared details."""

    question: Any
    url: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A subject with all its answers and the one that is open."""

    subject: LawSubject
    answers: list[Answered]
    refusal: Permission | None
    chosen: Answered | None


def _page(request: FirmRequest, kind: str, pk: UUID, data: QueryDict) -> _Page:
    subject = law_subject.open_subject(request, kind, pk)
    found, refusal = law_subject.applied(subject, on=clock.today(), actor=request.actor)
    answers = law_subject.answered(found)
    rule = data.get("rule", "")
    chosen = next((one for one in answers if one.question.rule == rule), None)
    if rule and chosen is None:
        raise Http404
    return _Page(subject, answers, refusal, chosen or (answers[0] if answers else None))


def law_start(request: FirmRequest) -> HttpResponse:
    """From the list of subjects to the page of the one that was chosen."""
    subject = law_subject.from_ref(request, request.GET.get("subject", ""))
    if subject is None:
        return redirect("law", firm=request.org.slug)
    return redirect("law_of", firm=request.org.slug, kind=subject.kind, pk=subject.row.pk)


def law_of(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """All rules that apply, the gravest answer first; one of them open, with what-if beside it."""
    page = _page(request, kind, pk, request.GET)
    return _shown(request, page, request.GET)


def _shown(
    request: FirmRequest, page: _Page, data: QueryDict, *, missing: MissingForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "subject": page.subject,
        "answers": page.answers,
        "refusal": page.refusal,
        "chosen": page.chosen,
        "doers": law_subject.doers(request.actor) if page.subject.kind == law_subject.TASK else [],
        **_actions(request, page),
    }
    if page.chosen is not None:
        tried = law_try.trial(page.chosen.question, data, verdict=page.chosen.verdict)
        context |= {"trial": tried, "card": explain.rule_card(page.chosen.question.rule)}
        context |= _missing(request, page.subject, page.chosen, missing)
        if tried.form.is_bound and not tried.form.is_valid():
            status = 422
    part = request.htmx and request.htmx.target == "outcome"
    return render(request, "law/outcome.html" if part else "law/subject.html", context, status=status)


def _actions(request: FirmRequest, page: _Page) -> dict[str, Any]:
    """Where the buttons of the page lead, for those who may press them."""
    place = {"firm": request.org.slug, "kind": page.subject.kind, "pk": page.subject.row.pk}
    query = urlencode(_query(page))
    may = request.actor.may
    return {
        "page_url": reverse("law_of", kwargs=place),
        "carried": [(name, value) for name, value in _query(page).items() if name != "rule"],
        "store_url": f"{reverse('law_of_store', kwargs=place)}?{query}",
        "act_url": f"{reverse('law_of_plan', kwargs=place)}?{query}" if may("deadline.write") else "",
        "record_url": f"{reverse('law_of_facts', kwargs=place)}?{query}" if may("fact.record") else "",
    }


def _query(page: _Page) -> dict[str, str]:
    found = {"rule": page.chosen.question.rule} if page.chosen else {}
    if page.subject.kind == law_subject.TASK and page.subject.resource is not None:
        found["with"] = str(page.subject.resource.pk)
    return found


def _missing(request: FirmRequest, subject: LawSubject, one: Answered, form: MissingForm | None) -> dict[str, Any]:
    """What the answer lacks, split into what is asked here and what is kept elsewhere."""
    facts = {fact.name: fact for fact in explain.questions_of(one.question.rule, on=one.question.on)}
    here, elsewhere = [], []
    for wanted in one.verdict.missing:
        home = home_of(one.question.rule, wanted.name)
        if home.place == "fact" and wanted.name in facts:
            here.append(facts[wanted.name])
        elif subject.resource is not None and request.actor.may("people.write"):
            name = "person_paper" if home.place == "papers" else "person_edit"
            url = reverse(name, kwargs={"firm": request.org.slug, "pk": subject.resource.pk})
            elsewhere.append(Elsewhere(wanted.question, url))
    asked = form or (MissingForm(None, facts=here, on=clock.today()) if here else None)
    effects = {wanted.name: wanted.effects for wanted in one.verdict.missing}
    return {"missing_form": asked, "elsewhere": elsewhere, "effects": effects}


def law_of_facts(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """Facts that were missing, recorded with their source; then the law is asked again."""
    page = _page(request, kind, pk, request.GET)
    if page.chosen is None:
        raise Http404
    wanted = _missing(request, page.subject, page.chosen, None)["missing_form"]
    if wanted is None:
        return _back(request, page)  # somebody else has recorded them meanwhile
    form = MissingForm(request.POST, facts=[fact for fact, _field in wanted.asked()], on=clock.today())
    if not form.is_valid():
        return _shown(request, page, QueryDict(), missing=form, status=422)
    given = form.cleaned_data
    rule = page.chosen.question.rule
    answers, source, day = form.answers(), given["source"], given["valid_from"]
    count = law_subject.record_answers(page.subject, rule, answers, source=source, valid_from=day, by=request.actor)
    text = ngettext(
        "%(n)s fact has been recorded; the answer stands on it now.",
        "%(n)s facts have been recorded; the answer stands on them now.",
        count,
    )
    messages.success(request, text % {"n": count})
    return _back(request, page)


def _back(request: FirmRequest, page: _Page) -> HttpResponse:
    place = {"firm": request.org.slug, "kind": page.subject.kind, "pk": page.subject.row.pk}
    return redirect(f"{reverse('law_of', kwargs=place)}?{urlencode(_query(page))}#outcome")


def law_of_store(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """Keep the answer with exactly these facts, those recorded or those tried."""
    page = _page(request, kind, pk, request.GET)
    if page.chosen is None:
        raise Http404
    tried = law_try.trial(page.chosen.question, request.POST, verdict=page.chosen.verdict)
    if tried.form.is_bound and not tried.form.is_valid():
        return _shown(request, page, request.POST)
    check = check_facts([tried.asked], by=request.actor)[tried.asked].check
    address = reverse("law_check", kwargs={"firm": request.org.slug, "pk": check.pk})
    messages.success(request, _("The answer is stored with its facts."))
    return redirect(f"{address}?{urlencode({'subject': page.subject.ref})}")


def law_of_plan(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """A condition or a dated duty of the answer becomes a task with a deadline."""
    page = _page(request, kind, pk, request.GET)
    if page.chosen is None:
        raise Http404
    question = page.chosen.question
    plan(request, check_facts([question], by=request.actor)[question].check, page.subject.row)
    return _back(request, page)


def plan(request: FirmRequest, check: Check, subject: Any) -> None:
    """Take on what the form names: ``condition=`` or ``duty=`` with its number.

    Raises:
        Broken: the check has no such condition or duty.
    """
    kind = "duty" if "duty" in request.POST else "condition"
    number = request.POST.get(kind, "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if kind == "duty":
        take_on_duty(check, number=chosen, subject=subject, by=request.actor)
    else:
        take_on(check, number=chosen, subject=subject, on=clock.today(), by=request.actor)
    messages.success(request, _("It is on the list of deadlines now."))


urlpatterns = [
    firm_page("law/start/", law_start, permission="law.read"),
    firm_page("law/of/<slug:kind>/<uuid:pk>/", law_of, permission="law.read"),
    firm_page("law/of/<slug:kind>/<uuid:pk>/facts/", law_of_facts, permission="fact.record", methods=WRITE),
    firm_page("law/of/<slug:kind>/<uuid:pk>/store/", law_of_store, permission="law.read", methods=WRITE),
    firm_page("law/of/<slug:kind>/<uuid:pk>/plan/", law_of_plan, permission="deadline.write", methods=WRITE),
]
