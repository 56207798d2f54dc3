"""Papers for authorities: filled with source, made in versions, packed, marked as ours, seen by nobody else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from werkfluss.care.authority import MARK, authority_kinds, paper_forms, read_form
from werkfluss.care.authority.pages import as_docx, as_pdf, content_of
from werkfluss.care.authority.sheets import forms_for, sheet_of
from werkfluss.care.authority.subjects import Known, Subject
from werkfluss.care.domain import authorities, authority_papers, expat_cases
from werkfluss.care.models import AuthorityPaper, ExpatCase, FormEntry
from werkfluss.compliance.domain.checks import fact_names
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.compliance.domain.explain import rule_cards
from werkfluss.compliance.domain.facts import facts_about, record_fact
from werkfluss.evidence.domain.documents import content_of as bytes_of
from werkfluss.evidence.domain.erasure import erase_person
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, Payload
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

START = date(2027, 3, 1)
KINDS = {
    "a1_application",
    "ba_consent",
    "employment_declaration",
    "end_notice",
    "power_of_attorney_81a",
    "registration",
    "status_procedure",
}


def make_person(by: Actor, name: str = "Ananya Kulkarni", kind: Kind = Kind.EMPLOYEE, **more: Any) -> Resource:
    rate = resources.set_rate(name="Satz", cents_per_hour=7800, by=by)
    given = {"nationality": "IN", "country": "IN", "title": "Entwicklerin", **more}
    return resources.add_resource(kind=kind, name=name, rate=rate, by=by, **given)


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def person(hr: Actor) -> Resource:
    found = make_person(hr)
    record_fact(found, name="salary", value="54000", source="Vertrag", valid_from=date(2026, 1, 1), by=hr)
    return found


@pytest.fixture
def expat(person: Resource, hr: Actor) -> ExpatCase:
    return expat_cases.open_case(person, route="blue_card", wished_start=START, by=hr)


@pytest.fixture
def subject(expat: ExpatCase) -> Subject:
    return Subject(expat.person, expat)


def answer(subject: Subject, kind: str, by: Actor, **values: Any) -> None:
    fields = {field: values[field.key] for field in paper_forms()[kind].fields() if field.key in values}
    assert len(fields) == len(values)
    authority_papers.record_answers(subject, fields=fields, source="Reisepass", valid_from=date(2026, 11, 1), by=by)


def line(subject: Subject, kind: str, key: str) -> Any:
    return next(one for one in sheet_of(subject, kind, on=clock.today()).lines() if one.field.key == key)


def test_every_paper_is_described_in_both_languages() -> None:
    assert set(paper_forms()) == KINDS
    for form in paper_forms().values():
        assert form.authority in authority_kinds()
        assert all("§" in one or "Art." in one for one in form.provisions)


def test_papers_ask_only_facts_that_a_rule_knows() -> None:
    known = {name for card in rule_cards() for name in fact_names(card.id)}
    asked = {field.fact for form in paper_forms().values() for field in form.fields() if field.fact}
    assert asked - known == set()
    for form in paper_forms().values():
        keys = {field.key for field in form.fields()} | {"today"}
        if form.deadline and form.deadline.rule:
            assert set(form.deadline.facts) <= fact_names(form.deadline.rule)
            assert set(form.deadline.facts.values()) <= keys
        sections = [section.only_if[0] for section in form.sections if section.only_if]
        assert set(sections) | ({form.authority_place} - {""}) <= keys


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("authority: pension_insurance", "authority: somebody"), "unknown authority"),
        (("key: birth_date", "key: full_name"), "asked twice"),
        (("kinds: [freelancer, fractional]", "kinds: [robot]"), "robot"),
        (("provisions: [§ 7a SGB IV]", "provisions: []"), "provisions"),
    ],
)
def test_wrong_description_is_refused(change: tuple[str, str], named: str) -> None:
    from importlib.resources import files

    text = (files("werkfluss.care.authority") / "papers" / "status_procedure.yaml").read_text(encoding="utf-8")
    assert read_form("status", text).authority == "pension_insurance"
    with pytest.raises(Broken) as caught:
        read_form("status", text.replace(*change))
    assert named in caught.value.fault.cause.en + caught.value.fault.where


def test_values_come_with_their_source_and_gaps_stay_gaps(subject: Subject) -> None:
    salary = line(subject, "employment_declaration", "salary")
    assert (salary.shown.de, salary.known.source.de) == ("54.000,00 €", "Vertrag")
    start = line(subject, "employment_declaration", "start")
    assert (start.shown.de, start.editable) == ("01.03.2027", False)
    assert line(subject, "employment_declaration", "nationality").shown == Text("Indien", "India")
    passport = line(subject, "employment_declaration", "passport_no")
    assert (passport.missing, passport.known, passport.editable) == (True, None, True)


def test_answer_of_one_paper_serves_the_others_and_stays_out_of_facts(subject: Subject, hr: Actor) -> None:
    answer(subject, "employment_declaration", hr, passport_no="Z1234567", firm_number="12345678", leave_days="30")
    assert line(subject, "power_of_attorney_81a", "passport_no").known.source.de == "Reisepass"
    # The firm's number holds for everybody, the days of leave for this case alone.
    other = Subject(make_person(hr, "Li Wei"))
    assert line(other, "employment_declaration", "firm_number").shown.de == "12345678"
    assert line(other, "employment_declaration", "passport_no").missing
    assert line(Subject(subject.person), "employment_declaration", "leave_days").missing
    assert not facts_about(subject.person).filter(name="passport_no").exists()
    assert not any("Z1234567" in str(data) for data in Payload.objects.values_list("data", flat=True))


def test_answer_the_law_asks_for_becomes_a_fact(subject: Subject, hr: Actor) -> None:
    answer(subject, "employment_declaration", hr, months="999", leased=False)
    recorded = {fact.name: fact.value for fact in facts_about(subject.person)}
    assert (recorded["contract_months"], recorded["agency_work"]) == ("999", False)
    assert line(subject, "employment_declaration", "leased").shown.en == "no"


def test_new_answer_ends_the_old_one(subject: Subject, hr: Actor) -> None:
    answer(subject, "registration", hr, birth_place="Pune")
    answer(subject, "registration", hr, birth_place="Pune, Indien")
    assert line(subject, "registration", "birth_place").shown.de == "Pune, Indien"
    assert FormEntry.objects.filter(name="birth_place").count() == 2


def test_answers_need_a_source(subject: Subject, hr: Actor) -> None:
    field = next(iter(paper_forms()["registration"].fields()))
    with pytest.raises(Refused, match="source"):
        authority_papers.record_answers(subject, fields={field: "x"}, source=" ", valid_from=START, by=hr)


def test_lead_may_not_prepare_papers(subject: Subject, firm: Organisation, member_of: Callable[..., Actor]) -> None:
    with pytest.raises(NotPermitted):
        authority_papers.prepare_paper(subject, "registration", by=member_of(firm, Role.LEAD))


def test_paper_is_kept_in_versions(subject: Subject, hr: Actor) -> None:
    first = authority_papers.prepare_paper(subject, "power_of_attorney_81a", by=hr)
    assert authority_papers.prepare_paper(subject, "power_of_attorney_81a", by=hr) == first
    answer(subject, "power_of_attorney_81a", hr, birth_date=date(1994, 5, 2))
    second = authority_papers.prepare_paper(subject, "power_of_attorney_81a", by=hr)
    assert (first.revision, second.revision, second.missing) == (1, 2, first.missing - 1)
    assert bytes_of(second.document).startswith(b"%PDF")
    assert second.draft is not None
    assert bytes_of(second.draft).startswith(b"PK")
    assert second.document.object_type == "care.authoritypaper"
    assert "02.05.1994" in str(second.content)
    assert "02.05.1994" not in str(first.content)


def test_power_of_attorney_names_the_eight_points(subject: Subject) -> None:
    content = content_of(sheet_of(subject, "power_of_attorney_81a", on=clock.today()))
    said = [one["de"] for one in content["statements"]]
    assert [one[:2] for one in said] == ["2.", "3.", "4.", "5.", "6.", "7.", "8."]
    assert "Ich, Ananya Kulkarni, bevollmächtige" in said[0]
    assert content["sections"][0]["title"]["de"].startswith("1.")


@pytest.mark.parametrize(
    "name",
    ["Æsa Ðorðardóttir", "Nguyễn Thị Hạnh", "अनन्या कुलकर्णी", "王小明", "Ma\x07rek\u202e", "\u0645\u062d\u0645\u062f"],
)
def test_any_name_can_be_drawn(hr: Actor, name: str) -> None:
    content = content_of(sheet_of(Subject(make_person(hr, name)), "registration", on=clock.today()))
    assert as_pdf(content, on=START, revision=1).startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(as_docx(content, on=START, revision=1))) as word:
        assert name.replace("\x07", "") in word.read("word/document.xml").decode()


def test_every_page_is_marked_as_ours(subject: Subject, hr: Actor) -> None:
    from docx import Document as Word
    from pypdf import PdfReader

    paper = authority_papers.prepare_paper(subject, "employment_declaration", by=hr)
    reader = PdfReader(io.BytesIO(bytes_of(paper.document)))
    assert len(reader.pages) >= 2
    for page in reader.pages:
        # The header is cut into lines; what is said is compared without the breaks.
        assert MARK.de in " ".join(page.extract_text().split())
    assert paper.draft is not None
    section = Word(io.BytesIO(bytes_of(paper.draft))).sections[0]
    assert MARK.de in section.header.paragraphs[0].text
    assert MARK.en in section.footer.paragraphs[0].text


def test_registration_is_due_two_weeks_after_moving_in(subject: Subject, hr: Actor) -> None:
    answer(subject, "registration", hr, moved_in=date(2026, 11, 25))
    paper = authority_papers.prepare_paper(subject, "registration", by=hr)
    assert paper.due == date(2026, 12, 9)  # s.17(1) BMG, s.187, 188 BGB
    deadline = deadlines_about(subject.person).get(code="authority:registration")
    assert (deadline.due, deadline.who, deadline.basis) == (date(2026, 12, 9), "person", "§ 17 Abs. 1 BMG")


def test_end_of_employment_is_reported_within_four_weeks(subject: Subject, hr: Actor) -> None:
    answer(subject, "end_notice", hr, end_known_on=date(2026, 11, 23), title_for_this=True, last_day=date(2026, 12, 31))
    paper = authority_papers.prepare_paper(subject, "end_notice", by=hr)
    assert paper.due == date(2026, 12, 21)  # s.4a(5) s.3 no.3 AufenthG
    assert "zum 31.12.2026" in paper.content["statements"][0]["de"]
    authority_papers.hand_over(paper, subject=subject, on=date(2026, 11, 24), how="Portal der Stadt", by=hr)
    deadline = deadlines_about(subject.person).get(code="authority:end_notice")
    assert (deadline.state, deadline.proof_id) == ("done", paper.document_id)
    with pytest.raises(Conflict):
        authority_papers.hand_over(paper, subject=subject, on=date(2026, 11, 24), how="Post", by=hr)


def test_a1_asks_by_case_and_is_electronic_only(subject: Subject, hr: Actor) -> None:
    titles = [section.title.en for section, _ in sheet_of(subject, "a1_application", on=clock.today()).sections]
    assert not any("Art." in title for title in titles)
    answer(subject, "a1_application", hr, case_type="posting", work_country="AT", first_day=date(2027, 5, 3))
    sheet = sheet_of(subject, "a1_application", on=clock.today())
    assert [section.title.en for section, _ in sheet.sections][-1] == "Posting (Art. 12)"
    assert "elektronisch" in sheet.authority_kind.channel.de
    assert sheet.due is not None
    assert (sheet.due.day, sheet.due.lead_days > 0) == (date(2027, 5, 2), True)


def test_authority_is_unknown_until_the_firm_enters_it(subject: Subject, hr: Actor) -> None:
    def address() -> str:
        pairs = content_of(sheet_of(subject, "end_notice", on=clock.today()))["authority"]
        return next(value["de"] for name, value in pairs if name["en"] == "Address")

    assert address().startswith("nicht bekannt")
    enter = {"kind": "immigration_office", "source": "Auskunft der Stadt", "by": hr}
    authorities.enter_authority(name="Ausländerbehörde Fulda", address="Weg 1", place="Fulda", **enter)
    assert address().startswith("nicht bekannt")  # another town
    first = authorities.enter_authority(name="Amt", address="Platz 1\n34117 Kassel", place="kassel", **enter)
    assert address() == "Platz 1, 34117 Kassel"
    authorities.enter_authority(name="Amt neu", address="Platz 2", place="Kassel", **enter)
    first.refresh_from_db()
    assert (address(), first.ended_on) == ("Platz 2", clock.today())


def test_package_holds_papers_enclosures_and_gaps(subject: Subject, hr: Actor) -> None:
    from werkfluss.care.domain import papers

    passport = papers.request_paper(subject.expat, kind="passport", by=hr)  # type: ignore[arg-type]
    papers.hand_in_paper(subject.expat, paper=passport, content=b"%PDF-1.7 x", filename="pass.pdf", by=hr)  # type: ignore[arg-type]
    package = authority_papers.make_package(subject, ["registration", "power_of_attorney_81a"], by=hr)
    with zipfile.ZipFile(io.BytesIO(bytes_of(package.document))) as archive:
        names = archive.namelist()
        listing = archive.read("INHALT.txt").decode()
    assert sorted(name.rpartition(".")[2] for name in names) == ["docx", "docx", "pdf", "pdf", "pdf", "txt"]
    assert "anlagen/passport.pdf" in names
    assert listing.startswith(MARK.de)
    assert "fehlt: Geburtsdatum" in listing
    assert authority_papers.make_package(subject, ["power_of_attorney_81a", "registration"], by=hr) == package
    with pytest.raises(Refused):
        authority_papers.make_package(subject, [], by=hr)


def test_union_citizen_and_freelancer_get_only_their_papers(hr: Actor) -> None:
    spaniard = {form.id for form in forms_for(Subject(make_person(hr, "Pilar Ruiz", nationality="ES")))}
    assert spaniard == {"registration", "a1_application"}
    freelancer = {form.id for form in forms_for(Subject(make_person(hr, "Uwe Frei", Kind.FREELANCER)))}
    assert freelancer == {"status_procedure", "a1_application"}


def test_status_sheet_takes_the_order_and_its_month(hr: Actor) -> None:
    freelancer = make_person(hr, "Uwe Frei", Kind.FREELANCER, nationality="DE")
    begun = clock.today() - timedelta(days=7)
    source = Text("Auftrag 1", "order 1")
    rows = {"order.title": Known("Schnittstelle", source), "order.first_day": Known(begun, source)}
    subject = Subject(freelancer, about=freelancer, rows=rows)
    answer(subject, "status_procedure", hr, own_cover=True, consents=True)
    sheet = sheet_of(subject, "status_procedure", on=clock.today())
    assert next(one for one in sheet.lines() if one.field.key == "order_title").shown.de == "Schnittstelle"
    assert sheet.authority_kind.name.de == "Deutsche Rentenversicherung Bund"
    assert sheet.due is not None
    assert timedelta(days=20) < sheet.due.day - begun < timedelta(days=32)


def test_erased_person_takes_papers_and_answers_along(subject: Subject, hr: Actor, in_firm: Actor) -> None:
    answer(subject, "registration", hr, birth_place="Pune")
    answer(subject, "employment_declaration", hr, firm_number="12345678")
    authority_papers.make_package(subject, ["registration"], by=hr)
    resources.end_resource(subject.person, first_day_gone=clock.today(), by=in_firm)
    erase_person(subject.person, reason="Wunsch", basis="Art. 17 Abs. 1 DSGVO", by=in_firm)
    assert not AuthorityPaper.objects.exists()
    assert [row.name for row in FormEntry.objects.all()] == ["firm_number"]


def test_entries_of_the_person_go_half_a_year_after_the_last_day(subject: Subject, hr: Actor, in_firm: Actor) -> None:
    from werkfluss.care.expiry import _entries

    answer(subject, "employment_declaration", hr, passport_no="Z1", firm_number="12345678")
    assert [row.over for row in _entries()] == [None]  # the firm's own is not among them
    resources.end_resource(subject.person, first_day_gone=date(2027, 1, 1), by=in_firm)
    assert [row.over for row in _entries()] == [date(2026, 12, 31)]


def test_way_ahead_counts_back_from_the_start(expat: ExpatCase, hr: Actor) -> None:
    from werkfluss.care.domain.outlook import outlook

    facts = {"recognition_step": "anabin", "procedure": "accelerated_81a", "consent_needed": False}
    for name, value in facts.items():
        record_fact(expat.person, name=name, value=value, source="Vertrag", valid_from=date(2026, 1, 1), by=hr)
    on = date(2026, 11, 22)
    ahead = outlook(expat, on=on, by=hr)
    # Contract 14, check 1, agreement 7, anabin 1, slot 21, visa 21, entry 5, title check 1: 71 days before 1 March.
    assert (ahead.what_if, ahead.steps.values["earliest_start"]) == (False, "2027-02-01")
    contract = next(part for part in ahead.steps.parts if part.id == "contract")
    assert contract.value("start_by") == "2026-12-20"
    assert {part.id for part in ahead.routes.parts} >= {"blue_card", "skilled_worker"}
    assert len(ahead.duties.duties) >= 3
    late = outlook(expat, on=on, start=date(2027, 1, 15), by=hr)
    assert (late.what_if, late.steps.values["slack_days"]) == (True, -17)


def test_done_steps_of_the_process_shorten_the_way(expat: ExpatCase, hr: Actor) -> None:
    from werkfluss.care.domain.outlook import steps_done
    from werkfluss.work.models import CaseTask

    assert steps_done(expat) == []
    CaseTask.objects.create(case=expat.case, key="a", element="agree_81a", name="x", state="done")
    CaseTask.objects.create(case=expat.case, key="b", element="choose_route", name="x", state="done")
    assert steps_done(expat) == ["route_check", "agreement"]


@pytest.mark.parametrize(("nationality", "days"), [("IN", 60), ("ES", None), ("", None)])
def test_lead_time_of_a_renewal_comes_from_the_law(hr: Actor, nationality: str, days: int | None) -> None:
    from werkfluss.care.domain.outlook import renewal_lead_days

    person = make_person(hr, nationality=nationality)
    found = renewal_lead_days(ExpatCase(person=person), valid_from=date(2027, 1, 1), expires=date(2031, 1, 1))
    assert found == days
