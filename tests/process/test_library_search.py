"""Finding a process by a goal in one sentence, in German and in English, with no language model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.process import library
from werkfluss.process.library.finding import fold, stem

GERMAN = {
    "Wir wollen eine Entwicklerin aus Indien einstellen": "blue_card_case",
    "Elektriker aus Vietnam einstellen": "blue_card_case",
    "Die Akademikerin verdient zu wenig für die Blaue Karte, geht § 18b?": "hire_skilled_worker_18b",
    "Wir stellen einen Bürger aus Spanien ein": "hire_eu_citizen",
    "Polier aus Polen einstellen": "hire_eu_citizen",
    "Eine Kollegin möchte dauerhaft aus Portugal im Homeoffice arbeiten": "hire_remote_abroad",
    "Unser Monteur soll drei Monate auf einer Baustelle in Österreich arbeiten": "posting_abroad_a1",
    "Eine Ingenieurin aus Indien soll mit der Rot-Weiß-Rot-Karte in Wien arbeiten": "red_white_red_card_case",
    "Österreichische Blaue Karte für einen Entwickler": "blue_card_austria_case",
    "Der Aufenthaltstitel von Herrn Rao läuft im März ab": "residence_renewal",
    "Verlaengerung der Aufenthaltserlaubnis": "residence_renewal",
    "Der ausländische Berufsabschluss muss anerkannt werden": "qualification_recognition",
    "Krankenpflegerin aus den Philippinen, Abschluss anerkennen": "qualification_recognition",
    "Studierende für eine Masterarbeit gewinnen": "university_recruiting",
    "Am Montag fängt ein neuer Mitarbeiter an": "onboarding",
    "Frau Keller hat gekündigt": "offboarding",
    "Was passiert mit der Direktversicherung, wenn jemand die Firma verlässt?": "pension_transfer",
    "Psychologische Beratung fuer Mitarbeitende anbieten": "psychosocial_voucher",
    "Zwei Tage zur Messe nach Mailand reisen": "business_trip_eu",
    "Ich brauche einen Freelancer für das Design": "freelancer_order",
    "Wir suchen eine freie Grafikerin": "freelancer_order",
    "Eine Agentur soll die Webseite bauen": "partner_order",
    "Lieferantenrechnungen schneller buchen": "invoice_booking",
    "Monat abschließen und Konten abstimmen": "month_end_close",
    "Anfragen über das Kontaktformular vorsortieren": "lead_qualification",
    "Ein Angebot für eine neue Anlage kalkulieren": "quotation",
    "Kundin beschwert sich über Lieferung": "complaint",
    "Die Pumpe, die wir geliefert haben, ist kaputt": "complaint",
    "Wir möchten einen Chatbot einführen": "agent_onboarding",
    "Der KI-Agent hat falsche Mails verschickt": "agent_incident",
    "Betriebsrat über neue Software informieren": "works_council_information",
    "Ein Bewerber will wissen, welche Daten wir über ihn gespeichert haben": "data_subject_request",
    "Das Team arbeitet in drei Zeitzonen und braucht Regeln": "async_team_agreement",
    "Einen Mitarbeiter zum Generalisten weiterbilden": "generalist_training",
}
ENGLISH = {
    "We want to hire a software engineer from Brazil": "blue_card_case",
    "A Red-White-Red card for a key worker": "red_white_red_card_case",
    "The visa of our engineer expires in May": "residence_renewal",
    "Working remotely from Spain": "hire_remote_abroad",
    "Send a technician to France for four months": "posting_abroad_a1",
    "The new hire starts on Monday": "onboarding",
    "An employee resigned and leaves in June": "offboarding",
    "We got an invoice from a supplier": "invoice_booking",
    "Close the books for October": "month_end_close",
    "A customer complains about a broken pump": "complaint",
    "Our AI agent made a serious mistake": "agent_incident",
    "Inform the works council about a transfer": "works_council_information",
    "Somebody wants us to delete his personal data": "data_subject_request",
    "Train our people to steer AI agents": "generalist_training",
}


@pytest.mark.parametrize(("sentence", "key"), GERMAN.items())
def test_german_goal_finds_its_process_first(sentence, key):
    assert library.search(sentence)[0].entry.key == key


@pytest.mark.parametrize(("sentence", "key"), ENGLISH.items())
def test_english_goal_finds_its_process_first(sentence, key):
    assert library.search(sentence, "en")[0].entry.key == key


def test_sentences_of_the_test_reach_every_process():
    assert {*GERMAN.values(), *ENGLISH.values()} == set(library.names())


@pytest.mark.parametrize("entry", library.ENTRIES, ids=lambda entry: entry.key)
def test_own_title_finds_the_process_in_both_languages(entry):
    assert library.search(entry.title.de)[0].entry is entry
    assert library.search(entry.title.en, "en")[0].entry is entry


@pytest.mark.parametrize("words", ["", "   ", "und der die", "xyzzy qwert", "!?", "„“ –"])
def test_nothing_known_finds_nothing(words):
    assert library.search(words) == ()


def test_words_of_the_other_language_are_understood_but_count_less():
    german, english = library.search("Reklamation", "de")[0], library.search("Reklamation", "en")[0]
    assert german.entry is english.entry
    assert german.score > english.score


def test_hits_say_which_words_fitted_and_keep_their_order():
    hits = library.search("Wir wollen einen Ingenieur aus Indien einstellen", limit=3)
    assert len(hits) == 3
    assert hits[0].matched == ("Ingenieur", "Indien", "einstellen")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_umlauts_may_be_typed_either_way():
    assert fold("Kündigung") == fold("Kuendigung") == fold("KÜNDIGUNG")
    assert fold("Straße") == fold("Strasse")
    assert stem("Rechnungen") == stem("Rechnung")
    assert stem("invoices") == stem("invoice")


@given(st.text(max_size=200))
@settings(max_examples=examples(60), deadline=None)
def test_any_text_may_be_asked(text):
    hits = library.search(text)
    assert len(hits) <= 5
    assert all(hit.score > 0 and hit.matched for hit in hits)
    assert hits == library.search(f"  {text}  ")
