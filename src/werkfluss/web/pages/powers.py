"""The register of authorities, the firm's competitors, waivers of conflicts, and the log of decisions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import BooleanField, Case, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import authority_limits, conflicts, decision_log
from werkfluss.engagement.models import Competitor, ConflictDeclaration
from werkfluss.kernel import clock
from werkfluss.web import happenings, power_words
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.fractional import CompetitorForm, LimitForm
from werkfluss.web.tables import Column, Empty, Filter, Table

happenings.KINDS.update(
    {
        "engagement.authority.granted": gettext_lazy("Limit of authority granted"),
        "engagement.authority.ended": gettext_lazy("Limit of authority ended"),
        "engagement.authority.used": gettext_lazy("Signed under an authority"),
        "engagement.authority.signed_second": gettext_lazy("Second signature given"),
        "engagement.authority.undone": gettext_lazy("Signature taken back"),
        "engagement.competitor.added": gettext_lazy("Competitor listed"),
        "engagement.competitor.ended": gettext_lazy("Competitor taken off the list"),
        "engagement.conflict.declared": gettext_lazy("Conflicts of interest declared"),
        "engagement.conflict.waived": gettext_lazy("Conflict of interest waived"),
        "engagement.mandate.decided": gettext_lazy("Decision under a mandate"),
    }
)
happenings.OBJECTS.update(
    {
        "engagement.authoritylimit": gettext_lazy("Limit of authority"),
        "engagement.authorityuse": gettext_lazy("Signature"),
        "engagement.competitor": gettext_lazy("Competitor"),
        "engagement.conflictdeclaration": gettext_lazy("Declaration of conflicts"),
        "engagement.mandatedecision": gettext_lazy("Decision under a mandate"),
    }
)
KINDS = (
    ("order", gettext_lazy("orders")),
    ("booking", gettext_lazy("bookings")),
    ("payment", gettext_lazy("payments")),
    ("hire", gettext_lazy("hires")),
)
AUTHORITIES = Table(
    "powers",
    caption=gettext_lazy("Register of authorities"),
    columns=(
        Column("person", gettext_lazy("Person"), value="resource.name", order="resource__sort_key"),
        Column("kind", gettext_lazy("For"), value=power_words.kind_word, order="kind"),
        Column("each", gettext_lazy("Alone, each"), value=power_words.each, order="amount_cents", kind="money"),
        Column("month", gettext_lazy("Alone, a month"), value=power_words.month, kind="money", secondary=True),
        Column("first_day", gettext_lazy("From"), order="first_day", kind="date", secondary=True),
        Column("last_day", gettext_lazy("Until"), order="last_day", kind="date"),
        Column("basis", gettext_lazy("Basis")),
        Column("end", gettext_lazy("End it"), partial="fractional/limit_cell.html", value="pk"),
    ),
    filters=(Filter("kind", gettext_lazy("For"), KINDS),),
    search=("resource__name__icontains", "basis__icontains"),
    default_order="person",
    empty=Empty(
        gettext_lazy("No limit entered yet"),
        gettext_lazy("Without a limit an executive on a mandate approves nothing; everybody else decides by role."),
    ),
)
DECISION_COLUMNS = (
    Column("number", gettext_lazy("No."), order="number", kind="number"),
    Column("decided_on", gettext_lazy("Day"), order="decided_on", kind="date"),
    Column("person", gettext_lazy("Person"), value="mandate.resource.name", secondary=True),
    Column("what", gettext_lazy("What"), order="what"),
    Column("why", gettext_lazy("Why")),
    Column("basis", gettext_lazy("Basis"), secondary=True),
    Column("use", gettext_lazy("Signed"), value=lambda row: row.use.title if row.use else ""),
)
DECISIONS = Table(
    "mandate_decisions",
    caption=gettext_lazy("Decision log"),
    columns=DECISION_COLUMNS,
    search=("what__icontains", "why__icontains", "mandate__resource__name__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No decision yet"), gettext_lazy("Executives on a mandate note here what they decided and why.")
    ),
)


def powers(request: FirmRequest) -> HttpResponse:
    over = Case(When(last_day__lt=clock.today(), then=True), default=False, output_field=BooleanField())
    rows = authority_limits.limits().annotate(is_over=over)
    return AUTHORITIES.page(request, rows, template="fractional/powers.html")


def power_new(request: FirmRequest) -> HttpResponse:
    initial = {"first_day": clock.today(), "resource": request.GET.get("person", "")}
    form = LimitForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return render(request, "fractional/limit.html", {"form": form}, status=422 if form.is_bound else 200)
    authority_limits.grant_limit(form.cleaned_data["resource"], form.limit(), by=request.actor)
    messages.success(request, _("The limit holds; approvals ask it from now on."))
    return redirect("powers", firm=request.org.slug)


def power_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    authority_limits.end_limit(get_object_or_404(authority_limits.limits(), pk=pk), by=request.actor)
    messages.success(request, _("Ended. What was signed under it stands."))
    return redirect("powers", firm=request.org.slug)


def competitors(request: FirmRequest) -> HttpResponse:
    """Whom the firm sees as its competition; declarations of conflicts are held against it."""
    form = CompetitorForm(request.POST or None)
    if form.is_valid():
        conflicts.add_competitor(**form.cleaned_data, by=request.actor)
        messages.success(request, _("On the list."))
        return redirect("competitors", firm=request.org.slug)
    context = {"form": form, "competitors": conflicts.competitors()}
    return render(request, "fractional/competitors.html", context, status=422 if form.is_bound else 200)


def competitor_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    conflicts.end_competitor(get_object_or_404(Competitor.objects.all(), pk=pk), by=request.actor)
    messages.success(request, _("Taken off the list."))
    return redirect("competitors", firm=request.org.slug)


def conflict_waive(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = ConflictDeclaration.objects.select_related("mandate")
    row = get_object_or_404(rows, pk=pk)
    conflicts.waive(row, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("Waived, with the reason in the record."))
    return redirect("mandate", firm=request.org.slug, pk=row.mandate_id)


def mandate_decisions(request: FirmRequest) -> HttpResponse:
    return DECISIONS.page(request, decision_log.decisions(), template="fractional/decisions.html")


def limits_url(firm: str, person: UUID) -> str:
    """The form for a new limit, with the person filled in."""
    return f"{reverse('power_new', kwargs={'firm': firm})}?person={person}"


urlpatterns = [
    firm_page("powers/", powers, permission="mandate.read"),
    firm_page("powers/new/", power_new, permission="firm.manage", methods=FORM),
    firm_page("powers/<uuid:pk>/end/", power_end, permission="firm.manage", methods=WRITE),
    firm_page("competitors/", competitors, permission="mandate.write", methods=FORM),
    firm_page("competitors/<uuid:pk>/end/", competitor_end, permission="mandate.write", methods=WRITE),
    firm_page("conflicts/<uuid:pk>/waive/", conflict_waive, permission="firm.manage", methods=WRITE),
    firm_page("mandates/decisions/", mandate_decisions, permission="mandate.read"),
]
