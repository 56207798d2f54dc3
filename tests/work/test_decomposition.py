"""From a sentence to a tree of tasks: what is found, how it is read, and what becomes of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.work import builders as b
from werkfluss.kernel.errors import Broken, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.roles import Role
from werkfluss.process import library
from werkfluss.work.domain import breakdown, case_start, cases, clarity, decomposition, definitions, task_trees
from werkfluss.work.models import Task
from werkfluss.workforce.domain import resources

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ref", "title", "x"]), inner),
    max_leaves=12,
)


def node(ref: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "title": f"Aufgabe {ref}", **more}


def after(*refs: str) -> list[dict[str, Any]]:
    return [{"ref": ref, "type": "FS"} for ref in refs]


@given(JSON)
@settings(max_examples=150)
def test_no_json_of_a_stranger_passes_unchecked(raw: Any) -> None:
    try:
        tree = task_trees.parse_tree(json.dumps(raw))
    except Broken:
        return
    assert all(isinstance(one["ref"], str) and one["title"].strip() for one in tree)


@pytest.mark.parametrize(
    "raw",
    [
        "nothing",
        "[" * 50_000,
        "[]",
        json.dumps([node("a", org_id="x")]),
        json.dumps([node("a"), node("a")]),
        json.dumps([node("a", parent="b"), node("b", is_summary=True)]),
        json.dumps([node("a", after=after("b"))]),
        json.dumps([node("a", after=after("b")), node("b", after=after("a"))]),
        json.dumps([node("a", effort_minutes=True)]),
        json.dumps([node("a", effort_minutes=10**12)]),
        json.dumps([node("a", criteria=["x" * 301])]),
        json.dumps([node("a", kinds_allowed=["slave"])]),
        json.dumps([node(str(number)) for number in range(task_trees.MAX_TASKS + 1)]),
        json.dumps([node("a", brief="x" * task_trees.MAX_BYTES)]),
    ],
)
def test_tree_that_is_none_is_refused_with_its_place(raw: str) -> None:
    with pytest.raises(Broken) as refusal:
        task_trees.parse_tree(raw)
    assert refusal.value.fault.where


def test_what_a_stranger_writes_may_not_choose_the_program_that_works_on_it() -> None:
    raw = json.dumps([node("a", skill_folder="invoice_booking")])
    assert task_trees.parse_tree(raw)
    with pytest.raises(Broken, match="skill_folder"):
        task_trees.parse_tree(raw, keys=task_trees.WRITTEN_KEYS)


def test_what_waited_for_a_dropped_task_waits_for_what_that_did() -> None:
    tree = [node("a"), node("b", after=after("a")), node("c", after=after("b")), node("d", after=after("c", "b"))]
    left = task_trees.without(tree, {"b", "c"})
    assert [(one["ref"], [link["ref"] for link in one.get("after", [])]) for one in left] == [("a", []), ("d", ["a"])]
    group = [node("g", is_summary=True), node("h", parent="g"), node("i", after=after("h"))]
    assert [one["ref"] for one in task_trees.without(group, {"g"})] == ["i"]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", library.names())
def test_every_library_process_lacks_nothing_but_the_firms_skills(name: str, language: str) -> None:
    tree = task_trees.checked_tree(decomposition.process_nodes(library.load(name), name, language=language))
    for one in tree:
        one["skills"] = {"any": None}
    main = [one for one in tree if not one["optional"]]
    gaps = {
        (one["ref"], finding.code)
        for one, found in zip(main, clarity.findings_of_tree(main), strict=True)
        for finding in found
        if finding.severity == "gap"
    }
    assert not gaps


@pytest.mark.django_db
def test_skills_of_a_drawing_become_those_of_the_firm(in_firm: Actor) -> None:
    names = {"fibu": "Finanzbuchhaltung", "sales": "Maschinenvertrieb", "hr": "Personalverwaltung"}
    made = [resources.add_skill(key=key, name_de=name, name_en=key, by=in_firm) for key, name in names.items()]
    resources.set_skills(b.resource(in_firm, skills=()), skills=dict.fromkeys(made), by=in_firm)
    words = decomposition.Vocabulary.load()
    assert [words.key_of(one) for one in ("Finanzbuchhaltung", "Vertrieb", "Betriebsratsarbeit", "IT")] == [
        "fibu",
        "sales",
        "",
        "",
    ]
    model = library.load("residence_renewal")
    nodes = decomposition.process_nodes(model, "residence_renewal", language="de", skills=words)
    meant = {wish: key for one in nodes for wish, key in one["wishes"].items()}
    assert meant["Aufenthaltsrecht Grundlagen"] == "hr", "the lane mostly asks for it"
    assert meant["Eigene Angelegenheit"] == ""


@pytest.mark.django_db
def test_sentence_finds_library_own_processes_templates_and_projects(in_firm: Actor) -> None:
    def first(sentence: str) -> decomposition.Suggestion:
        return decomposition.suggest(sentence, language="de")[0]

    assert first("Kundin beschwert sich über Lieferung").source.key == "library:complaint"
    own = definitions.deploy_library("complaint", by=in_firm)
    assert first("Kundin beschwert sich über Lieferung").source.row == own, "the firm's own stands for it"
    project = b.project(in_firm, name="Messestand Hannover")
    b.task(project, in_firm, title="Zelt aufbauen")
    assert first("Wir brauchen einen Messestand in Linz").source.row == project
    breakdown.keep_as_template(project, key="zelt", name_de="Zeltverleih", name_en="Tent hire", by=in_firm)
    assert first("Zeltverleih vorbereiten").source.kind == "template"
    assert decomposition.suggest("Unsinnswort", language="de") == []


@pytest.mark.django_db
def test_past_cases_help_to_find_their_process_but_care_cases_tell_nothing(in_firm: Actor) -> None:
    own = definitions.deploy_library("complaint", by=in_firm)
    case = case_start.start_by_hand(own, title="Leckage Zahnradpumpe Borken", by=in_firm)
    found = decomposition.suggest("Zahnradpumpe", language="de")
    assert [(one.source.row, one.cases) for one in found] == [(own, 1)]
    case.edit(subject_type="care.expatcase")
    assert decomposition.suggest("Borken", language="de") == []


@pytest.mark.django_db
def test_confirmed_tree_becomes_a_project_with_order_and_dates(in_firm: Actor) -> None:
    model = library.load("complaint")
    tree = decomposition.process_nodes(model, "complaint", language="de")
    chosen = task_trees.without(tree, {one["ref"] for one in tree if one["optional"]})
    made = decomposition.confirm(
        chosen, name="Pumpe", goal="Pumpe leckt", start=date(2026, 12, 7), source="library:complaint", by=in_firm
    )
    tasks = list(Task.objects.filter(project=made).order_by("position"))
    assert [task.title for task in tasks][:2] == ["Reklamation erfassen", "Eingang persönlich bestätigen"]
    assert tasks[0].deadline == date(2026, 12, 8)
    assert tasks[1].predecessors.get().predecessor == tasks[0]
    assert tasks[0].criteria.count() >= 1


@pytest.mark.django_db
def test_lanes_fall_to_their_usual_roles_and_werkfluss_is_nobody(in_firm: Actor) -> None:
    parts = {one.lane: one for one in case_start.parts_of(definitions.definition_of("hire_eu_citizen", by=in_firm))}
    assert case_start.usual_role(parts["Personal"]) is Role.HR
    own = {
        name: [one.usual for one in case_start.parts_of(definitions.definition_of(name, by=in_firm))]
        for name in ("blue_card_case", "freelancer_order", "complaint")
    }
    assert "service" not in {usual for listed in own.values() for usual in listed}
    assert "person" in own["blue_card_case"]


@pytest.mark.django_db
def test_case_about_the_firm_runs_with_roles_people_and_facts(in_firm: Actor) -> None:
    definition = definitions.definition_of("business_trip_eu", by=in_firm)
    traveller = b.resource(in_firm, name="Rike Sommer")
    case = case_start.start_by_hand(
        definition,
        title="Reise nach Graz",
        performers={"Reisende Person": traveller, "Führungskraft": Role.LEAD},
        variables={"trip_end": "2026-12-18"},
        by=in_firm,
    )
    assert (case.subject_type, case.subject_id) == ("org.organisation", in_firm.org_id)
    step = cases.open_steps(case).get()
    assert (step.name, step.resource) == ("Reise anmelden", traveller)
    cases.complete_step(step, by=in_firm)
    assert cases.open_steps(case).get().role == "lead"


@pytest.mark.django_db
def test_role_of_externals_never_stands_behind_a_lane(in_firm: Actor) -> None:
    definition = definitions.definition_of("partner_order", by=in_firm)
    with pytest.raises(Refused, match="Provider"):
        case_start.start_by_hand(definition, title="x", performers={"Partnerteam": Role.PROVIDER}, by=in_firm)


@pytest.mark.django_db
def test_case_that_its_order_leads_is_not_started_by_hand(in_firm: Actor) -> None:
    definition = definitions.definition_of("freelancer_order", by=in_firm)
    assert case_start.begins_elsewhere(definition)
    with pytest.raises(Refused, match="subject"):
        case_start.start_by_hand(definition, title="x", by=in_firm)
