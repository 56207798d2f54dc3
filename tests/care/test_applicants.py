"""Before the hire: the same for everybody, no ranking, six months and then gone, and from the offer to a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from werkfluss.care.domain import applicants
from werkfluss.care.models import Applicant, Opening
from werkfluss.evidence.domain.retention import delete_expired
from werkfluss.formats import cv
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources

ASKED = ["Was war Ihr letztes Projekt?", "Wie stimmen Sie sich über Zeitzonen ab?"]
CV = b"""{"basics": {"name": "Ananya Kulkarni", "email": "ananya@bewerbung.example", "location": {"countryCode": "IN"}},
"skills": [{"name": "PostgreSQL"}, {"name": "Python"}], "languages": [{"language": "English", "fluency": "C1"}],
"work": [{"name": "Sahyadri Software", "position": "Developer", "startDate": "2019-07"}]}"""


@pytest.fixture
def job(in_firm: Actor) -> Opening:
    return applicants.add_opening(
        title="Entwicklung ERP", pay_from_cents=5_400_000, pay_to_cents=6_600_000, questions=ASKED, by=in_firm
    )


def applied(job: Opening, by: Actor, name: str = "Ananya Kulkarni", country: str = "IN") -> tuple[Applicant, str]:
    email = f"{name.split(maxsplit=1)[0].lower()}@bewerbung.example"
    return applicants.receive(job, name=name, email=email, way="own_site", country=country, language="en", by=by)


def offered(job: Opening, by: Actor) -> Applicant:
    made, _token = applied(job, by)
    applicants.attach_cv(made, CV, filename="cv.json", resume=cv.read(CV, filename="cv.json"), by=by)
    applicants.confirm_own(made, skills=["Python", " "], phone="+91 20 1", by=Actor.system(by.org_id))
    for stage in ("review", "interview", "offer"):
        applicants.move(made, stage=stage, next_step="Wir melden uns bis Freitag.", by=by)
    return made


def test_application_is_read_confirmed_offered_and_hired_without_typing_again(job: Opening, in_firm: Actor) -> None:
    made = offered(job, in_firm)
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    start = date(2027, 3, 1)
    expat = applicants.hire(made, rate=rate, route="blue_card", start=start, nationality="IN", by=in_firm)
    person = expat.person
    assert (person.name, person.email, person.country, person.nationality) == (
        "Ananya Kulkarni",
        "ananya@bewerbung.example",
        "IN",
        "IN",
    )
    assert person.languages == ["en"]
    assert person.active_from == start
    made.refresh_from_db()
    assert (made.stage, made.expat_case, made.skills) == ("hired", expat, ["Python"])
    with pytest.raises(Conflict):
        applicants.hire(made, rate=rate, route="blue_card", start=start, by=in_firm)


def test_who_stays_abroad_is_hired_for_the_country_of_the_application(job: Opening, in_firm: Actor) -> None:
    made = offered(job, in_firm)
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    expat = applicants.hire(made, rate=rate, route="remote_abroad", start=date(2027, 3, 1), by=in_firm)
    assert (expat.country, expat.ends_on) == ("IN", None)


def test_nobody_is_hired_before_the_person_confirmed(job: Opening, in_firm: Actor) -> None:
    made, _token = applied(job, in_firm)
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    with pytest.raises(Refused):
        applicants.hire(made, rate=rate, route="blue_card", start=date(2027, 3, 1), by=in_firm)


def test_stages_follow_each_other_and_say_what_comes_next(job: Opening, in_firm: Actor) -> None:
    made, token = applied(job, in_firm)
    with pytest.raises(Conflict):
        applicants.move(made, stage="offer", next_step="Angebot", by=in_firm)
    with pytest.raises(Refused):
        applicants.move(made, stage="review", next_step=" ", by=in_firm)
    applicants.move(made, stage="review", next_step="Wir lesen bis Freitag.", by=in_firm)
    seen = applicants.by_link(token)
    assert seen is not None
    assert (seen.stage, seen.next_step) == ("review", "Wir lesen bis Freitag.")
    assert applicants.by_link(token + "x") is None


def test_no_column_and_no_order_compares_people(job: Opening, in_firm: Actor) -> None:
    """Annex III no. 4(a) AI Act: nothing evaluates or filters candidates."""
    columns = {field.name for field in Applicant._meta.get_fields()}
    assert not {name for name in columns if any(word in name for word in ("score", "rank", "fit", "rating", "match"))}
    assert not columns & {"photo", "born_on", "sex", "nationality", "marital_status"}
    for name in ("Zora Adler", "Änne Becker", "Bruno Conrad"):
        applied(job, in_firm, name, "DE")
    assert [one.name for one in applicants.applicants()] == ["Änne Becker", "Bruno Conrad", "Zora Adler"]
    # Whoever has every word of the job in the CV stands no higher.
    last = Applicant.objects.get(name="Zora Adler")
    last.edit(skills=["Entwicklung", "ERP", "Python"])
    assert [one.name for one in applicants.applicants()][-1] == "Zora Adler"


def test_everybody_gets_all_questions(job: Opening, in_firm: Actor) -> None:
    made, _token = applied(job, in_firm)
    with pytest.raises(Refused):
        applicants.note_answers(made, answers=["Ein ERP."], by=in_firm)
    applicants.note_answers(made, answers=["Ein ERP.", "Schriftlich."], by=in_firm)
    assert made.answers == ["Ein ERP.", "Schriftlich."]


def test_opening_needs_a_pay_range_and_an_answer_for_all(job: Opening, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        applicants.add_opening(title="X", pay_from_cents=0, pay_to_cents=0, questions=ASKED, by=in_firm)
    made, _token = applied(job, in_firm)
    with pytest.raises(Refused):
        applicants.close_opening(job, by=in_firm)
    applicants.withdraw(made, by=Actor.system(in_firm.org_id))
    applicants.close_opening(job, by=in_firm)
    with pytest.raises(Refused):
        applied(job, in_firm, "Bruno Conrad")


def test_six_months_after_the_refusal_it_is_gone_unless_a_claim_holds_it(job: Opening, in_firm: Actor) -> None:
    """Refused on 23 November 2026: the last day is 23 May 2027 (s.188(2) BGB)."""
    first, _token = applied(job, in_firm)
    second, _other = applied(job, in_firm, "Bruno Conrad", "DE")
    for one in (first, second):
        applicants.move(one, stage="refused", next_step="Wir haben anders entschieden.", by=in_firm)
        Applicant.objects.filter(pk=one.pk).update(ended_on=date(2026, 11, 23))
    far = clock.today() + timedelta(days=900)
    applicants.keep_for_claim(second, reason="Schreiben nach § 15 Abs. 4 AGG", until=far, by=in_firm)
    delete_expired(on=date(2027, 5, 23), by=Actor.system(in_firm.org_id))
    assert Applicant.objects.count() == 2
    counts = delete_expired(on=date(2027, 5, 24), by=Actor.system(in_firm.org_id))
    assert [one.pk for one in Applicant.objects.all()] == [second.pk]
    # The proof is a count in the chain, without a name.
    assert sum(count for name, count in counts.items() if "applicant" in name.casefold()) == 1


def test_working_from_the_own_country_is_asked_of_the_law(job: Opening, in_firm: Actor) -> None:
    spain, _token = applied(job, in_firm, "Lucía Ferrer", "ES")
    india, _other = applied(job, in_firm, "Ananya Kulkarni", "IN")
    home, _third = applied(job, in_firm, "Bruno Conrad", "DE")
    on = date(2026, 11, 23)
    found = applicants.stay_abroad(spain, on=on)
    assert found is not None
    assert found.outcome == "allowed_with_conditions"
    asked = applicants.stay_abroad(india, on=on)
    assert asked is not None
    assert asked.missing
    assert applicants.stay_abroad(home, on=on) is None


def test_lead_sees_no_applications(job: Opening, firm: Organisation, member_of: Callable[..., Actor]) -> None:
    with pytest.raises(NotPermitted):
        applied(job, member_of(firm, Role.LEAD, "lead@muster.example"))
