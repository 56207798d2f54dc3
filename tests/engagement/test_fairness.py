"""The fairness check: sees what burdens a side in German and English, leaves fair words alone, and one edit mends it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from tests.engagement.test_contract_library import full_draft, sheet
from werkfluss.engagement.contracts import assemble, fairness, files, library
from werkfluss.engagement.contracts.commands import engagement
from werkfluss.engagement.contracts.concerns import CONCERNS
from werkfluss.engagement.contracts.patterns import PATTERNS, days_named
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import LANGUAGES, Text

UNFAIR = [
    ("Die Zahlung erfolgt innerhalb von 90 Tagen nach Rechnungseingang.", "payment_late", "contractor"),
    ("Die Vergütung ist nach drei Monaten zur Zahlung fällig.", "payment_late", "contractor"),
    ("Payment shall be made within sixty (60) days of receipt of invoice.", "payment_late", "contractor"),
    ("Die Zahlung wird erst fällig, wenn der Endkunde gezahlt hat.", "payment_conditional", "contractor"),
    ("Payment is due only after the end client has paid.", "payment_conditional", "contractor"),
    ("Verzugszinsen sind ausgeschlossen.", "late_interest", "contractor"),
    ("Der Auftragnehmer überträgt sämtliche Rechte an allen Ergebnissen auf den Auftraggeber.", "rights_grab", "contractor"),
    ("The Contractor hereby assigns all right, title and interest to the Client.", "rights_grab", "contractor"),
    ("Eingeschlossen sind Rechte für unbekannte Nutzungsarten.", "rights_unknown", "contractor"),
    ("Die Nutzungsrechte gehen unabhängig von der Zahlung über.", "rights_before_pay", "contractor"),
    ("Bei jedem Verstoß zahlt der Auftragnehmer eine Vertragsstrafe von 10.000 Euro.", "penalty", "contractor"),
    ("For each breach the Client pays liquidated damages of EUR 10,000.", "penalty", "client"),
    ("Bei Verstößen zahlt jede Partei eine Vertragsstrafe.", "penalty", "both"),
    ("The Client may change the scope at any time at its sole discretion.", "unilateral_change", "contractor"),
    ("Der Auftraggeber behält sich vor, den Umfang jederzeit zu ändern.", "unilateral_change", "contractor"),
    ("Der Auftraggeber kann den Vertrag jederzeit ohne Einhaltung einer Frist kündigen.", "notice", "contractor"),
    ("The Client may terminate this agreement for convenience without notice.", "notice", "contractor"),
    ("Mit der Kündigung entfällt der Vergütungsanspruch.", "notice_unpaid", "contractor"),
    ("Der Auftragnehmer darf zwölf Monate nach Vertragsende nicht für Wettbewerber tätig werden.", "noncompete_unpaid", "contractor"),
    ("For twelve months after termination the Contractor shall not work for competitors.", "noncompete_unpaid", "contractor"),
    ("Der Auftragnehmer haftet unbeschränkt für alle Schäden.", "liability_uncapped", "contractor"),
    ("The Contractor shall indemnify the Client against any and all losses.", "liability_uncapped", "contractor"),
    ("Der Auftraggeber haftet unbegrenzt.", "liability_uncapped", "client"),
    ("Der Auftragnehmer haftet verschuldensunabhängig.", "liability_no_fault", "contractor"),
    ("Jede Haftung des Auftragnehmers ist ausgeschlossen.", "liability_excluded", "client"),
    ("Der Auftragnehmer wird ausschließlich für den Auftraggeber tätig.", "exclusivity", "both"),
    ("The Contractor shall work solely for the Client.", "exclusivity", "both"),
    ("Ein Zurückbehaltungsrecht des Auftragnehmers ist ausgeschlossen.", "retention_waiver", "contractor"),
    ("The Contractor may withhold access data until payment.", "retention_data", "client"),
    ("Das Werk gilt nach 5 Tagen Schweigen als abgenommen.", "silence", "client"),
    ("The work is deemed accepted if the Client does not object.", "silence", "client"),
    ("Die Aufrechnung ist ausgeschlossen.", "set_off", "contractor"),
    ("Ausschließlicher Gerichtsstand ist München.", "venue", "contractor"),
    ("The courts of Hamburg have exclusive jurisdiction.", "venue", "contractor"),
    ("Der Auftragnehmer hat die Arbeitszeit von 9 bis 17 Uhr einzuhalten.", "instructions", "both"),
    ("Alle Nachbesserungen und Änderungen sind mit der Vergütung abgegolten.", "all_in", "contractor"),
    ("Auf eine weitere Beteiligung wird verzichtet.", "waives_fairness", "contractor"),
]  # fmt: skip
FAIR = [
    "Die Zahlung ist innerhalb von 14 Tagen fällig.",
    "Ein Wettbewerbsverbot ist nicht vereinbart.",
    "Eine Vertragsstrafe wird nicht vereinbart.",
    "No penalty applies.",
    "Der Auftragnehmer unterliegt keinen Weisungen.",
    "The Contractor is free in the working hours.",
    "Mit unbestrittenen Forderungen darf aufgerechnet werden.",
    "Der Gerichtsstand richtet sich nach dem Gesetz.",
    "Der Auftraggeber kann nicht einseitig ändern.",
    "Beide Parteien haften für Vorsatz unbegrenzt.",
    "Die Berufshaftpflichtversicherung wird 90 Tage nach Vertragsschluss fällig.",
    "Der Auftragnehmer arbeitet sechs Monate lang nicht für Wettbewerber. Dafür zahlt der Auftraggeber eine "
    "Karenzentschädigung.",
    "",
]


@pytest.mark.parametrize(("sentence", "code", "burdens"), UNFAIR, ids=lambda value: str(value)[:30])
def test_burdening_sentence_is_seen(sentence: str, code: str, burdens: str) -> None:
    text = f"Vorab steht ein harmloser Satz, z. B. dieser. {sentence} Danach kommt noch einer."
    found = {one.code: one for one in fairness.check_text(text)}
    assert code in found
    assert found[code].burdens == burdens
    assert found[code].excerpt == sentence
    assert found[code].references


@pytest.mark.parametrize("sentence", FAIR)
def test_fair_sentence_is_left_alone(sentence: str) -> None:
    assert fairness.check_text(sentence) == ()


def test_every_pattern_has_a_concern_and_is_shown_by_an_example() -> None:
    assert {one.code for one in PATTERNS} <= set(CONCERNS)
    assert {one.code for one in PATTERNS} == {code for _, code, _ in UNFAIR}


def test_sentences_that_mend_are_fair_themselves() -> None:
    for one in CONCERNS.values():
        for language in LANGUAGES:
            assert fairness.check_text(one.instead.in_language(language)) == (), one.code


def test_no_finding_in_the_words_of_the_library() -> None:
    for clause in library.clauses().values():
        for variant in clause.variants:
            if variant.terms.get("exclusive"):
                continue  # chosen on purpose, told by its data
            for language in LANGUAGES:
                assert fairness.check_text(variant.text.in_language(language)) == (), (clause.key, variant.key)


@pytest.mark.parametrize("kind", sorted(library.kinds()))
def test_recommended_contract_is_fair(kind: str) -> None:
    assert fairness.check_draft(full_draft(kind)) == ()


@pytest.mark.parametrize(
    ("clause", "variant", "code"),
    [
        ("liability", "statute", "liability_uncapped"),
        ("substitution", "personal", "substitution_none"),
        ("acceptance", "d30", "acceptance_long"),
        ("no_exclusivity", "only", "exclusivity"),
        ("independence", "as_ordered", "instructions"),
    ],
)
def test_tilted_variant_is_found_by_its_data_and_mended(clause: str, variant: str, code: str) -> None:
    draft = assemble.with_facts(full_draft("werkvertrag"), {"organisation": "Feste Zeiten."})
    draft = assemble.with_variant(draft, clause, variant)
    (found,) = fairness.check_draft(draft)
    assert (found.code, found.clause, found.basis) == (code, clause, "terms")
    assert fairness.can_mend(draft, found)
    assert fairness.check_draft(fairness.mended(draft, clause=clause, code=code)) == ()


def test_long_payment_term_of_the_order_is_found() -> None:
    draft = assemble.with_facts(full_draft("werkvertrag"), {"payment_days": 45})
    (found,) = fairness.check_draft(draft)
    assert found.code == "payment_late"
    assert "§ 271a Abs. 1 BGB" in found.references
    mended = fairness.mended(draft, clause="payment", code="payment_late")
    assert "innerhalb von 14 Tagen" in next(o for o in assemble.paragraphs(mended) if o.clause.key == "payment").text.de


@pytest.mark.parametrize(("sentence", "code", "burdens"), UNFAIR, ids=lambda value: str(value)[:30])
def test_one_edit_mends_own_words_in_both_languages(sentence: str, code: str, burdens: str) -> None:
    own = Text(f"Anfang. {sentence} Ende.", "Beginning. Nothing else. End.")
    draft = assemble.with_own_text(full_draft("werkvertrag"), "references", own)
    found = [one for one in fairness.check_draft(draft) if one.code == code]
    assert len(found) == 1
    mended = fairness.mended(draft, clause="references", code=code)
    assert code not in {one.code for one in fairness.check_draft(mended)}
    text = next(one.text for one in assemble.paragraphs(mended) if one.clause.key == "references")
    assert sentence not in text.de
    assert CONCERNS[code].instead.de in text.de
    assert CONCERNS[code].instead.en in text.en
    with pytest.raises(Refused):
        fairness.mended(mended, clause="references", code=code)
    assert burdens in ("contractor", "client", "both")


def test_periods_are_read_as_days() -> None:
    assert days_named("nach 90 Tagen, neunzig (90) Tagen, 3 Monaten, two weeks, 10 Werktagen") == (90, 90, 90, 14, 10)


def test_same_thing_in_both_languages_is_one_finding() -> None:
    own = Text("Zahlung in 90 Tagen.", "Payment within 90 days.")
    draft = assemble.with_own_text(full_draft("werkvertrag"), "payment", own)
    assert [one.code for one in fairness.check_draft(draft)] == ["payment_late"]


def _run(*arguments: str) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(engagement, ["check-contract", *arguments, "--json"])
    answer: dict[str, object] = json.loads(result.stdout)
    return result.exit_code, answer


def test_command_reads_text_word_pdf_and_yaml(tmp_path: Path) -> None:
    unfair = "Die Zahlung erfolgt innerhalb von 90 Tagen nach Abnahme."
    draft = assemble.with_own_text(full_draft("werkvertrag"), "payment", Text(unfair, "Payment within 90 days."))
    word = docx.Document()
    word.add_paragraph(unfair)
    out = io.BytesIO()
    word.save(out)
    made = {
        "a.txt": unfair.encode("cp1252"),
        "a.docx": out.getvalue(),
        "a.pdf": files.as_pdf(draft, sheet(draft)),
        "a.yaml": json.dumps(draft.as_json()).encode(),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
        code, answer = _run(str(tmp_path / name))
        assert (code, answer["errors"]) == (0, []), name
        assert "payment_late" in json.dumps(answer["findings"]), name


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"%PDF-1.7 broken"), ("a.docx", b"PK no zip"), ("a.exe", b"MZ"), ("a.txt", b"  "), ("a.yaml", b"{a: [")],
)
def test_command_refuses_what_it_cannot_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    code, answer = _run(str(tmp_path / name))
    assert code == 1
    assert answer["errors"]


def test_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, answer = _run(str(tmp_path / "none.txt"))
    assert (code, bool(answer["errors"])) == (1, True)
