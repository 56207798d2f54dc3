"""What may be unclear about one task, wherever it stands: in a plan, a spreadsheet or a drawing."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .findings import Rule

TASK_RULES: dict[str, Rule] = {
    "no_title": Rule(
        "title",
        "gap",
        20,
        Text("Die Aufgabe hat keinen Namen.", "The task has no name."),
        Text("Benennen Sie sie mit Gegenstand und Tätigkeit.", "Name it with a verb and an object."),
        Text("Was ist zu tun, und womit?", "What is to be done, and to what?"),
        Text("Angebot prüfen", "Check the offer"),
        Text("Was keinen Namen hat, kann niemand übernehmen.", "Nobody can take on what has no name."),
        "Mendling, Reijers, van der Aalst (2010): 7PMG, G6",
    ),
    "title_not_verb_object": Rule(
        "title",
        "hint",
        5,
        Text("Der Name sagt nicht, was womit getan wird.", "The name does not say what is done to what."),
        Text(
            "Nennen Sie erst den Gegenstand, dann die Tätigkeit in der Grundform.",
            "Begin with a verb in the imperative, then name the object.",
        ),
        Text("Wie heißt die Aufgabe mit Gegenstand und Tätigkeit?", "What is the task called with verb and object?"),
        Text("„Rechnung prüfen“ statt „Rechnungsprüfung“", "“Check the invoice” instead of “Invoice check”"),
        Text(
            "Leser missverstehen Namen aus Tätigkeit und Gegenstand am seltensten.",
            "Readers misunderstand names of a verb and an object least.",
        ),
        "Mendling, Reijers, van der Aalst (2010): 7PMG, G6",
    ),
    "no_skill": Rule(
        "skills",
        "gap",
        15,
        Text("Es steht nicht fest, was man dafür können muss.", "It is not said what one must be able to do."),
        Text("Nennen Sie die nötige Qualifikation.", "Name the qualification that is needed."),
        Text("Welche Qualifikation braucht, wer das übernimmt?", "Which qualification does the performer need?"),
        Text("Finanzbuchhaltung; Deutsch B2", "Financial accounting; German B2"),
        Text(
            "Ohne sie lässt sich nicht sagen, wer die Aufgabe übernehmen kann.",
            "Without it nobody can say who is able to do the task.",
        ),
    ),
    "no_outcome": Rule(
        "outcome",
        "gap",
        20,
        Text("Das Ergebnis ist nicht beschrieben.", "The outcome is not described."),
        Text("Schreiben Sie in einem Satz, was am Ende vorliegt.", "Write in one sentence what is there at the end."),
        Text("Was liegt vor, wenn die Aufgabe fertig ist?", "What is there when the task is done?"),
        Text("Geprüfte Stückliste als Excel-Datei", "Checked parts list as an Excel file"),
        Text(
            "Abgenommen wird ein Ergebnis, nicht die Zeit, die jemand daran saß.",
            "What is accepted is an outcome, not the time that somebody spent.",
        ),
    ),
    "no_criteria": Rule(
        "criteria",
        "gap",
        20,
        Text("Es gibt keine Abnahmekriterien.", "There are no acceptance criteria."),
        Text("Nennen Sie mindestens ein nachprüfbares Merkmal.", "Name at least one property that can be verified."),
        Text("Woran erkennt eine andere Person, dass es fertig ist?", "How does another person see that it is done?"),
        Text("Alle 60 Positionen haben Preis und Lieferzeit.", "All 60 items have a price and a delivery time."),
        Text(
            "Menschen und Maschinen werden an denselben vereinbarten Kriterien gemessen.",
            "People and machines are measured by the same agreed criteria.",
        ),
    ),
    "criteria_vague": Rule(
        "criteria",
        "hint",
        5,
        Text("Ein Abnahmekriterium lässt sich nicht nachprüfen.", "An acceptance criterion cannot be verified."),
        Text("Ersetzen Sie das Wort durch eine Zahl oder Tatsache.", "Replace the word by a figure or a fact."),
        Text("Welche Zahl oder Tatsache zeigt, dass es erfüllt ist?", "Which figure or fact shows that it is met?"),
        Text("„bis 10 Uhr beantwortet“ statt „zeitnah“", "“answered by 10 a.m.” instead of “soon”"),
        Text(
            "Über „zeitnah“ streitet man erst bei der Abnahme.",
            "A word such as “soon” is argued about only at acceptance.",
        ),
    ),
    "no_effort": Rule(
        "effort_hours",
        "gap",
        15,
        Text("Der Aufwand ist nicht geschätzt.", "The effort is not estimated."),
        Text("Geben Sie eine Spanne in Stunden an.", "Give a range in hours."),
        Text(
            "Wie viele Stunden dauert es mindestens und höchstens?",
            "How many hours does it take, at least and at most?",
        ),
        Text("4 bis 6 Stunden", "4 to 6 hours"),
        Text("Ohne Aufwand gibt es weder Kosten noch Termin.", "Without an effort there is neither a cost nor a date."),
    ),
    "effort_wide": Rule(
        "effort_hours",
        "hint",
        5,
        Text("Die Aufwandsspanne ist sehr weit.", "The range of the effort is very wide."),
        Text("Teilen Sie die Aufgabe, oder schätzen Sie enger.", "Split the task, or estimate more closely."),
        Text("Lässt sich die Aufgabe in kleinere teilen?", "Can the task be split into smaller ones?"),
        Text(
            "„Daten sichten: 2 h“ und „Daten bereinigen: 6–10 h“", "“View the data: 2 h” and “Clean the data: 6–10 h”"
        ),
        Text(
            "Mehr als das Fünffache zwischen wenig und viel ist keine Schätzung.",
            "More than fivefold between low and high is no estimate.",
        ),
    ),
    "no_data_class": Rule(
        "data_class",
        "gap",
        10,
        Text("Die Datenklasse fehlt.", "The data class is missing."),
        Text(
            "Wählen Sie: öffentlich, intern, vertraulich, personenbezogen oder besonders geschützt.",
            "Choose: public, internal, confidential, personal or special.",
        ),
        Text("Welche Daten sieht, wer das übernimmt?", "Which data does the performer see?"),
        Text("intern, ohne personenbezogene Daten", "internal, no personal data"),
        Text(
            "Von ihr hängt ab, wer die Aufgabe rechtlich übernehmen darf.",
            "It decides who may take the task by law.",
        ),
        "Verordnung (EU) 2016/679 (DSGVO), Art. 4, 9, 28, 44",
    ),
    "no_date": Rule(
        "deadline",
        "gap",
        5,
        Text("Weder Frist noch Vorgänger sind bekannt.", "Neither deadline nor predecessor is known."),
        Text("Nennen Sie eine Frist oder eine Bearbeitungszeit.", "Name a deadline or a time to do it in."),
        Text("Bis wann muss es fertig sein, oder was geht voraus?", "By when must it be done, or what comes before?"),
        Text("31.03., oder: nach „Stückliste prüfen“", "31 March, or: after “Check the parts list”"),
        Text("Ohne Frist meldet sich die Aufgabe nie.", "Without a deadline the task never calls attention to itself."),
    ),
    "ai_unsaid": Rule(
        "ai",
        "gap",
        10,
        Text("Es steht nicht fest, ob KI eingesetzt werden darf.", "It is not said whether AI may be used."),
        Text("Entscheiden Sie: keine KI, erlaubt oder vorgesehen.", "Decide: no AI, allowed or required."),
        Text("Darf ein KI-Agent das übernehmen?", "May an AI agent do this?"),
        Text("Nein; oder: Ja, zum Vorsortieren der Belege", "No; or: yes, to sort the receipts first"),
        Text(
            "Eine Firma muss wissen, wo sie KI einsetzt und wozu.",
            "A firm has to know where it uses AI, and what for.",
        ),
        "Verordnung (EU) 2024/1689 (KI-Verordnung), Art. 26",
    ),
    "no_ai_purpose": Rule(
        "ai_purpose",
        "gap",
        10,
        Text("KI ist erlaubt, aber ihr Zweck fehlt.", "AI is allowed, but its purpose is missing."),
        Text("Schreiben Sie, was die KI tut und was nicht.", "Write what the AI does, and what it does not."),
        Text("Wozu genau wird die KI eingesetzt?", "What exactly is the AI used for?"),
        Text("Vorschlag der Buchungskonten, ein Mensch gibt frei", "Propose booking accounts; a person approves"),
        Text("Vom Zweck hängt die Risikoklasse ab.", "The risk class follows from the purpose."),
        "Verordnung (EU) 2024/1689 (KI-Verordnung), Art. 3 Nr. 12, Art. 6",
    ),
    "agent_without_acceptance": Rule(
        "acceptance",
        "gap",
        10,
        Text(
            "Eine KI darf die Aufgabe übernehmen, aber kein Mensch nimmt das Ergebnis ab.",
            "An AI may do the task, but no person accepts the result.",
        ),
        Text(
            "Legen Sie fest, wer abnimmt, oder verzichten Sie mit Begründung.",
            "Say who accepts, or waive it and give the reason.",
        ),
        Text(
            "Wer prüft das Ergebnis, oder warum ist das nicht nötig?",
            "Who checks the result, or why is that not needed?",
        ),
        Text("Auftraggeber nimmt ab", "The requester accepts"),
        Text(
            "Für das Ergebnis einer KI haftet die Firma; ein Mensch muss es gesehen oder den Verzicht begründet haben.",
            "The firm answers for what an AI delivers; a person has to have seen it, or to have said why not.",
        ),
        "Verordnung (EU) 2024/1689 (KI-Verordnung), Art. 14, 26",
    ),
}
