"""The legal check: rules by their question, one form per rule, stored verdicts, what changes, how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.compliance.domain import explain, rerun
from werkfluss.compliance.domain.checks import Question, Verdict, check_facts
from werkfluss.compliance.domain.law_packs import UsedPack
from werkfluss.compliance.domain.law_packs import used as law_packs_in_use
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict
from werkfluss.kernel.text import Text
from werkfluss.law.wording import NO_WORDING, NOT_OFFICIAL, source_line
from werkfluss.org.models import FirmProfile
from werkfluss.web import happenings, law_subject, law_try, law_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.law import TAKEN, here, said_here
from werkfluss.web.law_subject import LawSubject
from werkfluss.web.pages.law_subjects import plan
from werkfluss.web.tables import Column, Filter, Table

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


def country_word(code: str) -> str:
    return str(COUNTRIES.get(code, code.upper()))


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


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack in the list, with where it comes from."""

    used: UsedPack

    @property
    def id(self) -> str:
        return self.used.info.id

    @property
    def title(self) -> str:
        return here(self.used.info.title)

    @property
    def next_review(self) -> date:
        return self.used.info.next_review

    @property
    def fresh(self) -> str:
        return "overdue" if self.next_review < clock.today() else "up_to_date"

    @property
    def origin(self) -> str:
        return _("installed, key %(key)s") % {"key": f"{self.used.key[:8]}…"} if self.used.installed else _("program")


PACKS = Table(
    "law_packs",
    caption=gettext_lazy("Law packs"),
    per_page=100,
    columns=(
        Column("title", gettext_lazy("Area"), order="title"),
        Column("id", gettext_lazy("Pack")),
        Column("version", gettext_lazy("Version"), value="used.info.version"),
        Column("rules", gettext_lazy("Rules"), value="used.info.rules", kind="number", secondary=True),
        Column("parameters", gettext_lazy("Dated values"), value="used.info.parameters", kind="number", secondary=True),
        Column("origin", gettext_lazy("Comes from")),
        Column("next_review", gettext_lazy("To be reviewed by"), order="next_review", kind="date"),
        Column("fresh", gettext_lazy("State"), kind="status"),
    ),
    default_order="title",
)


def _rule_url(firm: str, rule: str, **query: str) -> str:
    return f"{reverse('law_rule', kwargs={'firm': firm})}?{urlencode({'rule': rule, **query})}"


def law(request: FirmRequest) -> HttpResponse:
    context = {
        "recent": law_view.recent_checks(request),
        "overdue": _overdue(),
        "subjects": law_subject.choices(request),
    }
    table = RULES
    rows = list(explain.rule_cards())
    linked = _linked(table, lambda row: _rule_url(request.org.slug, row.id))
    return linked.page(request, rows, template="law/rules.html", context=context)


def _linked(table: Table, link: Any) -> Table:
    """The table with links of this firm in its first column: rules are the same for all firms."""
    first, *rest = table.columns
    return replace(table, columns=(replace(first, link=link), *rest))


def _overdue() -> list[explain.PackInfo]:
    return [pack for pack in explain.packs() if pack.next_review < clock.today()]


def law_rule(request: FirmRequest) -> HttpResponse:
    """The questions of the rule that the address names; what they answer is shown beside them and stored when asked."""
    rule = request.GET.get("rule", "")
    card = _card(rule)
    subject = law_subject.from_ref(request, request.GET.get("subject", ""))
    earlier = _earlier(request, rule)
    day = earlier.on if earlier else clock.today()
    known = dict(earlier.facts or {}) if earlier else _known(request, subject, rule)
    base = Question.of(rule, day, known)
    tried = law_try.trial(base, request.POST or request.GET)
    if request.method == "POST" and tried.question is not None:
        return _asked(request, tried.question, subject)
    context = {"card": card, "trial": tried, "subject": subject, "earlier": earlier}
    context["carried"] = [(name, request.GET[name]) for name in ("subject", "from") if name in request.GET]
    context |= {"story": explain.rule_story(rule), "page_url": request.path, "store_url": request.get_full_path()}
    part = request.htmx and request.htmx.target == "outcome"
    refused = tried.form.is_bound and tried.question is None
    return render(request, "law/outcome.html" if part else "law/rule.html", context, status=422 if refused else 200)


def _card(rule: str) -> explain.RuleCard:
    try:
        return explain.rule_card(rule)
    except Broken:
        raise Http404 from None


def _known(request: FirmRequest, subject: LawSubject | None, rule: str) -> dict[str, Any]:
    """What is recorded of the subject, as far as the rule takes it."""
    if subject is None:
        return {}
    on, keeper = clock.today(), subject.keeper(rule)
    recorded = law_subject.recorded_of([keeper], on=on, actor=request.actor).get(keeper.pk, {})
    return explain.usable(rule, recorded, on=on)


def _earlier(request: FirmRequest, rule: str) -> Check | None:
    """The check whose facts the form starts from."""
    text = request.GET.get("from", "")
    try:
        check = law_view.check_for(request, UUID(text)) if text else None
    except ValueError:
        return None
    return check if check is not None and check.rule == rule else None


def _asked(request: FirmRequest, question: Question, subject: LawSubject | None) -> HttpResponse:
    check = check_facts([question], by=request.actor)[question].check
    address = reverse("law_check", kwargs={"firm": request.org.slug, "pk": check.pk})
    return redirect(f"{address}?{urlencode(_subject(subject))}" if subject else address)


def law_check(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A stored check: the answer, the facts it stands on, what may be done, and what would be answered today."""
    check = law_view.check_for(request, pk)
    subject = law_subject.from_ref(request, request.GET.get("subject", ""))
    query = urlencode(_subject(subject))
    place = {"firm": request.org.slug, "pk": check.pk}
    context = {
        "check": check,
        "verdict": Verdict.from_json(check.verdict),
        "title": _title(check),
        "subject": subject,
        "facts": [(_question(question, name), _shown(value, name)) for question, value, name in explain.asked(check)],
        "act_url": f"{reverse('law_take_on', kwargs=place)}?{query}" if request.actor.may("deadline.write") else "",
        "again": rerun.again(check, on=clock.today()),
        "renew_url": f"{reverse('law_renew', kwargs=place)}?{query}",
        "again_url": _rule_url(request.org.slug, check.rule, **{"from": str(check.pk)}, **_subject(subject)),
        "fact_url": reverse("law_again", kwargs=place),
    }
    return render(request, "law/check.html", context)


def _question(question: Text, name: str) -> str:
    """The question of a fact, and what stands for it where nothing is recorded."""
    return f"{here(question)} ({TAKEN[name]})" if name in TAKEN else here(question)


def _shown(value: Any, name: str) -> Any:
    """A fact's value as people read it."""
    fact = explain.fact_question(name)
    if isinstance(value, str) and fact is not None and fact.type in {"country", "date", "number"}:
        return said_here(fact, value)
    return here(value) if isinstance(value, Text) else value


def _subject(subject: LawSubject | None) -> dict[str, str]:
    return {"subject": subject.ref} if subject else {}


def _title(check: Check) -> str:
    try:
        return here(explain.rule_card(check.rule).title)
    except Broken:
        return check.rule


def law_again(request: FirmRequest, pk: UUID) -> HttpResponse:
    """To the questions of a stored check, its answers filled in, at the fact that is missing."""
    check = law_view.check_for(request, pk)
    fact = request.GET.get("fact", "")
    anchor = f"#id_{law_try.PREFIX}-{fact}" if fact.isidentifier() else ""
    return redirect(_rule_url(request.org.slug, check.rule, **{"from": str(check.pk)}) + anchor)


def law_renew(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The same facts, answered by the packs in use and stored: for the same day, or for today."""
    check = law_view.check_for(request, pk)
    subject = law_subject.from_ref(request, request.GET.get("subject", ""))
    found = rerun.again(check, on=clock.today())
    if found is None:
        raise Conflict(f"check {check.pk}")
    day = clock.today() if request.POST.get("day") == "today" else check.on
    return _asked(request, replace(found.question, on=day), subject)


def law_take_on(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A condition or a dated duty of the verdict becomes a condition or deadline of its subject, else of the firm."""
    check = law_view.check_for(request, pk)
    subject = law_subject.from_ref(request, request.GET.get("subject", ""))
    plan(request, check, subject.row if subject else FirmProfile.objects.get())
    return redirect("deadlines", firm=request.org.slug)


def law_provision(request: FirmRequest, country: str, area: str, name: str) -> HttpResponse:
    """The wording of a provision that an answer cites; opened in place inside an answer, as a page by itself."""
    try:
        provision = explain.provision(f"{country}/{area}", name)
    except Broken:
        raise Http404 from None
    template = "law/wording.html" if request.htmx else "law/provision.html"
    passages = [(passage, source_line(passage.act)) for passage in provision.passages]
    words = {"not_official": NOT_OFFICIAL, "no_wording": NO_WORDING}
    return render(request, template, {"provision": provision, "passages": passages, **words})


def law_packs(request: FirmRequest) -> HttpResponse:
    rows = [PackRow(pack) for pack in law_packs_in_use()]
    context = {"overdue": _overdue(), "all_packs": rows, "from_files": [row for row in rows if row.used.installed]}
    return PACKS.page(request, rows, template="law/packs.html", context=context)


urlpatterns = [
    firm_page("law/", law, permission="law.read"),
    firm_page("law/packs/", law_packs, permission="law.read"),
    firm_page("law/provisions/<slug:country>/<slug:area>/<slug:name>/", law_provision, permission="law.read"),
    firm_page("law/ask/", law_rule, permission="law.read", methods=FORM),
    firm_page("law/checks/<uuid:pk>/", law_check, permission="law.read"),
    firm_page("law/checks/<uuid:pk>/again/", law_again, permission="law.read"),
    firm_page("law/checks/<uuid:pk>/renew/", law_renew, permission="law.read", methods=WRITE),
    firm_page("law/checks/<uuid:pk>/plan/", law_take_on, permission="deadline.write", methods=WRITE),
]
