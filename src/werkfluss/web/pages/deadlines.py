"""The deadline radar: what has to be started when, done with its proof, dropped with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from werkfluss.compliance.domain.conditions import close_conditions, open_conditions
from werkfluss.compliance.domain.deadlines import complete_deadline, drop_deadline, move_deadline
from werkfluss.compliance.models import Deadline
from werkfluss.evidence.domain.documents import documents_of, keep_file
from werkfluss.flow.renewals import of_paper, set_renewal
from werkfluss.flow.starter import follow_up
from werkfluss.kernel import clock
from werkfluss.org.models import Entry
from werkfluss.web import objects, today
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.forms.deadlines import MoveForm
from werkfluss.web.forms.law import DoneForm, DropForm
from werkfluss.web.happenings import KINDS, kind_word
from werkfluss.web.law_ahead import AHEAD, days_ahead
from werkfluss.web.law_view import an_employee, locked
from werkfluss.web.pages.evidence import attach_words
from werkfluss.web.pages.starter import proposed
from werkfluss.web.radar import Due, closed, employees_among, state_of, unnamed, who_word
from werkfluss.web.radar_list import radar
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.web.today import Item
from werkfluss.workforce.models import Paper

KINDS.update({"compliance.deadline.moved": gettext_lazy("Deadline changed")})
MOST_ITEMS = 6
STATES = [
    ("overdue", gettext_lazy("overdue")),
    ("to_start", gettext_lazy("to be started")),
    ("open", gettext_lazy("later")),
]
COLUMNS = (
    Column("title", gettext_lazy("What"), order="title", partial="deadlines/title.html"),
    Column("about", gettext_lazy("About"), order="about", partial="deadlines/about.html"),
    Column("start_by", gettext_lazy("Start by"), order="start_by", kind="date"),
    Column("due", gettext_lazy("Due"), order="due", kind="date"),
    Column("who", gettext_lazy("Who"), order="who"),
    Column("basis", gettext_lazy("Basis"), secondary=True),
)
STATE = Column("state", gettext_lazy("State"), kind="status")
DEADLINES = Table(
    "deadlines",
    caption=gettext_lazy("Deadlines"),
    columns=(*COLUMNS, STATE),
    filters=(
        Filter("state", gettext_lazy("State"), STATES),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            [("deadline", gettext_lazy("deadlines")), ("paper", gettext_lazy("papers that run out"))],
        ),
    ),
    search=("title",),
    default_order="start_by",
    empty=Empty(
        gettext_lazy("No open deadlines"),
        gettext_lazy("Papers with an expiry, conditions of legal checks and duties of cases stand here by themselves."),
    ),
)
CLOSED = Table(
    "deadlines_closed",
    caption=gettext_lazy("Closed deadlines"),
    columns=(*COLUMNS, Column("closed", gettext_lazy("Closed on"), order="closed", kind="date"), STATE),
    search=("title",),
    default_order="-closed",
    empty=Empty(gettext_lazy("Nothing closed yet"), gettext_lazy("What is done or dropped stays here.")),
)


def deadlines(request: FirmRequest) -> HttpResponse:
    on = clock.today()
    rows = radar(request.actor, firm=request.org.slug, on=on, renewable=request.actor.may("deadline.write"))
    context: dict[str, Any] = {"pressing": rows.pressing}
    if not request.htmx:  # the table alone is drawn anew
        context |= {"ahead": days_ahead(on), "proposed": len(proposed(request, on)), "until": on + AHEAD, "on": on}
    return DEADLINES.page(request, rows, template="deadlines/list.html", context=context)


def deadlines_closed(request: FirmRequest) -> HttpResponse:
    rows = closed(request.actor, firm=request.org.slug)
    return CLOSED.page(request, rows, template="deadlines/closed.html")


def deadline_for(request: FirmRequest, pk: UUID) -> Deadline:
    """Raises Http404 if there is none, or if its object is not this person's to know of."""
    found = Deadline.objects.filter(objects.visible(request.actor, type_field="subject_type"), pk=pk).first()
    if found is None:
        raise Http404
    return found


def deadline(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, deadline_for(request, pk))


def _page(request: FirmRequest, row: Deadline, **forms: Any) -> HttpResponse:
    ref = (row.subject_type, row.subject_id)
    german = (get_language() or "de").startswith("de")
    about = objects.shown([ref], firm=request.org.slug, actor=request.actor)[ref]
    if unnamed([row], actor=request.actor):
        about = replace(about, name=an_employee(), url="")
    context = {
        "deadline": row,
        "title": row.title_de if german else row.title_en,
        "about": about,
        "who": who_word(row.who),
        "lead_days": (row.due - row.start_by).days,
        "state": row.state if row.state != "open" else state_of(row.start_by, row.due, clock.today()),
        "documents": documents_of(row),
        "history": _history(row),
        "done_form": DoneForm(prefix="done"),
        "move_form": MoveForm(initial=_as_it_is(row), prefix="move"),
        "drop_form": DropForm(prefix="drop"),
        **forms,
    }
    return render(request, "deadlines/deadline.html", context, status=422 if forms else 200)


def _as_it_is(row: Deadline) -> dict[str, Any]:
    return {"due": row.due, "lead_days": (row.due - row.start_by).days, "who": row.who}


def _history(row: Deadline) -> list[dict[str, Any]]:
    """Who did what when: nothing is overwritten, what it said before stands in the record."""
    own = Q(object_type=row._meta.label_lower, object_id=row.pk)
    entries = list(Entry.objects.filter(own).select_related("payload").order_by("-seq")[:50])
    attach_words(entries)
    return [
        {"at": entry.at, "who": getattr(entry, "who", ""), "what": kind_word(entry.kind), "note": _note(entry)}
        for entry in entries
    ]


def _note(entry: Entry) -> str:
    """What changed, and the reason that was given."""
    data = entry.payload.data
    if not isinstance(data, dict):
        return ""
    was = data.get("was") or {}
    words = {"due": _("Due"), "start_by": _("Start by"), "who": _("Who")}
    changed = [
        f"{word}: {_value(was[name])} → {_value(data[name])}"
        for name, word in words.items()
        if name in was and name in data and was[name] != data[name]
    ]
    return " · ".join([*changed, *([str(data["reason"])] if data.get("reason") else [])])


def _value(value: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(value)), "SHORT_DATE_FORMAT")
    except ValueError:
        return who_word(str(value))


def deadline_done(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = deadline_for(request, pk)
    form = DoneForm(request.POST, request.FILES, prefix="done")
    if not form.is_valid():
        return _page(request, row, done_form=form)
    file = form.cleaned_data["document"]
    proof = file and keep_file(file.read(), filename=file.name or "", belongs_to=row, by=request.actor)
    complete_deadline(row, proof=proof or None, by=request.actor)
    close_conditions(row, state="done", by=request.actor)
    following = follow_up(row, done_on=clock.today(), by=request.actor)
    messages.success(request, _("Done. The deadline stays on record."))
    if following is not None:
        said = _("The next one is due on %(day)s.") % {"day": date_format(following.due, "SHORT_DATE_FORMAT")}
        messages.info(request, said)
    return redirect("deadlines", firm=request.org.slug)


def deadline_drop(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = deadline_for(request, pk)
    form = DropForm(request.POST, prefix="drop")
    if not form.is_valid():
        return _page(request, row, drop_form=form)
    drop_deadline(row, reason=form.cleaned_data["reason"], by=request.actor)
    close_conditions(row, state="lapsed", by=request.actor)
    messages.success(request, _("Dropped. The reason stays on record."))
    return redirect("deadlines", firm=request.org.slug)


def deadline_move(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = deadline_for(request, pk)
    form = MoveForm(request.POST, prefix="move")
    if not form.is_valid():
        return _page(request, row, move_form=form)
    move_deadline(row, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Changed. What it said before stays on record."))
    return redirect("deadline", firm=request.org.slug, pk=row.pk)


def renew_paper(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The renewal of a paper becomes a deadline with somebody who sees to it; the one that is there is shown."""
    paper = Paper.objects.filter(pk=pk, state="confirmed").select_related("resource").first()
    renewal = of_paper(paper) if paper is not None and request.actor.may("people.read") else None
    if renewal is None:
        raise Http404
    row = set_renewal(renewal, by=request.actor)
    messages.success(request, _("The renewal is a deadline now."))
    return redirect("deadline", firm=request.org.slug, pk=row.pk)


def _items(request: FirmRequest, state: str, tone: str) -> Iterator[Item]:
    if not request.actor.may("deadline.read"):
        return
    words = dict(STATES)
    rows = radar(request.actor, firm=request.org.slug, on=clock.today()).narrow("state", state)
    for row in rows[:MOST_ITEMS]:
        yield _item(row, tone, words[state])
    if len(rows) > MOST_ITEMS:
        more = reverse("deadlines", kwargs={"firm": request.org.slug})
        said = _("%(n)s more deadlines") % {"n": len(rows) - MOST_ITEMS}
        yield Item(said, f"{more}?state={state}", tone=tone, word=words[state], due=date.max)


def _item(row: Due, tone: str, word: Any) -> Item:
    return Item(row.title, row.url, why=f"{row.about} · {row.who}", due=row.due, tone=tone, word=word)


@today.answers("mine")
def to_be_started(request: FirmRequest) -> Iterator[Item]:
    """Deadlines one has to start on now."""
    return _items(request, "to_start", "caution")


@today.answers("late")
def overdue(request: FirmRequest) -> Iterator[Item]:
    return _items(request, "overdue", "bad")


@today.answers("blocked")
def open_conditions_of_the_law(request: FirmRequest) -> Iterator[Item]:
    """Conditions without which something may not be done."""
    if not request.actor.may("deadline.read"):
        return
    german = (get_language() or "de").startswith("de")
    mine = objects.visible(request.actor, type_field="subject_type")
    rows = list(open_conditions().filter(mine)[:MOST_ITEMS])
    names = objects.shown(((r.subject_type, r.subject_id) for r in rows), firm=request.org.slug, actor=request.actor)
    hidden = employees_among(row.subject_id for row in rows) if rows and locked() else set()
    for row in rows:
        url = reverse("law_check", kwargs={"firm": request.org.slug, "pk": row.check_ref_id})
        about = names[row.subject_type, row.subject_id]
        text = row.text_de if german else row.text_en
        name = an_employee() if row.subject_id in hidden else about.name
        yield Item(text, url, why=name, due=row.due, tone="caution", word=gettext_lazy("condition open"))


urlpatterns = [
    firm_page("deadlines/", deadlines, permission="deadline.read"),
    firm_page("deadlines/closed/", deadlines_closed, permission="deadline.read"),
    firm_page("deadlines/<uuid:pk>/", deadline, permission="deadline.read"),
    firm_page("deadlines/<uuid:pk>/done/", deadline_done, permission="deadline.write", methods=WRITE),
    firm_page("deadlines/<uuid:pk>/drop/", deadline_drop, permission="deadline.write", methods=WRITE),
    firm_page("deadlines/<uuid:pk>/move/", deadline_move, permission="deadline.write", methods=WRITE),
    firm_page("deadlines/papers/<uuid:pk>/renew/", renew_paper, permission="deadline.write", methods=WRITE),
]
