"""The firm's switch: AI agents begin with steps of cases without anybody being asked each time. Off by default."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.steps import ReasonForm
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.work.domain import agent_release as domain

KINDS.update(
    {
        "work.agent_release.decided": gettext_lazy("Agents begin with steps without being asked"),
        "work.agent_release.ended": gettext_lazy("Agents wait for a person again"),
    }
)
OBJECTS["work.agentrelease"] = gettext_lazy("Decision on steps of agents")


def agent_release(request: FirmRequest) -> HttpResponse:
    row = domain.standing()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain.decide(on=request.POST.get("on") == "yes", reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("Your decision has been recorded."))
        return redirect("agent_release", firm=request.org.slug)
    context = {"form": form, "standing": row}
    return render(request, "cases/agent_release.html", context, status=422 if form.errors else 200)


urlpatterns = [firm_page("steps-of-agents/", agent_release, permission="plan.publish", methods=FORM)]
