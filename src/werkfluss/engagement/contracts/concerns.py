"""What the fairness check may find: whom it burdens, why, by which provision, and a sentence that is fair instead."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .patterns import BOTH, CLIENT, CONTRACTOR, Concern

_ALL = (
    Concern(
        "payment_late",
        CONTRACTOR,
        Text("Lange Zahlungsfrist", "Long payment term"),
        Text(
            "Mehr als 60 Tage müssen ausdrücklich vereinbart und dürfen nicht grob unbillig sein; vorformuliert gelten "
            "schon mehr als 30 Tage im Zweifel als zu lang. Wer vorleistet, finanziert so die andere Seite.",
            "More than 60 days must be agreed expressly and must not be grossly unfair; in standard terms more than 30 "
            "days is too long in case of doubt. Whoever works first finances the other side.",
        ),
        ("§ 271a Abs. 1 BGB", "§ 308 Nr. 1a BGB", "§ 286 Abs. 3 BGB"),
        Text(
            "Die Zahlung ist innerhalb von 30 Tagen nach der Abnahme fällig.",
            "Payment is due within 30 days of acceptance.",
        ),
    ),
    Concern(
        "payment_conditional",
        CONTRACTOR,
        Text("Zahlung hängt von Dritten ab", "Payment depends on third parties"),
        Text(
            "Das Risiko, dass ein Dritter nicht zahlt, trägt sonst, wer den Dritten nicht kennt und nicht wählen kann.",
            "Otherwise the risk that a third party does not pay lies with someone who neither knows nor chose it.",
        ),
        ("§ 271a BGB", "§ 307 Abs. 2 Nr. 1 BGB", "§ 641 Abs. 2 BGB"),
        Text(
            "Die Zahlung hängt nicht von Zahlungen Dritter ab.", "Payment does not depend on payments by third parties."
        ),
    ),
    Concern(
        "late_interest",
        CONTRACTOR,
        Text("Verzugsfolgen gekürzt", "Consequences of late payment cut"),
        Text(
            "Verzugszinsen vorab auszuschließen ist unwirksam; ihre Beschränkung und die der Pauschale von 40 Euro "
            "sind es, "
            "wenn sie grob unbillig sind.",
            "Excluding default interest in advance is ineffective; limiting it, or the flat sum of 40 euro, is so "
            "where "
            "grossly unfair.",
        ),
        ("§ 288 Abs. 2 BGB", "§ 288 Abs. 5 BGB", "§ 288 Abs. 6 BGB"),
        Text("Bei Verzug gelten die gesetzlichen Folgen.", "In default the statutory consequences apply."),
    ),
    Concern(
        "rights_grab",
        CONTRACTOR,
        Text("Alle Rechte gehen über", "All rights pass"),
        Text(
            "Rechte reichen so weit, wie der Zweck es braucht; wer mehr überträgt, gibt auch künftige Einnahmen ab. "
            "Auf "
            "angemessene Vergütung besteht ein Anspruch.",
            "Rights go as far as the purpose needs; whoever transfers more gives away future income too. There is a "
            "claim "
            "to fair remuneration.",
        ),
        ("§ 31 Abs. 5 UrhG", "§ 32 UrhG", "§ 32a UrhG", "§ 307 BGB"),
        Text(
            "Mit vollständiger Zahlung erhält der Auftraggeber das Recht, das Ergebnis für den vertraglichen Zweck "
            "zu nutzen.",
            "On full payment the Client receives the right to use the result for the purpose of the contract.",
        ),
    ),
    Concern(
        "rights_unknown",
        CONTRACTOR,
        Text("Unbekannte Nutzungen oder künftige Werke", "Unknown uses or future works"),
        Text(
            "Rechte an unbekannten Nutzungsarten und an künftigen Werken brauchen Schriftform; die ersten können "
            "widerrufen, die zweiten nach fünf Jahren gekündigt werden.",
            "Rights in unknown types of use and in future works need written form; the former can be revoked, the "
            "latter "
            "terminated after five years.",
        ),
        ("§ 31a UrhG", "§ 32c UrhG", "§ 40 UrhG"),
        Text(
            "Erfasst sind nur bekannte Nutzungen des vereinbarten Ergebnisses.",
            "Only known uses of the agreed result are covered.",
        ),
    ),
    Concern(
        "rights_before_pay",
        CONTRACTOR,
        Text("Rechte vor der Zahlung", "Rights before payment"),
        Text(
            "Gehen die Rechte schon vor der Zahlung über, fehlt die Sicherheit für das Honorar.",
            "If rights pass before payment there is no security for the fee.",
        ),
        ("§ 31 UrhG", "§ 320 BGB"),
        Text("Die Rechte gehen mit vollständiger Zahlung über.", "The rights pass on full payment."),
    ),
    Concern(
        "penalty",
        CONTRACTOR,
        Text("Vertragsstrafe", "Contractual penalty"),
        Text(
            "Eine Strafe sollte Verschulden voraussetzen, begrenzt sein und auf Schadensersatz angerechnet werden. "
            "Kaufleute "
            "können sie nicht gerichtlich herabsetzen lassen, wenn sie im Betrieb versprochen wurde.",
            "A penalty should presuppose fault, be capped and count towards damages. Merchants cannot have it "
            "reduced by a "
            "court if it was promised in their business.",
        ),
        ("§ 339 BGB", "§ 340 Abs. 2 BGB", "§ 343 BGB", "§ 348 HGB", "§ 307 BGB"),
        Text("Für Verstöße gilt die gesetzliche Haftung.", "Breaches are governed by statutory liability."),
    ),
    Concern(
        "unilateral_change",
        CONTRACTOR,
        Text("Einseitige Änderung", "Unilateral change"),
        Text(
            "Wer allein ändern darf, verschiebt Leistung und Preis nach dem Vertragsschluss. Vorformuliert geht das "
            "nur, "
            "soweit es der anderen Seite zumutbar ist.",
            "Whoever may change alone shifts service and price after the contract. In standard terms that is "
            "possible only "
            "as far as it is reasonable for the other side.",
        ),
        ("§ 308 Nr. 4 BGB", "§ 315 BGB", "§ 307 BGB"),
        Text(
            "Änderungen brauchen die Zustimmung beider Parteien in Textform.",
            "Changes need the consent of both parties in text form.",
        ),
    ),
    Concern(
        "notice",
        CONTRACTOR,
        Text("Kündigung ohne Frist für eine Seite", "Termination without notice for one side"),
        Text(
            "Freie Kündigung ist beim Werkvertrag gegen Vergütung möglich; ohne Frist oder Vergütung trägt eine "
            "Seite das "
            "ganze Risiko. Gleiche Fristen lassen beide planen.",
            "In contracts for work free termination is possible against payment; without notice or payment one side "
            "bears "
            "the whole risk. Equal notice lets both plan.",
        ),
        ("§ 648 BGB", "§ 621 BGB", "§ 307 BGB"),
        Text(
            "Beide Parteien können mit einer Frist von 30 Tagen in Textform kündigen.",
            "Both parties may terminate with 30 days' notice in text form.",
        ),
    ),
    Concern(
        "notice_unpaid",
        CONTRACTOR,
        Text("Kündigung ohne Vergütung", "Termination without pay"),
        Text(
            "Kündigt der Auftraggeber ein Werk frei, behält die andere Seite nach dem Gesetz die Vergütung abzüglich "
            "des "
            "Ersparten.",
            "If the client freely terminates a contract for work, by statute the other side keeps the fee less what "
            "is saved.",
        ),
        ("§ 648 Satz 2 BGB", "§ 307 Abs. 2 Nr. 1 BGB"),
        Text(
            "Nach einer Kündigung wird die Vergütung abzüglich ersparter Aufwendungen gezahlt.",
            "After termination the fee less saved expenses is paid.",
        ),
    ),
    Concern(
        "noncompete_unpaid",
        CONTRACTOR,
        Text("Wettbewerbsverbot ohne Entschädigung", "Non-compete without compensation"),
        Text(
            "Nach Vertragsende bindet ein Verbot nur gegen eine Entschädigung von mindestens der Hälfte der bisherigen "
            "Leistungen und in Schriftform; die Regel wird auf wirtschaftlich abhängige Freie entsprechend angewandt.",
            "After the end a ban binds only against compensation of at least half of the former pay and in written "
            "form; "
            "the rule is applied to economically dependent freelancers by analogy.",
        ),
        ("§ 74 Abs. 1 und 2 HGB (entsprechend)", "§ 74a HGB", "§ 90a HGB", "§ 138 BGB"),
        Text("Nach dem Ende des Vertrags sind beide frei.", "After the end of the contract both are free."),
    ),
    Concern(
        "liability_uncapped",
        CONTRACTOR,
        Text("Haftung ohne Obergrenze", "Liability without a cap"),
        Text(
            "Eine Haftung für alle Schäden ohne Grenze kann die Existenz kosten und ist selten versicherbar.",
            "Liability for all damage without limit may cost the livelihood and can rarely be insured.",
        ),
        ("§ 276 BGB", "§ 307 BGB", "§ 254 BGB"),
        Text(
            "Bei leichter Fahrlässigkeit ist die Haftung beider Parteien auf den vorhersehbaren Schaden begrenzt; "
            "für Vorsatz, "
            "grobe Fahrlässigkeit und Personenschäden gilt das Gesetz.",
            "For slight negligence the liability of both parties is limited to foreseeable damage; for intent, gross "
            "negligence and personal injury the law applies.",
        ),
    ),
    Concern(
        "liability_no_fault",
        CONTRACTOR,
        Text("Haftung ohne Verschulden", "Liability without fault"),
        Text(
            "Das Gesetz lässt grundsätzlich nur für Verschulden haften.",
            "In principle the law provides liability for fault only.",
        ),
        ("§ 276 Abs. 1 BGB", "§ 307 Abs. 2 Nr. 1 BGB"),
        Text("Die Parteien haften für Verschulden.", "The parties are liable for fault."),
    ),
    Concern(
        "liability_excluded",
        CLIENT,
        Text("Haftung ganz ausgeschlossen", "Liability entirely excluded"),
        Text(
            "Für Vorsatz kann niemand seine Haftung vorab ausschließen, für arglistig verschwiegene Mängel auch nicht; "
            "vorformuliert auch nicht für grobe Fahrlässigkeit und Personenschäden.",
            "Nobody can exclude liability for intent in advance, nor for fraudulently concealed defects; in standard "
            "terms "
            "not for gross negligence and personal injury either.",
        ),
        ("§ 276 Abs. 3 BGB", "§ 639 BGB", "§ 309 Nr. 7 BGB", "§ 307 BGB"),
        Text(
            "Für Vorsatz, grobe Fahrlässigkeit, Personenschäden und arglistig verschwiegene Mängel gilt das Gesetz.",
            "For intent, gross negligence, personal injury and fraudulently concealed defects the law applies.",
        ),
    ),
    Concern(
        "exclusivity",
        BOTH,
        Text("Bindung an einen Auftraggeber", "Tied to one client"),
        Text(
            "Wer nur für einen arbeiten darf, verliert Aufträge; und das Verbot ist ein Merkmal für Beschäftigung, "
            "das beide "
            "trifft. Ein einziger Auftraggeber kann Rentenversicherungspflicht auslösen.",
            "Whoever may work for one only loses orders; and the ban is an indicator of employment that hits both. A "
            "single "
            "client may trigger compulsory pension insurance.",
        ),
        ("§ 7 Abs. 1 SGB IV", "§ 2 Satz 1 Nr. 9 SGB VI", "§ 307 BGB"),
        Text(
            "Der Auftragnehmer darf jederzeit für andere arbeiten.", "The Contractor may work for others at any time."
        ),
    ),
    Concern(
        "retention_waiver",
        CONTRACTOR,
        Text("Verzicht auf Zurückbehaltung", "Waiver of retention"),
        Text(
            "Wer nicht zurückhalten darf, muss liefern, auch wenn nicht gezahlt wird. Vorformuliert ist der Verzicht "
            "heikel.",
            "Whoever may not withhold must deliver even if not paid. In standard terms the waiver is delicate.",
        ),
        ("§ 273 BGB", "§ 320 BGB", "§ 309 Nr. 2 BGB", "§ 647 BGB"),
        Text("Für Zurückbehaltungsrechte gilt das Gesetz.", "Rights of retention follow the law."),
    ),
    Concern(
        "retention_data",
        CLIENT,
        Text("Daten als Druckmittel", "Data as leverage"),
        Text(
            "Zugänge und Daten zurückzuhalten kann den Betrieb lahmlegen; bei personenbezogenen Daten gilt die "
            "Pflicht zur "
            "Rückgabe.",
            "Withholding access and data may stop the business; for personal data there is a duty to return them.",
        ),
        ("§ 273 Abs. 1 BGB", "§ 242 BGB", "Art. 28 Abs. 3 Buchst. g DSGVO"),
        Text(
            "Zugänge und Daten des Auftraggebers werden jederzeit herausgegeben.",
            "Access and data of the Client are handed over at any time.",
        ),
    ),
    Concern(
        "silence",
        CLIENT,
        Text("Schweigen als Zustimmung", "Silence as consent"),
        Text(
            "Ohne Antwort gilt im Gesetz nur etwas, wenn eine angemessene Frist gesetzt wurde; vorformuliert muss "
            "auf die "
            "Folge hingewiesen werden.",
            "By statute an unanswered request has effect only where a reasonable period was set; standard terms must "
            "point "
            "out the consequence.",
        ),
        ("§ 640 Abs. 2 BGB", "§ 308 Nr. 5 BGB", "§ 308 Nr. 1b BGB"),
        Text(
            "Für eine Abnahme ohne Erklärung gilt § 640 Abs. 2 BGB.",
            "Acceptance without a declaration follows s. 640(2) BGB.",
        ),
    ),
    Concern(
        "set_off",
        CONTRACTOR,
        Text("Aufrechnungsverbot", "Ban on set-off"),
        Text(
            "Unbestrittene und rechtskräftige Forderungen müssen aufrechenbar bleiben.",
            "Undisputed and finally established claims must remain available for set-off.",
        ),
        ("§ 309 Nr. 3 BGB", "§ 307 BGB", "§ 387 BGB"),
        Text(
            "Mit unbestrittenen oder rechtskräftig festgestellten Forderungen darf aufgerechnet werden.",
            "Undisputed or finally established claims may be set off.",
        ),
    ),
    Concern(
        "venue",
        CONTRACTOR,
        Text("Vereinbarter Gerichtsstand", "Agreed venue"),
        Text(
            "Eine Vereinbarung vor dem Streit bindet in Deutschland nur Kaufleute und juristische Personen; "
            "Freiberufler "
            "sind meist keine.",
            "In Germany an agreement before a dispute binds only merchants and legal persons; liberal professions "
            "mostly are "
            "not.",
        ),
        ("§ 38 Abs. 1 ZPO", "Art. 25 Brüssel-Ia-VO"),
        Text("Der Gerichtsstand richtet sich nach dem Gesetz.", "The venue follows the law."),
    ),
    Concern(
        "instructions",
        BOTH,
        Text("Weisungen, Zeiten oder Anwesenheit", "Instructions, hours or attendance"),
        Text(
            "Wer Zeit, Ort oder Ablauf vorgibt, macht aus einem Auftrag leicht eine Beschäftigung, mit Beiträgen für "
            "beide.",
            "Whoever prescribes time, place or course easily turns an order into employment, with contributions for "
            "both.",
        ),
        ("§ 611a Abs. 1 BGB", "§ 7 Abs. 1 SGB IV"),
        Text(
            "Zeit, Ort und Ablauf der Arbeit bestimmt der Auftragnehmer selbst.",
            "The Contractor decides on time, place and course of the work.",
        ),
    ),
    Concern(
        "all_in",
        CONTRACTOR,
        Text("Alles pauschal abgegolten", "Everything included"),
        Text(
            "Unbegrenzte Mehrarbeit ohne Vergütung verschiebt das Gleichgewicht von Leistung und Preis.",
            "Unlimited additional work without pay shifts the balance of service and price.",
        ),
        ("§ 632 BGB", "§ 307 Abs. 1 Satz 2 BGB", "§ 650b BGB"),
        Text(
            "Zusätzliche Leistungen werden vorher vereinbart und vergütet.",
            "Additional services are agreed beforehand and paid.",
        ),
    ),
    Concern(
        "waives_fairness",
        CONTRACTOR,
        Text("Verzicht auf angemessene Vergütung", "Waiver of fair remuneration"),
        Text(
            "Auf die angemessene Vergütung und die weitere Beteiligung kann im Voraus nicht verzichtet werden.",
            "Fair remuneration and further participation cannot be waived in advance.",
        ),
        ("§ 32 Abs. 3 UrhG", "§ 32a Abs. 3 UrhG"),
        Text(
            "Gesetzliche Ansprüche auf angemessene Vergütung bleiben.", "Statutory claims to fair remuneration remain."
        ),
    ),
    Concern(
        "acceptance_long",
        CONTRACTOR,
        Text("Lange Prüffrist", "Long period for checking"),
        Text(
            "Die Zahlung beginnt erst nach der Prüfung. Mehr als 30 Tage müssen ausdrücklich vereinbart werden; "
            "vorformuliert "
            "sind mehr als 15 Tage im Zweifel zu lang.",
            "Payment starts only after the check. More than 30 days must be agreed expressly; in standard terms more "
            "than 15 "
            "days is too long in case of doubt.",
        ),
        ("§ 271a Abs. 3 BGB", "§ 308 Nr. 1b BGB"),
        Text("Der Auftraggeber prüft innerhalb von 14 Tagen.", "The Client checks within 14 days."),
    ),
    Concern(
        "substitution_none",
        BOTH,
        Text("Nur persönlich zu leisten", "In person only"),
        Text(
            "Die Pflicht zur persönlichen Leistung ist ein Merkmal für Beschäftigung.",
            "A duty to perform in person is an indicator of employment.",
        ),
        ("§ 611a Abs. 1 BGB", "§ 613 BGB", "§ 7 Abs. 1 SGB IV"),
        Text("Der Auftragnehmer darf geeignete Dritte einsetzen.", "The Contractor may use suitable third parties."),
    ),
    Concern(
        "notice_unequal",
        BOTH,
        Text("Ungleiche Kündigungsfristen", "Unequal notice"),
        Text("Eine Seite kann schneller gehen als die andere.", "One side may leave faster than the other."),
        ("§ 621 BGB", "§ 307 BGB"),
        Text("Beide Parteien kündigen mit derselben Frist.", "Both parties give the same notice."),
    ),
)

CONCERNS = {one.code: one for one in _ALL}
