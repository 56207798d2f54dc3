"""Duties of a case with their days: each list below was worked out by hand from the statutes, not from the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from werkfluss.care.domain import expat_cases, papers
from werkfluss.care.domain.duties import CaseDuties, duties, keep_duties, with_proof
from werkfluss.care.domain.verdicts import ask_the_law
from werkfluss.care.models import ExpatCase, Participant
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.org.actor import Actor
from werkfluss.work.domain import planning, plans, tasks
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

ON = date(2026, 11, 23)
NACHWG_1, NACHWG_2, NACHWG_3 = "§ 2 Abs. 1 NachwG", "§ 2 Abs. 2 NachwG", "§ 2 Abs. 3 NachwG"
TITLE, HINT = "§ 4a Abs. 5 AufenthG", "§ 45c AufenthG"
Person = Callable[..., Resource]


@pytest.fixture
def person(in_firm: Actor) -> Person:
    def make(name: str, nationality: str, country: str, /, **facts: Any) -> Resource:
        rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
        found = resources.add_resource(
            kind=Kind.EMPLOYEE, name=name, rate=rate, country=country, nationality=nationality, by=in_firm
        )
        for key, value in facts.items():
            record_fact(found, name=key, value=value, source="Akte", valid_from=date(2026, 1, 1), by=in_firm)
        return found

    return make


def dated(found: CaseDuties) -> list[tuple[date, str]]:
    """Day and provision of every dated duty, in their order."""
    return sorted((row.due, row.provision) for row in found.rows if row.due is not None)


def test_pune_to_kassel_with_family_under_81a(person: Person, in_firm: Actor) -> None:
    """Indian developer, lives in Pune, begins on Monday 1 March 2027, moves in on 20 February, visa until 14 August."""
    developer = person(
        "Ananya Kulkarni",
        "IN",
        "IN",
        purpose="18g",
        consent_asked_on="2026-12-07",
        slot_asked_on="2026-12-15",
        visa_applied_on="2027-01-05",
        moved_in_on="2027-02-20",
        visa_until="2027-08-14",
    )
    expat = expat_cases.open_case(
        developer, route="blue_card", wished_start=date(2027, 3, 1), accelerated=True, by=in_firm
    )
    Participant.objects.create(expat_case=expat, role="family", name="Rohan Kulkarni", relation="spouse")
    found = duties(expat, on=ON)
    assert dated(found) == sorted(
        [
            # s.36(2) sentence 2 with s.36(3) BeschV: in the procedure of s.81a consent is deemed given after one week:
            # asked on 7 Dec, s.187(1), s.188(2) BGB: Monday 14 Dec.
            (date(2026, 12, 14), "§ 36 Abs. 2 BeschV"),
            # s.31a(1) AufenthV: the appointment within three weeks of the notice of the pre-approval: 15 Dec + 21 days.
            (date(2027, 1, 5), "§ 31a AufenthV"),
            # s.31a(2) AufenthV: decided within three weeks of the complete application as a rule: 5 Jan + 21 days.
            (date(2027, 1, 26), "§ 31a AufenthV"),
            # s.2(1) sentence 4 NachwG: nos. 1, 7 and 8 on the first day of work.
            (date(2027, 3, 1), NACHWG_1),
            # s.4a(5) sentence 3 no. 1: check the title before the work; no. 2: keep a copy, from the start.
            (date(2027, 3, 1), TITLE),
            (date(2027, 3, 1), TITLE),
            # s.45c: the hint on free advice on the first day of work at the latest (recruited from abroad).
            (date(2027, 3, 1), HINT),
            # s.17(1) BMG: two weeks after moving in on Saturday 20 February.
            (date(2027, 3, 6), "§ 17 Abs. 1 BMG"),
            # s.2(1) sentence 4 NachwG: nos. 2 to 6, 9 and 10 on the seventh calendar day after the agreed beginning.
            (date(2027, 3, 8), NACHWG_1),
            # the rest one month after the agreed beginning, s.188(2) BGB.
            (date(2027, 4, 1), NACHWG_1),
            # s.28a SGB IV, s.6 DEÜV: six weeks after the beginning: 1 March + 42 days.
            (date(2027, 4, 12), "§ 28a SGB IV, § 6 DEÜV"),
            # s.81(4) AufenthG: apply for the card before the visa ends.
            (date(2027, 8, 14), "§ 81 Abs. 4, 5a AufenthG"),
        ]
    )
    # s.81a(4): the procedure covers spouse and minor unmarried children whose applications are close in time; no day.
    assert [row.provision for row in found.rows if row.due is None] == ["§ 81a Abs. 4 AufenthG"]


def test_nurse_with_recognition(person: Person, in_firm: Actor) -> None:
    """Filipino nurse, regulated profession; applied on 1 December 2026, complete on 15 December; no s.81a."""
    nurse = person(
        "Maria Santos",
        "PH",
        "PH",
        degree_kind="vocational",
        regulated=True,
        european_qualification=False,
        evidence_missing=False,
        recognition_applied_on="2026-12-01",
        recognition_complete_on="2026-12-15",
        moved_in_on="2027-06-15",
    )
    expat = expat_cases.open_case(
        nurse, route="recognition_case", wished_start=date(2027, 7, 1), accelerated=False, by=in_firm
    )
    found = duties(expat, on=ON)
    assert dated(found) == sorted(
        [
            # s.12(3) with s.13(3) BQFG: receipt confirmed within one month of the application.
            (date(2027, 1, 1), "§ 13 BQFG"),
            # s.13(3) BQFG: decision within three months of complete papers.
            (date(2027, 3, 15), "§ 13 BQFG"),
            # s.17(1) BMG: two weeks after 15 June.
            (date(2027, 6, 29), "§ 17 Abs. 1 BMG"),
            # first day: NachwG 1, 7, 8; title checked and copied; hint of s.45c.
            (date(2027, 7, 1), NACHWG_1),
            (date(2027, 7, 1), TITLE),
            (date(2027, 7, 1), TITLE),
            (date(2027, 7, 1), HINT),
            (date(2027, 7, 8), NACHWG_1),
            (date(2027, 8, 1), NACHWG_1),
            # 1 July + 42 days.
            (date(2027, 8, 12), "§ 28a SGB IV, § 6 DEÜV"),
        ]
    )
    fast = expat_cases.ExpatCase.objects.get(pk=expat.pk)
    fast.edit(accelerated=True)
    # s.14a BQFG: two weeks and two months.
    assert {(date(2026, 12, 15), "§ 14a BQFG"), (date(2027, 2, 15), "§ 14a BQFG")} <= set(dated(duties(fast, on=ON)))
    # The rule of s.81a knows both days as well; they are owed once.
    assert len(dated(duties(fast, on=ON))) == len(dated(found))


def test_eu_citizen_needs_no_title(person: Person, in_firm: Actor) -> None:
    """Spanish citizen in Dresden from 1 February 2027: s.2 FreizügG/EU, no title, no hint of s.45c."""
    spaniard = person("Lucía Ferrer", "ES", "ES", moved_in_on="2027-01-25")
    expat = expat_cases.open_case(spaniard, route="eu_citizen", wished_start=date(2027, 2, 1), by=in_firm)
    assert dated(duties(expat, on=ON)) == sorted(
        [
            (date(2027, 2, 1), NACHWG_1),
            # two weeks after 25 January.
            (date(2027, 2, 8), "§ 17 Abs. 1 BMG"),
            # seventh day after 1 February is 8 February.
            (date(2027, 2, 8), NACHWG_1),
            (date(2027, 3, 1), NACHWG_1),
            # 1 February + 42 days.
            (date(2027, 3, 15), "§ 28a SGB IV, § 6 DEÜV"),
        ]
    )


def test_remote_employee_stays_in_spain(person: Person, in_firm: Actor) -> None:
    """Works from Valencia only, from 1 April 2027, for good."""
    remote = person(
        "Pablo Ortega", "ES", "ES", telework_percent="100", home_percent="100",
        commercial_reason=False, concludes_contracts=False,
    )  # fmt: skip
    expat = expat_cases.open_case(
        remote, route="remote_abroad", wished_start=date(2027, 4, 1), country="ES", by=in_firm
    )
    first = date(2027, 4, 1)
    assert dated(duties(expat, on=ON)) == sorted(
        [
            # Art. 5 OECD model, commentary 2025: note share and reason, as a home is no establishment without one.
            (first, "Art. 5 Abs. 1 OECD-Musterabkommen, Kommentar vom 19.11.2025"),
            # Art. 13(1)(a) with Art. 21 Reg. 987/2009: Spanish law applies, the employer registers there.
            (first, "Art. 13 VO (EG) 883/2004"),
            # Art. 9 Directive 2014/67/EU: no recipient there, so only look at the national site.
            (first, "Art. 9 Richtlinie 2014/67/EU"),
            # s.2(2) NachwG: longer than four weeks abroad, further terms in writing before the departure.
            (first, NACHWG_2),
        ]
    )
    half = expat_cases.ExpatCase.objects.get(pk=expat.pk)
    record_fact(remote, name="telework_percent", value="40", source="Vertrag", valid_from=ON, by=in_firm)
    # 25 % and more, below 50 %: Spain and Germany have signed the framework agreement; joint application.
    assert "Rahmenübereinkommen grenzüberschreitende Telearbeit" in [p for _, p in dated(duties(half, on=ON))]


def test_posting_to_austria(person: Person, in_firm: Actor) -> None:
    """Fitter, 11 January to 30 June 2027 in Linz, service for a client, no replacement."""
    fitter = person("Jonas Weidner", "DE", "DE", replaces_posted_person=False, monthly_pay="4200")
    expat = expat_cases.open_case(
        fitter,
        route="posting_a1",
        wished_start=date(2027, 1, 11),
        ends_on=date(2027, 6, 30),
        country="AT",
        by=in_firm,
    )
    departure = date(2027, 1, 11)
    assert dated(duties(expat, on=ON)) == sorted(
        [
            # s.2(2) and (3) NachwG: longer than four weeks in an EU state: before the departure, with pay and site there.
            (departure, NACHWG_3),
            # s.19 LSD-BG: ZKO notice before the work begins.
            (departure, "§§ 1, 19, 21, 22 LSD-BG (Österreich)"),
            # Art. 12 Reg. 883/2004 (six months, at most 24), s.106 SGB IV: A1 applied for electronically, before.
            (departure, "§§ 106–106b SGB IV"),
        ]
    )


def test_law_is_told_what_the_case_says_itself(person: Person, in_firm: Actor) -> None:
    """How long, where and what for stands in the case; nobody is asked for it again."""
    fitter = person("Jonas Weidner", "DE", "DE", replaces_posted_person=False)
    first, last = date(2027, 1, 11), date(2027, 6, 30)
    expat = expat_cases.open_case(
        fitter, route="posting_a1", wished_start=first, ends_on=last, country="AT", by=in_firm
    )
    asked = ask_the_law(expat, on=ON, by=in_firm)
    assert [(one.answer.check.outcome, len(one.answer.verdict.missing)) for one in asked] == [
        ("allowed_with_conditions", 0),
        ("allowed_with_conditions", 0),
    ]


def test_paper_that_lasts_as_long_as_the_posting_is_not_renewed(person: Person, in_firm: Actor) -> None:
    fitter = person("Jonas Weidner", "DE", "DE")
    first, last = date(2027, 1, 11), date(2027, 6, 30)
    expat = expat_cases.open_case(
        fitter, route="posting_a1", wished_start=first, ends_on=last, country="AT", by=in_firm
    )
    for kind, expires in (("a1", last), ("posting_notice", date(2027, 4, 30))):
        paper = papers.request_paper(expat, kind=kind, by=in_firm)
        papers.hand_in_paper(expat, paper=paper, content=b"%PDF-1.7", filename=f"{kind}.pdf", by=in_firm)
        papers.confirm_paper(expat, paper=paper, valid_from=first, expires=expires, by=in_firm)
    # The notice ends too early, and the firm gives it anew, not the person.
    assert [(row.code, row.who) for row in deadlines_about(fitter)] == [("renew:posting_notice", "hr")]


def test_leaving_for_brazil_with_pension(person: Person, in_firm: Actor) -> None:
    """Brazilian engineer leaves on 30 June 2027; the firm has known since 10 May; moves out on 15 July."""
    engineer = person(
        "Camila Rocha",
        "BR",
        "DE",
        title_for_this_employment=True,
        known_on="2027-05-10",
        paid_by="employer",
        promised_on="2023-07-01",
        age="34",
        vested=True,
        way="insurance",
        transfer_value="9000",
        federal_state="HE",
        insured_now=False,
        voluntary_right=True,
        retirement_age=False,
        months="48",
    )
    expat = expat_cases.open_case(
        engineer,
        route="return_home",
        wished_start=date(2027, 6, 30),
        ends_on=date(2027, 7, 15),
        country="BR",
        by=in_firm,
    )
    found = duties(expat, on=ON)
    assert dated(found) == sorted(
        [
            # s.4a(5) sentence 3 no. 3 AufenthG: four weeks after the firm knows: 10 May + 28 days.
            (date(2027, 6, 7), TITLE),
            # copy of the title: only as long as the employment lasts, so gone on the day after (Art. 5(1)(e) GDPR).
            (date(2027, 7, 1), "Art. 5 Abs. 1 Buchst. e, Art. 17 Abs. 1 Buchst. a DSGVO"),
            # s.17(2) BMG: within two weeks of moving out on 15 July, no new address in Germany.
            (date(2027, 7, 29), "§ 17 Abs. 2 BMG"),
            # s.4(3) BetrAVG: the transfer value may be claimed within one year of the end.
            (date(2028, 6, 30), "§ 4 Abs. 3, § 30b BetrAVG"),
        ]
    )
    undated = [row.provision for row in found.rows if row.due is None]
    # s.82(6) AufenthG: the person reports too, two weeks from own knowledge; s.4a BetrAVG: on request.
    assert undated == ["§ 82 Abs. 6 AufenthG", "§ 4a BetrAVG"]


def test_facts_that_are_missing_are_asked_and_not_left_out(person: Person, in_firm: Actor) -> None:
    expat = expat_cases.open_case(
        person("Lucía Ferrer", "ES", "ES"), route="eu_citizen", wished_start=date(2027, 2, 1), by=in_firm
    )
    asked = {question.rule: question.missing for question in duties(expat, on=ON).questions}
    assert asked == {"de/residence/registration": ("moved_in_on",)}


def test_missing_fact_is_a_question_and_no_duty(person: Person, in_firm: Actor) -> None:
    """Without a share of work nothing of social insurance has a day yet; what does not hang on it has."""
    expat = expat_cases.open_case(
        person("Pablo Ortega", "ES", "ES"),
        route="remote_abroad",
        wished_start=date(2027, 4, 1),
        country="ES",
        by=in_firm,
    )
    found = duties(expat, on=ON)
    assert not [row for row in found.rows if row.what.de.startswith("Offene Angabe")]
    assert len({row.code for row in found.rows}) == len(found.rows) == 3
    assert {question.rule for question in found.questions} == {"eu/a1/telework", "eu/cross_border/home_office"}


def test_duties_stand_in_the_radar_with_proof_and_move_with_the_start(person: Person, in_firm: Actor) -> None:
    expat = expat_cases.open_case(
        person("Lucía Ferrer", "ES", "ES"), route="eu_citizen", wished_start=date(2027, 2, 1), by=in_firm
    )
    kept = deadlines_about(expat).filter(code__startswith="duty:")
    assert [(row.due, row.who) for row in kept] == [
        (date(2027, 2, 1), "hr"),
        (date(2027, 2, 8), "hr"),
        (date(2027, 3, 1), "hr"),
        (date(2027, 3, 15), "hr"),
    ]
    proof = keep_file(
        b"%PDF-1.7 unterschrieben", filename="nachweis.pdf", title="Nachweis", belongs_to=expat, by=in_firm
    )
    complete_deadline(kept[0], proof=proof, by=in_firm)
    expat_cases.change_start(expat, wished_start=date(2027, 3, 1), expected_version=expat.version, by=in_firm)
    states = {row.due: row.state for row in deadlines_about(expat).filter(code__startswith="duty:")}
    # What was done for the old day stays done; for the new one it is open again.
    assert states[date(2027, 2, 1)] == "done"
    assert states[date(2027, 3, 1)] == "open"
    assert states[date(2027, 4, 12)] == "open"
    assert date(2027, 3, 15) not in states
    keep_duties(expat, on=ON, by=in_firm)
    assert {row.due for row in deadlines_about(expat).filter(code__startswith="duty:")} == set(states)
    shown = with_proof(expat, duties(expat, on=ON))
    assert {one.state for one in shown} == {"open"}


def test_nobody_is_planned_before_the_start_of_work(person: Person, in_firm: Actor) -> None:
    spaniard = person("Lucía Ferrer", "ES", "ES")
    expat = expat_cases.open_case(spaniard, route="eu_citizen", wished_start=date(2027, 2, 1), by=in_firm)
    fresh = Resource.objects.get(pk=spaniard.pk)
    assert fresh.active_from == date(2027, 2, 1)
    expat_cases.change_start(
        ExpatCase.objects.get(pk=expat.pk), wished_start=date(2027, 3, 1), expected_version=expat.version, by=in_firm
    )
    assert Resource.objects.get(pk=spaniard.pk).active_from == date(2027, 3, 1)


def test_plan_has_no_hour_of_the_person_before_the_start_of_work(person: Person, in_firm: Actor) -> None:
    spaniard = person("Lucía Ferrer", "ES", "ES")
    project = tasks.create_project(name="ERP", start=date(2026, 12, 1), by=in_firm)
    tasks.create_task(project, title="Schnittstelle", place_country="DE", effort_minutes=600, by=in_firm)
    expat = expat_cases.open_case(spaniard, route="eu_citizen", wished_start=date(2027, 1, 4), by=in_firm)
    assert first_hour(spaniard, in_firm) == date(2027, 1, 4)
    fresh = ExpatCase.objects.get(pk=expat.pk)
    expat_cases.change_start(fresh, wished_start=date(2027, 1, 11), expected_version=fresh.version, by=in_firm)
    assert first_hour(spaniard, in_firm) == date(2027, 1, 11)


def first_hour(person: Resource, by: Actor) -> date:
    """The first day on which a plan of 23 November 2026 may give the person anything, as the optimiser is told."""
    problem = planning.load_work(plans.request_plan(as_of=ON, by=by), by=by).problem
    windows = next(one.windows for one in problem.resources if one.id == str(person.pk))
    origin = datetime.combine(ON, time(), ZoneInfo("Europe/Berlin"))
    return (origin + timedelta(minutes=min(start for start, _ in windows))).date()
