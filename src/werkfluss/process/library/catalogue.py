"""What the library holds: per process a title, its purpose, what starts it, how long it takes, and words to find it by.

The durations are planning values of a small firm, from the first step to the last; they promise nothing about
authorities.
"""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .entry_kinds import Area, Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "blue_card_case",
        Area.HIRE,
        Text("Blaue Karte EU: Einstellung aus einem Drittstaat", "EU Blue Card: hiring from a third country"),
        Text(
            "Eine Fachkraft aus einem Drittstaat mit der Blauen Karte EU vom Vertrag bis zum ersten Arbeitstag"
            " bringen.",
            "Bring a skilled worker from a third country with an EU Blue Card from the contract to the first day.",
        ),
        Text("Ein Arbeitsvertrag ist angeboten.", "An employment contract has been offered."),
        Text("2 bis 6 Monate", "2 to 6 months"),
        Text(
            "Drittstaat einstellen Visum Ausland Ingenieurin Entwicklerin Informatiker IT-Fachkraft Akademiker § 18g"
            " Aufenthaltstitel",
            "third country hire visa abroad engineer developer software IT specialist graduate 18g residence title",
        ),
    ),
    Entry(
        "hire_skilled_worker_18b",
        Area.HIRE,
        Text("Einstellung: Fachkraft mit Hochschulabschluss (§ 18b)", "Hire: skilled worker with a degree (s. 18b)"),
        Text(
            "Eine akademische Fachkraft aus einem Drittstaat einstellen, wenn die Blaue Karte nicht passt.",
            "Hire an academic from a third country where the Blue Card does not fit.",
        ),
        Text(
            "Die Einstellung ist geplant, das Gehalt liegt unter der Blauen Karte.",
            "The hire is planned; the salary is below the Blue Card.",
        ),
        Text("3 bis 6 Monate", "3 to 6 months"),
        Text(
            "§ 18b Drittstaat einstellen Visum Hochschulabschluss anabin Zustimmung Bundesagentur unter"
            " Gehaltsgrenze Akademikerin Gehalt verdient wenig"
            " Aufenthaltserlaubnis",
            "18b third country hire visa university degree anabin consent employment agency salary below"
            " threshold earns little academic",
        ),
    ),
    Entry(
        "hire_eu_citizen",
        Area.HIRE,
        Text("Einstellung: Bürgerin oder Bürger der EU", "Hire: citizen of the EU"),
        Text(
            "Jemanden aus der EU ohne Visum einstellen und Anmeldung, Krankenkasse und Steuer erledigen.",
            "Hire somebody from the EU without a visa and settle registration, sickness fund and tax.",
        ),
        Text("Ein Arbeitsvertrag ist angeboten.", "An employment contract has been offered."),
        Text("3 bis 8 Wochen", "3 to 8 weeks"),
        Text("EU-Bürger Unionsbürger EU-Staat einstellen Freizügigkeit", "EU citizen EU country hire free movement"),
    ),
    Entry(
        "hire_remote_abroad",
        Area.HIRE,
        Text("Einstellung: Arbeit von einem anderen Staat aus", "Hire: employee working from another country"),
        Text(
            "Klären, ob jemand dauerhaft vom Ausland aus arbeiten darf: Sozialversicherung, Steuer, Daten, Vertrag.",
            "Settle whether somebody may work permanently from abroad: social insurance, tax, data, contract.",
        ),
        Text("Jemand möchte von einem anderen Staat aus arbeiten.", "Somebody wants to work from another country."),
        Text("4 bis 12 Wochen", "4 to 12 weeks"),
        Text(
            "Homeoffice Ausland Telearbeit remote Betriebsstätte mobil von zu Hause Wohnsitz Workation Grenzgänger",
            "remote home office abroad telework permanent establishment living in workation cross-border",
        ),
    ),
    Entry(
        "posting_abroad_a1",
        Area.HIRE,
        Text("Entsendung in einen EU-Staat mit A1", "Posting to an EU state with A1"),
        Text(
            "Beschäftigte vorübergehend in einen anderen EU-Staat schicken, mit A1 und den Pflichten vor Ort.",
            "Send employees to another EU state for a time, with A1 and the duties on site.",
        ),
        Text("Ein Einsatz im EU-Ausland ist geplant.", "An assignment in another EU state is planned."),
        Text("1 bis 4 Wochen bis zur Abreise", "1 to 4 weeks until departure"),
        Text(
            "Entsendung entsenden schicken Montage Baustelle Einsatz Ausland EU-Staat Monate A1-Bescheinigung",
            "posting posted send assembly construction site assignment abroad EU country months A1 certificate"
            " secondment",
        ),
    ),
    Entry(
        "red_white_red_card_case",
        Area.HIRE,
        Text("Rot-Weiß-Rot-Karte: Arbeit in Österreich", "Red-White-Red card: work in Austria"),
        Text(
            "Jemanden aus einem Drittstaat mit der Rot-Weiß-Rot-Karte in Österreich beschäftigen.",
            "Employ somebody from a third country in Austria with a Red-White-Red card.",
        ),
        Text(
            "Arbeit in Österreich ist mit jemandem aus einem Drittstaat vereinbart.",
            "Work in Austria is agreed with somebody from a third country.",
        ),
        Text("3 bis 6 Monate", "3 to 6 months"),
        Text(
            "Rot-Weiß-Rot-Karte Schlüsselkraft Mangelberuf AMS Niederlassungsbehörde",
            "Red-White-Red card key worker shortage occupation AMS",
        ),
    ),
    Entry(
        "blue_card_austria_case",
        Area.HIRE,
        Text("Blaue Karte EU in Österreich", "EU Blue Card in Austria"),
        Text(
            "Jemanden aus einem Drittstaat mit der Blauen Karte EU in Österreich beschäftigen.",
            "Employ somebody from a third country in Austria with an EU Blue Card.",
        ),
        Text(
            "Arbeit in Österreich mit hohem Entgelt ist mit jemandem aus einem Drittstaat vereinbart.",
            "Work in Austria at high pay is agreed with somebody from a third country.",
        ),
        Text("3 bis 6 Monate", "3 to 6 months"),
        Text("österreichische Blaue Karte AuslBG", "Austrian Blue Card"),
    ),
    Entry(
        "residence_renewal",
        Area.HIRE,
        Text("Aufenthaltstitel verlängern", "Renewal of a residence title"),
        Text(
            "Einen Aufenthaltstitel rechtzeitig verlängern, ohne dass die Arbeit unterbrochen wird.",
            "Renew a residence title in time, without a break in the work.",
        ),
        Text("Ein Aufenthaltstitel läuft in den nächsten Monaten ab.", "A residence title expires in the next months."),
        Text("2 bis 4 Monate", "2 to 4 months"),
        Text(
            "verlängern Verlängerung Ablauf läuft ab Aufenthaltserlaubnis Visum Fiktionsbescheinigung"
            " Niederlassungserlaubnis",
            "renew renewal extend expires expiry residence permit visa settlement permit",
        ),
    ),
    Entry(
        "qualification_recognition",
        Area.HIRE,
        Text("Anerkennung einer Berufsqualifikation", "Recognition of a qualification"),
        Text(
            "Eine im Ausland erworbene Berufsqualifikation anerkennen lassen und fehlende Teile ausgleichen.",
            "Have a qualification acquired abroad recognised and make up for missing parts.",
        ),
        Text(
            "Ein ausländischer Abschluss soll in Deutschland gelten.", "A foreign qualification is to count in Germany."
        ),
        Text("4 bis 9 Monate", "4 to 9 months"),
        Text(
            "anerkennen Anerkennung Gleichwertigkeit Abschluss Zeugnis ausländisch Ausbildung Berufsabschluss BQFG ZAB",
            "recognise recognition equivalence foreign diploma certificate vocational training BQFG",
        ),
    ),
    Entry(
        "university_recruiting",
        Area.PEOPLE,
        Text("Nachwuchs mit einer Partnerhochschule gewinnen", "Recruiting with a partner university"),
        Text(
            "Mit einer Hochschule zusammenarbeiten und Studierende über eine Praxisaufgabe gewinnen.",
            "Cooperate with a university and win students through a practical assignment.",
        ),
        Text("Es wird Nachwuchs gebraucht.", "Young talent is needed."),
        Text("3 bis 6 Monate", "3 to 6 months"),
        Text(
            "Hochschule Universität Studierende Praktikum Werkstudentin Abschlussarbeit Masterarbeit Bachelorarbeit"
            " Absolventen Bewerbung Ausschreibung Nachwuchs",
            "university college students internship working student thesis master bachelor graduates applications"
            " campus",
        ),
    ),
    Entry(
        "onboarding",
        Area.PEOPLE,
        Text("Einarbeitung", "Onboarding"),
        Text(
            "Neue Kolleginnen und Kollegen vom Vertrag bis zum ersten eigenen Ergebnis einarbeiten.",
            "Bring new colleagues from the contract to their first own result.",
        ),
        Text("Ein Arbeitsvertrag ist unterschrieben.", "An employment contract is signed."),
        Text("3 bis 4 Monate", "3 to 4 months"),
        Text(
            "einarbeiten Onboarding erster Arbeitstag anfangen fängt an neue Mitarbeiterin neuer Mitarbeiter Einführung"
            " Pate",
            "onboard first day starts joins new employee new colleague induction buddy",
        ),
    ),
    Entry(
        "offboarding",
        Area.PEOPLE,
        Text("Austritt", "Offboarding"),
        Text(
            "Ein Arbeitsverhältnis sauber beenden: Übergabe, Zugänge, Abrechnung, Meldungen, Löschfristen.",
            "End an employment properly: handover, accounts, settlement, reports, erasure dates.",
        ),
        Text("Eine Kündigung oder ein Vertragsende ist bekannt.", "A notice or an end of contract is known."),
        Text("4 bis 12 Wochen", "4 to 12 weeks"),
        Text(
            "Kündigung kündigen gekündigt Ausscheiden verlässt verlassen geht Offboarding Übergabe Zugänge sperren"
            " Arbeitszeugnis Resturlaub",
            "notice resign resigned quit leaves leaving dismissal termination handover close accounts remaining leave",
        ),
    ),
    Entry(
        "pension_transfer",
        Area.PEOPLE,
        Text("Betriebsrente beim Wechsel mitnehmen", "Pension transfer on leaving"),
        Text(
            "Beim Austritt die betriebliche Altersversorgung erklären, übertragen oder stehen lassen.",
            "On leaving, explain the occupational pension, transfer it or leave it.",
        ),
        Text("Jemand mit Betriebsrente verlässt die Firma.", "Somebody with an occupational pension leaves the firm."),
        Text("2 bis 6 Monate", "2 to 6 months"),
        Text(
            "Betriebsrente Altersversorgung Altersvorsorge Rente Direktversicherung Pensionskasse übertragen mitnehmen"
            " Anwartschaft",
            "pension occupational retirement direct insurance pension fund transfer portability vested entitlement",
        ),
    ),
    Entry(
        "psychosocial_voucher",
        Area.PEOPLE,
        Text("Psychosoziale Unterstützung mit Gutscheinen", "Psychosocial support by voucher"),
        Text(
            "Vertrauliche Beratung bezahlen, ohne dass Namen oder Inhalte in die Firma kommen.",
            "Pay for confidential counselling without names or content coming into the firm.",
        ),
        Text("Ein neues Quartal soll abgedeckt werden.", "A new quarter is to be covered."),
        Text("ein Quartal", "one quarter"),
        Text(
            "psychisch psychosozial Beratung Belastung Stress Burnout Krise seelisch Therapie Gutschein vertraulich"
            " Gesundheit",
            "mental psychological counselling stress burnout crisis therapy voucher confidential health wellbeing",
        ),
    ),
    Entry(
        "business_trip_eu",
        Area.PEOPLE,
        Text("Dienstreise in der EU", "Business trip in the EU"),
        Text(
            "Eine Dienstreise genehmigen, mit A1 absichern, buchen und abrechnen.",
            "Approve a business trip, secure it with an A1, book it and settle it.",
        ),
        Text("Jemand muss zu einem Termin in einem EU-Staat.", "Somebody has to attend a meeting in an EU state."),
        Text("1 bis 6 Wochen", "1 to 6 weeks"),
        Text(
            "Dienstreise Geschäftsreise reisen Reise Messe Kundentermin Konferenz Flug Hotel Reisekosten Spesen"
            " EU-Staat",
            "business trip travel travels fair customer meeting conference flight hotel travel expenses EU country",
        ),
    ),
    Entry(
        "freelancer_order",
        Area.EXTERNALS,
        Text("Freelancer-Auftrag", "Freelancer order"),
        Text(
            "Eine freie Mitarbeiterin oder einen Freelancer fair beauftragen, abnehmen und sofort bezahlen.",
            "Commission a freelancer fairly, accept the result and pay at once.",
        ),
        Text("Ein Bedarf ist beschlossen.", "A need is decided."),
        Text("2 bis 8 Wochen", "2 to 8 weeks"),
        Text(
            "Freelancer Freie freiberuflich Freiberufler Selbstständige Honorar beauftragen Gutschrift Solo-"
            " Selbstständig",
            "freelancer freelance contractor self-employed commission independent fee",
        ),
    ),
    Entry(
        "partner_order",
        Area.EXTERNALS,
        Text("Auftrag an ein Partnerteam", "Order to a partner team"),
        Text(
            "Ein Ergebnis bei einem Partnerunternehmen bestellen, in Meilensteinen abnehmen und bezahlen.",
            "Order a result from a partner firm, accept it by milestones and pay.",
        ),
        Text("Ein Ergebnis soll ein Partnerteam liefern.", "A partner team is to deliver a result."),
        Text("4 bis 16 Wochen", "4 to 16 weeks"),
        Text(
            "Partner Agentur Dienstleister Fremdfirma Werkvertrag extern vergeben Subunternehmer Meilenstein"
            " Partnerfirma"
            " auslagern",
            "partner agency service provider contractor firm outsource subcontractor milestone external team",
        ),
    ),
    Entry(
        "invoice_booking",
        Area.FINANCE,
        Text("Eingangsrechnung buchen", "Booking an incoming invoice"),
        Text(
            "Eine Eingangsrechnung mit KI-Vorschlag prüfen, freigeben und an die Buchhaltung übergeben.",
            "Check an incoming invoice with an AI proposal, approve it and hand it to accounting.",
        ),
        Text("Eine Rechnung ist eingegangen.", "An invoice has arrived."),
        Text("2 bis 10 Tage", "2 to 10 days"),
        Text(
            "Rechnung Lieferantenrechnung Beleg buchen kontieren E-Rechnung XRechnung Buchung DATEV Kreditor bezahlen",
            "invoice supplier bill voucher book booking e-invoice accounts payable posting DATEV",
        ),
    ),
    Entry(
        "month_end_close",
        Area.FINANCE,
        Text("Monatsabschluss", "Month-end close"),
        Text(
            "Den Monat abgrenzen, abstimmen, mit der Steuerberatung prüfen und freigeben.",
            "Accrue, reconcile, review with the tax adviser and release the month.",
        ),
        Text("Ein Monat ist beendet.", "A month has ended."),
        Text("5 bis 10 Tage", "5 to 10 days"),
        Text(
            "Monatsabschluss Abschluss Monat abschließen Abgrenzung abstimmen offene Posten BWA Konten Monatsende",
            "month-end close closing month accruals reconcile open items accounts monthly report books",
        ),
    ),
    Entry(
        "lead_qualification",
        Area.SALES,
        Text("Anfrage von Interessenten qualifizieren", "Lead qualification"),
        Text(
            "Eine Anfrage erfassen, prüfen und dem Vertrieb mit einem nächsten Schritt übergeben.",
            "Record an inquiry, check it and hand it to sales with a next step.",
        ),
        Text("Eine Anfrage ist eingegangen.", "An inquiry has arrived."),
        Text("1 bis 3 Wochen", "1 to 3 weeks"),
        Text(
            "Lead Interessent Anfrage Neukunde Kontaktformular Akquise qualifizieren vorsortieren",
            "lead leads prospect inquiry enquiry new customer contact form qualify pre-sort",
        ),
    ),
    Entry(
        "quotation",
        Area.SALES,
        Text("Angebot erstellen", "Quotation"),
        Text(
            "Ein Angebot kalkulieren, freigeben, versenden und nachfassen.",
            "Calculate a quotation, approve it, send it and follow it up.",
        ),
        Text("Der Bedarf einer Kundin oder eines Kunden ist geklärt.", "A customer's need is settled."),
        Text("1 bis 5 Wochen", "1 to 5 weeks"),
        Text(
            "Angebot anbieten kalkulieren Kalkulation Preis Kostenvoranschlag Ausschreibung nachfassen Angebotspreis",
            "quotation quote offer calculate price estimate proposal tender bid follow up",
        ),
    ),
    Entry(
        "complaint",
        Area.SALES,
        Text("Reklamation bearbeiten", "Handling a complaint"),
        Text(
            "Eine Beanstandung schnell beantworten, prüfen, abhelfen und die Ursache beseitigen.",
            "Answer a complaint fast, check it, remedy it and remove the cause.",
        ),
        Text(
            "Eine Kundin oder ein Kunde beanstandet eine Lieferung oder Leistung.",
            "A customer complains about a delivery or service.",
        ),
        Text("1 bis 6 Wochen", "1 to 6 weeks"),
        Text(
            "Reklamation reklamieren Beschwerde beschwert sich Beanstandung Mangel mangelhaft defekt kaputt"
            " falsch geliefert"
            " Lieferung Kundin Garantie Gewährleistung",
            "complaint complains defect defective broken faulty wrong delivery customer warranty damaged",
        ),
    ),
    Entry(
        "agent_onboarding",
        Area.AI,
        Text("Einführung eines KI-Agenten", "Onboarding of an AI agent"),
        Text(
            "Einen KI-Agenten mit Zweck, Klasse, Grenzen und Probebetrieb verantwortlich einführen.",
            "Introduce an AI agent responsibly, with purpose, class, limits and probation.",
        ),
        Text("Ein Fachbereich möchte einen KI-Agenten einsetzen.", "A department wants to use an AI agent."),
        Text("4 bis 10 Wochen", "4 to 10 weeks"),
        Text(
            "KI KI-Agent Agent einführen einsetzen Chatbot ChatGPT Copilot künstliche Intelligenz"
            " Probebetrieb KI-Verordnung",
            "AI AI agent introduce deploy chatbot ChatGPT copilot artificial intelligence probation AI act",
        ),
    ),
    Entry(
        "agent_incident",
        Area.AI,
        Text("Vorfall mit einem KI-Agenten", "Incident with an AI agent"),
        Text(
            "Einen fehlerhaften KI-Agenten anhalten, Folgen begrenzen, Meldepflichten prüfen, Ursache beheben.",
            "Stop a faulty AI agent, limit the consequences, check duties to report, remove the cause.",
        ),
        Text(
            "Ein KI-Agent hat falsch oder unerlaubt gehandelt.", "An AI agent has acted wrongly or without permission."
        ),
        Text("1 Tag bis 4 Wochen", "1 day to 4 weeks"),
        Text(
            "KI Agent Vorfall Fehler falsch verschickt Störung Schaden anhalten stoppen Fehlverhalten halluziniert"
            " Datenpanne melden",
            "AI agent incident error wrong mistake failure damage stop malfunction hallucinated data breach report",
        ),
    ),
    Entry(
        "works_council_information",
        Area.RIGHTS,
        Text("Betriebsrat unterrichten und beteiligen", "Informing and involving the works council"),
        Text(
            "Eine Maßnahme dem Betriebsrat vorlegen und Unterrichtung, Zustimmung oder Vereinbarung erreichen.",
            "Put a measure before the works council and reach information, consent or agreement.",
        ),
        Text(
            "Eine Maßnahme ist geplant, die den Betriebsrat betrifft.",
            "A measure is planned that concerns the works council.",
        ),
        Text("1 bis 8 Wochen", "1 to 8 weeks"),
        Text(
            "Betriebsrat informieren unterrichten Mitbestimmung Anhörung Zustimmung Betriebsvereinbarung"
            " Versetzung § 99 § 87",
            "works council inform co-determination consent consultation works agreement mobile transfer staff"
            " representatives",
        ),
    ),
    Entry(
        "data_subject_request",
        Area.RIGHTS,
        Text("Betroffenenanfrage beantworten", "Answering a data-subject request"),
        Text(
            "Auskunft, Berichtigung oder Löschung personenbezogener Daten fristgerecht beantworten.",
            "Answer access, rectification or erasure of personal data in time.",
        ),
        Text(
            "Jemand verlangt Auskunft oder Löschung seiner Daten.",
            "Somebody asks for access to or erasure of their data.",
        ),
        Text("2 bis 4 Wochen", "2 to 4 weeks"),
        Text(
            "Auskunft DSGVO Datenauskunft Löschung löschen gespeichert Daten über mich personenbezogen Betroffene"
            " Datenschutz Auskunftsersuchen",
            "access GDPR erasure delete stored personal data subject request privacy right of access",
        ),
    ),
    Entry(
        "async_team_agreement",
        Area.TEAM,
        Text(
            "Teamvereinbarung für zeitversetzte Arbeit nach Ergebnis",
            "Team agreement for asynchronous, result-based work",
        ),
        Text(
            "Mit dem Team vereinbaren, wie es über Orte und Zeitzonen zu Ergebnissen kommt.",
            "Agree with the team how it comes to results across places and time zones.",
        ),
        Text("Ein Team möchte anders zusammenarbeiten.", "A team wants to work together differently."),
        Text("4 bis 5 Monate mit Probe", "4 to 5 months including a trial"),
        Text(
            "Team Zeitzonen asynchron zeitversetzt Ergebnis statt Anwesenheit flexible Arbeitszeit Regeln Absprache"
            " Erreichbarkeit verteilt",
            "team time zones asynchronous async results presence flexible hours rules availability distributed",
        ),
    ),
    Entry(
        "generalist_training",
        Area.TEAM,
        Text("Lernweg: Generalistin oder Generalist, der steuert", "Training path: the generalist who steers"),
        Text(
            "Jemanden dazu ausbilden, Arbeit zu beschreiben, zu verteilen, abzunehmen und KI-Agenten zu steuern.",
            "Train somebody to describe work, delegate it, accept it and steer AI agents.",
        ),
        Text("Jemand möchte Arbeit steuern lernen.", "Somebody wants to learn to steer work."),
        Text("3 bis 6 Monate", "3 to 6 months"),
        Text(
            "Weiterbildung weiterbilden Lernweg lernen Schulung Ausbildung Generalist Entwicklung Mentor"
            " Kompetenz fortbilden",
            "training train learn learning path course upskill generalist development mentor skills",
        ),
    ),
)
