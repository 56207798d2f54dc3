"""The wording of cited provisions: complete where the statute was at hand, dated, with its source; honest where not."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.law.conftest import REVIEWED
from tools.law_citations import AiActUnit, Cited, acts_cited, ai_act_cited
from tools.law_sources import ACTS, listed, read_statutes
from tools.write_law_texts import collect, written
from werkfluss.kernel.errors import Broken
from werkfluss.law import api, signed, wording
from werkfluss.law.commands import law
from werkfluss.law.pack import read_yaml

PACKS = api.library().packs
PROVISIONS = [wording.provision(pack, name) for pack in PACKS.values() for name in pack.provisions]
# Excerpts: what they do not hold. A yearly update may shorten this list, never lengthen it.
NOT_IN_EXCERPT = {
    "BGB": {"§ 126a", "§ 195", "§ 199"},
    "SGB III": {"§ 404", "§ 358–§ 361"},
    "SGB V": {"§ 242a"},
    "SGB VI": {"§ 7", "§ 158", "§ 163", "§ 190a"},
    "UStG": {"§ 12", "§ 28", "§ 3a", "§ 4"},
}


def test_every_citation_of_a_statute_at_hand_has_its_wording():
    lacking = set()
    for provision in PROVISIONS:
        held = {(passage.act.name, passage.number) for passage in provision.passages}
        for cited in acts_cited(provision.citation.label):
            first = cited.section.partition("–")[0]
            if cited.act in ACTS and (cited.act, first) not in held:
                lacking.add((cited.act, cited.section))
    assert lacking == {(act, section) for act, sections in NOT_IN_EXCERPT.items() for section in sections}


def test_every_citation_of_the_ai_act_has_its_wording():
    for provision in PROVISIONS:
        if list(ai_act_cited(provision.citation.label)):
            assert any(passage.act.name == "KI-VO" for passage in provision.passages), provision.citation.label


def test_wording_contains_the_cited_paragraph():
    seen = 0
    for provision in PROVISIONS:
        starts = [line.split(" ")[0] for passage in provision.passages for line in passage.paragraphs]
        for cited in acts_cited(provision.citation.label):
            if cited.act in ACTS and f"{cited.section} {cited.act}" not in provision.missing and provision.passages:
                assert set(cited.paragraphs) <= set(starts), provision.citation.label
                seen += len(cited.paragraphs)
        for unit in ai_act_cited(provision.citation.label):
            text = provision.text("en")
            assert f"{unit.paragraph}." in text or not unit.paragraph or unit.kind == "annex"
            assert f"({unit.point})" in text or f"({unit.point}) " in text or not unit.point
            seen += 1
    assert seen > 250


def test_no_wording_without_source_state_and_day():
    for provision in PROVISIONS:
        for passage in provision.passages:
            assert passage.act.source
            assert passage.act.licence
            assert passage.url.startswith("https://")
            assert date(2024, 1, 1) < passage.act.retrieved <= REVIEWED
            assert passage.paragraphs
            assert all(passage.paragraphs)
            assert passage.act.as_amended or passage.act.name in NOT_IN_EXCERPT
            for language in ("de", "en"):
                said = provision.text(language)
                assert wording.source_line(passage.act).in_language(language) in said
                assert wording.NOT_OFFICIAL.in_language(language) in said


def test_what_is_not_at_hand_says_so_and_keeps_summary_and_link():
    provision = api.provision("de/pension", "estg_100")
    assert provision.missing == ("§ 100 EStG",)
    assert provision.citation.url
    assert provision.citation.summary.de in provision.text("de")
    assert wording.NO_WORDING.de in provision.text("de")
    partly = api.provision("de/residence", "sgb4_28a")
    assert partly.missing == ("§ 6 DEÜV",)
    assert "Meldepflicht" in partly.text("de")
    assert f"§ 6 DEÜV: {wording.NO_WORDING.en}" in partly.text("en")


def test_provision_that_no_pack_holds_is_refused():
    with pytest.raises(Broken):
        api.provision("de/residence", "nothing_9")
    with pytest.raises(Broken):
        api.provision("xx/nothing", "estg_100")


def test_wording_of_a_paragraph_and_of_a_point():
    assert "vier Wochen ab Kenntnis" in api.provision("de/residence", "aufenthg_4a_5").text("de")
    point = api.provision("eu/ai_act", "annex_3_4a").text("en")
    assert "recruitment or selection of natural persons" in point
    assert "termination" not in point
    filtered = api.provision("eu/ai_act", "art_6_3").text("en")
    assert "narrow procedural task" in filtered
    assert "performs profiling of natural persons" in filtered


def test_cited_provisions_of_a_rule_include_all_that_its_verdicts_cite():
    """What the code can cite holds what it does cite, in every case of the law tests."""
    from tests.law.conftest import CASES, read_case

    can = {rule: {each.citation.id for each in api.library().provisions_of(rule)} for rule in _rules()}
    for path in CASES[::7]:
        case = read_case(path)
        verdict = api.check(case["rule"], case["facts"], date.fromisoformat(case["day"]), today=REVIEWED)
        assert {citation.id for citation in verdict.citations} <= can[case["rule"]], path.stem


def _rules() -> list[str]:
    return [info.id for info in api.rules()]


def test_explain_prints_the_wording():
    shown = CliRunner().invoke(law, ["explain", "de/working_time/rest", "--wording"])
    assert shown.exit_code == 0
    assert "mindestens elf Stunden" in shown.output
    assert "Keine amtliche Fassung" in shown.output
    short = CliRunner().invoke(law, ["explain", "de/working_time/rest"])
    assert "§ 5 ArbZG" in short.output
    assert "mindestens elf Stunden" not in short.output


def test_checks_do_not_read_wording(monkeypatch):
    def refuse(_file):
        raise AssertionError("a check must not read the wording")

    monkeypatch.setattr(wording, "read_yaml", refuse)
    monkeypatch.setattr(wording, "_KEPT", {})
    fresh = api.Library(next(iter(PACKS.values())).folder.parents[1])
    assert fresh.check("de/working_time/rest", {"rest_hours": "8"}, REVIEWED, today=REVIEWED).citations


def test_signed_pack_carries_its_wording(tmp_path):
    private, public = signed.new_key()
    packed = signed.sign(signed.build(PACKS["de/aueg"].folder), private)
    signed.install(packed, tmp_path, [public])
    library = api.Library(installed=tmp_path, trusted=[public])
    assert "18 aufeinander folgende Monate" in library.provision("de/aueg", "aueg_1_1b").text("de")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("§ 4 Abs. 3, § 30b BetrAVG", [Cited("BetrAVG", "§ 4", ("(3)",)), Cited("BetrAVG", "§ 30b")]),
        ("§§ 24 bis 27 KSVG", [Cited("KSVG", "§ 24–§ 27")]),
        ("§ 87 Abs. 1 Nr. 6, § 90 BetrVG", [Cited("BetrVG", "§ 87", ("(1)",)), Cited("BetrVG", "§ 90")]),
        ("§ 39 Satz 1 Nr. 7, 7a AufenthV", [Cited("AufenthV", "§ 39")]),
        ("§ 90 Abs. 1 Nr. 3, Abs. 2 BetrVG", [Cited("BetrVG", "§ 90", ("(1)", "(2)"))]),
        ("§ 13 Abs. 3–5 ArbZG", [Cited("ArbZG", "§ 13", ("(3)", "(4)", "(5)"))]),
        ("Art. 45 DSGVO", []),
    ],
)
def test_label_is_read_as_lawyers_write_it(label, expected):
    assert list(acts_cited(label)) == expected


def test_ai_act_label_is_read_as_lawyers_write_it():
    assert list(ai_act_cited("Art. 99 Abs. 6 und 6a KI-VO")) == [
        AiActUnit("article", "99", "6"),
        AiActUnit("article", "99", "6a"),
    ]
    assert list(ai_act_cited("Anhang III Nr. 4 Buchst. a KI-VO")) == [AiActUnit("annex", "III", "4", "a")]
    assert list(ai_act_cited("Art. 12 DSGVO")) == []


def test_list_items_get_lines_of_their_own_and_no_word_changes():
    text = "(1) Er muss, 1. ab dem 1. Januar prüfen, 2. Kopien führen und 3. melden."
    assert listed(text).split("\n")[1:] == ["1. ab dem 1. Januar prüfen,", "2. Kopien führen und", "3. melden."]
    assert re.sub(r"\s+", " ", listed(text)) == text


def _statutes(folder: Path) -> Path:
    head = "<!-- Nachweisgesetz (NachwG). State as printed by the source: Zuletzt geändert durch G v. 1.1.2026. Public"
    (folder / "nachwg.md").write_text(
        f"{head} statute text, copied 2026-02-03 or earlier; check later amendments. -->\n\n# § 2 Nachweispflicht\n\n"
        "(1) Der Arbeitgeber hat: 1. den Namen, 2. den Beginn niederzulegen.\n\n(2) Weiteres.\n\nEin Nachsatz.\n\n"
        "# Anhang\n\n(1) Gehört zu keinem Paragrafen.\n",
        encoding="utf-8",
    )
    (folder / "bgb_selected.md").write_text("# § 611a Arbeitsvertrag\n\nOhne Absatz.\n", encoding="utf-8")
    return folder


def test_statutes_are_read_with_state_day_and_paragraphs(tmp_path):
    found = read_statutes(_statutes(tmp_path), "2026-04-29")
    law_of_proof, civil_code = found["NachwG"], found["BGB"]
    assert (law_of_proof.title, law_of_proof.retrieved) == ("Nachweisgesetz (NachwG)", "2026-02-03")
    assert law_of_proof.as_amended == "Zuletzt geändert durch G v. 1.1.2026"
    paragraphs = law_of_proof.sections["§ 2"].paragraphs
    assert paragraphs["(1)"].split("\n")[1:] == ["1. den Namen,", "2. den Beginn niederzulegen."]
    assert paragraphs["(2)"] == "(2) Weiteres.\nEin Nachsatz."
    assert law_of_proof.found("§ 3") == []
    assert (civil_code.retrieved, civil_code.as_amended) == ("2026-04-29", "")
    assert civil_code.sections["§ 611a"].paragraphs == {"": "Ohne Absatz."}


def test_statute_that_does_not_say_when_it_was_copied_is_refused(tmp_path):
    with pytest.raises(ValueError, match="copied"):
        read_statutes(_statutes(tmp_path), "")


def test_written_texts_are_read_back_equal(tmp_path):
    statutes = read_statutes(_statutes(tmp_path), "2026-04-29")
    texts = collect(PACKS["de/terms"], statutes, None)
    file = tmp_path / "texts.yaml"
    file.write_text(written(texts, dict(statutes)), encoding="utf-8")
    document = read_yaml(file)
    section = document["acts"]["NachwG"]["sections"]["§ 2"]
    assert section["paragraphs"] == {"(1)": statutes["NachwG"].sections["§ 2"].paragraphs["(1)"]}
    assert document["provisions"] == {"nachwg_2_1": [{"act": "NachwG", "section": "§ 2", "paragraphs": ["(1)"]}]}
    assert "tzbfg_16" not in document["provisions"]
