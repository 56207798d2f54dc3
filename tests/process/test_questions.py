"""Missing facts asked as questions, and the answers kept in the file."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import examples
from tests.process.samples import APPROVAL, flow, source
from werkfluss.kernel.errors import Broken
from werkfluss.process.bpmn import read
from werkfluss.process.clarity_process import check_process
from werkfluss.process.model import WERKFLUSS_NS, AiUse
from werkfluss.process.questions import MISSING, SHOWN_FIRST, Answer, Kind, answer, questions

LANES = (
    '<laneSet><lane id="l1" name="Einkauf"><flowNodeRef>check</flowNodeRef><flowNodeRef>book</flowNodeRef></lane>'
    '<lane id="l2"><flowNodeRef>pay</flowNodeRef><flowNodeRef>hire</flowNodeRef></lane></laneSet>'
)
WF = 'xmlns:wf="https://werkfluss.example/bpmn/1"'
SKILLED = (
    f'<extensionElements><wf:skill {WF}>kontierung</wf:skill><wf:work {WF} effort="PT1H/PT2H"/></extensionElements>'
)
BODY = (
    LANES
    + '<startEvent id="s" name="Rechnung eingegangen"/>'
    + '<userTask id="check" name="Rechnung prüfen"><!-- bleibt --></userTask>'
    + f'<userTask id="book" name="Rechnung buchen">{SKILLED}</userTask>'
    + '<userTask id="pay" name="Rechnung bezahlen"/><userTask id="hire" name="Bewerbung prüfen"/>'
    + '<serviceTask id="bot" name="Bot sortiert Belege"/><endEvent id="e" name="Rechnung bezahlt"/>'
)
STEPS = ["s", "check", "book", "pay", "hire", "bot", "e"]
BODY += "".join(flow(f"f{i}", *pair) for i, pair in enumerate(pairwise(STEPS)))
FILE = source(BODY)


def asked(data: bytes):
    return questions(read(data), "p")


def by_field(data: bytes, field: str):
    return [one for one in asked(data) if one.field == field]


def missing(data: bytes):
    return {(f.code, f.element) for f in check_process(read(data), "p").findings if f.code in MISSING}


def test_one_question_stands_for_several_steps():
    (performer,) = by_field(FILE, "performer")
    assert performer.elements == ("pay", "hire")
    assert (performer.prompt.de, performer.prompt.en) == ("Wer macht diese zwei Schritte?", "Who does these two steps?")
    assert [one.de for one in performer.about] == ["Rechnung bezahlen", "Bewerbung prüfen"]
    assert [(one.value, one.origin.de) for one in performer.suggestions] == [("Einkauf", "Bahn in dieser Zeichnung")]


def test_single_step_is_named_in_its_question():
    outcome = next(one for one in by_field(FILE, "outcome") if one.elements == ("check",))
    assert outcome.prompt.de == "Was liegt vor, wenn „Rechnung prüfen“ fertig ist?"
    assert outcome.suggestions[0].value == "Rechnung: in Ordnung, oder eine Liste der Mängel"
    assert outcome.suggestions[0].origin.de == "aus dem Namen des Schritts abgeleitet"


def test_suggestions_come_from_similar_steps_before_usual_values():
    (skills,) = [one for one in by_field(FILE, "skills") if "check" in one.elements]
    assert skills.suggestions[0].value == ["kontierung"]
    efforts = {one.elements: one for one in by_field(FILE, "effort_hours")}
    assert efforts["check", "hire"].suggestions[0].value == [1.0, 2.0]
    assert efforts[("pay",)].suggestions[0].origin.de == "üblicher Wert, bitte prüfen"


def test_data_class_is_asked_apart_where_the_name_speaks_of_persons():
    found = {one.elements: one.suggestions[0].value for one in by_field(FILE, "data_class")}
    assert found == {("check", "book", "pay", "bot"): "internal", ("hire",): "personal"}
    assert {one.kind for one in by_field(FILE, "data_class")} == {Kind.CHOICE}


def test_agent_that_is_only_drawn_is_asked_for_by_name():
    (drawn,) = [one for one in by_field(FILE, "ai") if one.elements == ("bot",)]
    assert drawn.prompt.de == "Übernimmt wirklich eine KI den Schritt „Bot sortiert Belege“?"
    assert drawn.suggestions[0].value == "required"


def test_questions_are_few_and_ordered_by_what_they_gain():
    found = asked(FILE)
    gains = [one.gain for one in found]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] > 0
    assert SHOWN_FIRST < len(found) < len(missing(FILE))
    assert len({one.id for one in found}) == len(found)


@pytest.mark.parametrize("index", range(6))
def test_gain_is_what_the_answer_raises_the_score_by(index):
    question = [one for one in asked(FILE) if one.field != "ai"][index]
    before = check_process(read(FILE), "p")
    after = check_process(read(answer(FILE, [question.answered(value_for(question))])), "p")
    assert after.score - before.score == pytest.approx(question.gain, abs=1)
    assert len(after.findings) < len(before.findings)


def test_answer_may_be_for_some_steps_only():
    (performer,) = by_field(FILE, "performer")
    changed = answer(FILE, [performer.answered("Kasse", only=["pay"])])
    assert read(changed).performer(read(changed).nodes["pay"]) == "Kasse"
    assert [one.elements for one in by_field(changed, "performer")] == [("hire",)]


def test_allowing_ai_opens_purpose_and_acceptance():
    changed = answer(FILE, [Answer("ai", ("check",), "allowed")])
    (purpose,) = by_field(changed, "ai_purpose")
    (acceptance,) = by_field(changed, "acceptance")
    assert purpose.elements == acceptance.elements == ("check",)
    assert [one.needs_reason for one in acceptance.choices] == [False, False, True]
    waived = answer(changed, [acceptance.answered("waived", reason="ohne Wirkung nach außen")])
    assert by_field(waived, "acceptance") == []


def test_unlabelled_branch_and_nameless_step_are_asked_for():
    body = APPROVAL.replace('name="nein"', 'name=""').replace(' name="Reise buchen"', "")
    (label,) = by_field(source(body), "label")
    assert (label.elements, label.suggestions[0].value) == (("f4",), "nein")
    assert "Genehmigt?" in label.prompt.de
    (title,) = by_field(source(body), "title")
    changed = read(answer(source(body), [label.answered("nein"), title.answered("Reise buchen")]))
    assert (changed.flows["f4"].name, changed.nodes["do"].name) == ("nein", "Reise buchen")


def test_nameless_partner_is_asked_for_and_kept_at_its_pool():
    pools = '<collaboration id="c"><participant id="own" processRef="p"/><participant id="them"/>'
    pools += '<messageFlow id="m" name="Angebot" sourceRef="ask" targetRef="them"/></collaboration>'
    data = source(APPROVAL).replace(b"<process ", pools.encode() + b"<process ", 1)
    (partner,) = by_field(data, "participant")
    assert partner.elements == ("them",)
    changed = answer(data, [partner.answered("Reisebüro")])
    assert by_field(changed, "participant") == []
    assert read(changed).participant("them").performer == "Reisebüro"


def value_for(question):
    """An answer as a person would give it: a suggestion, a choice, or a text of their own."""
    if question.suggestions:
        return question.suggestions[0].value
    if question.choices:
        return question.choices[0].value
    own = {
        Kind.HOURS: (1, 2.5),
        Kind.DURATION: "P2D",
        Kind.SKILLS: ["steuern"],
        Kind.TEXTS: ["Alle 3 Belege liegen vor."],
    }
    return own.get(question.kind, "Beleg ablegen")


def without_own(data: bytes) -> bytes:
    """The file without what Werkfluss keeps in it."""
    root = etree.fromstring(data)
    for part in [one for one in root.iter() if isinstance(one.tag, str) and one.tag.startswith(f"{{{WERKFLUSS_NS}}}")]:
        part.getparent().remove(part)
    for box in [one for one in root.iter("{*}extensionElements") if len(one) == 0]:
        box.getparent().remove(box)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n")


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)
VALUES = {
    "performer": TEXTS,
    "tool": TEXTS,
    "outcome": TEXTS | st.fixed_dictionaries({"de": TEXTS, "en": TEXTS}),
    "ai_purpose": TEXTS,
    "skills": st.lists(TEXTS, min_size=1, max_size=3),
    "criteria": st.lists(TEXTS, min_size=1, max_size=3),
    "effort_hours": st.tuples(st.integers(0, 9), st.integers(10, 40)),
    "data_class": st.sampled_from(["public", "internal", "confidential", "personal", "special"]),
    "deadline": st.sampled_from(["P5D", "PT4H", "P2W", '= duration("P3D")']),
    "ai": st.sampled_from(["forbidden", "allowed", "required"]),
    "acceptance": st.sampled_from(["requester", "four_eyes", "waived"]),
}


@given(st.data())
@settings(max_examples=examples(25), deadline=None)
def test_answering_everything_leaves_nothing_missing_and_nothing_else_changed(data):
    current = FILE
    for _ in range(3):  # AI that is allowed asks on
        given_ = [q.answered(data.draw(VALUES[q.field]), reason="ohne Wirkung") for q in asked(current)]
        current = answer(current, given_)
    assert missing(current) == set()
    assert asked(current) == ()
    assert without_own(current) == without_own(FILE)
    assert b"<!-- bleibt -->" in current


def test_answer_keeps_the_facts_that_were_there():
    changed = read(answer(FILE, [Answer("outcome", ("book",), {"de": "Gebucht", "en": "Booked"})])).nodes["book"].facts
    assert (changed.skills, changed.effort) == (("kontierung",), (1.0, 2.0))
    assert changed.outcome.in_language("en") == "Booked"


def test_empty_answers_change_nothing():
    assert answer(FILE, [one.answered("") for one in asked(FILE)]) == FILE
    assert answer(FILE, []) == FILE


@pytest.mark.parametrize(
    "wrong",
    [
        Answer("ai", ("check",), "maybe"),
        Answer("ai", ("gone",), "allowed"),
        Answer("outcome", ("s",), "Kein Schritt"),
        Answer("label", ("check",), "Kein Zweig"),
        Answer("participant", ("check",), "Kein Pool"),
        Answer("colour", ("check",), "rot"),
        Answer("effort_hours", ("check",), (4, 2)),
        Answer("effort_hours", ("check",), (1, float("inf"))),
        Answer("effort_hours", ("check",), "zwei"),
        Answer("deadline", ("check",), "bald"),
        Answer("deadline", ("check",), "= 1 +"),
        Answer("acceptance", ("check",), "waived"),
        Answer("skills", ("check",), 5),
        Answer("performer", ("check",), "x" * 5000),
    ],
)
def test_answer_that_does_not_fit_is_refused_with_what_is_expected(wrong):
    with pytest.raises(Broken) as refused:
        answer(FILE, [wrong])
    assert refused.value.fault.expected.de
    assert refused.value.fault.next_step.en


def test_list_may_be_typed_as_text():
    changed = read(
        answer(FILE, [Answer("skills", ("check",), "Steuern; Englisch B2"), Answer("ai", ("check",), "forbidden")])
    )
    assert changed.nodes["check"].facts.skills == ("Steuern", "Englisch B2")
    assert changed.nodes["check"].facts.ai is AiUse.FORBIDDEN


@pytest.mark.corpus
def test_reference_models_can_be_answered_to_the_end(corpus):
    for name in ("ref_A.4.0", "ref_C.1.0", "signavio_C.3.0-export", "adonis_B.1.0-export"):
        current = (corpus / "bpmn-miwg" / f"{name}.bpmn").read_bytes()
        for process in read(current).processes:
            for _ in range(3):
                current = answer(current, [q.answered(value_for(q)) for q in questions(read(current), process.id)])
            left = check_process(read(current), process.id).findings
            assert {f.code for f in left}.isdisjoint(MISSING), (name, process.id)
