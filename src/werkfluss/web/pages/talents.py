"""The talent network: who is in it with consent, how they may be contacted, and the person's own page behind a link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import talents as domain
from werkfluss.engagement.invitations import languages
from werkfluss.engagement.models import Talent, TalentSource
from werkfluss.formats import cv
from werkfluss.formats.resume import LEFT_OUT, Resume
from werkfluss.kernel import clock
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, public_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.talents import (
    CHANNELS,
    ORIGINS,
    ContactForm,
    CvForm,
    OwnForm,
    ReferForm,
    SourceForm,
    TakeOnForm,
    TalentForm,
    carried,
)
from werkfluss.web.limits import LINKS
from werkfluss.web.pages.errors import too_many
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.workforce.models import Kind

happenings.KINDS.update(
    {
        "engagement.talent.added": gettext_lazy("Added to the talent network"),
        "engagement.talent.cv": gettext_lazy("CV read"),
        "engagement.talent.link": gettext_lazy("Link for the person made"),
        "engagement.talent.contacted": gettext_lazy("Person contacted"),
        "engagement.talent.consented": gettext_lazy("Person consented to stay in the network"),
        "engagement.talent.objected": gettext_lazy("Person objected"),
        "engagement.talent.taken_on": gettext_lazy("Taken on from the network"),
        "engagement.talent_source.added": gettext_lazy("Source of talents added"),
        "engagement.talent_source.ended": gettext_lazy("Source of talents ended"),
    }
)
happenings.OBJECTS["engagement.talent"] = gettext_lazy("Talent network")
happenings.OBJECTS["engagement.talentsource"] = gettext_lazy("Source of talents")

STATES = (("consented", gettext_lazy("with consent")), ("listed", gettext_lazy("not asked or not answered yet")))


def _state(row: Talent) -> str:
    return "accepted" if row.consented_at else "waiting"


def _narrow(rows: Any, value: str) -> Any:
    return rows.exclude(consented_at=None) if value == "consented" else rows.filter(consented_at=None)


TALENTS = Table(
    "talents",
    caption=gettext_lazy("Talent network"),
    columns=(
        Column("name", gettext_lazy("Name"), order="sort_key", link=lambda row: _url("talent", row)),
        Column("headline", gettext_lazy("In one line"), order="headline"),
        Column("skills", gettext_lazy("Skills"), value=lambda row: ", ".join(row.skills[:8]), secondary=True),
        Column("country", gettext_lazy("Country"), order="country", secondary=True),
        Column("source", gettext_lazy("Source"), value="source.name", order="source__name", secondary=True),
        Column("state", gettext_lazy("Consent"), value=_state, kind="status"),
        Column("until", gettext_lazy("Kept until"), value="consent_until", order="consent_until", kind="date"),
    ),
    filters=(Filter("consent", gettext_lazy("Consent"), STATES, apply=_narrow),),
    search=("name__icontains", "headline__icontains", "skills__icontains", "city__icontains"),
    default_order="name",
    empty=Empty(
        gettext_lazy("Nobody in the network yet"),
        gettext_lazy("People and teams you would like to work with, kept with their consent."),
        gettext_lazy("Add somebody"),
        url=lambda request: reverse("talent_new", kwargs={"firm": request.org.slug}),
    ),
)


def _url(name: str, row: Talent) -> str:
    return reverse(name, kwargs={"firm": row.org.slug, "pk": row.pk})


def talents(request: FirmRequest) -> HttpResponse:
    return TALENTS.page(request, domain.talents().select_related("org", "source"), template="talents/list.html")


def talent_new(request: FirmRequest) -> HttpResponse:
    """By hand, or from a CV: what was read of it fills the form, and nothing is stored before somebody looks."""
    if request.method == "POST" and "fill" in request.POST:
        return _from_cv(request)
    form = TalentForm(request.POST or None, initial={"language": "de"})
    if not form.is_valid():
        return _new(request, form, CvForm())
    made = domain.add_talent(by=request.actor, **form.says())
    messages.success(request, _("The entry is there. Without the person's consent it goes after 30 days."))
    return redirect("talent", firm=request.org.slug, pk=made.pk)


def _from_cv(request: FirmRequest) -> HttpResponse:
    upload = CvForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _new(request, TalentForm(), upload)
    read = _resume(upload)
    says = domain.from_resume(read)
    kept = {"skills": "\n".join(says["skills"]), "read": carried(says["profile"])}
    form = TalentForm(initial={**says, **kept, "language": "de", "origin": "person"})
    return _new(request, form, CvForm(), read=read)


def _resume(form: CvForm) -> Resume:
    file = form.cleaned_data["file"]
    return cv.read(file.read(), filename=file.name)


def _new(request: FirmRequest, form: TalentForm, upload: CvForm, read: Resume | None = None) -> HttpResponse:
    left_out = ", ".join(here(LEFT_OUT[key]) for key in read.left_out) if read else ""
    status = 422 if form.errors or upload.errors else 200
    context = {"form": form, "upload": upload, "read": read, "left_out": left_out}
    return render(request, "talents/new.html", context, status=status)


def _found(pk: UUID) -> Talent:
    return get_object_or_404(domain.talents().select_related("org", "source", "resource", "cv"), pk=pk)


def talent(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _talent(request, _found(pk), ContactForm(), status=200)


def _talent(request: FirmRequest, found: Talent, form: ContactForm, *, status: int, **more: Any) -> HttpResponse:
    ways = dict(CHANNELS)
    contacts = [(one, ways.get(one.channel, one.channel)) for one in found.contacts.all()[:20]]
    context = {
        "talent": found,
        "origin": dict(ORIGINS)[found.origin],
        "contacts": contacts,
        "form": form,
        "upload": CvForm(),
        "take_on": TakeOnForm(),
        **more,
    }
    return render(request, "talents/talent.html", context, status=status)


def talent_contact(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What the law says of this way; a second press makes the contact and shows the text."""
    found = _found(pk)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _talent(request, found, form, status=422)
    given = form.cleaned_data
    verdict = domain.contact_verdict(found, channel=given["channel"], consent=given["consent"], on=clock.today())
    if "confirmed" not in request.POST or verdict.outcome == "blocked":
        return _talent(request, found, form, status=200, verdict=verdict)
    text = domain.make_contact(found, **given, by=request.actor)
    own = languages()[given["language"]]
    said = {"text": text, "confirmed": own["confirmed"], "sent": given["channel"] == "email"}
    return _talent(request, found, ContactForm(), status=200, written=said)


def talent_cv(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(pk)
    form = CvForm(request.POST, request.FILES)
    if not form.is_valid():
        return _talent(request, found, ContactForm(), status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    read = cv.read(content, filename=file.name)
    domain.attach_cv(found, content, filename=file.name, resume=read, by=request.actor)
    messages.success(request, _("The CV has been read."))
    return redirect("talent", firm=request.org.slug, pk=pk)


def talent_take_on(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _found(pk)
    form = TakeOnForm(request.POST)
    if not form.is_valid():
        return _talent(request, found, ContactForm(), status=422)
    given = form.cleaned_data
    person = domain.take_on(found, kind=Kind(given["kind"]), rate=given["rate"], by=request.actor)
    messages.success(request, _("Taken on; please complete what is declared of the person."))
    return redirect("person", firm=request.org.slug, pk=person.pk)


def talent_sources(request: FirmRequest) -> HttpResponse:
    form = SourceForm(request.POST or None)
    if form.is_valid():
        request.actor.require(domain.RIGHT)
        domain.add_source(**form.cleaned_data, by=request.actor)
        messages.success(request, _("The source has been added."))
        return redirect("talent_sources", firm=request.org.slug)
    context = {"form": form, "sources": domain.sources()}
    return render(request, "talents/sources.html", context, status=422 if form.is_bound else 200)


def talent_source_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    domain.end_source(get_object_or_404(TalentSource.objects.all(), pk=pk), by=request.actor)
    messages.success(request, _("The source is no longer used."))
    return redirect("talent_sources", firm=request.org.slug)


def refer(request: FirmRequest) -> HttpResponse:
    """Staff name somebody and get an invitation to hand over in person."""
    form = ReferForm(request.POST or None)
    if not form.is_valid():
        return render(request, "talents/refer.html", {"form": form}, status=422 if form.is_bound else 200)
    made, token = domain.refer(**form.cleaned_data, by=request.actor)
    text = domain.written(made, language=form.cleaned_data["language"], token=token)
    return render(request, "talents/referred.html", {"talent": made, "text": text})


def my_talent(request: HttpRequest, org: str, token: str) -> HttpResponse:
    """The person's own page: everything that is held, to confirm, correct or delete. No log-in, the link is the key."""
    if not LINKS.allow_secret(request, "opened", f"{org}/{token}"):
        return too_many(request)
    firm = Organisation.objects.filter(slug=org).first()
    if firm is None:
        LINKS.count_wrong(request)
        raise Http404
    with tenancy.acting(firm.pk, Actor.system(firm.pk)) as system:
        found = domain.by_link(token)
        if found is None:
            LINKS.count_wrong(request)
            return render(request, "talents/my_gone.html", {"client": firm}, status=404)
        return _own_page(request, firm, found, by=system)


def _own_page(request: HttpRequest, firm: Organisation, found: Talent, *, by: Actor) -> HttpResponse:
    if request.method == "POST" and "object" in request.POST:
        domain.object_to_contact(found, by=by)
        return render(request, "talents/my_gone.html", {"client": firm, "deleted": True})
    says = {field: getattr(found, field) for field in ("name", "email", "phone", "city", "country", "language")}
    initial = {**says, "headline": found.headline, "skills": "\n".join(found.skills)}
    form = OwnForm(request.POST or None, initial=initial)
    done = form.is_valid()
    if done:
        domain.consent_to_keep(found, changes=form.cleaned_data, by=by)
    context = {"client": firm, "talent": found, "form": form, "done": done, "origin": dict(ORIGINS)[found.origin]}
    return render(request, "talents/my_talent.html", context, status=422 if form.errors else 200)


urlpatterns = [
    firm_page("talents/", talents, permission="talent.read"),
    firm_page("talents/new/", talent_new, permission="talent.write", methods=FORM),
    firm_page("talents/<uuid:pk>/", talent, permission="talent.read"),
    firm_page("talents/<uuid:pk>/contact/", talent_contact, permission="talent.write", methods=WRITE),
    firm_page("talents/<uuid:pk>/cv/", talent_cv, permission="talent.write", methods=WRITE),
    firm_page("talents/<uuid:pk>/take-on/", talent_take_on, permission="talent.write", methods=WRITE),
    firm_page("talent-sources/", talent_sources, permission="talent.write", methods=FORM),
    firm_page("talent-sources/<uuid:pk>/end/", talent_source_end, permission="talent.write", methods=WRITE),
    firm_page("refer/", refer, permission="talent.refer", methods=FORM),
    public_page("talent/<slug:org>/<str:token>/", my_talent, methods=FORM),
]
