"""Erase a person: what goes and what stays until when is shown first; then the name has to be typed."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from werkfluss.evidence.domain import erasure
from werkfluss.evidence.domain.holds import holds_on
from werkfluss.kernel import clock
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.people import EraseForm
from werkfluss.workforce.models import NATURAL_PERSONS, Resource

# How the register, which speaks English, writes provisions, and how German does.
_GERMAN = (
    (re.compile(r"\bArt\. ?(\d+)\((\d+)\)\((\w)\)"), r"Art. \1 Abs. \2 Buchst. \3"),
    (re.compile(r"\bArt\. ?(\d+)\((\d+)\)"), r"Art. \1 Abs. \2"),
    (re.compile(r"\bs\. ?(\d+\w?)\((\d+\w?)\)"), r"§ \1 Abs. \2"),
    (re.compile(r"\bs\. ?(\d)"), r"§ \1"),
    (re.compile(r"\bno\. ?(\d)"), r"Nr. \1"),
    (re.compile(r"\((\w)\)"), r"Buchst. \1"),
    (re.compile(r"\bGDPR\b"), "DSGVO"),
    (re.compile(r"\band\b"), "und"),
)
_SENTENCES = {"rests on records that are kept": lazy("Records that are kept rest on it.")}


def provision(text: str) -> str:
    """A basis of the register in the reader's language."""
    if text in _SENTENCES:
        return str(_SENTENCES[text])
    if (get_language() or "de").startswith("de"):
        for english, german in _GERMAN:
            text = english.sub(german, text)
    return text


def person_erase(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Only people who are gone can be erased; until then the domain refuses and says what comes first."""
    person = get_object_or_404(Resource.objects.select_related("org"), pk=pk, kind__in=NATURAL_PERSONS)
    form = EraseForm(request.POST or None, name=person.name)
    if form.is_valid():
        given = form.cleaned_data
        done = erasure.erase_person(person, reason=given["reason"], basis=given["basis"], by=request.actor)
        said = _("Erased: %(rows)s rows, %(files)s files, the name in %(texts)s texts. What stays is in the record.")
        counted = {"rows": done.objects, "files": done.documents, "texts": done.replaced}
        messages.success(request, said % counted)
        return redirect("people", firm=request.org.slug)
    held = holds_on(person, on=clock.today())
    found = erasure.Preview((), ()) if held else erasure.preview(person)
    context = {
        "person": person,
        "form": form,
        "holds": held,
        "gone": [(here(one.what), one.rows) for one in found.gone],
        "kept": [_kept(one) for one in found.kept],
    }
    return render(request, "people/erase.html", context, status=422 if form.is_bound else 200)


def _kept(one: erasure.Kept) -> tuple[str, int, date | None, str]:
    """What stays: of what kind, how many, until when, and on what ground."""
    grounds = [provision(text) for text in (one.basis, one.ground) if text]
    if one.hold:
        grounds.append(_("legal hold: %(reason)s") % {"reason": one.hold})
    return here(one.what), one.rows, one.until, "; ".join(grounds)


urlpatterns = [firm_page("people/<uuid:pk>/erase/", person_erase, permission="people.write", methods=FORM)]
