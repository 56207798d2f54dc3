"""Legal holds: what is kept from deletion, why and until when; placed and lifted by a named person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.evidence.domain import holds as domain
from werkfluss.evidence.domain import retention
from werkfluss.evidence.models import Document, Hold
from werkfluss.evidence.retention import register
from werkfluss.kernel import clock
from werkfluss.org.models import User
from werkfluss.web import happenings, objects
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.holds import ClassHoldForm, HoldForm, LiftForm
from werkfluss.web.forms.law import here
from werkfluss.web.happenings import object_word
from werkfluss.web.tables import Column, Empty, Table

happenings.KINDS.update(
    {
        "evidence.hold.placed": gettext_lazy("Legal hold placed"),
        "evidence.hold.lifted": gettext_lazy("Legal hold lifted"),
        "evidence.document.dated": gettext_lazy("Date of a document noted"),
    }
)
happenings.OBJECTS["evidence.hold"] = gettext_lazy("Legal hold")


def _state(row: Hold) -> str:
    if row.lifted_at is not None:
        return "lifted"
    return "in_force" if row.until >= clock.today() else "over"


HOLDS = Table(
    "holds",
    caption=gettext_lazy("Legal holds"),
    columns=(
        Column("name", gettext_lazy("What is kept"), order="name", partial="evidence/held.html"),
        Column("reason", gettext_lazy("Reason"), order="reason"),
        Column("until", gettext_lazy("Until"), order="until", kind="date"),
        Column("state", gettext_lazy("State"), value=_state, kind="status"),
        Column("who", gettext_lazy("Placed by"), secondary=True),
        Column("at", gettext_lazy("Placed on"), value="created_at", order="created_at", kind="date", secondary=True),
        Column(
            "lift",
            gettext_lazy("Lift"),
            value=lambda row: gettext_lazy("Lift") if row.may_lift else "",
            link=lambda row: reverse("hold_lift", kwargs={"firm": row.org.slug, "pk": row.pk}) if row.may_lift else "",
        ),
    ),
    search=("name__icontains", "reason__icontains"),
    default_order="-at",
    empty=Empty(
        gettext_lazy("No legal holds"),
        gettext_lazy("Everything is deleted when its period is over. A hold keeps data for a dispute or an audit."),
    ),
)


def holds(request: FirmRequest) -> HttpResponse:
    """All holds, and what would have gone by now without them."""

    def prepare(rows: list[Any]) -> None:
        names = dict(User.objects.filter(pk__in={row.placed_by for row in rows}).values_list("pk", "name"))
        refs = [(row.object_type, row.object_id) for row in rows]
        shown = objects.shown(refs, firm=request.org.slug, actor=request.actor)
        for row in rows:
            row.who = names.get(row.placed_by, "")
            row.about = shown[row.object_type, row.object_id]
            row.title = here(domain.words_of(row.rules)) if row.rules else row.name
            row.may_lift = request.actor.may(domain.RIGHT) and _state(row) == "in_force"

    waiting = [(here(_purpose(label, rule)), rows) for (label, rule), rows in _held_back().items()]
    rows = domain.holds().select_related("org")
    return HOLDS.page(request, rows, template="evidence/holds.html", context={"waiting": waiting}, prepare=prepare)


def _held_back() -> dict[tuple[str, str], int]:
    return retention.held_back(clock.today())


def _purpose(label: str, rule: str) -> Any:
    return domain.classes().get(rule) or register().of_model(label)[0].purpose


def hold_new(request: FirmRequest) -> HttpResponse:
    """On classes of data of the whole firm."""
    form = ClassHoldForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        domain.place_class_hold(given["rules"], reason=given["reason"], until=given["until"], by=request.actor)
        return _placed(request)
    return _form(request, form, _("Hold on classes of data"))


def hold_on(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """On one object with all that hangs on it."""
    subject, name = _subject(request, kind, pk)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        domain.place_hold(subject, name=name, reason=given["reason"], until=given["until"], by=request.actor)
        return _placed(request)
    return _form(request, form, _("Hold on %(name)s") % {"name": name}, kicker=object_word(kind))


def _subject(request: FirmRequest, kind: str, pk: UUID) -> tuple[models.Model, str]:
    """The object and its name, if the actor may know of it.

    Raises:
        Http404: there is none, or not for this actor.
    """
    if kind == Document._meta.label_lower:
        document = get_object_or_404(objects.visible_documents(request.actor), pk=pk)
        return document, document.title
    if kind not in objects.KNOWN or not request.actor.may(objects.permission_of(kind)):
        raise Http404
    row = get_object_or_404(apps.get_model(kind), pk=pk)
    return row, objects.shown([(kind, pk)], firm=request.org.slug, actor=request.actor)[kind, pk].name


def _form(request: FirmRequest, form: HoldForm, title: str, kicker: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "kicker": kicker}
    return render(request, "evidence/hold_new.html", context, status=422 if form.is_bound else 200)


def _placed(request: FirmRequest) -> HttpResponse:
    messages.success(request, _("The hold is in force; the night and erasures pass over what it keeps."))
    return redirect("holds", firm=request.org.slug)


def hold_lift(request: FirmRequest, pk: UUID) -> HttpResponse:
    hold = get_object_or_404(Hold, pk=pk)
    form = LiftForm(request.POST or None)
    if form.is_valid():
        domain.lift_hold(hold, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("The hold is lifted; what is past its period goes tonight."))
        return redirect("holds", firm=request.org.slug)
    context = {"form": form, "hold": hold}
    return render(request, "evidence/hold_lift.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    firm_page("record/holds/", holds, permission="hold.read"),
    firm_page("record/holds/new/", hold_new, permission="hold.write", methods=FORM),
    firm_page("record/holds/on/<str:kind>/<uuid:pk>/", hold_on, permission="hold.write", methods=FORM),
    firm_page("record/holds/<uuid:pk>/lift/", hold_lift, permission="hold.write", methods=FORM),
]
