"""Texts of a file in several languages: documentation, pools, skills, tools, reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from tests.process.samples import model, source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.diff import compare
from werkfluss.process.extension import with_facts, with_performers
from werkfluss.process.model import Words, WorkFacts
from werkfluss.process.svg import draw


def notes(*texts):
    return "".join(
        f"<documentation{f' xml:lang={chr(34)}{tag}{chr(34)}' if tag else ''}>{t}</documentation>" for tag, t in texts
    )


@pytest.mark.parametrize(
    ("texts", "german", "english"),
    [
        ((("de", "Prüfen"), ("en", "Check")), "Prüfen", "Check"),
        ((("en-GB", "Check"), ("de-AT", "Prüfen")), "Prüfen", "Check"),
        ((("", "Prüfen"), ("en", "Check")), "Prüfen", "Check"),
        ((("en", "Check"),), "Check", "Check"),
        ((("", "Erst"), ("", "dann")), "Erst dann", "Erst dann"),
        ((("de", " "), ("en", "")), "", ""),
    ],
)
def test_documentation_is_chosen_by_language(texts, german, english):
    node = model(f'<userTask id="t">{notes(*texts)}</userTask>').nodes["t"]
    assert (node.documentation, node.documentation_in("de"), node.documentation_in("en")) == (german, german, english)


def test_templates_are_documented_in_both_languages():
    for definitions in map(library.load, library.names()):
        for process in definitions.processes:
            assert process.documentation == process.documentation_in("de")
            assert process.documentation_in("en") not in ("", process.documentation)


def test_pool_has_its_name_in_both_languages_and_the_drawing_shows_it():
    definitions = library.load("complaint")
    (pool,) = definitions.participants
    assert (pool.name_in("de"), pool.name_in("en")) == ("Reklamation bearbeiten", "Handling a complaint")
    titles = {}
    for language in ("de", "en"):
        svg = etree.fromstring(draw(definitions, language=language))
        (band,) = [one for one in svg.iter("{*}g") if one.get("data-element") == pool.id]
        titles[language] = " ".join("".join(part.itertext()) for part in band.iter("{*}tspan"))
    assert titles == {"de": "Reklamation bearbeiten", "en": "Handling a complaint"}


TAGGED = (
    "<extensionElements>"
    '<wf:skill de="KI-Aufsicht" en="AI oversight"/><wf:skill>Excel</wf:skill><wf:skill de="Recht" en="Law"/>'
    '<wf:performer de="Personal" en="HR"/><wf:tool de="Ordnet Belege ein" en="Files receipts"/>'
    '<wf:acceptanceReason de="Nur ein Vorschlag" en="A proposal only"/>'
    '<wf:work acceptance="waived" ai="allowed"/></extensionElements>'
)
FILE = source(f'<userTask id="t">{TAGGED}</userTask>')


def facts_of(data):
    return read(data).nodes["t"].facts


def test_texts_of_a_step_are_said_in_both_languages():
    facts = facts_of(FILE)
    assert facts.skills == ("KI-Aufsicht", "Excel", "Recht")
    assert [facts.said(skill, "en") for skill in facts.skills] == ["AI oversight", "Excel", "Law"]
    assert (facts.tool, facts.said(facts.tool, "en")) == ("Ordnet Belege ein", "Files receipts")
    assert (facts.acceptance_reason, facts.said(facts.acceptance_reason, "en")) == (
        "Nur ein Vorschlag",
        "A proposal only",
    )
    assert (facts.performer, facts.said(facts.performer, "en"), facts.said("HR", "de")) == ("Personal", "HR", "HR")


def test_english_texts_stay_when_something_else_is_answered():
    facts = facts_of(FILE)
    assert facts_of(with_facts(FILE, {"t": facts})) == facts
    bare = replace(facts, due="P5D", translations=())
    assert facts_of(with_facts(FILE, {"t": bare})) == replace(facts, due="P5D")


def test_text_that_changes_loses_its_old_translation_and_the_others_keep_theirs():
    after = facts_of(with_facts(FILE, {"t": replace(facts_of(FILE), skills=("Recht", "Neu"), tool="Bucht")}))
    assert [after.said(skill, "en") for skill in after.skills] == ["Law", "Neu"]
    assert (after.tool, after.said(after.tool, "en")) == ("Bucht", "Bucht")
    assert after.said(after.acceptance_reason, "en") == "A proposal only"


def test_translation_can_be_given():
    new = replace(facts_of(FILE), tool="Bucht", translations=(Words((("de", "Bucht"), ("en", "Posts"))),))
    assert facts_of(with_facts(FILE, {"t": new})).said("Bucht", "en") == "Posts"


def test_role_keeps_its_english_name_when_it_is_stored_alone():
    assert facts_of(with_performers(FILE, {"t": "Personal"})).said("Personal", "en") == "HR"
    assert facts_of(with_performers(FILE, {"t": "Recht"})).performer == "Recht"


def test_older_files_with_the_text_in_an_attribute_are_read_and_written_as_they_were():
    box = '<extensionElements><wf:work acceptance="waived" acceptanceReason="klein" tool="Bucht"/></extensionElements>'
    data = source(f'<userTask id="t">{box}</userTask>')
    facts = facts_of(data)
    assert (facts.tool, facts.acceptance_reason, facts.translations) == ("Bucht", "klein", ())
    assert with_facts(data, {"t": facts}) == data


def test_second_extension_box_does_not_keep_what_was_replaced():
    first = '<extensionElements><other xmlns="https://tool.example"/></extensionElements>'
    second = '<extensionElements><wf:skill>alt</wf:skill><wf:work due="P1D"/></extensionElements>'
    data = source(f'<userTask id="t">{first}{second}</userTask>')
    assert facts_of(data).skills == ("alt",)
    after = with_facts(data, {"t": WorkFacts(skills=("neu",))})
    assert facts_of(after) == WorkFacts(skills=("neu",))
    assert after.count(b"extensionElements>") == 2
    assert b"tool.example" in after
    assert facts_of(with_facts(after, {"t": WorkFacts()})) == WorkFacts()


def test_difference_in_the_other_language_alone_is_said():
    other = FILE.replace(b"AI oversight", b"Oversight of AI")
    (found,) = compare(read(FILE), read(other)).differences
    assert "Oversight of AI" in found.after
    changed = FILE.replace(b"KI-Aufsicht", b"Aufsicht")
    assert [one.field for one in compare(read(FILE), read(changed)).differences] == ["skills"]
