"""Steps of cases: claim, do, vote, ask, answer, note, move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web import law_view, step_view
from werkfluss.web.access import WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms import steps as step_forms
from werkfluss.web.forms.facts import FactsForm
from werkfluss.web.happenings import KINDS
from werkfluss.web.process_view import shown_step, subject_url
from werkfluss.work.domain import cases as domain
from werkfluss.work.domain import step_claims, step_lists, step_raising, step_talk, step_votes
from werkfluss.work.models import CaseTask, StepQuestion
from werkfluss.workforce.models import Resource

KINDS.update(
    {
        "work.step.claimed": gettext_lazy("Step claimed"),
        "work.step.delegated": gettext_lazy("Step given to the plan"),
        "work.step.returned": gettext_lazy("Step returned"),
        "work.step.released": gettext_lazy("Step given back, because nobody is there"),
        "work.step.reassigned": gettext_lazy("Step given to somebody else"),
        "work.step.due_moved": gettext_lazy("Due time moved"),
        "work.step.follow_up_set": gettext_lazy("Follow-up set"),
        "work.step.question_asked": gettext_lazy("Question about a step"),
        "work.step.question_answered": gettext_lazy("Question about a step answered"),
        "work.step.question_withdrawn": gettext_lazy("Question about a step withdrawn"),
        "work.step.commented": gettext_lazy("Comment on a step"),
        "work.step.voted": gettext_lazy("Vote on a step"),
        "work.step.tied": gettext_lazy("Votes without a result"),
        "work.step.sent_back": gettext_lazy("Step sent back by the second person"),
        "work.step.told": gettext_lazy("Mail about a step"),
    }
)


def _found(request: FirmRequest, pk: UUID) -> CaseTask:
    """A step that the reader may see; 404 for all others."""
    rows = CaseTask.objects.select_related("case__definition", "case__org", "resource", "claimed_by", "org")
    if not request.actor.may("case.work"):
        rows = rows.filter(step_lists.seen_by(request.actor))
    found = get_object_or_404(rows, pk=pk)
    law_view.unname_cases([found.case], request.actor)
    if not request.actor.may("care.write") and found.case.subject_type == "care.expatcase":
        law_view.unname([found.resource], "care_cases")
    return found


def step(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One step for whoever has to do with it, without the case around it."""
    found = _found(request, pk)
    if found.state != "open" or found.case.state != "running":
        context = {"one": shown_step(found, request.actor), "case": found.case, "may_read": _may_read(request)}
        return render(request, "cases/step_over.html", context)
    card = step_view.card(found, request.actor)
    apart = card.by_vote or card.questions or card.claimer or card.claimed or card.shown.task
    url = "" if apart else _own_page(found, request)
    if url:
        return redirect(url)
    return _page(request, found, card)


def _page(request: FirmRequest, found: CaseTask, card: step_view.StepCard, **wrong: Any) -> HttpResponse:
    """The step with its forms; ``wrong`` are forms that were filled in wrongly, by name."""
    context = {
        "card": card,
        "case": found.case,
        "may_read": _may_read(request),
        "ask": step_forms.AskForm(people=step_view.people_to_ask(request.actor), auto_id="ask-%s"),
        "assign": step_forms.AssignForm(people=step_view.people_to_assign(), auto_id="assign-%s")
        if "reassign" in card.acts
        else None,
        "due": step_forms.DueForm(auto_id="due-%s"),
        "follow_up": step_forms.FollowUpForm(initial={"follow_up": found.follow_up}, auto_id="again-%s"),
        "comment": step_forms.CommentForm(auto_id="comment-%s"),
        "answer": step_forms.AnswerForm(auto_id="answer-%s"),
        "back": step_forms.ReasonForm(auto_id="back-%s"),
        "facts": FactsForm(card.asked, found.case.variables),
        "hindered": step_forms.ReasonForm(auto_id="raise-%s"),
    }
    return render(request, "cases/step.html", context | wrong, status=422 if wrong else 200)


def _may_read(request: FirmRequest) -> bool:
    return request.actor.may("case.read")


def _own_page(found: CaseTask, request: FirmRequest) -> str:
    """Where the step is really done: at the order, or on the person's own page."""
    firm = {"firm": request.org.slug}
    own = found.resource is not None and found.resource.user_id == request.actor.id
    if own and found.case.subject_type == "engagement.order" and request.actor.may("own_orders.read"):
        return reverse("my_order", kwargs={**firm, "pk": found.case.subject_id})
    if own and found.case.subject_type == "care.expatcase":
        return f"{reverse('portal', kwargs=firm)}?case={found.case.subject_id}"
    return subject_url(found.case, request.org, request.actor)


def _to_step(request: FirmRequest, found: CaseTask) -> HttpResponse:
    return redirect("step", firm=request.org.slug, pk=found.pk)


def _done(request: FirmRequest) -> HttpResponse:
    """To the page on which the form stood; what is done is no longer among the own tasks."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return redirect(url)
    if request.actor.may("project.read"):
        return redirect("my_tasks", firm=request.org.slug)
    return redirect("my_orders", firm=request.org.slug)


def complete_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    picked, reason = request.POST.getlist("choice"), request.POST.get("reason", "").strip()
    facts = FactsForm(step_view.asked_at(found), found.case.variables, request.POST)
    if not facts.is_valid():
        return _page(request, found, step_view.card(found, request.actor), facts=facts)
    domain.complete_step(found, data=facts.facts(), choices=picked, reason=reason, by=request.actor)
    messages.success(request, _("Done: {name}").format(name=shown_step(found, request.actor).name))
    return _done(request)


def repeat_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    domain.retry_step(found, by=request.actor)
    messages.success(request, _("The automatic step worked this time."))
    return _done(request)


def raise_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Say what hinders a step, where the drawing has an answer to it."""
    found = _found(request, pk)
    form = step_forms.ReasonForm(request.POST, auto_id="raise-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), hindered=form)
    key = request.POST.get("key", "")
    step_raising.raise_at(found, key=key, reason=form.cleaned_data["reason"], by=request.actor)
    found.refresh_from_db()
    if found.state == "open":
        messages.success(request, _("Reported. The step stays with you."))
        return _to_step(request, found)
    messages.success(request, _("Reported. The case goes another way from here."))
    return _done(request)


def vote_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    picked, reason = request.POST.getlist("choice"), request.POST.get("reason", "").strip()
    step_votes.cast_vote(found, choices=picked, reason=reason, by=request.actor)
    messages.success(request, _("Your vote counts."))
    return _done(request)


def send_back_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    step_votes.send_back(found, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("Sent back. The step is open again."))
    return _to_step(request, found)


def claim_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    step_claims.claim_step(found, by=request.actor)
    messages.success(request, _("This step is yours now."))
    return _to_step(request, found)


def return_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    step_claims.return_step(found, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("Returned. Others in your role can claim it."))
    return _done(request)


def reassign_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.AssignForm(request.POST, people=step_view.people_to_assign(), auto_id="assign-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), assign=form)
    to = _whom(form.cleaned_data["to"])
    if isinstance(to, User):
        raise Http404
    step_claims.reassign_step(found, to=to, reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("Given to somebody else."))
    return _done(request)


def _whom(value: str) -> Role | User | Resource:
    kind, _sign, key = value.partition(":")
    if kind == "role":
        return Role(key)
    rows: Any = User.objects if kind == "user" else Resource.objects
    found: User | Resource = get_object_or_404(rows, pk=as_uuid(key))
    return found


def move_step_due(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.DueForm(request.POST, auto_id="due-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), due=form)
    step_talk.move_due(found, due=form.cleaned_data["due"], reason=form.cleaned_data["reason"], by=request.actor)
    messages.success(request, _("The due time has been moved."))
    return _to_step(request, found)


def follow_up_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.FollowUpForm(request.POST, auto_id="again-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), follow_up=form)
    step_talk.set_follow_up(found, follow_up=form.cleaned_data["follow_up"], by=request.actor)
    messages.success(request, _("The follow-up has been set."))
    return _to_step(request, found)


def ask_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.AskForm(request.POST, people=step_view.people_to_ask(request.actor), auto_id="ask-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), ask=form)
    said = form.cleaned_data
    to = _whom(said["to"])
    if isinstance(to, Resource):
        raise Http404
    step_talk.ask(found, to=to, text=said["text"], stop_reason=said["stop_reason"], by=request.actor)
    messages.success(request, _("Asked. The answer comes back to this step."))
    return _to_step(request, found)


def _question(found: CaseTask, question: UUID) -> StepQuestion:
    return get_object_or_404(StepQuestion.objects.select_related("step__case"), pk=question, step=found)


def answer_question(request: FirmRequest, pk: UUID, question: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.AnswerForm(request.POST, auto_id="answer-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), answer=form)
    step_talk.answer(_question(found, question), text=form.cleaned_data["text"], by=request.actor)
    messages.success(request, _("Answered. Whoever asked goes on with the step."))
    return _done(request)


def withdraw_question(request: FirmRequest, pk: UUID, question: UUID) -> HttpResponse:
    found = _found(request, pk)
    step_talk.withdraw_question(_question(found, question), by=request.actor)
    messages.success(request, _("The question has been withdrawn."))
    return _to_step(request, found)


def comment_step(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = step_forms.CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _page(request, found, step_view.card(found, request.actor), comment=form)
    step_talk.comment(found, text=form.cleaned_data["text"], by=request.actor)
    return _to_step(request, found)


urlpatterns = [
    firm_page("steps/<uuid:pk>/", step, permission="own_tasks.read"),
    firm_page("steps/<uuid:pk>/done/", complete_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/repeat/", repeat_step, permission="case.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/raise/", raise_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/vote/", vote_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/send-back/", send_back_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/claim/", claim_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/return/", return_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/reassign/", reassign_step, permission="case.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/due/", move_step_due, permission="case.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/follow-up/", follow_up_step, permission="own_tasks.work", methods=WRITE),
    firm_page("steps/<uuid:pk>/ask/", ask_step, permission="own_tasks.work", methods=WRITE),
    firm_page(
        "steps/<uuid:pk>/questions/<uuid:question>/", answer_question, permission="own_tasks.work", methods=WRITE
    ),
    firm_page(
        "steps/<uuid:pk>/questions/<uuid:question>/withdraw/",
        withdraw_question,
        permission="own_tasks.work",
        methods=WRITE,
    ),
    firm_page("steps/<uuid:pk>/comment/", comment_step, permission="own_tasks.work", methods=WRITE),
]
