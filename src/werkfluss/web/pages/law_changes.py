"""What changes by law in a period, and whom and what of this firm it touches: asked of recorded facts only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.rerun import outdated
from werkfluss.kernel import clock
from werkfluss.web import law_touched
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.law import amount_word, here
from werkfluss.web.law_touched import impacts_of, stored_checks
from werkfluss.web.tables import Column, Empty, Filter, Table

_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
_YEAR = timedelta(days=365)
_LONGEST = timedelta(days=366 * 3)


def _months() -> list[tuple[str, str]]:
    """First days of the months that anybody would ask about."""
    year = clock.today().year
    days = (date(each, month, 1) for each in range(year - 3, year + 4) for month in range(1, 13))
    return [(day.isoformat(), date_format(day, "YEAR_MONTH_FORMAT")) for day in days]


def status_word(change: explain.Change) -> str:
    """How firm a change is; what lies ahead is not in force yet, however firm."""
    coming = change.status == "in_force" and change.day > clock.today()
    words = {
        "in_force": _("in force"),
        "enacted": _("decided, not yet in force"),
        "draft": _("draft"),
        "unknown": _("not yet published"),
    }
    status = "enacted" if coming else change.status
    return words.get(status, status)


def _since(rows: Any, day: str) -> list[explain.Change]:
    return [row for row in rows if row.day >= date.fromisoformat(day)]


def _before(rows: Any, day: str) -> list[explain.Change]:
    return [row for row in rows if row.day < date.fromisoformat(day)]


CHANGES = Table(
    "law_changes",
    caption=gettext_lazy("Changes of the law"),
    per_page=100,
    columns=(
        Column("day", gettext_lazy("Day"), order="day", kind="date"),
        Column("label", gettext_lazy("What"), value=lambda row: here(row.label)),
        Column("before", gettext_lazy("Until then"), value=lambda row: amount_word(row.before, row.unit)),
        Column("after", gettext_lazy("After that"), value=lambda row: amount_word(row.after, row.unit)),
        Column("status", gettext_lazy("State"), value=status_word),
        Column(
            "citation",
            gettext_lazy("Provision"),
            value=lambda row: row.citation.label if row.citation else "",
            secondary=True,
        ),
    ),
    filters=(
        Filter("start", gettext_lazy("From"), _months, apply=_since),
        Filter("end", gettext_lazy("Until before"), _months, apply=_before),
    ),
    search=("label",),
    default_order="-day",
    empty=Empty(gettext_lazy("Nothing changes"), gettext_lazy("The packs know of no change in this period.")),
)


class PeriodForm(Form):
    """From when to when; the default is the year ahead."""

    after = forms.DateField(label=gettext_lazy("After the day"), widget=DateInput)
    until = forms.DateField(label=gettext_lazy("Up to and including"), widget=DateInput)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        after, until = given.get("after"), given.get("until")
        if after and until and not after < until <= after + _LONGEST:
            self.add_error("until", _("Later than the first day, and at most three years."))
        return given


def _skipped(request: FirmRequest) -> int:
    """How many of the latest stored checks were asked on the pages before."""
    given = request.GET.get("skip", "")
    return int(given) if given.isdecimal() and len(given) < 8 else 0


def _with(request: FirmRequest, skip: int) -> str:
    """The address of the page with other stored checks."""
    query = request.GET.copy()
    query["skip"] = str(skip)
    return f"{request.path}?{query.urlencode()}#stored"


def law_changes(request: FirmRequest) -> HttpResponse:
    """What changes in a period and whom it touches; below, everything the packs know of change."""
    rows = explain.changes_between(_FIRST, _LAST)
    if request.htmx and request.htmx.target == "table-law_changes":
        return CHANGES.page(request, rows, template="law/changes.html")
    today = clock.today()
    initial = {"after": today, "until": today + _YEAR}
    form = PeriodForm(request.GET if "after" in request.GET else None, initial=initial)
    after, until = initial["after"], initial["until"]
    if form.is_valid():
        after, until = form.cleaned_data["after"], form.cleaned_data["until"]
    coming = explain.changes_between(after, until)
    said = ngettext("%(n)s change is still to come.", "%(n)s changes are still to come.", len(rows)) % {
        "n": sum(row.day > today for row in rows)
    }
    batch = stored_checks(request.actor, skip=_skipped(request))
    checks = batch.rows
    found = impacts_of(request.actor, coming, checks)
    context = {
        "said": said,
        "period": form,
        "days": found,
        "refused": form.is_bound and not form.is_valid(),
        "decided": sum(len(day.decided) for day in found),
        "open": sum(len(day.open) for day in found),
        "outdated": outdated(checks, on=today),
        "batch": batch,
        "older": _with(request, batch.last) if batch.left else "",
        "newer": _with(request, max(0, batch.skipped - law_touched.MOST_CHECKS)) if batch.skipped else "",
    }
    return CHANGES.page(request, rows, template="law/changes.html", context=context)


urlpatterns = [firm_page("law/changes/", law_changes, permission="law.read")]
