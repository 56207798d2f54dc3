"""The applicant's own page behind a link: where the application stands, what happens next, what is held."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from werkfluss.care.domain import applicants as domain
from werkfluss.care.models import Applicant
from werkfluss.formats import cv
from werkfluss.kernel.errors import Broken, Refused
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.web.access import FORM, public_page
from werkfluss.web.forms.hiring import LANGUAGES, STAGE_WORDS, OwnApplicationForm
from werkfluss.web.forms.law import here
from werkfluss.web.forms.talents import CvForm
from werkfluss.web.limits import LINKS
from werkfluss.web.pages.errors import too_many


def my_application(request: HttpRequest, org: str, token: str) -> HttpResponse:
    """No log-in, the link is the key; in the language of the link, else in that of the browser."""
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
            return render(request, "hiring/my_gone.html", {"client": firm}, status=404)
        wanted = request.GET.get("lang", "")
        with translation.override(wanted if wanted in dict(LANGUAGES) else translation.get_language()):
            return _own_page(request, firm, found, by=system)


def _own_page(request: HttpRequest, firm: Organisation, found: Applicant, *, by: Actor) -> HttpResponse:
    open_still = found.ended_on is None
    if request.method == "POST" and "withdraw" in request.POST and open_still:
        domain.withdraw(found, by=by)
    uploads = request.method == "POST" and "upload" in request.POST and open_still
    upload = CvForm(request.POST, request.FILES) if uploads else CvForm()
    if uploads and upload.is_valid():
        _attach(found, upload, by=by)
    confirms = request.method == "POST" and "confirm" in request.POST and open_still
    initial = {"phone": found.phone, "skills": "\n".join(found.skills)}
    form = OwnApplicationForm(request.POST if confirms else None, initial=initial)
    if confirms and form.is_valid():
        domain.confirm_own(found, skills=form.skill_lines(), phone=form.cleaned_data["phone"], by=by)
    context = {
        "client": firm,
        "applicant": found,
        "stage": STAGE_WORDS[found.stage],
        "form": form,
        "upload": upload,
        "languages": LANGUAGES,
        "pay_law": domain.PAY_LAW,
    }
    return render(request, "hiring/my_application.html", context, status=422 if form.errors or upload.errors else 200)


def _attach(found: Applicant, upload: CvForm, *, by: Actor) -> None:
    """What was read of the CV goes to the application; one that cannot be read is refused where it was chosen."""
    file = upload.cleaned_data["file"]
    content = file.read()
    try:
        domain.attach_cv(found, content, filename=file.name, resume=cv.read(content, filename=file.name), by=by)
    except (Broken, Refused) as error:
        upload.add_error("file", f"{here(error.fault.cause)} {here(error.fault.next_step)}")


urlpatterns = [public_page("application/<slug:org>/<str:token>/", my_application, methods=FORM)]
