"""The firm's AI as pages show it: the inventory with classes, the guide, who is trained, what is processed where.

Only here all rooms are at hand: agents know their files, work knows what they do, orders and cases what else is on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from werkfluss.agents.domain import guides, inventory, processing, release, trainings, works_council
from werkfluss.agents.domain.inventory import Line, Work
from werkfluss.agents.domain.processing import Place, Processing
from werkfluss.agents.domain.trainings import Person
from werkfluss.agents.models import AiUse, Paper
from werkfluss.agents.sheets import Sheet
from werkfluss.care.models import ExpatCase
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Fact
from werkfluss.engagement.models import Order, SelfBilledInvoice
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.law.guide_model import Entry, Guide
from werkfluss.org.models import FirmProfile, Membership, Organisation
from werkfluss.org.roles import Role
from werkfluss.web import care_record_view, law_view
from werkfluss.web.access import FirmRequest
from werkfluss.web.forms.ai import DATA, language
from werkfluss.web.forms.law import countries, here
from werkfluss.work.models import Acceptance, Assignment, Plan
from werkfluss.workforce.models import EXTERNALS, AgentFile, Kind, Resource

_SMALL, _MID = 250, 750
_GONE = (Assignment.State.DECLINED, Assignment.State.WITHDRAWN)
_TITLES = 3
KINDS = {"tool": _("other AI"), "agent": _("own agent"), "planner": _("planning of Werkfluss")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as lists and pages draw it, with its entry of the guide."""

    org: Organisation
    line: Line
    entry: Entry | None
    on: date

    @property
    def name(self) -> str:
        return inventory.in_language(self.line, language()).name

    @property
    def purpose(self) -> str:
        return inventory.in_language(self.line, language()).purpose

    @property
    def class_word(self) -> str:
        return here(self.entry.class_name) if self.entry else "–"

    @property
    def applies_from(self) -> date | None:
        """The day from which the Act applies to this use."""
        day = self.entry.applies_from if self.entry else None
        return date.fromisoformat(day) if day else None

    @property
    def kind_word(self) -> str:
        return str(KINDS[self.line.kind])

    @property
    def data(self) -> str:
        return ", ".join(str(DATA.get(name, name)) for name in self.line.data_classes)

    @property
    def state(self) -> str:
        if self.line.is_over(self.on):
            return "ended"
        if isinstance(self.line.row, AgentFile) and self.line.row.stopped_at is not None:
            return "stopped"
        return "planned" if self.line.is_planned(self.on) else "active"

    @property
    def url(self) -> str:
        row, firm = self.line.row, self.org.slug
        if isinstance(row, AiUse):
            return reverse("ai_use", kwargs={"firm": firm, "pk": row.pk})
        if isinstance(row, AgentFile):
            return reverse("agent", kwargs={"firm": firm, "pk": row.pk})
        return reverse("ai_guide", kwargs={"firm": firm}) + "#planner"


@dataclass(frozen=True, slots=True)
class Situation:
    """The firm's AI on one day."""

    org: Organisation
    profile: FirmProfile
    lines: tuple[Line, ...]
    guide: Guide
    people: tuple[Person, ...]
    contact: str
    on: date

    def shown(self) -> list[Shown]:
        entries = {entry.use.id: entry for entry in self.guide.entries}
        return [Shown(self.org, line, entries.get(line.key), self.on) for line in self.lines]

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.guide.entries if entry.use.id == key), None)

    @property
    def address(self) -> str:
        profile = self.profile
        return f"{self.org.name}, {profile.street}, {profile.postcode} {profile.city}, {profile.country}"


def situation(request: FirmRequest, *, ended: bool = False) -> Situation:
    """Everything in use, classified by the law of today; a constant number of queries."""
    on, firm = clock.today(), request.org
    profile = FirmProfile.objects.get()
    lines = inventory.inventory(firm=firm.name, on=on, work=work_of_agents(on), ended=ended)
    people = open_people(trainings.people_who_use_ai(lines, on=on))
    names = {person.resource.pk: person.resource.name for person in people}
    contact = contact_of(firm)
    guide = guides.make_guide(
        lines,
        firm=firm.name,
        contact=contact,
        works_council=profile.has_works_council,
        size=firm_size(on),
        names=names,
        on=on,
    )
    return Situation(firm, profile, tuple(lines), guide, tuple(people), contact, on)


def open_people(people: list[Person]) -> list[Person]:
    """Without employees as long as the works council has not agreed to a register of their qualifications."""
    if not law_view.locked("qualifications"):
        return people
    return [person for person in people if person.resource.kind != Kind.EMPLOYEE]


def contact_of(firm: Organisation) -> str:
    """Who answers for the firm: the managing director of longest standing."""
    rows = Membership.objects.filter(role=Role.MANAGING_DIRECTOR, ended_at=None).order_by("created_at")
    return rows.values_list("user__name", flat=True).first() or firm.name


def firm_size(on: date) -> str:
    """The size class of the Act by headcount; turnover and balance sheet are not known here."""
    staff = Resource.objects.filter(kind=Kind.EMPLOYEE).exclude(active_to__lte=on).count()
    return "sme" if staff < _SMALL else "smc" if staff < _MID else "large"


def work_of_agents(on: date) -> dict[UUID, Work]:
    """What each agent really does: its tasks, their data, facts of the tasks, and who accepted its results."""
    rows = list(
        Assignment.objects.filter(resource__kind=Kind.AGENT)
        .exclude(state__in=_GONE)
        .order_by("-last_day", "task__number")
        .values_list("resource_id", "task_id", "task__title", "task__data_class")
    )
    facts = facts_on(on, subject_type="work.task", subject_ids=[task for _agent, task, *_rest in rows])
    users = Acceptance.objects.filter(result__assignment__resource__kind=Kind.AGENT, decided_by__isnull=False)
    deciders = list(users.values_list("result__assignment__resource_id", "decided_by").distinct())
    persons = dict(Resource.objects.filter(user__in={user for _agent, user in deciders}).values_list("user_id", "pk"))
    by_agent: dict[UUID, list[tuple[UUID, str, str]]] = defaultdict(list)
    for agent, task, title, data_class in rows:
        by_agent[agent].append((task, title, data_class))
    found = {}
    for agent, tasks in by_agent.items():
        known: dict[str, Any] = {}
        for task, _title, _data in tasks:
            known |= facts.get(task, {}).get("ai_act", {})
        found[agent] = Work(
            tasks=len(tasks),
            titles=tuple(dict.fromkeys(title for _task, title, _data in tasks))[:_TITLES],
            data_classes=tuple(dict.fromkeys(data for *_rest, data in tasks if data)),
            facts=known,
            people=frozenset(persons[user] for one, user in deciders if one == agent and user in persons),
        )
    return found


def guide_sheet(now: Situation) -> Sheet:
    return guides.guide_sheet(now.guide, address=now.address, people=now.people, memo=release.memo(now.on))


def training_sheet(now: Situation) -> Sheet:
    """Who uses AI and which measure counts, as a paper."""
    heading = Text("Register der KI-Schulungen (Art. 4 KI-VO)", "Register of AI trainings (Art. 4 AI Act)")
    listed = guides.training_section(now.people)
    facts = ((Text("Stand", "As of"), now.on), (Text("Personen", "People"), len(now.people)))
    return Sheet(heading, now.org.name, now.address, now.on, facts, ((heading, (listed,)),), guides.NOTE)


def switched_on(now: Situation) -> set[str]:
    """The processing that really takes place, by the names of the pack eu/data_protection."""
    on = {"accounts"}
    checks: dict[str, bool] = {
        "planning": Plan.objects.exists(),
        "agents": len(now.lines) > 1,
        "freelancers": Resource.objects.filter(kind__in=EXTERNALS).exists() or Order.objects.exists(),
        "residence": ExpatCase.objects.exists(),
        "payroll_cost": Fact.objects.filter(name="salary").exists(),
        "invoices": SelfBilledInvoice.objects.exists()
        or Document.objects.filter(keep_as=Document.KeepAs.INVOICE).exists(),
    }
    return on | {name for name, is_on in checks.items() if is_on}


_KIND_WORDS: dict[str, Text] = {
    Kind.EMPLOYEE: Text("Beschäftigte", "staff"),
    Kind.FREELANCER: Text("Freie", "freelancers"),
    Kind.FRACTIONAL: Text("Führungskräfte auf Teilzeit", "fractional executives"),
    Kind.PARTNER: Text("Partnerteams", "partner teams"),
    Kind.AGENT: Text("KI-Agenten", "AI agents"),
}


def places(on: date) -> list[Place]:
    """Where work of each data class is really done, from the assignments; persons are not named."""
    rows = (
        Assignment.objects.exclude(state__in=_GONE)
        .exclude(task__data_class="")
        .values("resource_id", "resource__country", "resource__kind", data=F("task__data_class"))
        .annotate(n=Count("pk"))
        .order_by()
    )
    listed = list(rows)
    recorded = facts_on(on, subject_type="workforce.resource", subject_ids={row["resource_id"] for row in listed})
    found: dict[Place, None] = {}
    for row in listed:
        known = _transfer_facts(recorded.get(row["resource_id"], {}))
        through = _KIND_WORDS[row["resource__kind"]]
        found[Place(processing.class_of_task(row["data"]), row["resource__country"], through, known)] = None
    return list(found)


def _transfer_facts(recorded: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    names = ("assessed", "recipient_covered", "safeguard", "single_case")
    return tuple((name, recorded[name]) for name in names if name in recorded)


def processing_of(now: Situation) -> Processing:
    high = [entry.use.id for entry in now.guide.entries if entry.risk_class.startswith("HIGH_RISK")]
    return processing.processing(
        switched_on=switched_on(now), lines=now.lines, places=places(now.on), high_risk=high, on=now.on
    )


def sheet_of(kind: str, request: FirmRequest) -> Sheet:
    """The paper of this kind as of today.

    Raises:
        KeyError: there is no such kind.
    """
    now = situation(request)
    if kind == Paper.Kind.GUIDE:
        return guide_sheet(now)
    if kind == Paper.Kind.TRAININGS:
        return training_sheet(now)
    if kind == Paper.Kind.ANNEX:
        return works_council.annex_sheet(now.profile, firm=now.org.name, address=now.address, on=now.on)
    if kind == Paper.Kind.PROCESSING:
        return processing.processing_sheet(
            processing_of(now),
            firm=now.org.name,
            address=now.address,
            contact=now.contact,
            on=now.on,
            more=(care_record_view.part(),),
        )
    raise KeyError(kind)


def country_word(code: str) -> str:
    return dict(countries(language())).get(code, code)
