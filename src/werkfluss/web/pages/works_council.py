"""The works council: which functions touch its rights, which are open, the annex to the agreement, and its record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from werkfluss.agents.domain import works_council as council
from werkfluss.kernel import clock
from werkfluss.org.models import FirmProfile
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.forms.ai import AGREEMENT_KINDS, WorksAgreementForm
from werkfluss.web.pages.ai_guide import kept_versions


def works_council(request: FirmRequest) -> HttpResponse:
    return council_page(request, WorksAgreementForm())


def council_page(request: FirmRequest, form: WorksAgreementForm) -> HttpResponse:
    """The page with the form to record an agreement, empty or with its faults."""
    on, profile = clock.today(), FirmProfile.objects.get()
    agreed = council.agreement_of(profile)
    rows = [(one, council.rights_of(one), council.is_locked(one.id, on=on)) for one in council.functions()]
    sheet = council.annex_sheet(profile, firm=request.org.name, address=profile.city, on=on)
    context = {
        "profile": profile,
        "agreed": agreed,
        "kind": AGREEMENT_KINDS.get(agreed.value["kind"], "") if agreed else "",
        "functions": rows,
        "clauses": sheet.parts[0][1],
        "note": council.NOTE,
        "verdict": council.verdict_on("task_times", on=on),
        "agreement_form": form,
        **kept_versions("annex"),
    }
    return render(request, "ai/works_council.html", context, status=422 if form.is_bound else 200)


urlpatterns = [firm_page("ai/works-council/", works_council, permission="agent.read")]
