"""Labels in German and English: what names a verb and an object, and what a better label would be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process.samples import model
from werkfluss.process.bpmn import read
from werkfluss.process.clarity_process import check_process
from werkfluss.process.labels import VerbObject, is_placeholder, is_verb_object, rewritten, verb_object

GOOD = """
Angebot prüfen | Unterlagen an die Behörde senden | Zahlung veranlassen (SEPA) | Rechnung prüfen und freigeben
Antrag prüfen innerhalb von 3 Tagen | ANTRAG PRÜFEN | E-Mail senden | Kunden per E-Mail informieren
Krankenversicherungsbescheinigung einholen | Bei der Auslandsvertretung nachfragen | An Antwort erinnern
Vertrag wandeln | Unterlagen entgegennehmen | Auftrag vergeben | Daten ins ERP eingeben | Genehmigung gewähren
Prüfen Sie die Rechnung | Check the offer | Prepare Bank Transfer | Manually check invoice | Set up the workplace | Review and document result
Re-check the draft | Test connection | Request approval | Review payment | Document decision | Order parts
Place in bin | Apply for the visa | Press for the decision | Accompany the first day | Pass on the certificate
Send candidate Contract | Register for medical insurance | Update order status | Send to carrier dock
"""
BAD = """
Rechnungsprüfung | Prüfung der Rechnung | Prüfen der Rechnung | Task 1 | Send Task 2 | Receive Task 16 | Aktivität
Call Activity - Expanded | Collapsed Sub-Process 2 | Termin mit allen | prüfen | Vertrag abgeschlossen
Rechnung eingegangen | Kunde zufrieden | Termin offen | Wareneingang | Angebot liegt vor
Invoice approval | Order processing | Contract renewal | Checking invoice | Checks the offer | Checkout
"""


def listed(text: str) -> list[str]:
    return [label.strip() for line in text.strip().splitlines() for label in line.split("|")]


@pytest.mark.parametrize("label", listed(GOOD))
def test_label_with_verb_and_object_is_accepted(label):
    assert is_verb_object(label)
    assert rewritten(label) == ""


@pytest.mark.parametrize("label", [*listed(BAD), "", "123", "—"])
def test_label_without_verb_and_object_is_not_accepted(label):
    assert not is_verb_object(label)


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("Rechnung prüfen", VerbObject("prüfen", "Rechnung", "de")),
        ("Rechnung prüfen und freigeben", VerbObject("freigeben", "Rechnung", "de")),
        ("Check the invoice", VerbObject("check", "invoice", "en")),
        ("Review and document the result", VerbObject("review", "result", "en")),
    ],
)
def test_verb_and_object_are_told_apart(label, parts):
    assert verb_object(label) == parts


@pytest.mark.parametrize(
    ("label", "better"),
    [
        ("Rechnungsprüfung", "Rechnung prüfen"),
        ("Prüfung der Rechnung", "Rechnung prüfen"),
        ("Prüfen der Rechnung", "Rechnung prüfen"),
        ("Kreditorenrechnungsfreigabe", "Kreditorenrechnung freigeben"),
        ("Auftragsabwicklung", "Auftrag abwickeln"),
        ("Vertragsverhandlung", "Vertrag verhandeln"),
        ("Preisprüfung", "Preis prüfen"),
        ("Reisekosten Abrechnung", "Reisekosten abrechnen"),
        ("Invoice approval", "Approve invoice"),
        ("Order processing", "Process order"),
        ("Checking invoice", "Check invoice"),
        # Rather nothing than a wrong guess.
        ("Rechnung eingegangen", ""),
        ("Prüfung von Anträgen", ""),
        ("Rechnungsfreigabe Einkauf", ""),
        ("Wareneingang", ""),
        ("Task 1", ""),
    ],
)
def test_nominal_label_is_rewritten_or_left(label, better):
    assert rewritten(label) == better


@given(st.text(max_size=60))
def test_any_label_is_judged(label):
    better = rewritten(label)
    assert better == "" or not is_verb_object(label)
    assert not (is_placeholder(label) and is_verb_object(label))


def titles(step: str) -> dict[str, str]:
    definitions = model(f'<startEvent id="s" name="Los"/>{step}')
    return {
        f.element: f.advice.de for f in check_process(definitions, "p").findings if f.code == "title_not_verb_object"
    }


def test_finding_names_the_label_and_a_better_one():
    told = titles('<userTask id="t" name="Rechnungsprüfung"/>')["t"]
    assert told == (
        "„Rechnungsprüfung“ sagt nicht, was womit getan wird. Nennen Sie erst den Gegenstand, dann die Tätigkeit in der "
        "Grundform. Zum Beispiel: „Rechnung prüfen“ statt „Rechnungsprüfung“"
    )
    assert titles('<userTask id="t" name="Task 7"/>')["t"].startswith("„Task 7“ ist nur ein Platzhalter.")


def test_translated_label_is_judged_too():
    label = '<extensionElements><wf:label en="Invoice approval"/></extensionElements>'
    told = titles(f'<userTask id="t" name="Rechnung freigeben">{label}</userTask>')["t"]
    assert "„Approve invoice“ statt „Invoice approval“" in told


@pytest.mark.corpus
def test_good_labels_of_the_reference_models_are_accepted(corpus):
    bad = set()
    for path in sorted((corpus / "bpmn-miwg").glob("ref_C.*.bpmn")):
        definitions = read(path.read_bytes(), path.name)
        bad |= {t.name for p in definitions.processes for t in p.tasks if not is_verb_object(t.name)}
    assert bad == set()


@pytest.mark.parametrize("name", ["x" * 200_000, "Prüfung " * 30_000, "ß" * 100_000 + "prüfung"])
def test_monstrous_name_is_judged_at_once(name):
    body = f'<startEvent id="s"/><task id="t" name="{name}"/><endEvent id="e"/>'
    begun = time.process_time()
    check_process(model(body), "p")
    assert time.process_time() - begun < 5
