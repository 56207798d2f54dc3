"""The inventory of AI: short forms, classes by the law, ends, people, and the guide made from it."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from werkfluss.agents import sheets
from werkfluss.agents.domain import guides, inventory, papers, processing, release, trainings
from werkfluss.agents.domain.processing import Place
from werkfluss.agents.models import AiUse, Paper, Training
from werkfluss.compliance.models import Check, Deadline
from werkfluss.evidence.domain import erasure, retention
from werkfluss.evidence.domain.documents import content_of, documents_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.models import User
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

if TYPE_CHECKING:
    from werkfluss.law.guide_model import Guide
    from werkfluss.org.actor import Actor

ON = date(2026, 11, 22)


@pytest.fixture
def person(in_firm: Actor) -> Resource:
    return somebody(in_firm, "Ada Probe")


def somebody(by: Actor, name: str, kind: Kind = Kind.FREELANCER) -> Resource:
    rate = resources.set_rate(name=f"Satz {name}", cents_per_hour=5000, by=by)
    return resources.add_resource(kind=kind, name=name, rate=rate, by=by)


def register(by: Actor, people: list[Resource] | None = None, **says: Any) -> AiUse:
    default: dict[str, Any] = {
        "name": "Plauderhilfe",
        "template": "chat",
        "purpose": "Entwürfe",
        "provider": "Beispiel",
        "responsible": User.objects.get(pk=by.id),
        "place": "DE",
        "data_classes": ["internal"],
        "agreement": "yes",
        "safeguard": "",
        "used_from": date(2026, 1, 1),
        "next_review": date(2027, 1, 1),
    }
    return inventory.register_use(people=people or [], on=ON, by=by, **{**default, **says})


def guide_of(by: Actor, lines: list[inventory.Line], *, works_council: bool = False) -> Guide:
    names = dict(Resource.objects.values_list("pk", "name"))
    return guides.make_guide(
        lines, firm="Muster GmbH", contact="Ada", works_council=works_council, size="sme", names=names, on=ON
    )


def test_class_is_the_answer_of_the_law_stored_as_a_check(in_firm: Actor) -> None:
    use = register(in_firm, template="applicant_ranking")
    assert use.check_ref is not None
    assert use.check_ref.rule == inventory.CLASSIFICATION
    assert use.check_ref.verdict["values"]["class"] == "HIGH_RISK"
    assert register(in_firm, template="grammar").check_ref.verdict["values"]["class"] == "MINIMAL"


def test_own_answer_wins_over_the_short_form_and_changes_the_class(in_firm: Actor) -> None:
    use = register(in_firm)
    before = use.check_ref
    changes = {"facts": {"recruitment": "selects_or_evaluates_persons", "profiling": "yes"}}
    inventory.change_use(use, changes=changes, people=[], expected_version=use.version, on=ON, by=in_firm)
    assert use.check_ref != before
    assert use.check_ref.verdict["values"]["class"] == "HIGH_RISK"
    assert Check.objects.filter(pk=before.pk).exists(), "the earlier answer stays"


def test_change_by_somebody_faster_is_a_conflict(in_firm: Actor) -> None:
    use = register(in_firm)
    with pytest.raises(Conflict):
        inventory.change_use(use, changes={"name": "x"}, people=[], expected_version=0, on=ON, by=in_firm)


@pytest.mark.parametrize("template", sorted(inventory.templates()))
def test_every_short_form_can_be_registered_and_asks_known_facts(in_firm: Actor, template: str) -> None:
    use = register(in_firm, template=template)
    assert use.check_ref.outcome in {"allowed", "allowed_with_conditions", "blocked", "unknown"}
    asked = inventory.questions(template)
    assert set(asked) <= inventory.fact_names(inventory.CLASSIFICATION)


def test_ended_use_leaves_the_list_and_later_the_inventory(in_firm: Actor) -> None:
    use = register(in_firm)
    inventory.end_use(use, first_day_gone=ON, by=in_firm)
    assert [line.key for line in inventory.inventory(firm="M", on=ON)] == ["planner"]
    assert "tool-1" in [line.key for line in inventory.inventory(firm="M", on=ON, ended=True)]
    with pytest.raises(Conflict):
        inventory.end_use(use, first_day_gone=ON, by=in_firm)
    assert not retention.due_for_deletion(date(2029, 12, 31)).get(("agents.AiUse", "agents.inventory"))
    assert retention.due_for_deletion(date(2030, 1, 1))["agents.AiUse", "agents.inventory"] == 1


def test_end_before_the_beginning_is_refused(in_firm: Actor) -> None:
    with pytest.raises(Refused):
        inventory.end_use(register(in_firm), first_day_gone=date(2025, 1, 1), by=in_firm)


def test_only_people_use_ai(in_firm: Actor) -> None:
    with pytest.raises(Refused):
        register(in_firm, people=[somebody(in_firm, "Agent X", Kind.AGENT)])


def test_what_tasks_add_reaches_the_class_of_an_agent(in_firm: Actor) -> None:
    agent = somebody(in_firm, "Agent X", Kind.AGENT)
    resources.open_agent_file(
        agent,
        responsible=User.objects.get(pk=in_firm.id),
        purpose="Belege lesen",
        skill_folder="",
        ai_act_class="",
        ai_act_citation="",
        data_classes=["internal"],
        budget_cents_month=100,
        budget_cents_run=10,
        label_de="KI",
        label_en="AI",
        expires=date(2027, 1, 1),
        by=in_firm,
    )
    plain = inventory.agent_lines(firm="M", on=ON, work={})[0]
    work = {agent.pk: inventory.Work(1, ("Bewerber ordnen",), ("personal",), {"monitor": "individual"})}
    line = inventory.agent_lines(firm="M", on=ON, work=work)[0]
    assert plain.facts == {}
    assert line.facts == {"monitor": "individual"}
    assert line.data_classes == ("internal", "personal")
    classes = [guide_of(in_firm, [one]).entries[0].risk_class for one in (plain, line)]
    assert classes[1] == "HIGH_RISK" != classes[0]


def test_todos_become_deadlines_once_and_of_the_use(in_firm: Actor) -> None:
    use = register(in_firm, template="applicant_ranking")
    lines = inventory.inventory(firm="M", on=ON)
    guide = guide_of(in_firm, lines)
    own = next(todo for todo in guide.todos if todo.uses == (f"tool-{use.number}",))
    code = guides.todo_code(own)
    due = ON + timedelta(days=30)
    for _twice in range(2):
        made = guides.take_over(guide, codes=[code], due=due, lines=lines, by=in_firm)
    assert Deadline.objects.filter(code=code).count() == 1
    assert (made[0].subject_type, made[0].subject_id) == ("agents.aiuse", use.pk)
    assert made[0].due == (own.by if own.by and own.by > ON else due)
    assert set(guides.taken_over([code])) == {code}
    with pytest.raises(Broken):
        guides.take_over(guide, codes=["nothing"], due=due, lines=lines, by=in_firm)


def test_todo_of_today_needs_a_day(in_firm: Actor) -> None:
    register(in_firm, template="chat", people=[somebody(in_firm, "Ada")])
    lines = inventory.inventory(firm="M", on=ON)
    guide = guide_of(in_firm, lines)
    late = next(todo for todo in guide.todos if todo.by is None or todo.by <= ON)
    with pytest.raises(Broken):
        guides.take_over(guide, codes=[guides.todo_code(late)], due=None, lines=lines, by=in_firm)


def test_training_ends_what_is_missing_until_it_runs_out(in_firm: Actor, person: Resource) -> None:
    register(in_firm, people=[person])
    lines = inventory.inventory(firm="M", on=ON)
    assert [one.missing for one in trainings.people_who_use_ai(lines, on=ON)] == [True]
    made = train(in_firm, person, valid_to=ON)
    found = trainings.people_who_use_ai(lines, on=ON)
    assert [(one.missing, one.training) for one in found] == [(False, made)]
    assert [one.missing for one in trainings.people_who_use_ai(lines, on=ON + timedelta(days=1))] == [True]


def train(by: Actor, person: Resource, **more: Any) -> Training:
    given: dict[str, Any] = {"title": "Einweisung", "held_on": ON, "content": "Umgang", **more}
    return trainings.record_training([person], on=ON, by=by, **given)[0]


@pytest.mark.parametrize("wrong", [{"held_on": ON + timedelta(days=1)}, {"valid_to": ON - timedelta(days=1)}])
def test_impossible_training_is_refused(in_firm: Actor, person: Resource, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        train(in_firm, person, **wrong)
    assert not Training.objects.exists()


def test_training_keeps_no_score_of_anybody() -> None:
    names = {field.name for field in Training._meta.get_fields()}
    assert not names & {"score", "grade", "points", "result", "passed", "attempts", "rating"}


def test_withdrawn_training_goes_with_its_proof_and_leaves_an_entry(in_firm: Actor, person: Resource) -> None:
    training = train(in_firm, person, proof=("liste.txt", b"Ada"))
    proof = training.proof
    assert proof is not None
    trainings.withdraw_training(training, by=in_firm)
    assert not Training.objects.exists()
    assert not type(proof).objects.filter(pk=proof.pk).exists()


def test_erased_person_takes_trainings_and_uses_along(in_firm: Actor, person: Resource) -> None:
    use = register(in_firm, people=[person])
    train(in_firm, person, proof=("liste.txt", b"Ada Probe war da"))
    resources.end_resource(person, first_day_gone=clock.today(), by=in_firm)
    erasure.erase_person(person, reason="Antrag", basis="Art. 17(1)(a) GDPR", by=in_firm)
    assert not Training.objects.exists()
    assert not use.users.exists()
    assert AiUse.objects.filter(pk=use.pk).exists()


def test_guide_becomes_pdf_and_word_with_headings_and_tables(in_firm: Actor, person: Resource) -> None:
    import docx

    register(in_firm, people=[person], name="Bewerber <&> Reihung \x07", template="applicant_ranking")
    lines = inventory.inventory(firm="M", on=ON)
    people = trainings.people_who_use_ai(lines, on=ON)
    guide = guide_of(in_firm, lines, works_council=True)
    sheet = guides.guide_sheet(guide, address="Kassel", people=people, memo=release.memo(ON))
    at = clock.now()
    for language in ("de", "en"):
        pdf = sheets.as_pdf(sheet, language=language, at=at)
        assert pdf.startswith(b"%PDF-1.7")
        assert b"pdfaid" in pdf
        document = docx.Document(io.BytesIO(sheets.as_docx(sheet, language=language, at=at)))
        headings = [one.text for one in document.paragraphs if one.style and one.style.name.startswith("Heading 1")]
        wanted = "Was zu tun ist" if language == "de" else "What to do"
        assert wanted in headings
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        assert "Bewerber <&> Reihung " in cells
        assert "Ada Probe" in cells
    texts = " ".join(
        one.text for one in docx.Document(io.BytesIO(sheets.as_docx(sheet, language="de", at=at))).paragraphs
    )
    assert "§ 90" in texts, "the information of the works council is among the texts"


def test_version_is_kept_with_files_and_equal_contents_make_none(in_firm: Actor) -> None:
    register(in_firm)
    guide = guide_of(in_firm, inventory.inventory(firm="M", on=ON))
    sheet = guides.guide_sheet(guide, address="Kassel", people=[], memo=None)
    first = papers.keep_version(sheet, kind="guide", language="de", at=clock.now(), by=in_firm)
    again = papers.keep_version(sheet, kind="guide", language="de", at=clock.now(), by=in_firm)
    assert first.pk == again.pk
    files = {document.filename: content_of(document)[:2] for document in documents_of(first)}
    assert files == {"ki-leitfaden-1.pdf": b"%P", "ki-leitfaden-1.docx": b"PK"}
    register(in_firm, name="Noch eine")
    guide = guide_of(in_firm, inventory.inventory(firm="M", on=ON))
    sheet = guides.guide_sheet(guide, address="Kassel", people=[], memo=None)
    assert papers.keep_version(sheet, kind="guide", language="de", at=clock.now(), by=in_firm).number == 2
    assert Paper.objects.count() == 2


def test_every_input_of_the_optimiser_is_judged_neutral() -> None:
    from dataclasses import fields

    from werkfluss.delegation import Candidate
    from werkfluss.delegation import Resource as Given

    inputs = {f"{kind.__name__}.{field.name}" for kind in (Given, Candidate) for field in fields(kind)}
    assert set(release.FEATURES) == inputs
    assert release.memo(ON).conclusion == "outside"


def test_processing_says_where_a_contract_is_missing_and_asks_chapter_v(in_firm: Actor) -> None:
    register(in_firm, template="applicant_parsing", place="US", data_classes=["personal"], agreement="no")
    lines = inventory.inventory(firm="M", on=ON)
    places = [Place("ordinary", "IN", Text("Freie", "freelancers")), Place("none", "IN", Text("Freie", "freelancers"))]
    found = processing.processing(switched_on={"accounts", "agents"}, lines=lines, places=places, high_risk=(), on=ON)
    assert [one.id for one in found.activities] == ["accounts", "agents", "applicants"]
    named = found.activities[1].services
    assert [(one.place, one.basis) for one in named] == [("US", "no")]
    assert "fehlt" in processing.service_words(named).de
    outcomes = {(one.data_class.en, one.country): one.verdict.outcome for one in found.transfers}
    assert outcomes["no personal data", "IN"] == "allowed"
    assert outcomes["personal data", "IN"] != "allowed"
    sheet = processing.processing_sheet(found, firm="M", address="Kassel", contact="Ada", on=ON)
    assert sheets.as_pdf(sheet, language="de", at=clock.now()).startswith(b"%PDF")


def test_register_of_erasure_holds_every_personal_purpose() -> None:
    purposes = {one.purpose.de for one in processing.kept()}
    assert "Nachweis der Maßnahmen zur KI-Kompetenz (Art. 4 KI-VO)" in purposes
    assert all(processing.period_words(one.rule).de for one in processing.kept())
