"""Work breakdowns and Microsoft Project files: the tasks that a new project would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats import mspdi, wbs
from werkfluss.formats.project import Plan, PlanTask
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.imports import PlanOptions
from werkfluss.web.wizard.kinds import Kind, Line, Preview
from werkfluss.work.domain import plan_import

_HEAD = (_("No."), _("Task"), _("Duration (days)"), _("Effort (hours)"), _("Predecessors"), _("Named for it"))


class WorkBreakdown(Kind):
    """A table with PSP numbers or indented names. It comes as a whole or not at all: a gap would break the order."""

    key = "wbs"
    label = _("Work breakdown")
    hint = _("Excel or CSV with numbers (PSP) or indented names, durations and predecessors")
    permission = "project.write"
    per_row = False

    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> Plan:
        return _named(wbs.read(data, filename=filename, mapping=mapping), filename)

    def options(self, source: Plan, data: Mapping[str, Any] | None) -> Form:
        start = _day(source.start) or min((d for task in source.tasks if (d := _day(task.start))), default=None)
        initial = {"name": source.name or "", "start": start or clock.today()}
        return PlanOptions(data, initial=initial, prefix="plan")

    def preview(self, source: Plan, options: Form) -> Preview:
        lines = tuple(_line(number, task) for number, task in enumerate(source.tasks, start=1))
        return Preview(_HEAD, lines, source.errors, source.warnings, source.mapping, source.encoding, whole=True)

    def take_over(
        self, source: Plan, options: Form, *, skip: frozenset[int], document: Document, by: Actor
    ) -> ImportBatch:
        given = options.cleaned_data
        _project, batch = plan_import.import_plan(
            source, document=document, name=given["name"], start=given["start"], deadline=given["deadline"], by=by
        )
        return batch


class MicrosoftProject(WorkBreakdown):
    """The XML that Microsoft Project and its likes write (MSPDI)."""

    key = "mspdi"
    label = _("Microsoft Project")
    hint = _("XML (File › Save As › XML): tasks, links, calendars")

    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> Plan:
        return _named(mspdi.read(data, filename=filename), filename)


def _named(plan: Plan, filename: str) -> Plan:
    """A plan without a name of its own is called like its file."""
    return plan if plan.name else replace(plan, name=PurePath(filename).stem.replace("_", " ")[:200])


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _line(number: int, task: PlanTask) -> Line:
    before = ", ".join(
        link.wbs + ("" if link.type == "FS" and not link.lag_days else f" {_type(link.type)}{_lag(link.lag_days)}")
        for link in task.predecessors
    )
    cells = (task.wbs, task.name, task.duration_days, task.effort_hours, before, ", ".join(task.resources))
    return Line(number, cells, indent=min(task.wbs.count("."), 6))


def _type(link: str) -> str:
    """End-Anfang and so on, as Microsoft Project abbreviates it in German."""
    german = (get_language() or "de").startswith("de")
    return {"FS": "EA", "SS": "AA", "FF": "EE", "SF": "AE"}[link] if german else link


def _lag(days: Any) -> str:
    return f"{days:+f}".rstrip("0").rstrip(".") if days else ""
