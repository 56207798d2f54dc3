"""Two versions of a process side by side: what was added, removed and changed, in the drawing and in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from werkfluss.process import bpmn, svg
from werkfluss.process.diff import Change, Comparison, compare
from werkfluss.process.model import Definitions
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.process_editor import opened
from werkfluss.web.process_view import language
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import ProcessDefinition


def process_compare(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A version or a draft (``pk``) against an older version (``with``), by default the one before."""
    found = opened(pk)
    versions = list(ProcessDefinition.objects.filter(key=found.key).order_by("-revision"))
    version = next((one for one in versions if one.pk == pk), None)
    # An address of a version shows that version; that of a draft shows the draft.
    draft = found.draft if found.draft and found.draft.pk == pk else None
    if version is None and draft is None:
        raise Http404
    older = [one for one in versions if version is None or one.revision < version.revision]
    before = _chosen(older, request.GET.get("with", ""))
    new = bpmn.read(draft.bpmn.encode()) if draft else model_of(version) if version else None
    context: dict[str, Any] = {
        "opened": found,
        "version": version,
        "draft": draft,
        "older": older,
        "before": before,
        "process_name": draft.name if draft else version.name if version else found.key,
    }
    if before is not None and new is not None:
        old = model_of(before)
        changes = compare(old, new)
        context |= {"changes": changes, "drawings": _drawings(old, new, changes)}
    return render(request, "processes/compare.html", context)


def _chosen(older: list[ProcessDefinition], revision: str) -> ProcessDefinition | None:
    wanted = next((one for one in older if str(one.revision) == revision), None)
    return wanted or (older[0] if older else None)


def _drawings(old: Definitions, new: Definitions, changes: Comparison) -> list[tuple[str, str]]:
    """Both drawings; what is gone or new counts as done, what changed as active: the style sheet tells them apart.

    The XML library has escaped every text in them.
    """
    gone = {one.was for one in changes.differences if one.change is Change.REMOVED}
    fresh = {one.element for one in changes.differences if one.change is Change.ADDED}
    kept = [one for one in changes.differences if one.change not in (Change.REMOVED, Change.ADDED)]
    fresh |= {one.element for one in kept if not one.was}
    gone |= {one.was for one in kept if one.was == one.element and one.change is Change.REROUTED and not one.after}
    before = _drawn(old, changed={one.was for one in kept} - gone, marked=gone)
    # The arrow head of each drawing is found by its id, which a page may have once.
    before = before.replace('bpmn-arrow"', 'bpmn-arrow-old"').replace("#bpmn-arrow)", "#bpmn-arrow-old)")
    after = _drawn(new, changed={one.element for one in kept} - fresh - gone, marked=fresh)
    return [(_("Until now"), mark_safe(before)), (_("From now on"), mark_safe(after))]  # noqa: S308


def _drawn(model: Definitions, *, changed: set[str], marked: set[str]) -> str:
    if not model.diagrams or not model.diagrams[0].shapes:
        return ""
    return svg.draw(model, language=language(), active=changed, done=marked)


urlpatterns = [firm_page("processes/<uuid:pk>/compare/", process_compare, permission="case.read")]
