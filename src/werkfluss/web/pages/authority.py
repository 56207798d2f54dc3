"""Papers for authorities: what a case, person or order needs, filled and made here; the firm's authorities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.authority import MARK, authority_kinds
from werkfluss.care.authority.pages import CHANNELS, authority_pairs, due_text
from werkfluss.care.authority.sheets import Sheet, forms_for, sheet_of
from werkfluss.care.authority.subjects import Subject
from werkfluss.care.domain import authorities as kept
from werkfluss.care.domain import authority_papers as domain
from werkfluss.care.models import Authority, AuthorityPaper
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.authority_view import back_to, kind_word, kinds, names_of, offered, own_of, subject_named, subject_of
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.authority import AnswersForm, AuthorityForm, HandOverForm
from werkfluss.web.forms.law import here
from werkfluss.web.tables import Column, Empty, Filter, Table

happenings.KINDS.update(
    {
        "care.authority.entered": gettext_lazy("Authority entered"),
        "care.authority.ended": gettext_lazy("Authority ended"),
        "care.form_entry.recorded": gettext_lazy("Answer for authorities recorded"),
        "care.authority_paper.prepared": gettext_lazy("Paper for an authority made"),
        "care.authority_paper.handed_over": gettext_lazy("Paper handed over to an authority"),
        "care.authority_package.made": gettext_lazy("Package for authorities made"),
    }
)
happenings.OBJECTS.update(
    {
        "care.authority": gettext_lazy("Authority"),
        "care.formentry": gettext_lazy("Answer for authorities"),
        "care.authoritypaper": gettext_lazy("Paper for an authority"),
    }
)

PAPERS = Table(
    "authority_papers",
    caption=gettext_lazy("Papers for authorities"),
    columns=(
        Column(
            "kind",
            gettext_lazy("Paper"),
            value=lambda row: kind_word(row.kind),
            order="kind",
            link=lambda row: reverse("authority_made", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column("person", gettext_lazy("Person"), value="person.name", order="person__sort_key"),
        Column("revision", gettext_lazy("Version"), order="revision", kind="number"),
        Column("missing", gettext_lazy("Missing answers"), order="missing", kind="number"),
        Column("due", gettext_lazy("Due by"), order="due", kind="date"),
        Column("made", gettext_lazy("Made on"), value="created_at", order="created_at", kind="moment"),
        Column("over", gettext_lazy("Handed over on"), value="handed_over_on", order="handed_over_on", kind="date"),
    ),
    filters=(Filter("kind", gettext_lazy("Paper"), kinds),),
    search=("person__name__icontains",),
    default_order="-made",
    empty=Empty(
        gettext_lazy("No papers for authorities yet"),
        gettext_lazy("They are made on the page of a case, a person or an order."),
    ),
)


def authority_papers(request: FirmRequest) -> HttpResponse:
    rows = AuthorityPaper.objects.select_related("org", "person")
    return PAPERS.page(request, rows, template="authority/list.html")


def authority_about(request: FirmRequest, about: str, pk: UUID) -> HttpResponse:
    """What this case, person or order may need; the ticked papers become one package."""
    subject = subject_named(about, pk)
    if request.method == "POST":
        wanted = {form.id for form in forms_for(subject)} & set(request.POST.getlist("kind"))
        package = domain.make_package(subject, wanted, by=request.actor)
        messages.success(request, _("The package is ready."))
        return redirect("authority_file", firm=request.org.slug, pk=package.pk, ending="zip")
    url, label = back_to(subject, request.org.slug)
    packages = domain.papers_about(subject).filter(kind=domain.PACKAGE)
    context = {"offered": offered(subject, request.org.slug), "packages": packages, "person": subject.person}
    return render(request, "authority/about.html", {**context, "back_url": url, "back_label": label, "mark": MARK})


def _sheet(subject: Subject, kind: str) -> Sheet:
    try:
        return sheet_of(subject, kind, on=clock.today())
    except KeyError:
        raise Http404 from None


def authority_paper(request: FirmRequest, about: str, pk: UUID, kind: str) -> HttpResponse:
    """The preview, with the missing answers to fill in; ``?all=1`` also opens those that are there."""
    subject = subject_named(about, pk)
    sheet = _sheet(subject, kind)
    lines = [one for one in sheet.lines() if one.editable and (one.known is None or "all" in request.GET)]
    form = AnswersForm(request.POST or None, lines=lines)
    if not form.is_valid():
        context = _paper_context(request, subject, sheet, form)
        return render(request, "authority/paper.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    count = domain.record_answers(
        subject, fields=form.answers(), source=given["source"], valid_from=given["valid_from"], by=request.actor
    )
    messages.success(request, _("Recorded with its source: {n}.").format(n=count))
    return redirect("authority_paper", firm=request.org.slug, about=about, pk=pk, kind=kind)


def _paper_context(request: FirmRequest, subject: Subject, sheet: Sheet, form: AnswersForm) -> dict[str, Any]:
    versions = list(domain.papers_about(subject).filter(kind=sheet.form.id))
    about, pk = names_of(subject)
    return {
        "sheet": sheet,
        "form": form,
        "pairs": [(here(name), here(value)) for name, value in authority_pairs(sheet)],
        "due": due_text(sheet),
        "mark": MARK,
        "versions": versions,
        "hand_over": HandOverForm(initial={"on": clock.today()}, prefix="over"),
        "back_url": reverse("authority_about", kwargs={"firm": request.org.slug, "about": about, "pk": pk}),
        "make_url": reverse(
            "authority_make", kwargs={"firm": request.org.slug, "about": about, "pk": pk, "kind": sheet.form.id}
        ),
    }


def authority_make(request: FirmRequest, about: str, pk: UUID, kind: str) -> HttpResponse:
    subject = subject_named(about, pk)
    _sheet(subject, kind)
    paper = domain.prepare_paper(subject, kind, by=request.actor)
    messages.success(request, _("Version {n} is ready as PDF and Word.").format(n=paper.revision))
    return redirect("authority_paper", firm=request.org.slug, about=about, pk=pk, kind=kind)


def _made(pk: UUID) -> AuthorityPaper:
    return get_object_or_404(AuthorityPaper.objects.select_related("person", "document", "draft"), pk=pk)


def authority_made(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A made paper leads to its sheet; a POST notes that it was handed over."""
    paper = _made(pk)
    subject = subject_of(paper)
    about, key = names_of(subject)
    if request.method == "POST":
        form = HandOverForm(request.POST, prefix="over")
        if form.is_valid():
            domain.hand_over(paper, subject=subject, by=request.actor, **form.cleaned_data)
            messages.success(request, _("Noted. Its deadline is met."))
        else:
            messages.error(request, _("Please give the day and how the paper went there."))
    if paper.kind == domain.PACKAGE:
        return redirect("authority_about", firm=request.org.slug, about=about, pk=key)
    return redirect("authority_paper", firm=request.org.slug, about=about, pk=key, kind=paper.kind)


def authority_file(_request: FirmRequest, pk: UUID, ending: str) -> HttpResponse:
    paper = _made(pk)
    document = paper.draft if ending == "docx" else paper.document
    if document is None or not document.filename.endswith(f".{ending}"):
        raise Http404
    return as_download(document, content_of(document))


def my_authority_file(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The own paper, for the person it is about."""
    paper = next((one for _word, one in own_of(request.actor) if one.pk == pk), None)
    if paper is None:
        raise Http404
    return as_download(paper.document, content_of(paper.document))


def authorities(request: FirmRequest) -> HttpResponse:
    """Every kind of authority: what the statute says for sure, and what the firm has entered."""
    form = AuthorityForm(request.POST or None, initial={key: request.GET.get(key, "") for key in ("kind", "place")})
    if form.is_valid():
        kept.enter_authority(by=request.actor, **form.cleaned_data)
        messages.success(request, _("The authority has been entered. Papers made from now on name it."))
        return redirect("authorities", firm=request.org.slug)
    rows = list(kept.authorities())
    listed = [
        (kind, [(row, here(CHANNELS[row.channel])) for row in rows if row.kind == key])
        for key, kind in authority_kinds().items()
    ]
    context = {"form": form, "listed": listed}
    return render(request, "authority/authorities.html", context, status=422 if form.is_bound else 200)


def authority_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    kept.end_authority(get_object_or_404(Authority, pk=pk), by=request.actor)
    messages.success(request, _("The authority has been ended; papers that name it stay."))
    return redirect("authorities", firm=request.org.slug)


_ABOUT = "authority-papers/<slug:about>/<uuid:pk>/"
urlpatterns = [
    firm_page("authority-papers/", authority_papers, permission="care.read"),
    firm_page("authority-papers/authorities/", authorities, permission="care.write", methods=FORM),
    firm_page("authority-papers/authorities/<uuid:pk>/end/", authority_end, permission="care.write", methods=WRITE),
    firm_page("authority-papers/made/<uuid:pk>/", authority_made, permission="care.write", methods=FORM),
    firm_page("authority-papers/made/<uuid:pk>/<slug:ending>/", authority_file, permission="care.read"),
    firm_page("my-papers/<uuid:pk>/", my_authority_file, permission="own_tasks.read"),
    firm_page(_ABOUT, authority_about, permission="care.write", methods=FORM),
    firm_page(f"{_ABOUT}<slug:kind>/", authority_paper, permission="care.write", methods=FORM),
    firm_page(f"{_ABOUT}<slug:kind>/make/", authority_make, permission="care.write", methods=WRITE),
]
