"""The legal check: rules by their question, one form per rule, stored verdicts, what changes, how fresh it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.conditions import take_on, take_on_duty
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken
from werkfluss.law.choices import label_of
from werkfluss.web import happenings, law_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.law import FactsForm, here, unit_word
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.workforce.models import Resource

_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
COUNTRIES = {
    "de": gettext_lazy("Germany"),
    "at": gettext_lazy("Austria"),
    "eu": gettext_lazy("European Union"),
    "ch": gettext_lazy("Switzerland"),
}
happenings.KINDS.update(
    {
        "compliance.checks.made": gettext_lazy("Law asked"),
        "compliance.fact.recorded": gettext_lazy("Fact recorded"),
        "compliance.condition.taken_on": gettext_lazy("Condition planned"),
        "compliance.condition.done": gettext_lazy("Condition met"),
        "compliance.condition.lapsed": gettext_lazy("Condition lapsed"),
        "compliance.deadline.set": gettext_lazy("Deadline set"),
        "compliance.deadline.done": gettext_lazy("Deadline done"),
        "compliance.deadline.dropped": gettext_lazy("Deadline dropped"),
    }
)
happenings.OBJECTS.update(
    {
        "compliance.check": gettext_lazy("Legal check"),
        "compliance.fact": gettext_lazy("Fact"),
        "compliance.condition": gettext_lazy("Condition"),
        "compliance.deadline": gettext_lazy("Deadline"),
    }
)


def _fresh(pack: explain.PackInfo) -> str:
    return "overdue" if pack.next_review < clock.today() else "up_to_date"


def _months() -> list[tuple[str, str]]:
    """First days of the months that anybody would ask about."""
    year = clock.today().year
    days = (date(each, month, 1) for each in range(year - 3, year + 4) for month in range(1, 13))
    return [(day.isoformat(), date_format(day, "YEAR_MONTH_FORMAT")) for day in days]


def country_word(code: str) -> str:
    return str(COUNTRIES.get(code, code.upper()))


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


def _amount(value: Any, unit: str) -> str:
    """A dated value as people read it: numbers with their unit, words as words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return _word(str(value))
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return f"{number_format(number, places, use_l10n=True, force_grouping=True)} {unit_word(unit)}".strip()


def _word(value: str) -> str:
    """A dated word: a day as days are written here, a key in words, anything else as it stands."""
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return here(label_of(value))


def _since(rows: Any, day: str) -> list[explain.Change]:
    return [row for row in rows if row.day >= date.fromisoformat(day)]


def _before(rows: Any, day: str) -> list[explain.Change]:
    return [row for row in rows if row.day < date.fromisoformat(day)]


RULES = Table(
    "law",
    caption=gettext_lazy("Rules"),
    per_page=100,
    columns=(
        Column("title", gettext_lazy("Question"), value=lambda row: here(row.title), order="title"),
        Column("area", gettext_lazy("Area"), value=lambda row: here(row.pack_title), order="area"),
        Column("country", gettext_lazy("Law of"), value=lambda row: country_word(row.country)),
        Column("known", gettext_lazy("Facts asked"), kind="number", secondary=True),
        Column("review", gettext_lazy("To be reviewed by"), order="review", kind="date", secondary=True),
    ),
    filters=(Filter("country", gettext_lazy("Law of"), list(COUNTRIES.items())),),
    search=("title",),
    default_order="area",
)
CHANGES = Table(
    "law_changes",
    caption=gettext_lazy("Changes of the law"),
    per_page=100,
    columns=(
        Column("day", gettext_lazy("Day"), order="day", kind="date"),
        Column("label", gettext_lazy("What"), value=lambda row: here(row.label)),
        Column("before", gettext_lazy("Until then"), value=lambda row: _amount(row.before, row.unit)),
        Column("after", gettext_lazy("After that"), value=lambda row: _amount(row.after, row.unit)),
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
PACKS = Table(
    "law_packs",
    caption=gettext_lazy("Law packs"),
    per_page=100,
    columns=(
        Column("title", gettext_lazy("Area"), value=lambda row: here(row.title), order="title"),
        Column("id", gettext_lazy("Pack")),
        Column("version", gettext_lazy("Version")),
        Column("rules", gettext_lazy("Rules"), kind="number"),
        Column("parameters", gettext_lazy("Dated values"), kind="number"),
        Column("next_review", gettext_lazy("To be reviewed by"), order="next_review", kind="date"),
        Column("fresh", gettext_lazy("State"), value=_fresh, kind="status"),
    ),
    default_order="title",
)


def _rule_url(firm: str, rule: str, **query: str) -> str:
    return f"{reverse('law_rule', kwargs={'firm': firm})}?{urlencode({'rule': rule, **query})}"


def law(request: FirmRequest) -> HttpResponse:
    context = {"recent": law_view.recent_checks(request), "overdue": _overdue()}
    table = RULES
    rows = list(explain.rule_cards())
    linked = _linked(table, lambda row: _rule_url(request.org.slug, row.id))
    return linked.page(request, rows, template="law/rules.html", context=context)


def _linked(table: Table, link: Any) -> Table:
    """The table with links of this firm in its first column: rules are the same for all firms."""
    from dataclasses import replace

    first, *rest = table.columns
    return replace(table, columns=(replace(first, link=link), *rest))


def _overdue() -> list[explain.PackInfo]:
    return [pack for pack in explain.packs() if pack.next_review < clock.today()]


def law_rule(request: FirmRequest) -> HttpResponse:
    """The questions of the rule that the address names; answered, they become a stored check."""
    rule = request.GET.get("rule", "")
    card = _card(rule)
    person = law_view.person_of(request)
    earlier = _earlier(request, rule)
    day = earlier.on if earlier else clock.today()
    known = dict(earlier.facts or {}) if earlier else dict(law_view.known_facts(person, on=day))
    facts = explain.questions_of(rule, on=day)
    form = FactsForm(request.POST or None, facts=facts, known=known, on=day)
    if form.is_valid():
        try:
            return _asked(request, Question.of(rule, form.day(), form.given()), person)
        except explain.FactsRefused as refused:
            for fault in refused.faults:
                form.add_error(fault.where if fault.where in form.fields else None, here(fault.cause))
    context = {"card": card, "form": form, "person": person, "story": explain.rule_story(rule)}
    return render(request, "law/rule.html", context, status=422 if form.is_bound else 200)


def _card(rule: str) -> explain.RuleCard:
    try:
        return explain.rule_card(rule)
    except Broken:
        raise Http404 from None


def _earlier(request: FirmRequest, rule: str) -> Check | None:
    """The check whose facts the form starts from."""
    text = request.GET.get("from", "")
    try:
        check = law_view.check_for(request, UUID(text)) if text else None
    except ValueError:
        return None
    return check if check is not None and check.rule == rule else None


def _asked(request: FirmRequest, question: Question, person: Resource | None) -> HttpResponse:
    check = check_facts([question], by=request.actor)[question].check
    address = reverse("law_check", kwargs={"firm": request.org.slug, "pk": check.pk})
    return redirect(f"{address}?{urlencode(_subject(person))}" if person else address)


def law_check(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A stored check, whatever the law says today: the answer, the facts it stands on, and what may be done."""
    check = law_view.check_for(request, pk)
    person = law_view.person_of(request)
    query = urlencode(_subject(person))
    act = reverse("law_take_on", kwargs={"firm": request.org.slug, "pk": check.pk})
    verdict = Verdict.from_json(check.verdict)
    context = {
        "check": check,
        "verdict": verdict,
        "title": _title(check),
        "person": person,
        "facts": [(here(question), value) for question, value, _name in explain.asked(check)],
        "act_url": f"{act}?{query}" if request.actor.may("deadline.write") else "",
        "duties": [(number, duty) for number, duty in enumerate(verdict.duties) if duty.due],
        "again_url": _rule_url(request.org.slug, check.rule, **{"from": str(check.pk)}, **_subject(person)),
        "fact_url": reverse("law_again", kwargs={"firm": request.org.slug, "pk": check.pk}),
    }
    return render(request, "law/check.html", context)


def _subject(person: Resource | None) -> dict[str, str]:
    return {"subject": str(person.pk)} if person else {}


def _title(check: Check) -> str:
    try:
        return here(explain.rule_card(check.rule).title)
    except Broken:
        return check.rule


def law_again(request: FirmRequest, pk: UUID) -> HttpResponse:
    """To the questions of a stored check, its answers filled in, at the fact that is missing."""
    check = law_view.check_for(request, pk)
    fact = request.GET.get("fact", "")
    anchor = f"#id_{fact}" if fact.isidentifier() else ""
    return redirect(_rule_url(request.org.slug, check.rule, **{"from": str(check.pk)}) + anchor)


def law_take_on(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A condition or a dated duty of the verdict becomes a condition or deadline of the firm."""
    check = law_view.check_for(request, pk)
    subject = law_view.subject_of(law_view.person_of(request))
    kind = "duty" if "duty" in request.POST else "condition"
    number = request.POST.get(kind, "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if kind == "duty":
        take_on_duty(check, number=chosen, subject=subject, by=request.actor)
    else:
        take_on(check, number=chosen, subject=subject, on=clock.today(), by=request.actor)
    messages.success(request, _("It is on the list of deadlines now."))
    return redirect("deadlines", firm=request.org.slug)


def law_changes(request: FirmRequest) -> HttpResponse:
    """What the packs know of change, the latest day first; a period narrows it."""
    rows = explain.changes_between(_FIRST, _LAST)
    coming = sum(row.day > clock.today() for row in rows)
    said = ngettext("%(n)s change is still to come.", "%(n)s changes are still to come.", coming) % {"n": coming}
    return CHANGES.page(request, rows, template="law/changes.html", context={"said": said})


def law_packs(request: FirmRequest) -> HttpResponse:
    return PACKS.page(request, explain.packs(), template="law/packs.html", context={"overdue": _overdue()})


urlpatterns = [
    firm_page("law/", law, permission="law.read"),
    firm_page("law/changes/", law_changes, permission="law.read"),
    firm_page("law/packs/", law_packs, permission="law.read"),
    firm_page("law/ask/", law_rule, permission="law.read", methods=FORM),
    firm_page("law/checks/<uuid:pk>/", law_check, permission="law.read"),
    firm_page("law/checks/<uuid:pk>/again/", law_again, permission="law.read"),
    firm_page("law/checks/<uuid:pk>/plan/", law_take_on, permission="deadline.write", methods=WRITE),
]
