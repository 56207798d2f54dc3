"""The firm's AI Act guide, the neutral-allocation memo and the list of uses to ask again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.law.conftest import HERE, REVIEWED
from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text
from werkfluss.law import api
from werkfluss.law.commands import law
from werkfluss.law.guide import guide, templates
from werkfluss.law.guide_model import Firm, Guide, Use
from werkfluss.law.packs.eu.ai_act.memo import BEHAVIOUR, NEUTRAL, ReleaseFacts, neutral_allocation_memo
from werkfluss.law.packs.eu.ai_act.rerun import rerun_list

FIRM = Firm("Muster Metallbau GmbH", "Petra Beispiel", works_council=True, turnover="20000000")
RELEASE = ReleaseFacts(
    "1.4",
    REVIEWED,
    "CP-SAT 9.15",
    tuple(NEUTRAL),
    (("cost", 1), ("lateness", 5)),
    (Text("Ruhezeiten werden eingehalten.", "Rest periods are kept."),),
    learned_inputs=False,
    custom_fields=False,
    human_release=True,
)


def make(*uses: Use, firm: Firm = FIRM, on: date = REVIEWED) -> Guide:
    return guide(firm, uses, on, today=REVIEWED)


def tool(template: str, **more) -> Use:
    return Use(more.pop("id", template), more.pop("name", ""), template=template, **more)


def what(made: Guide) -> set[tuple[str, str]]:
    return {(todo.basis, todo.urgency) for todo in made.todos}


@pytest.mark.parametrize(
    ("template", "risk_class", "bases"),
    [
        ("office_assistant", "TRANSPARENCY", {"art_4", "art_50_2", "betrvg_90"}),
        ("chat", "TRANSPARENCY", {"art_4", "art_50_2", "betrvg_90"}),
        ("translation", "MINIMAL", {"art_4"}),
        ("grammar", "MINIMAL", {"art_4"}),
        ("coding", "MINIMAL", {"art_4"}),
        ("meeting_notes", "MINIMAL", {"art_4", "betrvg_90"}),
        ("images", "TRANSPARENCY", {"art_4", "art_50_2"}),
        ("website_chat", "TRANSPARENCY", {"art_4", "art_50_1", "art_50_2", "art_53_1_b"}),
        ("applicant_parsing", "FILTERED_6_3", {"art_4", "art_6_4", "betrvg_90"}),
        ("job_advertisement", "FILTERED_6_3", {"art_4", "art_6_4", "art_50_2", "betrvg_90"}),
        ("planner", "MINIMAL", {"art_4", "guidelines_3", "betrvg_90"}),
    ],
)
def test_short_form_has_its_class_and_todos(template, risk_class, bases):
    made = make(tool(template))
    assert made.entries[0].risk_class == risk_class
    assert {todo.basis for todo in made.todos} == bases
    assert made.entries[0].use.name == templates()[template]["name"]["de"]


def test_applicant_ranking_brings_duties_dates_texts_and_fine():
    made = make(tool("applicant_ranking", owner="Jana Probe", people=("p1", "freelancer-7")))
    (entry,) = made.entries
    assert (entry.risk_class, entry.annex3, entry.applies_from) == ("HIGH_RISK", ("4(a)",), "2027-12-02")
    assert entry.certainty == "B"
    assert entry.fine == "600000.00"
    by_basis = {todo.basis: todo for todo in made.todos}
    assert by_basis["art_26_7"].by == date(2027, 12, 2)
    assert by_basis["art_26_7"].start_by == date(2027, 12, 2) - (date(2027, 12, 2) - date(2027, 10, 21))
    assert by_basis["art_26_7"].urgency == "later"
    assert by_basis["art_26_7"].who == "Jana Probe"
    assert by_basis["art_4"].urgency == "overdue"
    assert by_basis["betrvg_90"].urgency == "now"
    assert {"affected_26_11", "workers_26_7", "council_90", "literacy_4"} == {draft.id for draft in made.drafts}
    assert made.literacy == (("freelancer-7", ("applicant_ranking",)), ("p1", ("applicant_ranking",)))
    assert made.rerun == ("applicant_ranking",)
    assert [name for name, _ in entry.to_confirm] == ["recruitment", "profiling", "art25"]
    assert entry.roles[0].contested == ("art_86",)


def test_texts_name_firm_contact_and_uses_in_both_languages():
    made = make(tool("website_chat", name="Fragen-Assistent"), tool("applicant_ranking", name="Bewerberliste"))
    drafts = {draft.id: draft for draft in made.drafts}
    assert "Muster Metallbau GmbH" in drafts["notice_50_1"].body.de
    assert "acting for Muster Metallbau GmbH" in drafts["notice_50_1"].body.en
    assert drafts["notice_50_1"].uses == ("website_chat",)
    assert "Bewerberliste" in drafts["council_90"].body.de
    assert "Fragen-Assistent" not in drafts["council_90"].body.de
    assert "Petra Beispiel" in drafts["literacy_4"].body.en
    assert all("{" not in draft.body.de + draft.body.en for draft in made.drafts)


def test_without_works_council_there_is_no_council_text_or_step():
    made = make(tool("applicant_ranking"), firm=replace(FIRM, works_council=False))
    assert "council_90" not in {draft.id for draft in made.drafts}
    assert "betrvg_90" not in {todo.basis for todo in made.todos}


def test_prohibited_use_is_to_be_stopped_and_gets_no_texts():
    made = make(Use("mood", "Stimmungskamera", facts={"emotion_inference": "biometric", "emotion_context": "work"}))
    assert made.entries[0].risk_class == "PROHIBITED"
    assert made.entries[0].fine == "1400000.00"
    assert what(made) == {("art_5", "now")}
    assert "Stimmungskamera" in made.todos[0].what.de
    assert made.drafts == ()
    assert made.literacy == ()


def test_open_facts_and_contested_uses_are_todos():
    made = make(Use("x", "Auswahlhilfe", facts={"recruitment": None}))
    assert made.entries[0].risk_class == "REVIEW"
    assert [missing.name for missing in made.entries[0].open_questions]
    assert {("art_6_2", "now")} <= what(made)
    emotion = make(Use("y", "Tonfall", facts={"emotion_inference": "nonbiometric", "emotion_context": "work"}))
    assert emotion.entries[0].risk_class == "REVIEW"
    assert len(emotion.entries[0].readings) == 2


def test_same_duty_of_several_uses_is_one_todo():
    made = make(tool("grammar", owner="A"), tool("coding", owner="A"), tool("images", owner="B"))
    literacy = [todo for todo in made.todos if todo.basis == "art_4"]
    assert {todo.uses for todo in literacy} == {("grammar", "coding"), ("images",)}


def test_texts_of_transparency_overlays():
    made = make(
        Use("a", "Werbefilm", facts={"generates": "video", "deepfake": "yes"}),
        Use("b", "Satire", facts={"generates": "video", "deepfake": "yes", "artistic": "yes"}),
        Use("c", "Blog", facts={"generates": "text", "public_interest_text": "yes"}),
        Use("d", "Anruf", facts={"emotion_inference": "biometric", "emotion_context": "other"}),
    )
    uses = {draft.id: draft.uses for draft in made.drafts}
    assert uses["label_50_4_deepfake"] == ("a", "b")
    assert uses["label_50_4_text"] == ("c",)
    assert uses["notice_50_3"] == ("d",)
    assert uses["marking_50_2"] == ("a", "b", "c")
    due = {todo.basis for todo in made.todos if todo.urgency == "overdue"}
    assert {"art_50_3", "art_50_4", "art_4"} <= due


def test_annex_1_product_waits_for_its_own_date():
    facts = {"annex1_product": "A", "safety_function": "yes", "third_party_assessment": "yes", "monitor": "individual"}
    made = make(Use("m", "Bremse", facts=facts))
    assert {todo.by for todo in made.todos if todo.basis.startswith("art_26")} == {date(2028, 8, 2)}
    assert "art_86" not in {todo.basis for todo in made.todos}


@pytest.mark.parametrize(
    ("facts", "basis"), [({"credit": "natural_person"}, "art_27"), ({"public_benefit": "yes"}, "art_26_1")]
)
def test_area_of_annex_3_decides_on_the_assessment(facts, basis):
    made = make(Use("c", "Prüfung", facts=facts))
    bases = {todo.basis for todo in made.todos}
    assert basis in bases
    assert ("art_27" in bases) == ("credit" in facts)


def test_own_model_costs_the_fine_of_model_providers():
    made = make(
        Use("g", "Modell", facts={"gpai": "provides_model", "developed_or_commissioned": "yes", "own_name": "yes"})
    )
    assert made.entries[0].fine == "15000000.00"
    assert "art_53" in {todo.basis for todo in made.todos}


def test_no_turnover_no_fine_and_no_ai_no_duties():
    assert make(tool("applicant_ranking"), firm=replace(FIRM, turnover=None)).entries[0].fine is None
    assert make(tool("grammar")).entries[0].fine is None
    sheet = make(Use("s", "Tabelle", facts={"ai_technique": "rules_only"}))
    assert (sheet.entries[0].risk_class, sheet.todos, sheet.drafts) == ("NOT_AI", (), ())


def test_urgency_moves_with_the_day():
    def urgency(on: date) -> str:
        made = make(tool("applicant_ranking"), on=on)
        return next(todo.urgency for todo in made.todos if todo.basis == "art_26_2")

    assert urgency(date(2027, 7, 22)) == "later"
    assert urgency(date(2027, 7, 23)) == "soon"
    assert urgency(date(2027, 10, 20)) == "soon"
    assert urgency(date(2027, 10, 21)) == "now"
    assert urgency(date(2027, 12, 2)) == "overdue"


def test_todos_come_in_order_of_urgency():
    rank = ["overdue", "now", "soon", "later", "undated"]
    made = make(*(tool(name) for name in templates()), on=date(2027, 10, 1))
    order = [rank.index(todo.urgency) for todo in made.todos]
    assert order == sorted(order)
    assert [day for day, _ in made.deadlines] == sorted(day for day, _ in made.deadlines)
    assert all(day >= date(2027, 10, 1) for day, _ in made.deadlines)


@pytest.mark.parametrize("uses", [(tool("nothing"),), (tool("chat", id="a"), tool("grammar", id="a"))])
def test_unknown_short_form_and_double_id_are_refused(uses):
    with pytest.raises(Broken):
        make(*uses)


def test_every_short_form_asks_known_questions_and_gives_known_circumstances():
    asked = api.library().schema("eu/ai_act/classification").facts
    known = api.library().schema("eu/ai_act/duties").facts
    for form in templates().values():
        assert set(form["ask"]) | set(form["facts"]) <= set(asked)
        assert all(value in known[name].values for name, value in form["circumstances"].items())


@given(st.sets(st.sampled_from(sorted(templates())), max_size=5), st.booleans())
def test_guide_is_json_and_every_todo_names_a_use(names, council):
    made = make(*(tool(name) for name in sorted(names)), firm=replace(FIRM, works_council=council))
    document = json.loads(json.dumps(made.as_json()))
    assert sum(document["classes"].values()) == len(names)
    assert {todo["basis"] for todo in document["todos"]} == set(document["provisions"])
    assert {use for todo in document["todos"] for use in todo["uses"]} <= names
    assert all(todo["what"]["de"] and todo["what"]["en"] and todo["who"] for todo in document["todos"])


def test_guide_command_prints_one_document(tmp_path: Path):
    inventory = tmp_path / "inventory.json"
    uses = [{"id": "t", "template": "translation"}, {"id": "r", "template": "applicant_ranking", "people": ["p1"]}]
    inventory.write_text(json.dumps({"firm": {"name": "Muster GmbH"}, "uses": uses}), encoding="utf-8")
    result = CliRunner().invoke(law, ["guide", str(inventory), "--on", "2026-11-22", "--json"])
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["classes"] == {"MINIMAL": 1, "HIGH_RISK": 1}
    assert document["literacy"] == [{"person": "p1", "uses": ["r"]}]
    plain = CliRunner().invoke(law, ["guide", str(inventory), "--on", "2026-11-22", "--language", "en"])
    assert "High risk (B)" in plain.stdout
    assert "[overdue]" in plain.stdout


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"firm": 3, "uses": []}',
        '{"firm": {"name": 3}, "uses": []}',
        '{"firm": {"name": "M", "works_council": "yes"}, "uses": []}',
        '{"firm": {"name": "M", "turnover": 3}, "uses": []}',
        '{"firm": {"name": "M"}, "uses": [3]}',
        '{"firm": {"name": "M"}, "uses": [{"name": "x"}]}',
        '{"firm": {"name": "M"}, "uses": [{"id": "x", "facts": []}]}',
        '{"firm": {"name": "M"}, "uses": [{"id": "x", "people": "p"}]}',
        '{"firm": {"name": "M"}, "uses": [{"id": "x", "template": "nothing"}]}',
        '{"firm": {"name": "M"}, "uses": [{"id": "x", "facts": {"nothing": "yes"}}]}',
        '{"firm": {"name": "M", "size": "tiny"}, "uses": [{"id": "x"}]}',
    ],
)
def test_bad_inventory_is_refused_with_errors(tmp_path: Path, content):
    path = tmp_path / "inventory.json"
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(law, ["guide", str(path), "--on", "2026-11-22", "--json"])
    assert result.exit_code == 1
    assert all(
        set(error) == {"where", "cause", "expected", "next_step"} for error in json.loads(result.stdout)["errors"]
    )


# --- memo ---


def test_memo_of_neutral_inputs_stays_outside():
    memo = neutral_allocation_memo(RELEASE)
    assert (memo.conclusion, memo.certainty, memo.as_of) == ("outside", "B", REVIEWED)
    text = memo.text("de")
    assert "Fassung 1.4 vom 22.11.2026" in text
    assert "außerhalb von Anhang III Nr. 4 Buchst. b" in text
    assert "AIH 0101" in text
    assert "lateness × 5" in text
    assert "Rest periods are kept." in memo.text("en")
    assert set(memo.cites) <= set(api.library().packs["eu/ai_act"].provisions)
    assert json.loads(json.dumps(memo.as_json()))["conclusion"] == "outside"


@pytest.mark.parametrize("name", BEHAVIOUR)
def test_one_feature_of_behaviour_puts_the_release_inside(name):
    memo = neutral_allocation_memo(replace(RELEASE, person_features=(*RELEASE.person_features, name)))
    assert memo.conclusion == "inside"
    assert BEHAVIOUR[name].en in memo.text("en")


@pytest.mark.parametrize(
    "change",
    [
        {"person_features": ("shoe_size",)},
        {"learned_inputs": True},
        {"custom_fields": True},
        {"human_release": False},
    ],
)
def test_anything_not_known_to_be_neutral_is_open(change):
    assert neutral_allocation_memo(replace(RELEASE, **change)).conclusion == "review"


def test_memo_without_person_inputs_says_so_and_digest_follows_the_facts():
    bare = replace(RELEASE, person_features=(), objective=())
    assert "No data about people go in." in neutral_allocation_memo(bare).text("en")
    digests = {
        neutral_allocation_memo(replace(RELEASE, **change)).facts_sha256
        for change in (
            {},
            {"version": "1.5"},
            {"objective": ()},
            {"constraints": ()},
            {"solver": "x"},
            {"custom_fields": True},
        )
    }
    assert len(digests) == 6
    assert neutral_allocation_memo(RELEASE) == neutral_allocation_memo(replace(RELEASE))


# --- rerun and metamorphic pairs ---


def _case(name: str) -> dict:
    path = HERE / "cases/eu/ai_act/2026-11-22" / f"use_{name.lower()}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _result(facts: dict) -> tuple[object, object]:
    verdict = api.library().check("eu/ai_act/classification", facts, REVIEWED, today=REVIEWED)
    return verdict.values["class"], verdict.values["overlays"]


DRAFT_CASES = [
    *[
        "D01",
        "D02",
        "D03",
        "D04",
        "D05",
        "D06",
        "D07",
        "D08",
        "D09",
        "D10",
        "D11",
        "D15",
        "D18",
        "D20",
        "D25",
        "D36",
        "D37",
        "D38",
        "D39",
        "D40",
    ],
    *["D41", "D42", "D43", "D44", "D45", "D46", "D47", "D48", "D52"],
]


def test_the_29_cases_on_draft_guidelines_are_listed_for_the_day_the_final_ones_appear():
    uses = [(f"D{number:02}", _case(f"D{number:02}")["facts"]) for number in range(1, 82)]
    found = rerun_list(uses, REVIEWED, api.library().check, text="guidelines_6_draft")
    assert len(DRAFT_CASES) == 29
    assert set(DRAFT_CASES) <= {item.id for item in found}
    assert all(item.certainty == "B" for item in found)
    # four more have the same facts, whatever source their case names
    assert {item.id for item in found} - set(DRAFT_CASES) == {"D49", "D51", "D58", "D59"}
    everything = rerun_list(uses, REVIEWED, api.library().check)
    assert {item.id for item in everything} == {item.id for item in found}
    assert [item.id for item in everything if "guidelines_3" in item.leans_on] == ["D10"]


def test_rerun_command_lists_uses(tmp_path: Path):
    path = tmp_path / "uses.json"
    path.write_text(json.dumps([{"id": "a", "facts": _case("D01")["facts"]}, {"facts": {}}]), encoding="utf-8")
    result = CliRunner().invoke(law, ["rerun", str(path), "--on", "2026-11-22", "--json"])
    assert [item["id"] for item in json.loads(result.stdout)] == ["a"]
    path.write_text("[3]", encoding="utf-8")
    assert CliRunner().invoke(law, ["rerun", str(path), "--on", "2026-11-22", "--json"]).exit_code == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("D07", "D08"),
            ("D10", "D11"),
            ("D03", "D04"),
            ("D30", "D31"),
            ("D22", "D23"),
            ("D23", "D24"),
            ("D22", "D24"),
        ),
        *(("D36", "D37"), ("D19", "D20"), ("D41", "D43"), ("D13", "D34")),
    ],
)
def test_pairs_that_differ_in_one_thing_differ_in_class_or_overlays(one, other):
    assert _result(_case(one)["facts"]) != _result(_case(other)["facts"])


FILTERED = [f"D{number:02}" for number in range(1, 82) if _case(f"D{number:02}")["expect"]["class"] == "FILTERED_6_3"]


@pytest.mark.parametrize("name", FILTERED)
@pytest.mark.parametrize("fact", ["profiling", "joint_influence"])
def test_profiling_or_joint_influence_takes_the_exception_away(name, fact):
    assert _result({**_case(name)["facts"], fact: "yes"})[0] == "HIGH_RISK"


@pytest.mark.parametrize("number", range(1, 82))
def test_role_model_and_size_do_not_change_the_class(number):
    """No change of maker, name or model changes what a use is."""
    facts = _case(f"D{number:02}")["facts"]
    before = _result(facts)
    for change in (
        {"developed_or_commissioned": "yes"},
        {"own_name": "yes"},
        {"used_under_authority": "no"},
        {"gpai": "integrates"},
    ):
        assert _result({**facts, **change}) == before


def test_rule_only_twin_of_d39_is_no_ai():
    assert _result({**_case("D39")["facts"], "ai_technique": "rules_only"})[0] == "NOT_AI"
    assert _result(_case("D39")["facts"])[0] == "FILTERED_6_3"


def test_translated_job_advertisement_shows_the_reading_of_a_generated_one():
    """D27 should agree with D03: both say that a job advertisement is a narrow task in recruitment."""
    verdict = api.library().check("eu/ai_act/classification", _case("D27")["facts"], REVIEWED, today=REVIEWED)
    assert [reading.values["class"] for reading in verdict.readings] == ["MINIMAL", "TRANSPARENCY", "FILTERED_6_3"]
    assert _result(_case("D03")["facts"])[0] == "FILTERED_6_3"


def test_log_period_and_fine_name_their_figures(ask):
    """Figures that stand in sentences only."""
    high = ask("eu/ai_act/classification", recruitment="targeted_ads")
    assert any("6 Monate" in condition.text.de for condition in high.conditions)
    small = {"infringement": "operator_duty", "firm_size": "sme", "turnover": "20000000"}
    assert "niedrigere" in ask("eu/ai_act/fines", **small).reasons[0].de
    assert "600.000,00 €" in ask("eu/ai_act/fines", **small).reasons[0].de
    assert "höhere" in ask("eu/ai_act/fines", **{**small, "firm_size": "large"}).reasons[0].de
