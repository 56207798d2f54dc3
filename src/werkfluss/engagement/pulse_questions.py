"""What the short survey asks, and what a talk may ask instead where too few people could answer.

The reasons are those that freelancers in Germany named when they were asked why they think of leaving: life, taxes,
politics, bureaucracy, fear of being taken for an employee. Pay and flexibility are what a firm can change by itself.
No free text: with few people, handwriting is a name.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.text import Text

LEAST = 10
"""Answers below which nothing is shown."""

SCALE: tuple[tuple[int, Text], ...] = (
    (1, Text("gar nicht", "not at all")),
    (2, Text("kaum", "hardly")),
    (3, Text("etwas", "somewhat")),
    (4, Text("ziemlich", "quite")),
    (5, Text("sehr", "very much")),
    (0, Text("keine Angabe", "no answer")),
)
HIGH = (4, 5)
LOW = (1, 2)


@dataclass(frozen=True, slots=True)
class Question:
    """``asks`` completes the question of the page; ``talk`` is for a conversation; ``measure`` proposes a task."""

    code: str
    name: Text
    asks: Text
    talk: Text
    measure: Text
    audiences: tuple[str, ...] = ("externals", "staff")


QUESTIONS: tuple[Question, ...] = (
    Question(
        "leave",
        Text("Gedanke ans Gehen", "Thought of leaving"),
        Text("Denken Sie zurzeit daran, nicht mehr für uns zu arbeiten?", "Do you think of no longer working for us?"),
        Text(
            "Was müsste in einem Jahr anders sein, damit Sie gern weiter mit uns arbeiten?",
            "What would have to be different in a year for you to be glad to go on working with us?",
        ),
        Text("Gespräche zum Bleiben führen", "Hold talks about staying"),
    ),
    Question(
        "pay",
        Text("Bezahlung", "Pay"),
        Text("Lässt Sie die Bezahlung daran denken?", "Does the pay make you think of it?"),
        Text(
            "Kommt das Geld pünktlich, und ist der Weg dahin einfach? Was ist Ihnen neben der Höhe wichtig?",
            "Does the money come on time, and is the way to it simple? What matters to you besides the amount?",
        ),
        Text("Zahlungsziel und Vergütung prüfen", "Review terms of payment and pay"),
    ),
    Question(
        "flexibility",
        Text("Freiheit bei Zeit und Ort", "Freedom of time and place"),
        Text("Lässt Sie fehlende Freiheit bei Zeit und Ort daran denken?", "Does a lack of freedom of time and place?"),
        Text(
            "Welche Absprache zu Zeit oder Ort ist enger, als die Arbeit es braucht?",
            "Which arrangement on time or place is tighter than the work needs?",
        ),
        Text("Vorgaben zu Zeit und Ort lockern", "Loosen rules on time and place"),
    ),
    Question(
        "bureaucracy",
        Text("Bürokratie", "Bureaucracy"),
        Text("Lässt Sie die Bürokratie daran denken?", "Does bureaucracy?"),
        Text(
            "Welches Papier haben wir zweimal verlangt? Welche Auskunft kam zu spät?",
            "Which paper did we ask for twice? Which answer came too late?",
        ),
        Text("Papiere nur einmal verlangen", "Ask for papers only once"),
    ),
    Question(
        "status",
        Text("Sorge um Scheinselbstständigkeit", "Fear of bogus self-employment"),
        Text("Lässt Sie die Sorge um Scheinselbstständigkeit daran denken?", "Does fear of bogus self-employment?"),
        Text(
            "Was an unserem Auftrag fühlt sich wie eine Weisung an? Dürfen Sie ablehnen und sich vertreten lassen?",
            "What in our order feels like an instruction? May you decline and send a substitute?",
        ),
        Text("Klauseln zum Status durchgehen", "Go through the clauses on status"),
        ("externals",),
    ),
    Question(
        "growth",
        Text("Entwicklung", "Growth"),
        Text("Lassen Sie fehlende Schritte nach vorn daran denken?", "Does a lack of steps ahead?"),
        Text("Was möchten Sie in zwei Jahren können oder tun?", "What would you like to know or do in two years?"),
        Text("Schritte und Kurse anbieten", "Offer steps and courses"),
        ("staff",),
    ),
    Question(
        "life",
        Text("Leben hier", "Life here"),
        Text(
            "Lässt Sie das Leben hier daran denken (Wohnen, Familie, Umfeld)?", "Does life here (home, family, people)?"
        ),
        Text(
            "Wobei könnten wir helfen: Wohnung, Schule, Sprache, Arbeit für den Partner?",
            "Where could we help: home, school, language, work for the partner?",
        ),
        Text("Hilfe beim Leben vor Ort anbieten", "Offer help with life here"),
    ),
    Question(
        "tax",
        Text("Steuern und Abgaben", "Taxes and contributions"),
        Text("Lassen Sie Steuern und Abgaben daran denken?", "Do taxes and contributions?"),
        Text(
            "Wissen Sie, was von einem Auftrag oder Gehalt bleibt? Sollen wir es vorrechnen?",
            "Do you know what is left of a fee or salary? Shall we work it out for you?",
        ),
        Text("Steuern und Abgaben verständlich machen", "Explain taxes and contributions"),
    ),
    Question(
        "politics",
        Text("Politik und Stimmung im Land", "Politics and mood in the country"),
        Text("Lässt Sie die Stimmung im Land daran denken?", "Does the mood in the country?"),
        Text(
            "Fühlen Sie sich bei uns willkommen? Was können wir als Betrieb tun?",
            "Do you feel welcome with us? What can we do as a firm?",
        ),
        Text("Zeigen, wofür der Betrieb steht", "Show what the firm stands for"),
    ),
)
BY_CODE = {question.code: question for question in QUESTIONS}


def asked_of(audience: str) -> tuple[Question, ...]:
    """The questions put to an audience, in the order of the page."""
    return tuple(question for question in QUESTIONS if audience in question.audiences)
