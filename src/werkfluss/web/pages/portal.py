"""The portal of a person from abroad and the family: next step, checklist, papers, duties, care, consents, own data."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from werkfluss.care.domain import consents, papers, participants, readings
from werkfluss.care.domain import portal as domain
from werkfluss.care.domain.own_data import export_own_data
from werkfluss.care.models import CareConsent, CasePaper, Participant
from werkfluss.care.modules import GROUPS, care_modules
from werkfluss.care.paper_names import paper_name
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.web import portal_catalogue
from werkfluss.web.access import FORM, WRITE, FirmRequest
from werkfluss.web.authority_view import own_of
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.portal import AnswerForm, RelativeForm, ReleaseForm, TickForm, UploadForm
from werkfluss.web.portal_pages import portal_page
from werkfluss.web.portal_view import CASE_COOKIE, chosen, frame, opened, shown_cases, shown_consents, state
from werkfluss.work.domain import cases
from werkfluss.work.models import CaseTask


def portal(request: FirmRequest) -> HttpResponse:
    """What happens next: which step, who has it, until when. A link to one of several cases names it."""
    if "case" in request.GET:
        return _shows(request, request.GET["case"])
    found = chosen(request)
    steps = domain.next_steps(found.expat) if found and "course" in found.sees else ()
    made = own_of(request.actor) if found is None else ()
    context = frame(request, found, steps=steps, made_by_hr=made, cases=shown_cases(request, found))
    return render(request, "portal/next.html", context)


def portal_choose(request: FirmRequest) -> HttpResponse:
    """Of several cases the one that all pages show from now on, on this device."""
    return _shows(request, request.POST.get("case", ""))


def _shows(request: FirmRequest, case: str) -> HttpResponse:
    if not case:
        raise Http404
    found = opened(request, case=case)
    response = redirect("portal", firm=request.org.slug)
    path = reverse("portal", kwargs={"firm": request.org.slug})
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(CASE_COOKIE, str(found.expat.pk), path=path, secure=secure, httponly=True, samesite="Lax")
    return response


def portal_step_done(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The person's own step is done, with the choice where it is a decision."""
    row = get_object_or_404(CaseTask, pk=pk, resource__user=request.user, case__subject_type="care.expatcase")
    found = opened(request, own=True, case=row.case.subject_id)
    step = get_object_or_404(cases.open_steps(found.expat.case), pk=pk)
    picked, reason = request.POST.getlist("choice"), request.POST.get("reason", "").strip()[:300]
    cases.complete_step(step, choices=picked, reason=reason, by=request.actor)
    messages.success(request, _("Done. Thank you."))
    return redirect("portal", firm=request.org.slug)


def portal_checklist(request: FirmRequest) -> HttpResponse:
    found = opened(request, sees="course")
    lines = domain.checklist(found.expat, papers="papers" in found.sees)
    shown = [{"line": line, **state(line.state)} for line in lines]
    done = sum(line.state == "done" for line in lines)
    response = render(request, "portal/checklist.html", frame(request, found, lines=shown, done=done))
    # The worker of a device keeps this page for this reader alone.
    response.headers["X-Portal-Reader"] = str(request.user.pk)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def portal_worker(_request: FirmRequest) -> HttpResponse:
    """The script that answers without a connection; from here, since a script rules no more than its own folder."""
    path = finders.find("js/portal_worker.js") or str(Path(settings.STATIC_ROOT) / "js/portal_worker.js")
    response = HttpResponse(Path(path).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def portal_tick(request: FirmRequest) -> HttpResponse:
    """One tick. From the queue of a device it answers with the new version, or 409 if another device was faster."""
    found = opened(request, own=True)
    form = TickForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    row = domain.tick(
        found.expat, item=given["item"], done=given["done"], expected_version=given["version"], by=request.actor
    )
    if request.headers.get("X-Queue"):
        return HttpResponse(str(row.version), content_type="text/plain")
    return redirect("portal_checklist", firm=request.org.slug)


def portal_papers(request: FirmRequest) -> HttpResponse:
    found = opened(request, sees="papers")
    lines = [line for line in domain.checklist(found.expat) if line.kind == "paper"]
    rows = {f"paper:{row.pk}": row for row in papers.papers_of(found.expat)}
    whose, returned = papers.members_of(found.expat), papers.returned_because(found.expat)
    shown = [
        {
            "line": line,
            "paper": rows[line.key],
            "whose": whose.get(rows[line.key].pk, ""),
            "returned": returned.get(rows[line.key].pk, ""),
            **state(line.state),
        }
        for line in lines
    ]
    made = own_of(request.actor) if found.own else ()
    given = [(paper_name(row.kind), row) for row in papers.from_firm(found.expat)] if found.own else ()
    context = frame(request, found, papers=shown, made_by_hr=made, from_firm=given)
    return render(request, "portal/papers.html", context)


def _case_of(paper: UUID) -> UUID:
    return get_object_or_404(CasePaper, paper=paper).expat_case_id


def portal_paper_upload(request: FirmRequest, paper: UUID) -> HttpResponse:
    found = opened(request, own=True, case=_case_of(paper))
    row = get_object_or_404(papers.papers_of(found.expat), pk=paper)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        name, content = form.cleaned_data["file"][0]
        papers.hand_in_paper(found.expat, paper=row, content=content, filename=name, by=request.actor)
        messages.success(request, _("The file has arrived. HR looks at it and confirms it."))
    else:
        messages.error(request, _("Please choose a file of up to 25 MB."))
    return redirect("portal_papers", firm=request.org.slug)


def portal_paper_file(request: FirmRequest, paper: UUID) -> HttpResponse:
    found = opened(request, own=True, case=_case_of(paper))
    row = get_object_or_404(papers.papers_of(found.expat).exclude(document=None), pk=paper)
    assert row.document is not None
    return as_download(row.document, content_of(row.document))


def portal_duties(request: FirmRequest) -> HttpResponse:
    found = opened(request, own=True)
    return render(request, "portal/duties.html", frame(request, found, duties=readings.duties_of(found.expat)))


def portal_duty_confirm(request: FirmRequest) -> HttpResponse:
    found = opened(request, own=True)
    readings.confirm_duty(
        found.expat,
        code=request.POST.get("code", ""),
        digest=request.POST.get("digest", ""),
        language=request.LANGUAGE_CODE,
        by=request.actor,
    )
    messages.success(request, _("Confirmed. Day, time and wording are kept as proof."))
    return redirect("portal_duties", firm=request.org.slug)


def portal_care(request: FirmRequest) -> HttpResponse:
    """What there is for the person; what is confidential is used on the provider's own pages, without a trace here."""
    found = opened(request, own=True)
    every = care_modules()
    groups = [(name, [one for one in every if one.group == key]) for key, name in GROUPS.items()]
    return render(request, "portal/care.html", frame(request, found, groups=groups))


def portal_consents(request: FirmRequest) -> HttpResponse:
    """Who may see what; asked, given, taken back; and the family's logins."""
    found = opened(request, own=True)
    form = ReleaseForm(request.POST or None, expat=found.expat)
    if form.is_bound and form.is_valid():
        consents.give_consent(found.expat, **form.released(), by=request.actor)
        messages.success(request, _("Allowed. You can take it back at any time."))
        return redirect("portal_consents", firm=request.org.slug)
    if form.is_bound:
        messages.error(request, _("Please fill in all fields."))
    relatives = participants.family_of(found.expat)
    rows = shown_consents(consents.consents_of(found.expat))
    context = frame(request, found, consents=rows, form=form, relatives=relatives, relative=RelativeForm())
    return render(request, "portal/consents.html", context, status=422 if form.is_bound else 200)


def portal_consent_answer(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(CareConsent.objects.select_related("expat_case__person"), pk=pk)
    opened(request, own=True, case=row.expat_case_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404
    if form.cleaned_data["answer"] == "revoke":
        consents.revoke_consent(row, by=request.actor)
    else:
        consents.answer_consent(row, allow=form.cleaned_data["answer"] == "allow", by=request.actor)
    messages.success(request, _("Your decision has been recorded."))
    return redirect("portal_consents", firm=request.org.slug)


def portal_family_add(request: FirmRequest) -> HttpResponse:
    found = opened(request, own=True)
    form = RelativeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please fill in all fields."))
        return redirect("portal_consents", firm=request.org.slug)
    participants.invite_relative(found.expat, **form.cleaned_data, language=request.LANGUAGE_CODE, by=request.actor)
    messages.success(request, _("The login is there; a link comes by mail. It shows only what you allow."))
    return redirect("portal_consents", firm=request.org.slug)


def portal_family_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Participant.objects.select_related("expat_case__person", "user"), pk=pk)
    opened(request, own=True, case=row.expat_case_id)
    participants.shut_out(row, by=request.actor)
    messages.success(request, _("The login has ended."))
    return redirect("portal_consents", firm=request.org.slug)


def portal_data(request: FirmRequest) -> HttpResponse:
    return render(request, "portal/data.html", frame(request, opened(request, own=True)))


def portal_data_file(request: FirmRequest) -> HttpResponse:
    found = opened(request, own=True)
    content = export_own_data(found.expat, at=clock.now(), by=request.actor)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="werkfluss-my-data.zip"'
    return response


def portal_language(request: FirmRequest) -> HttpResponse:
    """The reader's language, for this person on every device; then back to the page it was chosen on."""
    tag = request.POST.get("language", "")
    if tag in portal_catalogue.LANGUAGES:
        request.user.language = tag
        request.user.save(update_fields=["language"])
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("portal", firm=request.org.slug)


urlpatterns = [
    portal_page("", portal),
    portal_page("case/", portal_choose, methods=WRITE),
    portal_page("steps/<uuid:pk>/done/", portal_step_done, methods=WRITE),
    portal_page("checklist/", portal_checklist),
    portal_page("worker.js", portal_worker),
    portal_page("checklist/tick/", portal_tick, methods=WRITE),
    portal_page("papers/", portal_papers),
    portal_page("papers/<uuid:paper>/", portal_paper_upload, methods=WRITE),
    portal_page("papers/<uuid:paper>/file/", portal_paper_file),
    portal_page("duties/", portal_duties),
    portal_page("duties/confirm/", portal_duty_confirm, methods=WRITE),
    portal_page("care/", portal_care),
    portal_page("consents/", portal_consents, methods=FORM),
    portal_page("consents/<uuid:pk>/", portal_consent_answer, methods=WRITE),
    portal_page("family/", portal_family_add, methods=WRITE),
    portal_page("family/<uuid:pk>/end/", portal_family_end, methods=WRITE),
    portal_page("data/", portal_data),
    portal_page("data/zip/", portal_data_file),
    portal_page("language/", portal_language, methods=WRITE),
]
