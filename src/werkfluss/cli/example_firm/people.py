"""The example firm's people: firms, logins, staff, externals, agents, with the facts that the law asks for."""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from werkfluss.cli.example_firm import files, pay
from werkfluss.cli.example_firm.shapes import Agent, Availability, Freelancer, Partner
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.config import env
from werkfluss.engagement.domain import fractional, shared_days
from werkfluss.engagement.models import Mandate
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.formats import ics, stafflist
from werkfluss.kernel import clock
from werkfluss.law.packs.de.status.indicators import INDICATORS
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources, staff_import
from werkfluss.workforce.models import Kind, Rate, Resource, Skill

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_DAY = timedelta(days=1)


@dataclass(slots=True)
class ExampleFirm:
    """What later steps need: the firm, who acts in it, resources by personnel number or id of the files."""

    org: Organisation
    other: Organisation
    today: date
    users: dict[str, User]
    resources: dict[str, Resource] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """The login as an actor of the main firm."""
        one = next(one for one in files.firm().logins if one.key == login)
        roles = frozenset(Role(m.role) for m in one.memberships if m.organisation == self.org.slug)
        return Actor(self.org.pk, ActorKind.USER, self.users[login].pk, roles)

    def inside(self, login: str = "gf") -> Any:
        """Work in the main firm as this login."""
        return tenancy.acting(self.org.pk, self.actor(login))

    def own_resource(self, login: str) -> Resource:
        """The person of a login of the main firm."""
        one = next(one for one in files.firm().logins if one.key == login)
        assert one.person is not None
        person = self.resources[one.person]
        person.refresh_from_db()
        return person

    def external(self, key: str) -> AbstractContextManager[Actor]:
        """Work in the main firm as a freelancer of the files, who was invited before."""
        with self.inside("lead"):
            person = self.resources[key]
            person.refresh_from_db()
        role = frozenset({Role.FREELANCER})
        return tenancy.acting(self.org.pk, Actor(self.org.pk, ActorKind.USER, person.user_id, role))

    def on_its_day(self) -> AbstractContextManager[None]:
        """The facts hold from a fixed day; on a machine whose clock is behind it, that day it is."""
        if clock.today() >= self.today:
            return nullcontext()
        return clock.frozen(datetime.combine(self.today, time(9), clock.FIRM_ZONE))


def example_password() -> str:
    """One password for all example logins, made at random once per installation."""
    path = env.data_dir() / "example-password"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(password)
    return password


def found_firms() -> ExampleFirm:
    """Both firms, all users and their roles."""
    plan = files.firm()
    orgs = {one.slug: _found(one) for one in plan.organisations}
    users = {login.key: _user(login.email, login.name, login.language) for login in plan.logins}
    for login in plan.logins:
        for membership in login.memberships:
            org = orgs[membership.organisation]
            with tenancy.acting(org.pk, Actor.system(org.pk)) as system:
                firms.add_member(users[login.key], role=Role(membership.role), by=system)
    main = next(one.slug for one in plan.organisations if one.main)
    other = next(slug for slug in orgs if slug != main)
    return ExampleFirm(orgs[main], orgs[other], plan.planned_today, users)


def _found(one: Any) -> Organisation:
    return firms.found_firm(
        slug=one.slug,
        name=one.name,
        profile={
            "street": one.address.street,
            "postcode": one.address.postcode,
            "city": one.address.city,
            "country": one.address.country,
            "subdivision": one.state,
            "vat_id": one.vat_id,
            "tax_number": one.tax_number,
            "email": one.email,
            "chart_of_accounts": one.chart,
            "datev_consultant": one.datev.consultant,
            "datev_client": one.datev.client,
            "has_works_council": one.works_council,
        },
    )


def _user(email: str, name: str, language: str) -> User:
    user = User.objects.create_user(email, example_password(), name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def take_on_everybody(firm: ExampleFirm) -> None:
    """Vocabulary, rate card, staff, absences, externals and agents of the main firm; the shared CFO in both.

    The CFO agrees to both mandates, firm by firm.
    """
    asked: list[tuple[Any, Organisation, Mandate]] = []
    with firm.inside("hr") as by:
        for skill in files.vocabulary().skills:
            resources.add_skill(
                key=skill.id,
                name_de=skill.de,
                name_en=skill.en,
                group=skill.group,
                synonyms=list(skill.also),
                is_certificate=skill.certificate is not None,
                by=by,
            )
        rates = {
            one.role: resources.set_rate(name=one.role, cents_per_hour=_cents(one.hour), by=by)
            for one in files.firm().rate_card.roles
        }
        _staff(firm, next(iter(rates.values())), by)
        _absences(firm, by)
        externals = files.externals()
        for freelancer in externals.freelancers:
            firm.resources[freelancer.id] = _freelancer(freelancer, Kind.FREELANCER, by)
        for given in externals.fractionals:
            firm.resources[given.id] = _fractional(given, by)
        for partner in externals.partners:
            firm.resources[partner.id] = _partner(partner, by)
        for agent in externals.agents:
            firm.resources[agent.id] = _agent(firm, agent, by)
        _connect_logins(firm)
        asked += [
            (given, firm.org, _ask_for_share(firm.resources[given.id], given, firm.org, by))
            for given in externals.fractionals
        ]
    system = Actor.system(firm.other.pk)
    with tenancy.acting(firm.other.pk, system):
        for given in files.externals().fractionals:
            person = _in_other_firm(firm, given, system)
            asked.append((given, firm.other, _ask_for_share(person, given, firm.other, system)))
    for given, org, mandate in asked:
        user = _user_of(firm, given.id)
        shared_days.declare_total(user, Decimal(sum(share.days_per_week for share in given.shares)))
        shared_days.accept_share(user, org.pk, mandate.pk)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _staff(firm: ExampleFirm, rate: Rate, by: Actor) -> None:
    data = files.content(files.STAFF_LIST)
    document = keep_file(data, filename=files.STAFF_LIST, title="Mitarbeiterliste", by=by)
    listed = stafflist.read(data, filename=files.STAFF_LIST)
    staff_import.import_staff(listed, document=document, rate=rate, places=_places(), by=by)
    for person in Resource.objects.filter(kind=Kind.EMPLOYEE):
        firm.resources[person.personnel_no] = person
    for number, percent in files.erp().project.capacity_shares.items():
        person = firm.resources[number]
        resources.agree_share(
            person, minutes_per_week=person.weekly_minutes * percent // 100, valid_from=firm.today, by=by
        )
    firm.resources |= pay.record_pay(firm.resources, rate=rate, on=firm.today, by=by)
    case = files.blue_card_case()
    _fact(
        firm.resources[case.person], "procedure", _procedure(case.procedure.fast_track_81a), "Vorgang Blaue Karte", by
    )


def _procedure(fast_track: bool) -> str:
    return "accelerated_81a" if fast_track else "regular"


def _places() -> dict[str, staff_import.Place]:
    return {
        site.name: staff_import.Place(
            site.country, site.state, site.time_zone, time.fromisoformat(site.working_hours.split("-")[0])
        )
        for site in files.firm().sites
    }


def _absences(firm: ExampleFirm, by: Actor) -> None:
    found = ics.read(files.content(files.ABSENCES), filename=files.ABSENCES)
    by_mail = {person.email: person for person in firm.resources.values()}
    for absence in found.absences:
        person = by_mail.get(absence.organizer or "")
        if person is not None and absence.status == "absent":
            start, end = absence.instants(ZoneInfo(person.time_zone))
            resources.add_absences(person, spans=[(start, end, absence.all_day, absence.uid or "")], by=by)


def _fact(subject: Resource, name: str, value: Any, source: str, by: Actor) -> None:
    record_fact(subject, name=name, value=value, source=source, valid_from=files.firm().planned_today, by=by)


def _status_facts(person: Resource, given: Freelancer, by: Actor) -> None:
    """Contract facts under the names the rule asks for; what is not recorded stays unknown."""
    names = {indicator.id: indicator.name for indicator in INDICATORS}
    for fact, indicator in files.externals().indicators.items():
        value = given.contract.facts.get(fact)
        if value is None:
            continue
        inverted = fact == "substitution_allowed"
        _fact(person, names[indicator], (not value) if inverted else value, given.contract.source, by)
    _fact(person, "contract_says_self_employed", True, given.contract.source, by)
    _fact(person, "already_running", False, given.contract.source, by)


def _external(given: Freelancer | Partner, kind: Kind, by: Actor, **more: Any) -> Resource:
    site = next(site for site in files.firm().sites if site.name == given.site)
    rate = resources.set_rate(name=given.name, cents_per_hour=_cents(given.rates.hour), by=by)
    declared: dict[str, Any] = {
        "email": given.email,
        "country": site.country,
        "subdivision": site.state,
        "city": site.name,
        "languages": list(given.languages),
        "time_zone": site.time_zone,
        **_available(given.availability),
        **more,
    }
    return resources.add_resource(kind=kind, name=given.name, rate=rate, by=by, **declared)


def _available(given: Availability) -> dict[str, Any]:
    return {
        "active_from": given.first_day,
        "active_to": given.last_day + _DAY,
        "weekly_minutes": min(given.hours_per_week, 40) * 60,
    }


def _freelancer(given: Freelancer, kind: Kind, by: Actor, **more: Any) -> Resource:
    person = _external(given, kind, by, title=given.business, **more)
    _skills(person, {skill.id: None for skill in given.skills}, by)
    _status_facts(person, given, by)
    _fact(person, "vat_id", given.vat_id or "", given.contract.source, by)
    _fact(person, "tax_number", given.tax_number or "", given.contract.source, by)
    _fact(person, "small_business", given.small_business, given.contract.source, by)
    _fact(person, "iban", given.iban or "", given.contract.source, by)
    address = given.address
    lines = {"street": address.street, "postcode": address.postcode, "city": address.city, "country": address.country}
    _fact(person, "address", lines, given.contract.source, by)
    return person


def _fractional(given: Any, by: Actor) -> Resource:
    person = _freelancer(given, Kind.FRACTIONAL, by)
    for name, value in (
        ("organ_position", False),
        ("leads_staff_with_authority", False),
        ("several_firms", True),
        ("sets_own_time_and_place", True),
    ):
        _fact(person, name, value, given.contract.source, by)
    return person


def _in_other_firm(firm: ExampleFirm, given: Any, by: Actor) -> Resource:
    rate = resources.set_rate(name=given.name, cents_per_hour=_cents(given.rates.hour), by=by)
    user = _user_of(firm, given.id)
    return resources.add_resource(
        kind=Kind.FRACTIONAL, name=given.name, rate=rate, user=user, email=given.email, languages=["de"], by=by
    )


def _ask_for_share(person: Resource, given: Any, org: Organisation, by: Actor) -> Mandate:
    """The firm's days of a shared executive, as the files say."""
    share = next(share for share in given.shares if share.organisation == org.slug)
    terms = fractional.Terms(
        function=given.function.de,
        days=Decimal(share.days_per_week),
        per="week",
        first_day=share.since,
        last_day=min(given.availability.last_day, share.since + fractional.LONGEST - _DAY),
        weekdays=tuple(_WEEKDAYS.index(day) for day in share.weekdays),
    )
    return fractional.propose_share(person, terms, by=by)


def _partner(given: Partner, by: Actor) -> Resource:
    team = _external(given, Kind.PARTNER, by, weekly_minutes=2400)
    _skills(team, {skill.id: skill.level for skill in given.skills}, by)
    source = given.contract.source
    address = given.address
    lines = {"street": address.street, "postcode": address.postcode, "city": address.city, "country": address.country}
    for name, value in (
        ("vat_id", given.vat_id or ""),
        ("iban", given.iban or ""),
        ("small_business", False),
        ("address", lines),
        ("client_instructs", False),
        ("integrated", False),
        ("licence", False),
        ("insured_in", given.a1.social_insurance_state),
        ("case_type", "posting"),
        ("posting_months", given.a1.longest_stay_months),
        ("replaces_posted_person", given.a1.replaces_posted_person),
    ):
        _fact(team, name, value, source, by)
    return team


def _agent(firm: ExampleFirm, given: Agent, by: Actor) -> Resource:
    rate = resources.set_rate(name=given.name, cents_per_hour=_cents(given.rates.hour), by=by)
    agent = resources.add_resource(kind=Kind.AGENT, name=given.name, rate=rate, by=by, **_available(given.availability))
    _skills(agent, {skill.id: skill.level for skill in given.skills}, by)
    responsible = _user_of(firm, given.responsible)
    resources.open_agent_file(
        agent,
        responsible=responsible,
        purpose=given.purpose.de,
        skill_folder=given.skill_folder or "",
        ai_act_class="",
        ai_act_citation="",
        data_classes=list(given.data_classes),
        budget_cents_month=_cents(given.budget.per_month),
        budget_cents_run=_cents(given.budget.per_run),
        label_de=given.label.de,
        label_en=given.label.en,
        expires=given.expires_on,
        by=by,
    )
    _fact(agent, "ai_act", dict(given.ai_act), given.source, by)
    return agent


def _skills(resource: Resource, levels: dict[str, int | None], by: Actor) -> None:
    known = {skill.key: skill for skill in Skill.objects.filter(key__in=list(levels))}
    resources.set_skills(resource, skills={known[key]: level for key, level in levels.items()}, by=by)


def _user_of(firm: ExampleFirm, person: str) -> User:
    """The login of a person of the files; the managing director answers where that person has none."""
    key = next((login.key for login in files.firm().logins if login.person == person), "gf")
    return firm.users[key]


def _connect_logins(firm: ExampleFirm) -> None:
    for login in files.firm().logins:
        resource = firm.resources.get(login.person or "")
        if resource is not None:
            resource.edit(user=firm.users[login.key])
