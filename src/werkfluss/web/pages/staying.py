"""Why people stay or go: signs of the firm's own conduct, the anonymous survey, the guide for a talk, measures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import conduct, measures, pulses
from werkfluss.engagement.models import Measure
from werkfluss.engagement.pulse_questions import LEAST, QUESTIONS, asked_of
from werkfluss.kernel import clock
from werkfluss.web import happenings, today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.staying import AUDIENCES, EffectForm, MeasureForm, PulseForm, PulseOpeningForm

happenings.KINDS.update(
    {
        "engagement.pulse.opened": gettext_lazy("Survey opened"),
        "engagement.pulse.answered": gettext_lazy("Survey answered by somebody"),
        "engagement.pulse.closed": gettext_lazy("Survey closed"),
        "engagement.measure.taken": gettext_lazy("Measure taken"),
        "engagement.measure.looked_at": gettext_lazy("Effect of a measure looked at"),
    }
)
happenings.OBJECTS["engagement.pulse"] = gettext_lazy("Survey")
happenings.OBJECTS["engagement.measure"] = gettext_lazy("Measure")


def staying(request: FirmRequest) -> HttpResponse:
    """The signs, the surveys and the measures of the firm."""
    day = clock.today()
    now, before = conduct.periods(day)
    found = list(measures.measures()[:50])
    context = {
        "readings": conduct.readings(day),
        "fewest": conduct.FEWEST,
        "now": now,
        "before": before,
        "pulses": [(pulse, AUDIENCES[pulse.audience]) for pulse in pulses.pulses()[:12]],
        "measures": [(one, measures.name_of(one.sign), measures.unit_of(one.sign)) for one in found],
        "least": LEAST,
    }
    return render(request, "staying/overview.html", context)


def staying_guide(request: FirmRequest) -> HttpResponse:
    """Questions for a talk between two, where too few people could answer a survey."""
    return render(request, "staying/guide.html", {"questions": QUESTIONS, "least": LEAST})


def pulse_new(request: FirmRequest) -> HttpResponse:
    form = PulseOpeningForm(request.POST or None, initial={"last_day": clock.today() + timedelta(days=14)})
    if not form.is_valid():
        people = [(word, pulses.audience_of(code).count()) for code, word in AUDIENCES.items()]
        context = {"form": form, "people": people, "least": LEAST}
        return render(request, "staying/pulse_new.html", context, status=422 if form.is_bound else 200)
    pulse = pulses.open_pulse(**form.cleaned_data, by=request.actor)
    messages.success(request, _("The survey is open; those asked are being told by mail."))
    return redirect("pulse", firm=request.org.slug, pk=pulse.pk)


def pulse(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One survey: how long it runs, or what may be shown of it."""
    found = get_object_or_404(pulses.pulses(), pk=pk)
    outcome = pulses.outcome_of(found)
    shares = [
        (one, measures.pulse_sign(found.audience, one.question.code)) for one in sorted(outcome.shares, key=_by_weight)
    ]
    context = {"pulse": found, "audience": AUDIENCES[found.audience], "outcome": outcome, "shares": shares}
    return render(request, "staying/pulse.html", {**context, "least": LEAST, "today": clock.today()})


def _by_weight(one: pulses.Shares) -> int:
    return -1 if one.high is None else -one.high


def pulse_close(request: FirmRequest, pk: UUID) -> HttpResponse:
    pulses.close_pulse(get_object_or_404(pulses.pulses(), pk=pk), by=request.actor)
    messages.success(request, _("The survey is closed."))
    return redirect("pulse", firm=request.org.slug, pk=pk)


def my_pulse(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Two minutes: one question per line, a scale of five, no text."""
    found = get_object_or_404(pulses.open_pulses_for(request.actor), pk=pk)
    form = PulseForm(request.POST or None, questions=asked_of(found.audience))
    if not form.is_valid():
        context = {"form": form, "pulse": found, "least": LEAST}
        return render(request, "staying/my_pulse.html", context, status=422 if form.is_bound else 200)
    pulses.answer_pulse(found, form.answers(), by=request.actor)
    messages.success(request, _("Thank you. Your answer counts; nobody can tell that it is yours."))
    return redirect("start", firm=request.org.slug)


def measure_new(request: FirmRequest, name: str) -> HttpResponse:
    """A task against the sign of this name."""
    try:
        called, proposal = measures.name_of(name), measures.proposal_for(name)
        value, cases = measures.value_of(name, clock.today())
    except (KeyError, ValueError):
        raise Http404 from None
    initial = {"title": here(proposal), "look_on": clock.today() + timedelta(days=90)}
    form = MeasureForm(request.POST or None, initial=initial)
    if not form.is_valid():
        context = {"form": form, "name": called, "value": value, "cases": cases, "unit": measures.unit_of(name)}
        return render(request, "staying/measure_new.html", context, status=422 if form.is_bound else 200)
    made = measures.take_measure(name, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The task is there; on the day you chose you are asked to look at the effect."))
    return redirect("measure", firm=request.org.slug, pk=made.pk)


def measure(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One measure: before, after, and the sentence about it."""
    return _measure(request, get_object_or_404(measures.measures(), pk=pk), EffectForm())


def measure_effect(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Keep the value of today with a sentence about it."""
    found = get_object_or_404(measures.measures(), pk=pk)
    form = EffectForm(request.POST)
    if not form.is_valid():
        return _measure(request, found, form)
    measures.look_at_effect(found, note=form.cleaned_data["note"], by=request.actor)
    messages.success(request, _("Kept. The deadline is done."))
    return redirect("measure", firm=request.org.slug, pk=pk)


def _measure(request: FirmRequest, found: Measure, form: EffectForm) -> HttpResponse:
    value, cases = measures.value_of(found.sign, clock.today())
    context: dict[str, Any] = {
        "measure": found,
        "name": measures.name_of(found.sign),
        "unit": measures.unit_of(found.sign),
        "value": value,
        "cases": cases,
        "form": form,
    }
    return render(request, "staying/measure.html", context, status=422 if form.is_bound else 200)


@today.answers("mine")
def surveys_waiting(request: FirmRequest) -> list[today.Item]:
    """The surveys that this person may still answer."""
    if not request.actor.may("pulse.answer"):
        return []
    return [
        today.Item(
            _("Short survey: why do people stay or go?"),
            reverse("my_pulse", kwargs={"firm": request.org.slug, "pk": one.pk}),
            why=_("Two minutes, anonymous, voluntary."),
            action=_("Answer"),
            due=one.last_day,
        )
        for one in pulses.open_pulses_for(request.actor)
    ]


urlpatterns = [
    firm_page("staying/", staying, permission="staying.read"),
    firm_page("staying/guide/", staying_guide, permission="staying.read"),
    firm_page("staying/surveys/new/", pulse_new, permission="staying.write", methods=FORM),
    firm_page("staying/surveys/<uuid:pk>/", pulse, permission="staying.read"),
    firm_page("staying/surveys/<uuid:pk>/close/", pulse_close, permission="staying.write", methods=WRITE),
    firm_page("staying/measures/new/<str:name>/", measure_new, permission="staying.write", methods=FORM),
    firm_page("staying/measures/<uuid:pk>/", measure, permission="staying.read"),
    firm_page("staying/measures/<uuid:pk>/effect/", measure_effect, permission="staying.write", methods=WRITE),
    firm_page("my-survey/<uuid:pk>/", my_pulse, permission="pulse.answer", methods=FORM),
]
