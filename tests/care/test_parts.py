"""Papers that go back, their versions, papers of the family, and who takes part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from werkfluss.care.domain import expat_cases, papers, participants
from werkfluss.care.domain.duties import duties
from werkfluss.care.models import ExpatCase, Participant
from werkfluss.care.rules import SEES
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind


@pytest.fixture
def expat(in_firm: Actor) -> ExpatCase:
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    person = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Ananya Kulkarni", rate=rate, country="IN", nationality="IN", by=in_firm
    )
    return expat_cases.open_case(
        person, route="skilled_academic", wished_start=date(2027, 3, 1), accelerated=True, by=in_firm
    )


def test_paper_sent_back_keeps_every_version_with_its_reason(expat: ExpatCase, in_firm: Actor) -> None:
    paper = papers.request_paper(expat, kind="passport", due=date(2027, 1, 10), by=in_firm)
    with pytest.raises(Conflict):
        papers.return_paper(expat, paper=paper, reason="nichts da", by=in_firm)
    papers.hand_in_paper(expat, paper=paper, content=b"unscharf", filename="pass1.pdf", by=in_firm)
    with pytest.raises(Refused):
        papers.return_paper(expat, paper=paper, reason=" ", by=in_firm)
    papers.return_paper(expat, paper=paper, reason="Die zweite Seite fehlt.", by=in_firm)
    assert (paper.state, paper.document) == ("requested", None)
    # Sent back is not done: the day stays.
    assert deadlines_about(expat).get(code=f"paper:{paper.pk}").state == "open"
    papers.hand_in_paper(expat, paper=paper, content=b"beide Seiten", filename="pass2.pdf", by=in_firm)
    papers.confirm_paper(expat, paper=paper, valid_from=date(2024, 1, 1), expires=date(2034, 1, 1), by=in_firm)
    said = [(one.number, one.outcome, one.reason) for one in papers.versions_of(expat)[paper.pk]]
    assert said == [(2, "accepted", ""), (1, "returned", "Die zweite Seite fehlt.")]
    assert [one.document.filename for one in papers.versions_of(expat)[paper.pk] if one.document] == [
        "pass2.pdf",
        "pass1.pdf",
    ]


def test_only_hr_sends_back(
    expat: ExpatCase, in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]
) -> None:
    paper = papers.request_paper(expat, kind="passport", by=in_firm)
    papers.hand_in_paper(expat, paper=paper, content=b"x", filename="x.pdf", by=in_firm)
    with pytest.raises(NotPermitted):
        papers.return_paper(expat, paper=paper, reason="so nicht", by=member_of(firm, Role.LEAD, "l@muster.example"))


def test_family_member_has_papers_and_brings_the_duty_of_81a(expat: ExpatCase, in_firm: Actor) -> None:
    spouse = participants.add_participant(expat, role="family", name="Rohan", relation="spouse", by=in_firm)
    paper = papers.request_paper(expat, kind="marriage_certificate", member=spouse, by=in_firm)
    assert expat.papers.get(paper=paper).member == spouse
    participants.end_participant(spouse, by=in_firm)
    assert not participants.participants(expat).exists()
    assert expat.papers.filter(paper=paper).exists()
    with pytest.raises(Conflict):
        participants.end_participant(spouse, by=in_firm)
    assert "duty:family_81a" not in {row.code for row in duties(expat, on=date(2026, 12, 1)).rows}
    participants.add_participant(expat, role="family", name="Asha", relation="parent", by=in_firm)
    assert "duty:family_81a" not in {row.code for row in duties(expat, on=date(2026, 12, 1)).rows}
    participants.add_participant(expat, role="family", name="Mira", relation="child", by=in_firm)
    assert "duty:family_81a" in {row.code for row in duties(expat, on=date(2026, 12, 1)).rows}


def test_every_role_of_a_case_says_what_it_sees() -> None:
    assert set(SEES) == {"hr", "person", *Participant.Role.values}


@pytest.mark.parametrize(
    ("route", "more"), [("posting_a1", {"country": "AT"}), ("remote_abroad", {}), ("return_home", {})]
)
def test_route_without_what_it_needs_is_refused(
    in_firm: Actor, expat: ExpatCase, route: str, more: dict[str, str]
) -> None:
    rate = expat.person.rate
    person = resources.add_resource(kind=Kind.EMPLOYEE, name="Jonas Weidner", rate=rate, by=in_firm)
    with pytest.raises(Refused):
        expat_cases.open_case(person, route=route, wished_start=date(2027, 1, 11), by=in_firm, **more)
    assert not person.expat_cases.exists()
