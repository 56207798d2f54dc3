"""A warning that nobody acted on: what it means for intent, said wherever status is judged."""

from __future__ import annotations

from werkfluss.kernel.text import Text
from werkfluss.law.facts import yes_no
from werkfluss.law.rule import Facts
from werkfluss.law.verdict import Condition

CLIENT = Text("Auftraggeber", "client")
CONTRACTOR = Text("Auftragnehmer", "contractor")

WARNED = yes_no(
    "warning_ignored",
    "Gab es schon eine gelbe oder rote Warnung, nach der nichts geändert wurde?",
    "Was there an amber or red warning before, after which nothing was changed?",
    default=False,
)

_REASON = Text(
    "Eine Warnung wurde übergangen: Das kann als Beleg für Vorsatz gelten (30 Jahre Verjährung, § 266a StGB).",
    "A warning was passed over: this may count as evidence of intent (limitation of 30 years, s. 266a StGB).",
)
_COUNSEL = Condition(
    "review",
    Text(
        "Die Zusammenstellung für die Rechtsberatung ausgeben und die Antwort festhalten.",
        "Export the dossier for counsel and record the answer.",
    ),
    CLIENT,
    "sgb4_25",
    lead_days=10,
    day_kind="working",
)


def warned(facts: Facts) -> tuple[tuple[Text, ...], tuple[Condition, ...]]:
    """Reason and condition that an ignored warning adds (ss. 24(2), 25(1) s. 2 SGB IV, s. 266a StGB); else nothing."""
    return ((_REASON,), (_COUNSEL,)) if facts.flag("warning_ignored") else ((), ())
