"""Requests of data subjects: until when to answer."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import months_after
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_FIRM = Text("die Firma als Verantwortliche", "the firm as controller")
_KINDS = {
    "access": Text("Auskunft und Kopie", "access and copy"),
    "erasure": Text("Löschung", "erasure"),
}
_PARTS = {
    "access": Text(
        "Auskunft mit Kopie erteilen; Rechte anderer schwärzen.",
        "Give access with a copy; redact the rights of others.",
    ),
    "erasure": Text(
        "Löschen, was keine Frist und kein Anspruch hält; Antwort mit Gründen.",
        "Erase what no period and no claim holds; answer with reasons.",
    ),
}
_IDENTITY = Condition(
    "paper",
    Text("Identität klären; nur das Nötige verlangen.", "Clear up the identity; ask only for what is needed."),
    _FIRM,
    "art_12_6",
    lead_days=5,
    day_kind="working",
)
_HOLD = Condition(
    "record",
    Text("Sperren statt löschen und den Grund mitteilen.", "Restrict instead of erasing and say why."),
    _FIRM,
    "art_17",
)


@rule(
    "eu/data_protection/request",
    title=Text("Antrag einer betroffenen Person", "Request of a data subject"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of("kind", _KINDS, "Was wird verlangt?", "What is requested?", labels=_KINDS),
        day("received", "Wann ist der Antrag eingegangen?", "When was the request received?"),
        yes_no(
            "extension_told",
            "Wurde binnen eines Monats eine Verlängerung mit Gründen mitgeteilt?",
            "Was an extension with reasons told within a month?",
            default=False,
        ),
        yes_no(
            "identity_doubtful",
            "Gibt es begründete Zweifel an der Identität?",
            "Is there reasonable doubt about the identity?",
            default=False,
        ),
        yes_no(
            "duty_to_keep",
            "Hält eine Aufbewahrungspflicht oder ein Anspruch die Daten?",
            "Does a duty to keep or a claim hold the data?",
            default=False,
        ),
    ),
)
def request(facts: Facts, values: Parameters) -> Finding:
    """Art. 12(3), (6), Art. 15, Art. 17 GDPR: one month, two more if told in time."""
    kind, received = facts.word("kind"), facts.day("received")
    months = values.days("answer_months")
    if facts.flag("extension_told"):
        months += values.days("extension_months")
    due = months_after(received, months)
    conditions = [_IDENTITY] if facts.flag("identity_doubtful") else []
    if kind == "erasure" and facts.flag("duty_to_keep"):
        conditions.append(_HOLD)
    late = values.on > due
    reason = Text(
        f"Antwort bis {due.strftime('%d.%m.%Y')}{' – die Frist ist abgelaufen' if late else ''}.",
        f"Answer by {due.isoformat()}{' – the period is over' if late else ''}.",
    )
    return finding(
        "allowed",
        reason,
        cites=("art_12_3", "art_15" if kind == "access" else "art_17", *(c.basis for c in conditions)),
        conditions=conditions,
        duties=(Duty(_PARTS[kind], _FIRM, due, "art_12_3", practical_days=10, day_kind="working"),),
        values={"due": due, "late": late},
        certainty="B",
    )
