"""Classification of one use of AI under the AI Act, as amended by Regulation (EU) 2026/1744."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema
from werkfluss.law.packs.eu.ai_act.duties import duties as duties_rule
from werkfluss.law.packs.eu.ai_act.fines import fines, size
from werkfluss.law.packs.eu.ai_act.literacy import literacy_first_version, literacy_now
from werkfluss.law.packs.eu.ai_act.roles import role
from werkfluss.law.packs.eu.ai_act.tables import Outside, Row, attributes, first, matching, outside
from werkfluss.law.packs.eu.ai_act.texts import (
    CLASS_REASONS,
    DEPLOYER,
    OVERLAY_CONDITIONS,
    filter_conditions,
    high_risk_conditions,
    literacy,
)
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import day_text
from werkfluss.law.verdict import Condition, Duty, Outcome, Reading

__all__ = ["classification", "duties_rule", "fines", "literacy_first_version", "literacy_now", "role", "size"]

# Facts of Annex III no. 4 whose limits the Commission has so far explained only in a draft.
_DRAFT_GUIDED = (
    *("recruitment", "terms_decision", "promo_term", "alloc_basis", "monitor", "joint_influence"),
    *("employment_related", "rates_organisations"),
)
_NEUTRAL = ("no", "none")
_MODEL_PROVIDERS = ("MODEL_PROVIDER", "MODIFIER", "SYSTEMIC")
_DRAFT = "guidelines_6_draft"


@dataclass(frozen=True, slots=True)
class _Use:
    """What the tables say about one use, before the class is chosen."""

    system: str
    scope: str
    prohibited: Row | None
    annex1: Row | None
    annex3: tuple[Row, ...]
    filter: Row | None
    overlays: tuple[Row, ...]
    gpai: Row | None
    roles: tuple[Row, ...]
    contested_emotion: bool
    outside: tuple[Outside, ...] = ()

    @property
    def risk_class(self) -> str:
        """The gravest class wins: out, no AI, prohibited, high risk, review, filtered, transparency, minimal."""
        decided = self.annex1 or self.filter
        decided_class = str(decided.then["class"]) if decided else ""
        order = (
            ("OUT_OF_SCOPE", self.scope == "OUT"),
            ("NOT_AI", self.system == "NOT_AI"),
            ("PROHIBITED", self.prohibited is not None),
            (decided_class, decided_class.startswith("HIGH_RISK")),
            ("REVIEW", self.contested_emotion),
            (decided_class, decided is not None),
            ("TRANSPARENCY", bool(self.overlays)),
        )
        return next((name for name, holds in order if holds), "MINIMAL")


def _assess(facts: Facts) -> _Use:
    scope = first("T1_scope", facts)
    if scope is not None and scope.then["scope"] == "OUT":
        return _Use("AI", "OUT", None, None, (), None, (), None, (scope,), contested_emotion=False)
    system = first("T0_system", facts)
    kind = str(system.then["system"]) if system else "AI"
    if kind == "NOT_AI":
        return _Use(kind, "IN", None, None, (), None, (), None, (system,) if system else (), contested_emotion=False)
    annex3 = tuple(matching("T5_annex3", facts))
    return _Use(
        kind,
        "IN",
        first("T3_prohibited", facts),
        first("T4_annex1", facts),
        annex3,
        first("T6_filter", facts) if annex3 else None,
        tuple(matching("T7_transparency", facts)),
        first("T8_gpai", facts),
        (*((system,) if system else ()), *matching("T2_role", facts)),
        _emotion_is_contested(facts),
        outside(facts),
    )


def _emotion_is_contested(facts: Facts) -> bool:
    """Art. 5(1)(f) speaks of emotions, the guidelines of biometric data: inference from text at work is open."""
    return (
        facts.word("emotion_inference") == "nonbiometric"
        and facts.word("emotion_context") in ("work", "education")
        and facts.word("medical_or_safety") == "no"
        and facts.word("emotion_result_only_to_person") == "no"
    )


def _applies_from(use: _Use, values: Parameters) -> str | None:
    name = use.risk_class
    if name in ("OUT_OF_SCOPE", "NOT_AI"):
        return None
    if name == "PROHIBITED" and use.prohibited:
        return values.word(str(use.prohibited.then["from"]))
    if use.annex1 and name.startswith("HIGH_RISK"):
        return values.word("annex_1_applies_from")
    if name in ("HIGH_RISK", "FILTERED_6_3"):
        return values.word("annex_3_applies_from")
    if name == "TRANSPARENCY":
        return values.word("transparency_from")
    if use.gpai and use.gpai.then["gpai"] in _MODEL_PROVIDERS:
        return values.word("gpai_from")
    return values.word("literacy_from")


def _party(use: _Use) -> tuple[str, ...]:
    """Whom the class's own duties bind: for a ban and for high risk both, for notices and marking as the table says."""
    name = use.risk_class
    if name in ("OUT_OF_SCOPE", "NOT_AI"):
        return ()
    bound = {str(row.then["party"]) for row in use.overlays}
    if name == "FILTERED_6_3" or (use.gpai and use.gpai.then["gpai"] in _MODEL_PROVIDERS):
        bound.add("provider")
    if name == "HIGH_RISK_SECTORAL":
        bound.add("provider")
    if name in ("PROHIBITED", "HIGH_RISK", "REVIEW"):
        bound |= {"provider", "deployer"}
    return tuple(sorted(bound)) or ("deployer", "provider")  # Art. 4 alone binds both


def _leans_on(use: _Use, facts: Facts) -> tuple[str, ...]:
    """Texts that are not final, or not law, and decide here: these uses are asked again when they change."""
    guided = any(facts.word(name) not in _NEUTRAL for name in _DRAFT_GUIDED) or facts.word("credit") == "legal_person"
    found = [_DRAFT] if guided else []
    if use.system == "AI_CONTESTED":
        found.append("guidelines_3")
    if use.contested_emotion:
        found.append("guidelines_5")
    return tuple(found)


def _roles(use: _Use) -> list[str]:
    """Who must do what; under Art. 25(1) the firm takes the provider's place, which decides its duties."""
    roles = [str(row.then["role"]) for row in use.roles if "role" in row.then]
    taken_over = [role for role in roles if role == "provider_art25"]
    return taken_over or roles


def _readings(use: _Use, facts: Facts) -> tuple[Reading, ...]:
    found: list[Reading] = []
    if use.contested_emotion:
        found += [
            Reading(
                Text("Wortlaut: Gefühle jeder Art am Arbeitsplatz", "wording: any emotion at work"),
                "blocked",
                {"class": "PROHIBITED"},
            ),
            Reading(
                Text("Leitlinien: nur aus biometrischen Daten", "guidelines: from biometric data only"),
                "allowed",
                {"class": "MINIMAL"},
            ),
        ]
    if facts.word("crime_prediction_profiling_only") == "yes":
        found += [
            Reading(Text("Das Verbot trifft jeden", "the ban binds everybody"), "blocked", {"class": "PROHIBITED"}),
            Reading(
                Text(
                    "Private Arbeitgeber nur, wenn sie für Strafverfolger handeln",
                    "private employers only when acting for law enforcement",
                ),
                "unknown",
                {"class": "REVIEW"},
            ),
        ]
    return (*found, *_text_readings(use, facts))


def _filter_readings(use: _Use, values: Parameters) -> tuple[Reading, ...]:
    """Art. 113(c) defers Sections 1 to 3 only: since when Art. 6(4) and 49(2) must be met is contested."""
    letter, context = values.word("section_5_letter_from"), values.word("annex_3_applies_from")
    if use.risk_class != "FILTERED_6_3" or letter >= context:
        return ()
    by_letter = Text("Wortlaut: Einschätzung und Registrierung schon jetzt", "letter: assessment and registration now")
    by_context = Text("Zusammenhang: erst mit der Hochrisiko-Einstufung", "context: only with the high-risk class")
    return (
        Reading(by_letter, "allowed_with_conditions", {"class": "FILTERED_6_3", "from": letter}),
        Reading(by_context, "allowed_with_conditions", {"class": "FILTERED_6_3", "from": context}),
    )


def _text_readings(use: _Use, facts: Facts) -> list[Reading]:
    """The exception of Art. 50(2) for assistive editing: whether a translation falls under it is not settled."""
    if facts.word("generates") != "text" or facts.word("assistive_or_unaltered") != "yes":
        return []
    translated = facts.word("text_translated")
    if translated == "none" or use.risk_class != "MINIMAL":
        return []
    found = [
        Reading(
            Text(
                "Bearbeitung oder Übersetzung ändert den Sinn nicht wesentlich",
                "editing or translation does not substantially alter the meaning",
            ),
            "allowed",
            {"class": "MINIMAL", "overlays": ()},
        ),
        Reading(
            Text("Eine Übersetzung gilt als neu erzeugter Text", "a translation counts as newly generated text"),
            "allowed_with_conditions",
            {"class": "TRANSPARENCY", "overlays": ("50(2)",)},
        ),
    ]
    if translated == "job_ad":
        found.append(
            Reading(
                Text(
                    "Teil der Personalgewinnung, enge Verfahrensaufgabe (wie das Formulieren der Anzeige)",
                    "part of recruitment, a narrow procedural task (as wording the advertisement is)",
                ),
                "allowed_with_conditions",
                {"class": "FILTERED_6_3", "annex3": ("4(a)",)},
            )
        )
    return found


def _conditions(use: _Use, values: Parameters) -> list[Condition]:
    found: list[Condition] = []
    name = use.risk_class
    if name.startswith("HIGH_RISK"):
        found += high_risk_conditions(values.days("log_months"))
    if name == "FILTERED_6_3":
        found += filter_conditions()
    found += [OVERLAY_CONDITIONS[str(row.then["overlay"])] for row in use.overlays]
    return found


def _reasons(use: _Use, applies_from: str | None, on: date) -> list[Text]:
    """The class, since when it counts if not yet, and what the use comes close to without falling under it."""
    found = [CLASS_REASONS[use.risk_class]]
    if applies_from and applies_from > on.isoformat():
        day = day_text(date.fromisoformat(applies_from))
        found.append(
            Text(
                f"Das gilt ab dem {day.de}, am Tag der Prüfung noch nicht.",
                f"This applies from {day.en}, not yet on the day of the check.",
            )
        )
    return [*found, *(each.reason for each in use.outside)]


_OUTCOMES: dict[str, Outcome] = {"PROHIBITED": "blocked", "REVIEW": "unknown"}


@rule(
    "eu/ai_act/classification",
    title=Text("Einstufung einer KI-Verwendung", "Classification of a use of AI"),
    start=date(2024, 8, 1),
    facts=FactSchema(*attributes()),
    decisive=("class",),
    headline=("class", "overlays", "annex3", "roles", "from", "condition", "gpai", "system", "party"),
    undecided=(("class", "REVIEW"),),
)
def classification(facts: Facts, values: Parameters) -> Finding:
    """Art. 2, 3, 5, 6, 25, 50, 51 AI Act with Annexes I and III: scope, system, ban, risk, filter, transparency."""
    use = _assess(facts)
    name = use.risk_class
    applies_from = _applies_from(use, values)
    matched = [*use.roles, use.prohibited, use.annex1, *use.annex3, use.filter, *use.overlays, use.gpai]
    cites = [cite for row in matched if row for cite in row.cites] or ["art_3_1"]
    cites += [cite for each in use.outside for cite in each.row.cites]
    duties: list[Duty] = []
    if use.scope == "IN" and use.system != "NOT_AI":
        cites.append("art_4")
        duties.append(literacy())
    if name.startswith("HIGH_RISK") and applies_from:
        what = Text("Alle Pflichten für Hochrisiko-KI erfüllen.", "Meet all duties for high-risk AI.")
        duties.append(Duty(what, DEPLOYER, date.fromisoformat(applies_from), "art_113", practical_days=180))
        cites.append("art_113")
    conditions = [] if name == "PROHIBITED" else _conditions(use, values)
    considered = use.scope == "IN" and use.system != "NOT_AI"
    readings = (*_readings(use, facts), *_filter_readings(use, values)) if considered else ()
    leans_on = _leans_on(use, facts) if considered else ()
    return finding(
        _OUTCOMES.get(name, "allowed"),
        *_reasons(use, applies_from, values.on),
        cites=(*cites, *(condition.basis for condition in conditions), *leans_on),
        conditions=conditions,
        duties=duties,
        values={
            "class": name,
            "overlays": [str(row.then["overlay"]) for row in use.overlays],
            "annex3": list(dict.fromkeys(str(row.then["annex3"]) for row in use.annex3)),
            "roles": _roles(use),
            "from": applies_from,
            "applies": applies_from is None or applies_from <= values.on.isoformat(),
            "condition": use.filter.then.get("condition") if use.filter and name == "FILTERED_6_3" else None,
            "gpai": use.gpai.then["gpai"] if use.gpai else "NONE",
            "system": use.system,
            "party": _party(use),
            "leans_on": leans_on,
        },
        certainty="B" if leans_on or readings else "A",
        readings=readings,
    )
