"""Erasing a person: planted canaries are gone, what the law demands stays and is named, the chain holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from tests.evidence.conftest import Done
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.domain.deadlines import set_deadline
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.models import Check, Deadline, Fact
from werkfluss.evidence.domain import dossiers, erasure
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.imports import record_import
from werkfluss.evidence.domain.retention import terms
from werkfluss.evidence.models import Document
from werkfluss.evidence.retention import register
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import Entry, Organisation, OutgoingMail, User
from werkfluss.org.roles import Role
from werkfluss.work.models import Result, ResultItem, Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Paper, Rate, Resource

Acting = Callable[[Actor], AbstractContextManager[Actor]]
pytestmark = pytest.mark.usefixtures("db")
NAME, MAIL = "Kanarja Vogelsang", "kanarja.vogelsang@muster.example"
DAY = date(2026, 11, 2)


def canary(number: int) -> str:
    return f"KANARIE{number:02d}"


CANARIES = [canary(number) for number in range(3, 21)]


def cells() -> Iterator[tuple[str, str]]:
    """Every row of every table as text, bytes as they are written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table)))  # type: ignore[arg-type]
            for (row,) in cursor.fetchall():
                yield table, row


def places_of(text: str) -> list[str]:
    wanted = (text.lower(), text.encode().hex())
    return sorted({table for table, row in cells() if any(one in row.lower() for one in wanted)})


@pytest.fixture
def planted(tell_story: Callable[..., Done], director: Actor, acting_in: Acting) -> Done:
    """A former employee with a canary in every place a person leaves traces."""
    done = tell_story(person=NAME, email=MAIL)
    by = director
    with acting_in(director):
        person = Resource.objects.get(pk=done.person.pk)
        person.edit(
            title=canary(3),
            city=canary(4),
            personnel_no=canary(5),
            department=canary(6),
            active_to=clock.today() - timedelta(days=400),
        )
        paper = keep_file(canary(7).encode(), filename=f"{canary(8)}.pdf", title=canary(9), by=by)
        resources.add_paper(person, kind="residence_title", note=canary(10), document=paper, by=by)
        keep_file(canary(11).encode(), filename="lebenslauf.pdf", belongs_to=person, by=by)
        start = datetime(2026, 8, 3, tzinfo=UTC)
        resources.add_absences(person, spans=[(start, start + timedelta(days=5), True, canary(12))], by=by)
        proof = keep_file(canary(13).encode(), filename="vertrag.pdf", by=by)
        record_fact(person, name="iban", value=canary(14), source=canary(15), valid_from=DAY, document=proof, by=by)
        record_fact(person, name="title_until", value="2031-04-17", source="Titel", valid_from=DAY, by=by)
        staff = keep_file(f"{NAME};{canary(16)}".encode(), filename="stammdaten.csv", by=by)
        record_import(staff, kind="staff", mapping={}, created=[person], by=by)
        record(Event("workforce.resource.noted", person, {"note": canary(17), "who": {"name": NAME}}), by=by)
        record(Event("work.task.noted", done.task, {"note": f"{NAME} fragen", "text": canary(18)}), by=by)
        OutgoingMail.objects.create(to=[MAIL], sender="x@muster.example", subject=canary(19), text=canary(20))
        Task.objects.filter(pk=done.task.pk).update(brief=f"Bitte {NAME.upper()} ({MAIL}) fragen")
        done.person = person
    return done


def test_no_canary_is_left(planted: Done, director: Actor, acting_in: Acting) -> None:
    texts = [NAME, MAIL, *CANARIES]
    with acting_in(director):
        assert len(texts) == 20
        assert [text for text in texts if not places_of(text)] == [], "a canary that is not planted proves nothing"
        report = erasure.erase_person(
            planted.person, reason=f"Antrag von {NAME}", basis="Art. 17 Abs. 1 Buchst. a DSGVO", by=director
        )
        assert report.documents == 4
        assert report.payloads > 5
    with acting_in(director):
        assert {text: places for text in texts if (places := places_of(text))} == {}
        assert Task.objects.get(pk=planted.task.pk).brief == (
            f"Bitte gelöschte Person {planted.person.number} (gelöschte Person {planted.person.number}) fragen"
        )


def test_preview_says_what_erasing_does_and_changes_nothing(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        before = sorted(cells())
        seen = erasure.preview(planted.person)
        assert sorted(cells()) == before
    with acting_in(director):
        report = erasure.erase_person(planted.person, reason="Antrag", basis="Art. 17 DSGVO", by=director)
    assert (seen.gone, seen.kept) == (report.gone, report.kept)
    gone = {one.where: one for one in seen.gone}
    assert gone["evidence.Document"].rows == 4
    assert gone["work.Task.brief"].rows == 1
    assert gone["workforce.Absence"].what.en.startswith("plan when somebody is there")


def test_chain_holds_and_says_what_was_erased(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        report = erasure.erase_person(planted.person, reason=f"Antrag von {NAME}", basis="Art. 17 DSGVO", by=director)
    with acting_in(director):
        verified = chain.verify()
        assert verified.ok
        assert verified.erased == report.payloads
        entry = Entry.objects.get(kind=chain.ERASURE)
        assert entry.payload.data["reason"] == f"Antrag von gelöschte Person {planted.person.number}"
        assert entry.payload.data["basis"] == "Art. 17 DSGVO"
        assert len(entry.payload.data["seqs"]) == report.payloads


def test_second_erasure_leaves_the_first_declared(planted: Done, director: Actor, acting_in: Acting) -> None:
    for _ in range(2):
        with acting_in(director):
            erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
    with acting_in(director):
        assert chain.verify().ok


def test_what_the_law_demands_stays_with_its_basis(planted: Done, director: Actor, acting_in: Acting) -> None:
    """A booking of eight years keeps the name; a result of staff, which no law demands, does not."""
    with acting_in(director):
        Result.objects.filter(pk=planted.result.pk).update(text=f"Geprüft von {NAME}")
        other = Result.objects.create(
            task=planted.task, assignment=planted.assignment, text=NAME, delivered_at=datetime(2026, 3, 2, tzinfo=UTC)
        )
        decided = datetime(2026, 3, 3, tzinfo=UTC)
        item = ResultItem.objects.create(
            result=other, position=1, title=f"Honorar {NAME}", light="sicher", decided_at=decided
        )
        report = erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
        kept = {one.where: one for one in report.kept}
        booked = kept["work.ResultItem.title"]
        assert (booked.rows, booked.until, booked.ground) == (1, date(2034, 12, 31), "Art. 17(3)(b) GDPR")
        assert "s.147(3) AO" in booked.basis
        assert booked.what.de == "Einzeln entschiedene Zeilen eines Ergebnisses"
        item.refresh_from_db()
        assert item.title == f"Honorar {NAME}"
        assert kept["work.Result.text"].rows == 1  # of the result that holds the booking
        assert Result.objects.get(pk=planted.result.pk).text == f"Geprüft von gelöschte Person {planted.person.number}"
    with acting_in(director):
        told = Entry.objects.get(kind=chain.ERASURE).payload.data["kept"]
        assert {"where": "work.ResultItem.title", "rows": 1, "until": "2034-12-31"}.items() <= told[-1].items()


def test_file_on_which_a_booking_rests_waits_with_it(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        receipt = keep_file(b"Beleg", filename="beleg.pdf", belongs_to=planted.person, by=director)
        loose = keep_file(b"Anlage", filename="anlage.pdf", belongs_to=planted.person, by=director)
        decided = datetime(2026, 3, 3, tzinfo=UTC)
        ResultItem.objects.create(
            result=planted.result, position=1, title="Reisekosten", light="sicher", decided_at=decided, source=receipt
        )
        set_deadline(
            planted.task,
            code="x",
            title=Text("Prüfen", "check"),
            due=DAY,
            lead_days=0,
            who="hr",
            basis="Betrieb",
            by=director,
        )
        Deadline.objects.update(proof=loose)
        report = erasure.erase_person(planted.person, reason="Antrag", basis="Art. 17 DSGVO", by=director)
        booked, other = sorted(
            (one for one in report.kept if one.where == "evidence.Document"), key=lambda one: one.until is None
        )
        assert (booked.rows, booked.until) == (1, date(2034, 12, 31))
        assert booked.cited.de == "Art. 6 Abs. 1 Buchst. c DSGVO, § 147 Abs. 3 AO, § 257 Abs. 4 HGB"
        assert booked.exception is not None
        assert booked.exception.de == "Art. 17 Abs. 3 Buchst. b DSGVO"
        assert (other.rows, other.until, other.exception) == (1, None, None)
        assert other.cited.en == "part of records that are kept"
        assert {receipt.pk, loose.pk} <= set(Document.objects.values_list("pk", flat=True))


def test_papers_and_facts_wait_only_where_the_law_says_so(planted: Done, director: Actor, acting_in: Acting) -> None:
    left = date(clock.today().year - 1, 3, 17)
    with acting_in(director):
        Resource.objects.filter(pk=planted.person.pk).update(active_to=left)
        a1 = keep_file(b"A1", filename="a1.pdf", by=director)
        resources.add_paper(planted.person, kind="a1", document=a1, by=director)
        for name, value in (("client_sets_hours", False), ("citizenship", "IN")):
            record_fact(planted.person, name=name, value=value, source="Akte", valid_from=DAY, by=director)
        report = erasure.erase_person(planted.person, reason="Antrag", basis="Art. 17 DSGVO", by=director)
    with acting_in(director):
        kept = {one.where: one for one in report.kept}
        paper, fact = kept["workforce.Paper"], kept["compliance.Fact"]
        assert (paper.rows, paper.until, paper.ground) == (1, date(left.year + 5, 12, 31), "Art. 17(3)(b) GDPR")
        assert "s.28f(1) SGB IV" in paper.basis
        assert (fact.rows, fact.until, fact.ground) == (1, date(left.year + 5, 12, 31), "Art. 17(3)(e) GDPR")
        assert "s.25(1) s.1 SGB IV" in fact.basis
        assert [row.kind for row in Paper.objects.all()] == ["a1"], "the title's copy is no duty after employment"
        assert [row.name for row in Fact.objects.all()] == ["client_sets_hours"]
        assert Document.objects.filter(pk=a1.pk).exists()
        # What waits keeps its end although the person's last day is gone.
        assert terms(Paper, Paper.objects.values_list("pk", flat=True)).popitem()[1].until == paper.until
        assert terms(Fact, Fact.objects.values_list("pk", flat=True)).popitem()[1].until == fact.until
        assert Resource.objects.get(pk=planted.person.pk).active_to == date(left.year + 1, 1, 1)


def test_every_column_of_the_person_is_emptied(planted: Done, director: Actor, acting_in: Acting) -> None:
    """One canary per personal column, the rate's name and amount too."""
    marks: dict[str, Any] = {
        "name": "Kanarja Vogelsang",
        "sort_key": "kanarja-schluessel",
        "email": "kanarja-post@muster.example",
        "personnel_no": canary(31),
        "title": canary(32),
        "department": canary(33),
        "country": "QZ",
        "subdivision": "QXX",
        "city": canary(34),
        "nationality": "QY",
        "languages": [canary(35)],
        "time_zone": "Antarctica/Vostok",
        "weekly_minutes": 1237,
        "active_from": date(1999, 2, 3),
        "active_to": date(2025, 3, 17),
    }
    personal = {
        field.path.rpartition(".")[2] for field in register().of_model("workforce.Resource") if field.data != "none"
    }
    assert personal == {*marks, "user", "rate"}
    with acting_in(director):
        rate = resources.set_rate(name=f"Honorar {canary(36)}", cents_per_hour=12_373, by=director)
        Resource.objects.filter(pk=planted.person.pk).update(**marks, kind="freelancer", rate=rate)
    with acting_in(director):
        assert places_of(canary(36)) == ["org_payload", "workforce_rate"]
        person = Resource.objects.get(pk=planted.person.pk)
        erasure.erase_person(person, reason="Antrag", basis="Art. 17 DSGVO", by=director)
        person.refresh_from_db()
        left = {name: value for name, value in marks.items() if getattr(person, name) == value}
        assert left == {}
        assert person.user is None
        assert (person.rate.name, person.rate.cents_per_hour) == ("gelöschte Person", 0)
    texts = [value for value in marks.values() if isinstance(value, str) and len(value) > 3]
    with acting_in(director):
        wanted = [*texts, canary(35), canary(36), "12373", "1999-02-03", "2025-03-17"]
        assert {text: places for text in wanted if (places := places_of(text))} == {}


def test_rate_of_a_role_stays_for_others(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        name = planted.person.rate.name
        erasure.erase_person(planted.person, reason="Antrag", basis="Art. 17 DSGVO", by=director)
        assert Rate.objects.filter(name=name).exists()


def test_verdicts_stay_without_the_facts_of_the_person(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        question = Question.of("de/aueg/partner_team", DAY, {"named_by_client": False})
        check = check_facts([question], by=director)[question].check
        said = check.verdict
        Check.objects.filter(pk=check.pk).update(facts={"title_until": "2031-04-17", "named_by_client": False})
        other = Check.objects.create(
            rule="x", on=DAY, facts_digest=b"x" * 32, pack_version="1", outcome="allowed", verdict={}, facts={"a": 1}
        )
        erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
        check.refresh_from_db()
        other.refresh_from_db()
        assert check.facts is None
        assert check.verdict == said
        assert other.facts == {"a": 1}


def test_facts_that_others_share_point_to_nobody(planted: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        rate = resources.set_rate(name="Zweit", cents_per_hour=1, by=director)
        other = resources.add_resource(kind=planted.person.kind, name="Otto Bleibt", rate=rate, by=director)  # type: ignore[arg-type]
        record_fact(other, name="title_until", value="2031-04-17", source="Titel", valid_from=DAY, by=director)
        check = Check.objects.create(
            rule="x",
            on=DAY,
            facts_digest=b"x" * 32,
            pack_version="1",
            outcome="allowed",
            verdict={},
            facts={"title_until": "2031-04-17"},
        )
        erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
        check.refresh_from_db()
        assert check.facts == {"title_until": "2031-04-17"}


def test_login_stays_if_another_firm_needs_it(
    planted: Done, director: Actor, other_director: Actor, acting_in: Acting
) -> None:
    from werkfluss.org.domain import firms

    user = User.objects.get(email=MAIL)
    with acting_in(other_director):
        firms.add_member(user, role=Role.FREELANCER, by=other_director)
    with acting_in(director):
        erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
    user.refresh_from_db()
    assert (user.email, user.is_active) == (MAIL, True)
    assert [org.slug for org in firms.firms_of(user)] == ["fremd"]


def test_login_goes_with_the_last_firm(planted: Done, director: Actor, acting_in: Acting) -> None:
    user = User.objects.get(email=MAIL)
    with acting_in(director):
        erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
    user.refresh_from_db()
    assert (user.is_active, user.name, user.has_usable_password()) == (False, "", False)


def test_other_people_lose_nothing(
    planted: Done, tell_story: Callable[..., Done], director: Actor, acting_in: Acting
) -> None:
    other = tell_story(person="Otto Bleibt", email="otto@muster.example")
    with acting_in(director):
        erasure.erase_person(planted.person, reason="Frist", basis="Art. 17 DSGVO", by=director)
    with acting_in(director):
        kept = Resource.objects.get(pk=other.person.pk)
        assert (kept.name, kept.email, kept.version) == ("Otto Bleibt", "otto@muster.example", 1)
        found = dossiers.dossier("task", other.task.pk)
        assert found is not None
        assert not any(happening.erased for happening in found.history)


def test_who_still_works_here_is_refused(tell_story: Callable[..., Done], director: Actor, acting_in: Acting) -> None:
    done = tell_story()
    with acting_in(director), pytest.raises(Refused, match="still active"):
        erasure.erase_person(done.person, reason="Antrag", basis="Art. 17 DSGVO", by=director)


def test_only_who_may_change_people_erases(
    planted: Done, firm: Organisation, member_of: Callable[..., Actor], acting_in: Acting
) -> None:
    lead = member_of(firm, Role.LEAD)
    with acting_in(lead), pytest.raises(NotPermitted):
        erasure.erase_person(planted.person, reason="Antrag", basis="Art. 17 DSGVO", by=lead)
