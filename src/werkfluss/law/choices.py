"""Words for the answers of choices, shared by all packs; a pack says its own with ``labels=`` where these do not fit.

An answer that has neither is shown by its key without underscores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from werkfluss.kernel.text import Text

WORDS: dict[str, Text] = {
    "yes": Text("ja", "yes"),
    "no": Text("nein", "no"),
    "none": Text("keine, keiner oder nichts davon", "none"),
    "nothing": Text("nichts", "nothing"),
    "other": Text("anderes", "other"),
    "both": Text("beides", "both"),
    # working time
    "working_day": Text("Werktag", "working day"),
    "sunday": Text("Sonntag", "Sunday"),
    "holiday": Text("Feiertag", "public holiday"),
    "holiday_on_working_day": Text("Feiertag an einem Werktag", "public holiday on a working day"),
    "general": Text("die allgemeine Regel", "the general rule"),
    "sector_5_2": Text("Branche nach § 5 Abs. 2 ArbZG", "sector under s. 5(2) ArbZG"),
    "collective_agreement": Text("Tarifvertrag", "collective agreement"),
    "networks_and_computers": Text("Netze und Rechner (§ 10 ArbZG)", "networks and computers (s. 10 ArbZG)"),
    "maintenance_for_operation": Text(
        "Instandhaltung für den Betrieb (§ 10 ArbZG)", "maintenance needed for operation (s. 10 ArbZG)"
    ),
    "other_s10": Text("andere Ausnahme des § 10 ArbZG", "another exception of s. 10 ArbZG"),
    "permit_s13": Text("Bewilligung nach § 13 ArbZG", "permit under s. 13 ArbZG"),
    # invoices and suppliers
    "structured": Text("strukturiert (EN 16931)", "structured (EN 16931)"),
    "pdf_with_consent": Text("PDF mit Zustimmung", "PDF with consent"),
    "paper": Text("Papier", "paper"),
    "edi_with_consent": Text("EDI mit Zustimmung", "EDI with consent"),
    "small_business": Text("Kleinunternehmer (§ 19 UStG)", "small business (s. 19 UStG)"),
    "foreign_business": Text("im Ausland ansässig", "established abroad"),
    "regular": Text("das Übliche", "the usual one"),
    # work from abroad
    "settled": Text("geregelt", "settled"),
    "not_settled": Text("nicht geregelt", "not settled"),
    "none_recorded": Text("geprüft: es entsteht keine", "checked: none arises"),
    "risk": Text("es bleibt ein Risiko", "a risk remains"),
    "no_personal_data": Text("es fließen keine personenbezogenen Daten", "no personal data flow"),
    "adequacy": Text("Angemessenheitsbeschluss (Art. 45 DSGVO)", "adequacy decision (Art. 45 GDPR)"),
    "safeguards": Text("geeignete Garantien (Art. 46 DSGVO)", "appropriate safeguards (Art. 46 GDPR)"),
    "not_listed": Text("nicht gelistet", "not listed"),
    "licensed": Text("gelistet, Genehmigung liegt vor", "listed, licence held"),
    "listed_without_licence": Text("gelistet, ohne Genehmigung", "listed, no licence"),
    "posting": Text("Entsendung (Art. 12)", "posting (Art. 12)"),
    "several_states": Text("in mehreren Staaten (Art. 13)", "in several states (Art. 13)"),
    "exception_agreement": Text("Ausnahmevereinbarung (Art. 16)", "exception agreement (Art. 16)"),
    "employed": Text("beschäftigt", "employed"),
    "self_employed": Text("selbstständig", "self-employed"),
    # residence
    "academic": Text("Studium", "academic degree"),
    "vocational": Text("Berufsausbildung", "vocational training"),
    "university": Text("Hochschule", "university"),
    "foreign_state_recognised": Text(
        "im Ausland staatlich anerkannt, ab zwei Jahren", "recognised by the foreign state, two years or more"
    ),
    "it": Text("IT (ISCO 133, 25)", "IT (ISCO 133, 25)"),
    "shortage": Text("Engpassberuf", "shortage occupation"),
    "any_employment": Text("jede Beschäftigung", "any employment"),
    "this_employment": Text("diese Beschäftigung", "this employment"),
    "other_employment": Text("nur eine andere Beschäftigung", "only another employment"),
    "not_started": Text("noch keines", "none yet"),
    "accelerated_81a": Text("das beschleunigte (§ 81a AufenthG)", "the accelerated one (s. 81a AufenthG)"),
    "abroad": Text("im Ausland", "abroad"),
    "blue_card": Text("Blaue Karte EU", "EU Blue Card"),
    "skilled": Text("Aufenthaltserlaubnis als Fachkraft", "residence permit as a skilled worker"),
    "employment": Text("Beschäftigung", "employment"),
    "granted": Text("erteilt", "granted"),
    "missing": Text("fehlt", "missing"),
    "not_required": Text("nicht nötig", "not required"),
    "employee": Text("beschäftigt", "employee"),
    "contractor": Text("beauftragt", "contractor"),
    "contractor_once": Text("einmalig beauftragt", "contractor, once"),
    "law": Text("Gesetz", "law"),
    "contract": Text("Vertrag", "contract"),
    "consent": Text("Einwilligung", "consent"),
    # AI Act
    "rules_only": Text("nur feste Regeln", "fixed rules only"),
    "basic_data_processing": Text("einfache Datenverarbeitung", "basic data processing"),
    "solver_human_rules": Text("Optimierung nach Regeln von Menschen", "solver with rules set by humans"),
    "ml": Text("gelerntes Modell", "machine-learned model"),
    "llm": Text("Sprachmodell", "language model"),
    "logic_kb": Text("Logik und Wissensbasis", "logic and knowledge base"),
    "military": Text("militärisch", "military"),
    "sole_research": Text("allein Forschung", "research only"),
    "pre_market_rnd": Text("Entwicklung vor dem Markt", "development before the market"),
    "private_use": Text("private Nutzung", "private use"),
    "third_country_no_eu_output": Text("Drittland, Ergebnis nicht in der EU", "third country, no output in the EU"),
    "rebrand_hr": Text("Hochrisiko-System umbenannt", "high-risk system rebranded"),
    "substantial_mod_hr": Text("Hochrisiko-System wesentlich verändert", "high-risk system substantially modified"),
    "purpose_change_to_hr": Text("in einen Hochrisiko-Zweck überführt", "purpose changed to a high-risk one"),
    "nonbiometric": Text("aus anderem, etwa Text", "from other data, such as text"),
    "biometric": Text("aus biometrischen Daten", "from biometric data"),
    "work": Text("am Arbeitsplatz", "at work"),
    "education": Text("in der Bildung", "in education"),
    "selects_or_evaluates_persons": Text("wählt oder bewertet Menschen", "selects or evaluates persons"),
    "targeted_ads": Text("zielgerichtete Anzeigen", "targeted advertisements"),
    "contextual_ads": Text("Anzeigen nach Umfeld", "contextual advertisements"),
    "process_step": Text("nur ein Schritt im Ablauf", "a step of the procedure only"),
    "compares_offers_only": Text("vergleicht nur Angebote", "compares offers only"),
    "candidate_side": Text("auf der Seite der Bewerber", "on the side of the candidates"),
    "above_threshold": Text("ja, mit Gewicht", "yes, with weight"),
    "operational_only": Text("nur im Tagesablauf", "in daily operation only"),
    "decides_or_influences": Text("entscheidet oder beeinflusst", "decides or influences"),
    "objective_only": Text("nur nach neutralen Angaben", "by neutral data only"),
    "behaviour_or_traits": Text("nach Verhalten oder Eigenschaften", "by behaviour or traits"),
    "individual": Text("einzelne Menschen", "individual persons"),
    "worker_only": Text("nur für die Person selbst", "for the worker alone"),
    "legal_or_safety_only": Text("nur Pflicht oder Sicherheit", "legal duty or safety only"),
    "aggregate_anonymous": Text("zusammengefasst und anonym", "aggregated and anonymous"),
    "natural_person": Text("natürliche Personen", "natural persons"),
    "legal_person": Text("Unternehmen", "companies"),
    "fraud_only": Text("nur Betrug", "fraud only"),
    "comparison_only": Text("nur Vergleich", "comparison only"),
    "life_health_risk_pricing": Text("Risiko und Preis, Leben oder Gesundheit", "risk and price, life or health"),
    "by_or_for_authority": Text("durch oder für Behörden", "by or for authorities"),
    "private_help": Text("private Hilfe", "private help"),
    "judicial_or_adr": Text("Gerichte oder Schlichtung", "courts or dispute resolution"),
    "law_firm_or_company": Text("nur Kanzleien und Firmen", "law firms and companies only"),
    "text": Text("Text", "text"),
    "image": Text("Bild", "image"),
    "audio": Text("Ton", "audio"),
    "video": Text("Video", "video"),
    "code": Text("Programmtext", "code"),
    "machine_only": Text("nur für Maschinen", "for machines only"),
    "short_sequence": Text("kurze Folge", "short sequence"),
    "integrates": Text("baut es ein", "integrates it"),
    "provides_model": Text("bietet es an", "provides it"),
    "finetune_major": Text("passt es wesentlich an", "fine-tunes it substantially"),
    "provides_systemic": Text("bietet es an, mit systemischem Risiko", "provides it, with systemic risk"),
    "not_stated": Text("nicht angegeben", "not stated"),
    "employment_contract": Text("Arbeitsvertrag", "employment contract"),
    "job_ad": Text("Stellenanzeige", "job advertisement"),
    "sme": Text("kleines oder mittleres Unternehmen", "small or medium-sized enterprise"),
    "smc": Text("kleines Midcap-Unternehmen", "small mid-cap"),
    "large": Text("groß", "large"),
    "private": Text("privat", "private"),
    "public_service": Text("öffentliche Dienste", "public services"),
    "public_body": Text("öffentliche Stelle", "public body"),
    "deepfake": Text("Deepfake", "deepfake"),
    "public_interest_text": Text("Text von öffentlichem Interesse", "text of public interest"),
    # phases and states of dated values
    "voluntary": Text("freiwillig", "voluntary"),
    "transition": Text("Übergang", "transition"),
    "large_only": Text("nur große Unternehmen", "large businesses only"),
    "all": Text("alle", "all"),
    "available": Text("möglich", "available"),
    "expired": Text("ausgelaufen", "expired"),
    "full": Text("ganz", "in full"),
    "commercial": Text("nur Unternehmen", "commercial organisations only"),
    "certified": Text("nur zertifizierte Unternehmen", "certified companies only"),
    "except_art_5": Text("außer bei Art. 5", "except for Art. 5"),
}


def label_of(value: str) -> Text:
    """What an answer or a dated word is called."""
    plain = value.replace("_", " ")
    return WORDS.get(value) or Text(plain, plain)


def labels_of(values: Iterable[str], own: Mapping[str, Text] | None) -> dict[str, Text]:
    """A label for every value: the pack's own, else the shared one, else the readable key."""
    return {value: (own or {}).get(value) or label_of(value) for value in values}
