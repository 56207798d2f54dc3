"""What may be unclear about the steps, decisions and partners of a drawing."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .findings import Rule

_7PMG = "Mendling, Reijers, van der Aalst (2010): Seven process modeling guidelines (7PMG)"

STEP_RULES: dict[str, Rule] = {
    "gateway_mix": Rule(
        "gateway",
        "gap",
        10,
        Text("Das Gateway führt zusammen und verzweigt zugleich.", "The gateway merges and splits at once."),
        Text("Machen Sie zwei Gateways daraus.", "Make two gateways of it."),
        Text("Lässt es sich in zwei Gateways trennen?", "Can it be split into two gateways?"),
        Text("Erst zusammenführen, dann entscheiden", "First merge, then decide"),
        Text("Leser wissen nicht, ob hier gewartet wird.", "Readers cannot tell whether anything waits here."),
        f"{_7PMG}, G4",
    ),
    "gateway_no_question": Rule(
        "label",
        "hint",
        5,
        Text("Die Entscheidung stellt keine Frage.", "The decision asks no question."),
        Text("Benennen Sie sie mit der Frage, die zu beantworten ist.", "Name it with the question to be answered."),
        Text("Welche Frage wird hier entschieden?", "Which question is decided here?"),
        Text("Genehmigt?", "Approved?"),
        Text(
            "Nur auf eine Frage passen die Antworten an den Zweigen.",
            "The labels of the branches are answers; they need a question.",
        ),
        "Silver (2011): BPMN Method and Style",
    ),
    "branch_unlabelled": Rule(
        "label",
        "gap",
        10,
        Text("Ein Zweig der Entscheidung ist nicht beschriftet.", "A branch of the decision has no label."),
        Text("Schreiben Sie die Antwort an den Zweig.", "Write the answer on the branch."),
        Text("Wann wird dieser Zweig genommen?", "When is this branch taken?"),
        Text("„ja, unter 5.000 €“", "“yes, below €5,000”"),
        Text("Wer entscheidet, muss wissen, wofür ein Zweig steht.", "Who decides has to know what a branch means."),
        f"{_7PMG}, G6",
    ),
    "approval_no_branch": Rule(
        "approvals",
        "gap",
        10,
        Text(
            "Die Zustimmung führt zu keinem beschrifteten Weg.",
            "The approval leads to no labelled branch.",
        ),
        Text(
            "Zeichnen Sie hinter dem Schritt eine Entscheidung, und nennen Sie ihre Wege.",
            "Draw a decision behind the step, and name its branches.",
        ),
        Text("Wie geht es bei Zustimmung und bei Ablehnung weiter?", "How does it go on if approved, and if refused?"),
        Text("„Freigegeben?“ mit „ja“ und „nein“", "“Approved?” with “yes” and “no”"),
        Text(
            "Eine Ablehnung, für die es keinen Weg gibt, bleibt liegen.",
            "A refusal that leads nowhere just lies there.",
        ),
    ),
    "approval_no_timeout": Rule(
        "timeout",
        "gap",
        5,
        Text(
            "Die Zustimmung hat eine Frist, aber niemand sagt, was nach ihrem Ablauf gilt.",
            "The approval has a due time, but nothing says what holds when it has passed.",
        ),
        Text(
            "Nennen Sie den Weg, der dann gilt, oder zeichnen Sie einen Zeitgeber an den Schritt.",
            "Name the branch that holds then, or draw a timer on the step.",
        ),
        Text("Welcher Weg gilt, wenn niemand entscheidet?", "Which branch holds if nobody decides?"),
        Text("nein", "no"),
        Text(
            "Schweigen ist keine Zustimmung; ohne einen Weg wird nur erinnert.",
            "Silence is no approval; without a branch people are only reminded.",
        ),
    ),
    "dead_branch": Rule(
        "condition",
        "gap",
        10,
        Text("Dieser Zweig wird nie genommen.", "This branch is never taken."),
        Text(
            "Berichtigen Sie die Bedingung, oder löschen Sie den Zweig.", "Correct the condition, or delete the branch."
        ),
        Text("Für welche Werte soll der Zweig gelten?", "For which values should the branch hold?"),
        Text("„betrag >= 1000 and betrag < 5000“", "“amount >= 1000 and amount < 5000”"),
        Text("Der Fall, für den er gedacht ist, geht einen anderen Weg.", "The case it is meant for goes another way."),
        "van der Aalst (1998): soundness, no dead transitions",
    ),
    "feel_invalid": Rule(
        "condition",
        "gap",
        10,
        Text("Ein Ausdruck lässt sich nicht lesen.", "An expression cannot be read."),
        Text("Berichtigen Sie den FEEL-Ausdruck.", "Correct the FEEL expression."),
        Text("Wie lautet die Bedingung?", "What is the condition?"),
        Text("= betrag > 1000", "= amount > 1000"),
        Text("Der Vorgang bliebe an dieser Stelle mit einem Fehler stehen.", "The case would stop here with an error."),
        "OMG DMN 1.5, chapter 10 (FEEL)",
    ),
    "or_join": Rule(
        "gateway",
        "hint",
        5,
        Text(
            "Hier wird auf eine wechselnde Zahl von Zweigen gewartet, ohne dass man sieht, auf welche.",
            "This waits for a varying number of branches, and one cannot see for which.",
        ),
        Text(
            "Verzweigen Sie davor mit demselben Gateway, oder nehmen Sie X und +.",
            "Split with the same gateway before it, or use X and +.",
        ),
        Text("Auf welche Zweige wird hier gewartet?", "Which branches does this wait for?"),
        Text(
            "Ein Gateway mit Kreis davor, aus dem genau diese Zweige kommen",
            "An inclusive split whose branches meet here",
        ),
        Text(
            "Kaum jemand sagt richtig voraus, wann ein solches Gateway weitergeht.",
            "Hardly anybody predicts rightly when such a gateway goes on.",
        ),
        f"{_7PMG}, G5",
    ),
    "complex_gateway": Rule(
        "gateway",
        "hint",
        5,
        Text(
            "Ein komplexes Gateway sagt nicht, wann es weitergeht.", "A complex gateway does not say when it goes on."
        ),
        Text("Ersetzen Sie es durch einfache Gateways.", "Replace it by simple gateways."),
        Text("Wann genau geht es weiter?", "When exactly does it go on?"),
        Text(
            "Zwei von drei Stimmen: als Teilprozess mit Abschlussbedingung",
            "Two votes of three: a sub-process with a completion condition",
        ),
        Text(
            "Es wird nicht geprüft, ob der Prozess hier stehen bleibt.",
            "Whether the process stops here is not checked.",
        ),
        f"{_7PMG}, G5",
    ),
    "no_performer": Rule(
        "lane",
        "gap",
        5,
        Text("Es steht nicht fest, wer das macht.", "It is not said who does it."),
        Text(
            "Legen Sie den Schritt in eine benannte Bahn, oder nennen Sie die Rolle.",
            "Put the step in a named lane, or name the role.",
        ),
        Text("Welche Rolle übernimmt den Schritt?", "Which role takes this step?"),
        Text("Bahn „Einkauf“", "Lane “Purchasing”"),
        Text("Was allen gehört, macht keiner.", "What belongs to everybody is done by nobody."),
    ),
    "partner_unnamed": Rule(
        "participant",
        "gap",
        5,
        Text(
            "Eine Nachricht geht an einen Partner ohne Namen, oder kommt von ihm.",
            "A message goes to or comes from a partner without a name.",
        ),
        Text("Benennen Sie den Pool mit der Rolle des Partners.", "Name the pool with the role of the partner."),
        Text("Wer ist der Partner?", "Who is the partner?"),
        Text("Ausländerbehörde", "Immigration office"),
        Text("Nachrichten brauchen einen Empfänger.", "Messages need somebody who receives them."),
    ),
    "agent_tool_undescribed": Rule(
        "tool",
        "gap",
        10,
        Text("Der automatische Schritt sagt nicht, was er tut.", "The automatic step does not say what it does."),
        Text("Beschreiben Sie ihn in einem Satz.", "Describe it in one sentence."),
        Text("Was ruft der Schritt auf, und wozu?", "What does the step call, and what for?"),
        Text("Erzeugt die Gutschrift als E-Rechnung", "Creates the self-billed invoice as an e-invoice"),
        Text(
            "Ein Agent wählt seine Werkzeuge nach der Beschreibung, ein Mensch prüft sie danach.",
            "An agent picks its tools by their description, and a person checks them by it.",
        ),
    ),
    "drawn_agent": Rule(
        "ai",
        "gap",
        10,
        Text(
            "Der Name nennt eine KI, aber nirgends steht, dass hier KI eingesetzt wird.",
            "The name speaks of an AI, but nothing says that AI is used here.",
        ),
        Text(
            "Geben Sie KI-Einsatz, Zweck und Abnahme an, oder benennen Sie den Schritt um.",
            "Give AI use, purpose and acceptance, or rename the step.",
        ),
        Text("Übernimmt hier wirklich eine KI den Schritt?", "Does an AI really take this step?"),
        Text(
            "KI vorgesehen; Zweck: Belege vorsortieren; Auftraggeber nimmt ab",
            "AI required; purpose: sort receipts; the requester accepts",
        ),
        Text(
            "Ein gezeichneter Agent ohne Angaben hat weder Rechte noch Budget noch Aufsicht.",
            "An agent that is only drawn has no rights, no budget and nobody who oversees it.",
        ),
        "Verordnung (EU) 2024/1689 (KI-Verordnung), Art. 14, 26",
    ),
}
