"""Storing answers in the BPMN file: what was asked for changes, every other byte stays."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import examples
from tests.process.samples import APPROVAL, source
from werkfluss.kernel.errors import Broken
from werkfluss.process.bpmn import read, write
from werkfluss.process.extension import with_conditions, with_facts, with_labels, with_names, with_performers
from werkfluss.process.model import WERKFLUSS_NS, AiUse, Words, WorkFacts

FILE = """<?xml version='1.0' encoding="UTF-8" standalone='no'?>
<!-- drawn by hand -->
<b:definitions xmlns:b='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:x="urn:x"   id="d">
  <b:process id="p"  name='Rück&#38;weg' >
    <b:laneSet id="ls">
      <b:lane id="lane" name='Ein "Kauf"'><b:flowNodeRef>bare</b:flowNodeRef></b:lane>
    </b:laneSet>
    <b:task id="bare" name="Prüfen" />
    <b:task id="noted">
      <b:documentation>eins</b:documentation>
      <b:documentation><![CDATA[zwei & drei]]></b:documentation>
      <b:incoming>f</b:incoming>
    </b:task>
    <b:userTask x:name=" name='falsch' " id='foreign'><b:extensionElements>
        <x:other a="1"><!-- kept --></x:other>
      </b:extensionElements></b:userTask>
    <b:task id="inline"><b:extensionElements/></b:task><b:task id="closed"></b:task>
    <?keep this?>
    <b:endEvent id="end" name='a > b'/>
  </b:process>
</b:definitions>
"""
ACTIVITIES = ("bare", "noted", "foreign", "inline", "closed")

text = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" <>&\"'äß€"), min_size=1, max_size=20
).map(lambda value: " ".join(value.split()) or "x")
words = st.dictionaries(st.sampled_from(["", "de", "en", "fr"]), text, min_size=1).map(
    lambda texts: Words(tuple(sorted(texts.items())))
)
minutes = st.integers(0, 10_000).map(lambda value: value / 60)
facts = st.builds(
    WorkFacts,
    skills=st.lists(text, max_size=3).map(tuple),
    outcome=st.none() | words,
    criteria=st.lists(words, max_size=3).map(tuple),
    effort=st.none() | st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair))),
    data_class=st.just("") | text,
    due=st.just("") | text,
    ai=st.sampled_from(AiUse),
    ai_purpose=st.none() | words,
    acceptance=st.just("") | text,
    acceptance_reason=st.just("") | text,
    operation=st.just("") | text,
    tool=st.just("") | text,
    decision=st.just("") | text,
    result=st.just("") | text,
    performer=st.just("") | text,
    follow_up=st.just("") | text,
)


def in_minutes(given_facts: WorkFacts) -> WorkFacts:
    """Efforts are stored to the minute."""
    if given_facts.effort is None:
        return given_facts
    low, high = (round(hours * 60) for hours in given_facts.effort)
    return WorkFacts(**{**{f: getattr(given_facts, f) for f in WorkFacts.__slots__}, "effort": (low, high)})


def canonical(data: bytes) -> str:
    """Without white space between elements and without the declaration of our namespace."""
    declaration = f' xmlns:wf="{WERKFLUSS_NS}"'.encode()
    plain = data if b"<wf:" in data else data.replace(declaration, b"")
    root = etree.fromstring(plain)
    for element in root.iter():
        if not (element.text or "").strip() and isinstance(element.tag, str):
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
    for empty in root.xpath("//*[local-name()='extensionElements'][not(node())]"):
        empty.getparent().remove(empty)
    return etree.tostring(root, method="c14n").decode()


@settings(max_examples=examples(30), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(changes=st.dictionaries(st.sampled_from(ACTIVITIES), facts, min_size=1))
def test_facts_are_stored_read_and_removed(changes):
    before = FILE.encode()
    after = with_facts(before, changes)
    nodes = read(after).nodes
    for element in ACTIVITIES:
        assert in_minutes(nodes[element].facts) == in_minutes(changes.get(element, WorkFacts()))
    assert with_facts(after, changes) == after
    assert canonical(with_facts(after, dict.fromkeys(changes, WorkFacts()))) == canonical(before)


@settings(max_examples=examples(30), deadline=None)
@given(label=words, performer=text, name=text)
def test_label_performer_and_name_are_stored_read_and_removed(label, performer, name):
    before = with_facts(FILE.encode(), {"bare": WorkFacts(skills=("x",))})
    after = with_performers(with_labels(before, {"bare": label, "lane": label}), {"lane": performer})
    found = read(after)
    assert (found.nodes["bare"].label, found.lanes["lane"].label) == (label, label)
    assert found.performer(found.nodes["bare"]) == performer
    assert found.nodes["bare"].facts.skills == ("x",)
    cleared = with_performers(with_labels(after, {"bare": None, "lane": None}), {"lane": ""})
    assert canonical(cleared) == canonical(before)
    renamed = read(with_names(after, {"bare": name, "noted": name, "end": name, "foreign": name}))
    assert {renamed.nodes[one].name for one in ("bare", "noted", "end", "foreign")} == {name}
    assert with_names(with_names(before, {"end": name}), {"end": "a > b"}).count(b'name="a &gt; b"') == 1


def test_only_the_lines_of_the_change_differ():
    after = with_facts(FILE.encode(), {"noted": WorkFacts(skills=("a",), data_class="public")}).decode()
    was, now = FILE.splitlines(), after.splitlines()
    assert [line for line in now if line not in was] == [
        f'<b:definitions xmlns:b=\'http://www.omg.org/spec/BPMN/20100524/MODEL\' xmlns:x="urn:x"   id="d"'
        f' xmlns:wf="{WERKFLUSS_NS}">',
        "      <b:extensionElements>",
        "        <wf:skill>a</wf:skill>",
        '        <wf:work dataClass="public"/>',
        "      </b:extensionElements>",
    ]
    assert [line for line in was if line not in now] == [was[2]]
    assert now[10:12] == [was[10], "      <b:extensionElements>"]


def test_bare_element_is_opened_in_the_style_of_the_file():
    after = with_performers(FILE.encode(), {"bare": "A & B"}).decode()
    assert (
        '\n    <b:task id="bare" name="Prüfen" >\n      <b:extensionElements>\n'
        "        <wf:performer>A &amp; B</wf:performer>\n      </b:extensionElements>\n    </b:task>\n"
    ) in after


def test_foreign_extensions_stay_where_they_are():
    after = with_labels(FILE.encode(), {"foreign": Words((("en", "Check"),))}).decode()
    assert '<x:other a="1"><!-- kept --></x:other>\n        <wf:label en="Check"/>\n      </b:ext' in after
    assert with_labels(after.encode(), {"foreign": None}).decode().replace(f' xmlns:wf="{WERKFLUSS_NS}"', "") == FILE


@pytest.mark.parametrize(
    ("codec", "mark", "declared"),
    [
        ("utf-8", codecs.BOM_UTF8, "UTF-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-8", b"", "UTF-16"),
        ("iso-8859-1", b"", "ISO-8859-1"),
        ("cp1252", b"", "windows-1252"),
    ],
)
def test_encoding_and_line_ends_of_the_file_are_kept(codec, mark, declared):
    before = mark + FILE.replace('"UTF-8"', f'"{declared}"').replace("\n", "\r\n").encode(codec)
    after = with_labels(before, {"bare": Words((("de", "Grün für 5 €"),)), "end": Words((("ja", "終"),))})
    assert after.startswith(mark)
    plain = after[len(mark) :].decode(codec)
    assert plain.count("\n") == plain.count("\r\n") > FILE.count("\n")
    found = read(after).nodes
    assert (found["bare"].name, found["bare"].name_in("de")) == ("Prüfen", "Grün für 5 €")
    assert found["end"].name_in("ja") == "終"
    back = with_labels(after, {"bare": None, "end": None})
    assert canonical(back[len(mark) :].decode(codec).replace(f'"{declared}"', '"UTF-8"').encode()) == canonical(
        FILE.encode()
    )


def test_file_in_an_encoding_unknown_to_python_is_written_but_not_edited():
    before = FILE.replace('"UTF-8"', '"VISCII"').replace("ü", "u").encode()
    assert read(write(read(before))).nodes["bare"].name == "Prufen"
    with pytest.raises(Broken, match="not changed in place") as caught:
        with_names(before, {"bare": "x"})
    assert caught.value.fault.next_step.en == "Save the file as UTF-8."


def test_prefix_that_is_taken_is_not_used():
    for declared in ('xmlns:wf="urn:other"', f'xmlns:own="{WERKFLUSS_NS}"', f'xmlns="{WERKFLUSS_NS}"'):
        before = FILE.replace('xmlns:x="urn:x"', f'xmlns:x="urn:x" {declared}').encode()
        after = with_facts(before, {"bare": WorkFacts(tool="t")})
        assert read(after).nodes["bare"].facts.tool == "t"
        assert (b"<wf1:work" in after, b"<own:work" in after) == (
            "urn:other" in declared,
            "xmlns:own" in declared,
        )


@pytest.mark.parametrize(
    "written",
    [
        "<b:sequenceFlow id='f' sourceRef='bare' targetRef='end'/>",
        "<b:sequenceFlow id='f' sourceRef='bare' targetRef='end'></b:sequenceFlow>",
        "<b:sequenceFlow id='f' sourceRef='bare' targetRef='end'><b:documentation>x</b:documentation>\n"
        "    </b:sequenceFlow>",
        "<b:sequenceFlow id='f' sourceRef='bare' targetRef='end'>\n      <b:conditionExpression language='juel'>"
        "<![CDATA[${a == 1}]]></b:conditionExpression>\n    </b:sequenceFlow>",
    ],
)
def test_condition_is_set_replaced_and_removed(written):
    before = FILE.replace("<?keep this?>", f"<?keep this?>\n    {written}")
    after = with_conditions(before.encode(), {"f": "amount < 3 and ok"})
    flow = read(after).flows["f"]
    assert (flow.conditional, flow.condition, flow.language) == (True, "= amount < 3 and ok", "")
    assert after.decode().count("conditionExpression") == 2
    assert 'xsi:type="b:tFormalExpression">= amount &lt; 3 and ok</b:conditionExpression>' in after.decode()
    start, end = before.partition(written)[::2]
    assert after.decode().endswith(end)
    assert after.decode().replace(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', "").startswith(start)
    assert with_conditions(after, {"f": "= amount < 3 and ok"}) == after
    cleared = read(with_conditions(after, {"f": ""})).flows["f"]
    assert (cleared.conditional, cleared.condition) == (False, "")


def test_control_characters_are_left_out():
    assert read(with_names(source(APPROVAL), {"do": "a\x00b\x0bc\ud800"})).nodes["do"].name == "abc"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: with_facts(data, {"gone": WorkFacts()}),
        lambda data: with_labels(data, {"gone": None}),
        lambda data: with_performers(data, {"gone": "x"}),
        lambda data: with_names(data, {"gone": "x"}),
        lambda data: with_labels(data, {"bare": Words((("<de>", "x"),))}),
        lambda data: with_names(data[:-20], {"bare": "x"}),
    ],
)
def test_change_that_cannot_be_made_is_refused(change):
    with pytest.raises(Broken):
        change(FILE.encode())


@pytest.mark.corpus
def test_files_of_every_tool_take_answers_and_give_them_back(corpus):
    paths = [path for case in ("A.4.1", "B.1.0", "C.1.1") for path in (corpus / "bpmn-miwg").glob(f"*_{case}*.bpmn")]
    assert len(paths) >= 20
    for path in paths:
        before = path.read_bytes()
        definitions = read(before, path.name)
        steps = [node.id for node in definitions.nodes.values()]
        stored = {step: WorkFacts(skills=("a",), tool="<&>") for step in steps}
        lanes = dict.fromkeys(definitions.lanes, "Büro")
        after = with_performers(with_facts(before, stored), lanes)
        found = read(after, path.name)
        assert {node.id: node.facts for node in found.nodes.values()} == stored, path.name
        assert {lane.performer for lane in found.lanes.values()} <= {"Büro"}
        back = with_performers(
            with_facts(after, dict.fromkeys(steps, WorkFacts())), dict.fromkeys(definitions.lanes, "")
        )
        assert read(back).processes == definitions.processes, path.name
        assert canonical(back) == canonical(before), path.name
