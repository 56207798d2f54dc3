"""The register of AI trainings (Art. 4): who uses AI, which training counts, who has none. Nobody is graded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from werkfluss.agents.domain import trainings
from werkfluss.agents.models import Training
from werkfluss.kernel import clock
from werkfluss.web import ai_view, law_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.ai import TrainingForm
from werkfluss.web.pages.ai_guide import kept_versions
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.workforce.models import Kind

TRAININGS = Table(
    "ai_trainings",
    caption=gettext_lazy("Trainings held"),
    columns=(
        Column("person", gettext_lazy("Person"), value="resource.name", order="resource__sort_key"),
        Column("title", gettext_lazy("Training"), order="title"),
        Column("held_on", gettext_lazy("Held on"), order="held_on", kind="date"),
        Column("valid_to", gettext_lazy("Valid until"), order="valid_to", kind="date"),
        Column("content", gettext_lazy("Content"), secondary=True),
        Column("proof", gettext_lazy("Proof"), value="proof.filename", partial="ai/proof_cell.html"),
        Column(
            "withdraw",
            gettext_lazy("Entered by mistake?"),
            value=lambda _row: "",
            partial="ai/withdraw_cell.html",
            secondary=True,
        ),
    ),
    search=("resource__name__icontains", "title__icontains"),
    default_order="-held_on",
    empty=Empty(gettext_lazy("No trainings yet"), gettext_lazy("Record who was shown what, and when.")),
)


def _hides_staff() -> bool:
    return law_view.locked("qualifications")


def ai_trainings(request: FirmRequest) -> HttpResponse:
    """People who use AI first, the trainings below; both without employees while the works council has not agreed."""
    now, locked = ai_view.situation(request), _hides_staff()
    rows = trainings.trainings()
    if locked:
        rows = rows.exclude(resource__kind=Kind.EMPLOYEE)
    context = {
        "people": now.people,
        "missing": sum(person.missing for person in now.people),
        "locked": locked,
        "may_write": request.actor.may("people.write"),
        **kept_versions("trainings"),
    }
    return TRAININGS.page(request, rows, template="ai/trainings.html", context=context)


def ai_training_new(request: FirmRequest) -> HttpResponse:
    on = clock.today()
    form = TrainingForm(request.POST or None, request.FILES or None, on=on, chosen=request.GET.get("person", ""))
    if _hides_staff():
        form.leave_out_staff()
    if not form.is_valid():
        return render(request, "ai/training.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    made = trainings.record_training(
        given["people"],
        title=given["title"],
        held_on=given["held_on"],
        content=given["content"],
        valid_to=given["valid_to"],
        proof=form.file(),
        on=on,
        by=request.actor,
    )
    text = ngettext(
        "The training is recorded for %(n)s person.", "The training is recorded for %(n)s people.", len(made)
    )
    messages.success(request, text % {"n": len(made)})
    return redirect("ai_trainings", firm=request.org.slug)


def ai_training_withdraw(request: FirmRequest, pk: UUID) -> HttpResponse:
    training = get_object_or_404(Training.objects.select_related("resource"), pk=pk)
    trainings.withdraw_training(training, by=request.actor)
    messages.success(request, _("The entry is withdrawn."))
    return redirect("ai_trainings", firm=request.org.slug)


urlpatterns = [
    firm_page("ai/trainings/", ai_trainings, permission="people.read"),
    firm_page("ai/trainings/new/", ai_training_new, permission="people.write", methods=FORM),
    firm_page("ai/trainings/<uuid:pk>/withdraw/", ai_training_withdraw, permission="people.write", methods=WRITE),
]
