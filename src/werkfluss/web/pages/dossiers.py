"""Dossiers of orders, tasks and agents: the PDF to read, the sealed ZIP to check."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.evidence.domain import dossiers, exports
from werkfluss.evidence.proof import SEALED
from werkfluss.kernel import clock
from werkfluss.kernel.text import Language
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.happenings import KINDS

KINDS.update({SEALED: _("Dossier made"), "evidence.person.erased": _("Person erased")})


def _dossier(kind: str, pk: UUID) -> dossiers.Dossier:
    found = dossiers.dossier(kind, pk)
    if found is None:
        raise Http404
    return found


def _language() -> Language:
    return "de" if (get_language() or "de").startswith("de") else "en"


def _download(found: dossiers.Dossier, content: bytes, ending: str) -> HttpResponse:
    kind = {"pdf": "application/pdf", "zip": "application/zip"}[ending]
    name = f"dossier-{slugify(found.title.in_language(_language()))[:60]}.{ending}"
    header = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": header})


def dossier_pdf(_request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    found = _dossier(kind, pk)
    pdf = exports.dossier_pdf(found, language=_language(), at=clock.now())
    return _download(found, pdf, "pdf")


def dossier_zip(request: FirmRequest, kind: str, pk: UUID) -> HttpResponse:
    """The ZIP closes with its seal, an entry of its own; so it is made by a POST first, then downloaded."""
    found = _dossier(kind, pk)
    if request.method == "POST":
        if found.seal is None:
            dossiers.seal_dossier(found, by=request.actor)
        return redirect("dossier_zip", firm=request.org.slug, kind=kind, pk=pk)
    if found.seal is None:
        return render(request, "dossiers/make.html", {"dossier": found, "kind": kind, "pk": pk})
    content = exports.dossier_zip(found, language=_language(), at=found.seal.at)
    return _download(found, content, "zip")


urlpatterns = [
    firm_page("dossiers/<slug:kind>/<uuid:pk>/pdf/", dossier_pdf, permission="dossier.read"),
    firm_page("dossiers/<slug:kind>/<uuid:pk>/zip/", dossier_zip, permission="dossier.read", methods=FORM),
]
