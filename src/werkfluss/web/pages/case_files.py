"""Files of a case: kept with it, and deleted with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.case_page import takes_files
from werkfluss.web.forms.case_files import FileForm
from werkfluss.work.models import Case


def keep_case_file(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Keep a file with a case. What a case is about keeps its own papers, with its own rules of who may see them."""
    found = get_object_or_404(Case.objects.select_related("org"), pk=pk)
    if not takes_files(found):
        raise Refused(
            Text(
                "Unterlagen gehören hier zum Gegenstand des Vorgangs.", "Documents belong to the subject of this case."
            ),
            citation="Art. 5 Abs. 1 Buchst. f DSGVO",
            what_to_do=Text("Bitte legen Sie die Datei dort ab.", "Please keep the file there."),
        )
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        _keep(found, form.cleaned_data, request)
        messages.success(request, _("The document is kept with the case."))
    else:
        messages.error(request, " ".join(str(error) for field in form.errors.values() for error in field))
    return redirect(reverse("case", kwargs={"firm": request.org.slug, "pk": found.pk}) + "#files")


def _keep(case: Case, given: dict[str, Any], request: FirmRequest) -> None:
    file = given["file"]
    keep_file(file.read(), filename=file.name, title=given["title"] or file.name, belongs_to=case, by=request.actor)


urlpatterns = [firm_page("cases/<uuid:pk>/files/", keep_case_file, permission="case.work", methods=WRITE)]
