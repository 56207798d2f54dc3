"""Data protection from what is switched on: the record of Art. 30, drafts of assessments, transfers by place."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from werkfluss.agents.domain import processing
from werkfluss.evidence.domain.holds import holds_in_force, words_of
from werkfluss.kernel import clock
from werkfluss.web import ai_view, care_record_view
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.pages.ai_guide import kept_versions


def data_protection(request: FirmRequest) -> HttpResponse:
    now = ai_view.situation(request)
    held = list(holds_in_force(clock.today()))
    found = ai_view.processing_of(now)
    context = {
        "activities": [
            (activity, processing.retention_words(activity.retention), processing.service_words(activity.services))
            for activity in found.activities
        ],
        "modules": care_record_view.shown(),
        "assessments": found.assessments,
        "transfers": [(one, ai_view.country_word(one.country)) for one in found.transfers],
        "kept": [(one, processing.period_words(one.rule)) for one in processing.kept()],
        "holds": [(hold, here(words_of(hold.rules)) if hold.rules else "") for hold in held],
        "held_rules": {rule for hold in held for rule in hold.rules},
        "access": processing.access(),
        "note": processing.NOTE,
        **kept_versions("processing"),
    }
    return render(request, "ai/data_protection.html", context)


urlpatterns = [firm_page("ai/data-protection/", data_protection, permission="agent.read")]
