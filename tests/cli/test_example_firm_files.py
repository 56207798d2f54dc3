"""The example firm's files: they can be read, refer to each other correctly, and describe work that can be done."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import holidays
import icalendar
import pytest
from stdnum import iban
from stdnum.eu import vat

from werkfluss.cli.example_firm import files
from werkfluss.cli.example_firm.shapes import Brief, Certificate, ErpTask, Place, RoleRate, TemplateTask
from werkfluss.formats import stafflist, wbs
from werkfluss.formats.project import Plan, PlanTask
from werkfluss.formats.stafflist import StaffList

NAMES = (
    *("firm.yaml", "skills.yaml", "externals.yaml", "erp_tasks.yaml", "templates.yaml", "blue_card_case.yaml"),
    *("freelancer_order.yaml", files.STAFF_LIST, files.WORK_BREAKDOWN, files.ABSENCES),
)
NATURAL = {"employee", "freelancer", "fractional"}


@pytest.fixture(scope="module")
def staff() -> StaffList:
    return stafflist.read(files.content(files.STAFF_LIST), filename=files.STAFF_LIST)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return wbs.read(files.content(files.WORK_BREAKDOWN), filename=files.WORK_BREAKDOWN)


@pytest.fixture(scope="module")
def work(plan: Plan) -> dict[str, PlanTask]:
    return {task.wbs: task for task in plan.tasks if not task.summary}


def by_german_name() -> dict[str, str]:
    return {skill.de: skill.id for skill in files.vocabulary().skills}


def skill_ids() -> set[str]:
    return {skill.id for skill in files.vocabulary().skills}


# --- people


def test_staff_list_holds_fourteen_in_kassel_one_in_linz_one_in_pune(staff):
    assert staff.errors == ()
    assert staff.encoding == "cp1252"
    assert Counter((r.location, r.country) for r in staff.records) == {
        ("Kassel", "DE"): 14,
        ("Linz", "AT"): 1,
        ("Pune", "IN"): 1,
    }


def test_staff_list_is_complete_and_unambiguous(staff):
    records = staff.records
    assert len({r.personnel_no for r in records}) == len({r.last_name for r in records}) == 16
    assert all(r.email and r.email.endswith(".example") for r in records)
    assert {r.department for r in records} == {
        *("Geschäftsführung", "Konstruktion", "Fertigung", "Montage", "Vertrieb"),
        *("Einkauf", "Buchhaltung", "Personal", "IT"),
    }
    assert {r.position for r in records} == {rate.role for rate in files.firm().rate_card.roles}
    assert {r.location for r in records} <= {site.name for site in files.firm().sites}


def test_staff_skills_are_in_the_vocabulary(staff):
    used = {skill for record in staff.records for skill in record.skills}
    assert len(used) > 40
    assert used <= set(by_german_name())


def test_staff_with_limits_are_there(staff):
    by_name = {r.last_name: r for r in staff.records}
    assert by_name["Öztürk"].residence_title_until == date(2027, 2, 14)  # ends within the project
    assert by_name["Hoffmann"].fixed_term_until == date(2027, 3, 31)
    assert by_name["Kulkarni"].entry_date == files.blue_card_case().desired_start
    assert by_name["Kulkarni"].residence_title_until is None


def test_externals_are_four_freelancers_one_fractional_one_team_two_agents():
    outside = files.externals()
    assert (len(outside.freelancers), len(outside.fractionals)) == (4, 1)
    assert (len(outside.partners), len(outside.agents)) == (1, 2)
    assert sum(f.small_business for f in outside.freelancers) == 1
    assert [f.site for f in outside.freelancers if f.address.country == "AT"] == ["Wien"]
    assert (outside.partners[0].site, outside.partners[0].team_size) == ("Porto", 6)


def test_external_references_exist():
    outside = files.externals()
    everybody = [*outside.freelancers, *outside.fractionals, *outside.partners, *outside.agents]
    assert len({e.id for e in everybody}) == 8
    assert {s.id for e in everybody for s in e.skills} <= skill_ids()
    sites = {site.name for site in files.firm().sites}
    assert {e.site for e in [*outside.freelancers, *outside.fractionals, *outside.partners]} <= sites
    assert all(1 <= s.level <= 5 for e in [*outside.partners, *outside.agents] for s in e.skills)
    for person in [*outside.freelancers, *outside.fractionals]:
        assert person.contract.facts.keys() == outside.indicators.keys()
        assert person.rates.day == person.rates.hour * 8
        assert person.vat_id or person.tax_number


def test_exactly_one_freelancer_is_bound_by_hours_place_and_integration():
    bound = [
        f.id
        for f in files.externals().freelancers
        if all(f.contract.facts[key] for key in ("client_sets_hours", "client_sets_place", "integrated_in_team"))
    ]
    assert bound == ["f-hansen"]


def test_fractional_days_of_two_firms_do_not_meet():
    shares = files.externals().fractionals[0].shares
    assert [s.organisation for s in shares] == ["nordhessen", "werra-metall"]
    assert all(len(s.weekdays) == s.days_per_week == 2 for s in shares)
    assert not set(shares[0].weekdays) & set(shares[1].weekdays)


def test_agents_answer_to_people_of_the_firm(staff):
    numbers = {r.personnel_no for r in staff.records}
    for agent in files.externals().agents:
        assert {agent.responsible, agent.deputy} <= numbers
        assert agent.responsible != agent.deputy
        assert "personal" not in agent.data_classes
        assert 0 < agent.budget.per_run < agent.budget.per_month
        assert agent.expires_on > files.firm().planned_today


@pytest.mark.corpus
def test_agent_facts_use_the_names_of_the_classification(corpus: Path):
    table = json.loads((corpus.parent / "law" / "aiact" / "decision_tables.json").read_text("utf-8"))["attributes"]
    for agent in files.externals().agents:
        for name, value in agent.ai_act.items():
            assert value in table[name]["values"], (agent.id, name)


def test_tax_and_bank_numbers_have_valid_check_digits():
    outside = files.externals()
    parties = [*files.firm().organisations, *outside.freelancers, *outside.fractionals, *outside.partners]
    vat_ids = [p.vat_id for p in parties if p.vat_id]
    ibans = [p.iban for p in parties if p.iban]
    assert len(vat_ids) == len(set(vat_ids)) == 5
    assert all(vat.is_valid(number) for number in vat_ids)
    assert len(ibans) == len(set(ibans)) == 6
    assert all(iban.is_valid(number, check_country=False) for number in ibans)


# --- firm and logins


def test_firms_use_two_charts_and_no_works_council():
    main, other = files.firm().organisations
    assert (main.slug, main.chart, main.main, main.works_council) == ("nordhessen", "SKR03", True, False)
    assert (other.slug, other.chart, other.main) == ("werra-metall", "SKR04", False)


def test_firms_have_the_numbers_that_a_booking_batch_needs():
    for one in files.firm().organisations:
        assert 1001 <= one.datev.consultant <= 9_999_999
        assert 1 <= one.datev.client <= 99_999


def test_logins_show_four_and_cover_every_role():
    logins = files.firm().logins
    shown = [login.memberships[0].role for login in logins if login.shown]
    assert shown == ["managing_director", "hr", "employee", "freelancer"]
    assert {m.role for login in logins for m in login.memberships} == {
        *("managing_director", "hr", "lead", "employee", "freelancer", "provider"),
        *("works_council", "auditor", "agent"),
    }
    assert len({login.email for login in logins}) == len({login.key for login in logins}) == len(logins)


def test_logins_belong_to_known_people_and_firms(staff):
    outside = files.externals()
    mails = {r.personnel_no: r.email for r in staff.records}
    mails |= {e.id: e.email for e in [*outside.freelancers, *outside.fractionals, *outside.partners]}
    firms = {o.slug for o in files.firm().organisations}
    agents = {a.id for a in outside.agents}
    for login in files.firm().logins:
        assert {m.organisation for m in login.memberships} <= firms
        if login.person is not None and login.person not in agents:
            assert login.email == mails[login.person]
    shared = [login.person for login in files.firm().logins if len(login.memberships) == 2]
    assert shared == ["x-stein"]


def test_sites_have_a_calendar_of_public_holidays():
    for site in files.firm().sites:
        days = holidays.country_holidays(site.country, subdiv=site.state, years=2027)
        assert date(2027, 1, 1) in days or site.country == "IN"
        assert len(days) > 3


def test_every_address_is_invented():
    for name in NAMES:
        text = files.content(name).decode("cp1252" if name.endswith(".csv") else "utf-8")
        unfolded = text.replace("\r\n ", "")
        for address in re.findall(r"[\w.+-]+@[\w.-]+", unfolded):
            assert address.rstrip(".").endswith(".example"), (name, address)


# --- vocabulary


def test_vocabulary_names_point_to_one_skill_each():
    skills = files.vocabulary().skills
    assert 110 <= len(skills) <= 160
    owner: dict[str, str] = {}
    for skill in skills:
        for name in {n.casefold() for n in (skill.de, skill.en, *skill.also)}:
            assert owner.setdefault(name, skill.id) == skill.id, name
    assert {skill.group for skill in skills} == set(files.vocabulary().groups)


def test_languages_and_licences_are_certificates():
    for skill in files.vocabulary().skills:
        if skill.group in {"language", "licence"}:
            assert isinstance(skill.certificate, Certificate), skill.id
        assert not set("/;,") & set(skill.de), "the staff list separates skills with these"


# --- the project


def missing(brief: Brief, *, effort: bool, when: bool) -> set[str]:
    """What the clarity check has to find, from the definition and independent of it."""
    gaps = {
        "skills": not brief.skills,
        "outcome": not brief.outcome,
        "acceptance_criteria": not brief.acceptance_criteria,
        "effort": not effort,
        "data_class": brief.data_class is None,
        "deadline_or_predecessor": not when,
        "ai_purpose": (brief.ai_allowed or "agent" in brief.kinds_allowed) and not brief.ai_purpose,
    }
    return {name for name, gap in gaps.items() if gap}


def test_work_breakdown_is_read_without_a_remark(plan, work):
    assert (plan.errors, plan.warnings) == ((), ())
    assert len(work) == 60
    assert {task.wbs for task in plan.tasks if task.summary} == {phase.wbs for phase in files.erp().phases}


def test_every_psp_number_has_its_brief(work):
    briefs = [task.wbs for task in files.erp().tasks]
    assert briefs == list(work)


def test_effort_is_plausible(work):
    efforts = {number: task.effort_hours for number, task in work.items() if task.effort_hours is not None}
    assert 1_700 <= sum(efforts.values()) <= 2_300
    for number, effort in efforts.items():
        days = work[number].duration_days
        assert days is not None
        assert effort <= days * 8, number


def test_unclear_tasks_are_those_declared(work):
    for task in files.erp().tasks:
        row = work[task.wbs]
        when = task.deadline is not None or bool(row.predecessors)
        assert missing(task, effort=row.effort_hours is not None, when=when) == set(task.unclear_on_purpose), task.wbs
    assert sum(bool(task.unclear_on_purpose) for task in files.erp().tasks) == 8
    assert len({gap for task in files.erp().tasks for gap in task.unclear_on_purpose}) == 7


def test_special_tasks_are_there():
    tasks = {task.wbs: task for task in files.erp().tasks}
    assert tasks["7.5"].place == Place(country="AT", city="Linz")
    assert tasks["3.5"].export_controlled
    assert tasks["6.3"].data_class == "personal"
    assert tasks["3.9"].skill_folder == "invoice_booking"
    for task in tasks.values():
        assert {need.id for need in task.skills} <= skill_ids()
        if task.only_people:
            assert not task.ai_allowed
            assert "agent" not in task.kinds_allowed
        if "agent" in task.kinds_allowed:
            assert task.ai_allowed


def test_project_refers_to_the_staff_and_its_own_tasks(staff, work):
    project = files.erp().project
    assert set(project.capacity_shares) == {r.personnel_no for r in staff.records}
    assert all(0 < percent <= 100 for percent in project.capacity_shares.values())
    assert project.lead in project.capacity_shares
    assert {number for pair in project.separations for number in pair} <= set(work)
    assert all(len(pair) == 2 for pair in project.separations)


class Worker:
    """A resource with the hours a day it has for the project."""

    def __init__(self, name: str, kind: str, skills: dict[str, int | None], hours: float, first_day: date) -> None:
        self.name, self.kind, self.skills, self.hours, self.first_day = name, kind, skills, hours, first_day

    def may_do(self, task: ErpTask) -> bool:
        if self.kind not in task.kinds_allowed:
            return False
        for need in task.skills:
            level = self.skills.get(need.id, -1)
            if level == -1 or (level is not None and level < (need.level or 0)):
                return False
        return True


def workers(staff: StaffList) -> list[Worker]:
    known, shares = by_german_name(), files.erp().project.capacity_shares
    found = []
    for r in staff.records:
        assert r.personnel_no
        assert r.weekly_hours
        assert r.entry_date
        hours = float(r.weekly_hours) / 5 * shares[r.personnel_no] / 100
        found.append(Worker(r.name, "employee", {known[s]: None for s in r.skills}, hours, r.entry_date))
    outside = files.externals()
    for kind, people in (("freelancer", outside.freelancers), ("fractional", outside.fractionals)):
        for p in people:
            if p.id != "f-hansen":  # the gate blocks him
                hours = p.availability.hours_per_week / 5
                skills: dict[str, int | None] = {s.id: None for s in p.skills}
                found.append(Worker(p.name, kind, skills, hours, p.availability.first_day))
    for kind, machines in (("partner", outside.partners), ("agent", outside.agents)):
        for m in machines:
            levels: dict[str, int | None] = {s.id: s.level for s in m.skills}
            found += [Worker(m.name, kind, levels, 8, m.availability.first_day) for _ in range(m.parallel)]
    return found


def test_every_task_has_somebody_who_may_do_it(staff):
    team = workers(staff)
    for task in files.erp().tasks:
        assert any(worker.may_do(task) for worker in team), task.wbs


def test_every_required_skill_is_held_by_somebody(staff):
    held = {skill for worker in workers(staff) for skill in worker.skills}
    assert {need.id for task in files.erp().tasks for need in task.skills} <= held


def test_go_live_is_within_reach(staff, work):
    """One task at a time for each, longest rest of the project first: a plain schedule keeps the date."""
    project, briefs = files.erp().project, {task.wbs: task for task in files.erp().tasks}
    closed = holidays.country_holidays("DE", subdiv="HE", years=[2026, 2027])
    span = [project.start + timedelta(days=i) for i in range((project.end - project.start).days + 30)]
    yearend = (date(2026, 12, 24), date(2027, 1, 3))
    days = [d for d in span if d.weekday() < 5 and d not in closed and not yearend[0] <= d <= yearend[1]]
    team = workers(staff)
    free = {w: next((i for i, d in enumerate(days) if d >= w.first_day), 0) for w in team}

    def rest(number: str) -> Decimal:
        after = [rest(n) for n, t in work.items() if any(link.wbs == number for link in t.predecessors)]
        return (work[number].duration_days or Decimal(0)) + max(after, default=Decimal(0))

    length = {number: rest(number) for number in work}
    start: dict[str, int] = {}
    end: dict[str, int] = {}
    while len(end) < len(work):
        ready = [n for n, t in work.items() if n not in end and all(link.wbs in end for link in t.predecessors)]
        number = max(ready, key=lambda n: length[n])
        task, brief = work[number], briefs[number]
        earliest = next((i for i, d in enumerate(days) if brief.earliest_start and d >= brief.earliest_start), 0)
        for link in task.predecessors:
            assert link.type in {"FS", "SS"}
            earliest = max(earliest, (end if link.type == "FS" else start)[link.wbs] + int(link.lag_days))
        effort = float(task.effort_hours or 24)
        options = []
        for worker in team:
            if worker.may_do(brief):
                first = max(earliest, free[worker])
                options.append(
                    (first + max(int(task.duration_days or 1), -int(-effort // worker.hours)), first, worker)
                )
        end[number], start[number], chosen = min(options, key=lambda option: option[:2])
        free[chosen] = end[number]
    assert days[end["8.4"] - 1] <= project.deadline
    assert all(days[end[t.wbs] - 1] <= t.deadline for t in briefs.values() if t.deadline)
    assert days[max(end.values()) - 1] <= project.end


# --- templates


def test_templates_are_clear_and_without_cycles():
    found = files.templates().templates
    assert len(found) == 4
    for template in found:
        assert 8 <= len(template.tasks) <= 15
        seen: set[str] = set()
        for task in template.tasks:
            assert isinstance(task, TemplateTask)
            assert set(task.after) <= seen, "a task stands below those it waits for, so there is no cycle"
            seen.add(task.key)
            when = bool(task.after) or task.due_after_days is not None
            assert missing(task, effort=task.effort_hours > 0, when=when) == set(), (template.id, task.key)
            assert task.kinds_allowed
            assert {need.id for need in task.skills} <= skill_ids()
            assert not (task.only_people and (task.ai_allowed or "agent" in task.kinds_allowed))
        assert len(seen) == len(template.tasks)


# --- the two cases


def test_blue_card_case_is_consistent(staff):
    case = files.blue_card_case()
    numbers = {r.personnel_no for r in staff.records}
    assert {case.person, case.responsible} <= numbers
    assert case.job.salary.amount == Decimal(54000)
    assert case.job.isco_08.startswith("25")
    assert case.desired_start == date(2027, 3, 1)
    steps = {step.id for step in case.steps}
    outside = {document.needed_for for document in case.documents} - steps
    assert outside == set()
    assert {step.responsible for step in case.steps} <= numbers
    assert any(d.expires for d in case.documents)
    assert any(d.blocks_start and d.state != "present" for d in case.documents)
    remote = case.remote_before_arrival
    assert (remote.local_payroll, remote.permanent_establishment_checked) == (None, None)


def test_order_fits_the_technical_writer(staff):
    order, billing = files.freelancer_order().order, files.freelancer_order().self_billing
    writer = next(f for f in files.externals().freelancers if f.id == order.freelancer)
    assert {need.id for need in order.skills} <= {skill.id for skill in writer.skills}
    assert writer.small_business is billing.small_business is True
    assert billing.agreed_on <= files.firm().planned_today < order.answer_by < order.window.first_day
    assert order.window.first_day < order.window.last_day
    assert order.price.amount > 0
    assert len(order.acceptance_criteria) >= 3
    assert order.accepted_by in {r.personnel_no for r in staff.records}


# --- absences


def test_absences_are_written_as_outlook_writes_them(staff):
    data = files.content(files.ABSENCES)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b'TZID="W. Europe Standard Time"' in data
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    mails = {r.email: r.last_name for r in staff.records}
    assert len({str(event["UID"]) for event in events}) == len(events) == 15
    for event in events:
        owner = str(event["ORGANIZER"]).removeprefix("mailto:")
        assert str(event["SUMMARY"]).endswith(str(mails[owner]))
        assert event.decoded("DTEND") > event.decoded("DTSTART")
    assert len({str(event["ORGANIZER"]) for event in events}) >= 8


def test_absences_hold_one_series_with_exceptions_and_one_day_at_home():
    events = icalendar.Calendar.from_ical(files.content(files.ABSENCES)).walk("VEVENT")
    series = [event for event in events if "RRULE" in event]
    assert len(series) == 1
    assert len(series[0]["EXDATE"].dts) == 2
    states = Counter(str(event["X-MICROSOFT-CDO-BUSYSTATUS"]) for event in events)
    assert states == {"OOF": 14, "WORKINGELSEWHERE": 1}


# --- the reader is strict


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{country: AT, city: Linz, town: x}", r"unknown \['town'\]"),
        (b"{country: AT}", r"missing \['city'\]"),
        (b"{country: AT, city: ''}", r"test\.city: expected str"),
        (b"{country: AT, city: 4020}", r"test\.city: expected str"),
        (b"{country: [", "not YAML"),
    ],
)
def test_reader_refuses_a_wrong_record(text: bytes, message: str):
    with pytest.raises(ValueError, match=message):
        files.read_yaml(text, Place, where="test")


def test_reader_refuses_an_unknown_choice_and_a_bare_amount():
    task = b"{wbs: '1', title_en: x, data_class: secret}"
    with pytest.raises(ValueError, match=r"data_class: 'secret' is none of"):
        files.read_yaml(task, ErpTask, where="test")
    with pytest.raises(TypeError, match=r"test\.hour: write the amount in quotes"):
        files.read_yaml(b"{role: Monteur, hour: 1.10}", RoleRate, where="test")
    assert files.read_yaml(b"{role: Monteur, hour: '1.10'}", RoleRate, where="test").hour == Decimal("1.10")


def test_content_of_an_unknown_file_is_refused():
    with pytest.raises(FileNotFoundError):
        files.content("nothing.yaml")
