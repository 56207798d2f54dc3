"""The words by which labels are judged: verbs of business, words that only look like verbs, nouns made of verbs."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Verbs that are recognised anywhere in a label and in any case; at its end every infinitive is.
VERBS_DE = _words("""
abbrechen abgeben abgleichen abholen abklären ablegen ablehnen ableiten abmelden abnehmen abrechnen abrufen abschicken
abschließen absenden abstimmen abwickeln aktualisieren analysieren anbieten ändern anfordern anfragen ankündigen
anlegen anmelden annehmen anpassen anrufen anschreiben ansehen antworten anweisen archivieren aufbereiten auffordern
aufnehmen aufteilen ausfüllen ausgeben ausliefern ausstellen auswählen auswerten auszahlen beantragen beantworten
bearbeiten beauftragen befragen beenden begleiten begründen behandeln beheben bekanntgeben benachrichtigen benennen
beraten berechnen bereitstellen berichten beschaffen beschließen beschreiben besprechen bestätigen bestellen bestimmen
bewerten bezahlen bilden bitten buchen dokumentieren drucken durchführen durchsehen eingeben einholen einkaufen
einladen einlagern einleiten einordnen einplanen einreichen einrichten einschalten einstellen einstufen eintragen
empfangen entgegennehmen entladen entscheiden entsperren entwerfen entwickeln erfassen erheben erinnern erklären
erledigen ermitteln eröffnen erstatten erstellen erteilen erzeugen festhalten festlegen feststellen finden fordern
formulieren freigeben freischalten führen genehmigen generieren gestalten gewähren gründen herausgeben hinterlegen
hinweisen hochladen holen identifizieren informieren installieren kalkulieren kaufen kennzeichnen klären
kommissionieren kontaktieren kontieren kontrollieren koordinieren korrigieren kündigen laden leiten lesen liefern
löschen mahnen melden messen mitteilen nachfassen nachfragen nachreichen nennen öffnen organisieren packen planen
präsentieren protokollieren prüfen quittieren reagieren rechnen recherchieren reinigen reklamieren reparieren
reservieren sammeln scannen schätzen schicken schließen schreiben schulen senden sichern sichten signieren sortieren
speichern sperren starten stellen steuern stornieren suchen teilen testen treffen überarbeiten übergeben übermitteln
übernehmen überprüfen übersetzen übertragen überwachen überweisen umsetzen unterrichten unterschreiben untersuchen
unterstützen unterzeichnen veranlassen verarbeiten verbuchen vereinbaren vergeben vergleichen verhandeln verkaufen
verlängern vermitteln veröffentlichen verpacken versenden versichern verteilen vertreten verwalten vorbereiten
vorlegen vormerken vorschlagen vorstellen wählen warten weiterleiten weitergeben wiederholen zahlen zeichnen zeigen
zuordnen zurückgeben zurücksenden zusagen zusammenfassen zusammenführen zusammenstellen zustellen zustimmen zuweisen
""")

# Lower-case German words that end like an infinitive and are none.
NO_VERBS_DE = _words("""
allen alten anderen außen beiden binnen davon deren dessen eigenen einen einzelnen entlang ersten externen falschen
fehlenden fremden gegen gestern gleichen großen guten herum hinten ihnen ihren innen internen irgendwann jeden jenen
keinen kleinen kurzen langen letzten meinen morgen nächsten neben neuen noch oben offen offenen rechten richtigen
sämtlichen schriftlichen seinen seiten selten sieben solchen sowohl übrigen unseren unten unterwegs verschieden vielen
vollkommen vorn wann wegen weiteren welchen wenigen wichtigen zehn zufrieden zweiten dritten zwischen einverstanden
vorhanden gelegentlichen täglichen monatlichen jährlichen persönlichen elektronischen
""")

# What a German participle of a strong verb has after “ge-”: “eingegangen”, “abgeschlossen”, “angenommen”.
STRONG_PARTICIPLES_DE = sorted(
    _words("""
bissen boten brochen bunden fahren fallen flogen flossen funden gangen geben glichen griffen halten hoben holfen
kommen laden lassen laufen legen lesen liehen litten messen nommen nossen rufen schieden schlossen schnitten schoben
schrieben sehen sessen sprochen sprungen standen stiegen stohlen storben stoßen strichen tragen treten trieben troffen
wachsen wiesen wogen wonnen worben worden worfen zogen
""")
)

VERBS_EN = _words("""
accept accompany acknowledge activate add adjust agree allocate amend analyse analyze announce answer apply appoint
appraise approve archive arrange ask assemble assess assign attach attend audit authorise authorize award back bill
block book brief bring browse build buy calculate call cancel capture carry categorise categorize challenge change
charge check choose claim clarify classify clean clear close code collect commission communicate compare compile
complete compute conclude conduct configure confirm connect consolidate consult contact continue contract convert
coordinate copy correct count create credit customise customize deactivate debit decide declare decline deduct define
delegate delete deliver deploy describe design detect determine develop diagnose digitise digitize discuss dispatch
display distribute document draft draw edit employ enable encourage end enrol enroll ensure enter escalate establish
estimate evaluate examine exchange execute explain export extend extract file fill filter finalise finalize find
finish fix follow forecast format forward fulfil fulfill gather generate get give grant hand handle hire hold identify
implement import improve inform initiate input inspect install instruct interview introduce investigate invite invoice
issue join keep label launch lead learn let limit link list load locate lock log mail maintain make manage map mark
match measure meet merge migrate monitor move name negotiate note notify obtain offer onboard open order organise
organize outline oversee pack package pass pay perform pick place plan post prepare present press print prioritise
prioritize process procure produce promote propose prove provide publish purchase put qualify quote raise rate reach
read receive recommend reconcile record recruit refund refuse register reject release remind remove renew rent reopen
repair repeat replace reply report request reschedule reserve reset resolve respond restore resubmit retrieve return
review revise revoke route run save scan schedule score screen search secure select sell send separate serve set
settle share ship shortlist show sign simulate solve sort specify split staff start state stop store structure submit
suggest summarise summarize supervise supply suspend switch take talk tell terminate test thank tidy trace track train
transcribe transfer translate transmit treat trigger try turn unlock unpack update upload use validate verify visit
wait warn watch weigh welcome withdraw work wrap write
""")
# English verbs that are rather a noun before another noun of action: “Invoice approval”, “Order processing”.
THINGS_EN = _words("claim contract credit invoice offer order purchase quote supply")
NO_VERBS_EN = _words("""
candidate certificate climate corporate date enterprise estate exercise expertise franchise gate late merchandise
plate premise premium private prize real-estate separate size state template
""")  # end like verbs (-ate, -ise, -ize) and are none

ARTICLES_EN = _words("""
a all an another any both each either every her his its new no our that the their them these this those us whether your
""")
PARTICLES_EN = _words("""
about across after against along around as at away back before between by down for from if in into is of off on onto or
out over per since than then through till to together under until up upon via when where while with within without
""")

# Nouns made of English verbs, where the verb does not follow from the ending.
ACTIONS_EN = {
    "acceptance": "accept",
    "acquisition": "acquire",
    "admission": "admit",
    "analysis": "analyse",
    "application": "apply for",
    "approval": "approve",
    "archival": "archive",
    "assignment": "assign",
    "booking": "book",
    "calculation": "calculate",
    "cancellation": "cancel",
    "check": "check",
    "clarification": "clarify",
    "classification": "classify",
    "comparison": "compare",
    "confirmation": "confirm",
    "creation": "create",
    "decision": "decide on",
    "delivery": "deliver",
    "distribution": "distribute",
    "documentation": "document",
    "evaluation": "evaluate",
    "inspection": "inspect",
    "installation": "install",
    "negotiation": "negotiate",
    "notification": "notify",
    "payment": "pay",
    "preparation": "prepare",
    "production": "produce",
    "reception": "receive",
    "registration": "register",
    "rejection": "reject",
    "renewal": "renew",
    "review": "review",
    "selection": "select",
    "settlement": "settle",
    "shipment": "ship",
    "submission": "submit",
    "translation": "translate",
    "validation": "validate",
    "verification": "verify",
}
# German nouns made of verbs that do not end in -ung.
ACTIONS_DE = {
    "abgleich": "abgleichen",
    "ablage": "ablegen",
    "abnahme": "abnehmen",
    "abschluss": "abschließen",
    "absprache": "absprechen",
    "analyse": "analysieren",
    "anfrage": "anfragen",
    "anlage": "anlegen",
    "annahme": "annehmen",
    "aufnahme": "aufnehmen",
    "auswahl": "auswählen",
    "bericht": "berichten",
    "eingabe": "eingeben",
    "einkauf": "einkaufen",
    "empfang": "empfangen",
    "entwurf": "entwerfen",
    "freigabe": "freigeben",
    "kauf": "kaufen",
    "kontrolle": "kontrollieren",
    "review": "prüfen",
    "test": "testen",
    "übergabe": "übergeben",
    "übernahme": "übernehmen",
    "vergabe": "vergeben",
    "vergleich": "vergleichen",
    "verkauf": "verkaufen",
    "versand": "versenden",
    "weitergabe": "weitergeben",
}


def _noun(verb: str) -> str:
    """The noun in -ung that a German verb has or would have: “prüfen” → “prüfung”, “abwickeln” → “abwicklung”."""
    if verb.endswith("eln"):
        return verb.removesuffix("eln") + "lung"
    return (verb.removesuffix("en") if verb.endswith("en") else verb.removesuffix("n")) + "ung"


ACTIONS_DE |= {_noun(verb): verb for verb in VERBS_DE}
