"""The status procedure of the pension insurance: what is open when, its month, and the transition for teachers."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import months_after, next_working_day
from werkfluss.law.facts import FactSchema, day, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

BOTH = Text("Auftraggeber und Auftragnehmer", "client and contractor")
_CLIENT = Text("Auftraggeber", "client")

# s. 7a(7) ends these; the decision itself (s. 7a(1)) and its month (s. 7a(5)) stay.
_ENDS = ("prognosis", "group_opinion", "third_party", "oral_hearing")
_NAMES = {
    "status_decision": Text("Feststellung des Erwerbsstatus", "decision on the status"),
    "prognosis": Text("Prognose vor Aufnahme der Tätigkeit (Abs. 4a)", "prognosis before the start (para. 4a)"),
    "group_opinion": Text("Gutachterliche Äußerung für gleiche Aufträge (Abs. 4b)", "group opinion (para. 4b)"),
    "third_party": Text("Entscheidung über den Dritten (Abs. 2 Satz 2, 3)", "finding on the third party (para. 2)"),
    "oral_hearing": Text("Mündliche Anhörung (Abs. 6 Satz 2)", "oral hearing (para. 6 s. 2)"),
}


def status_procedure(values: Parameters, *, running: bool) -> Condition:
    """The status procedure that is still open: before the start only until its rule expires, later the usual one."""
    if not running and values.word("prognosis") == "available":
        text = Text(
            "Prognose der Rentenversicherung vor Beginn beantragen (§ 7a Abs. 4a).",
            "Apply for the pension insurance's prognosis before the start (s. 7a(4a)).",
        )
        return Condition("review", text, BOTH, "sgb4_7a_4a", lead_days=90)
    text = Text(
        "Statusfeststellung beantragen, binnen eines Monats nach Beginn (§ 7a Abs. 5); später klärt sie nur.",
        "Apply for a status decision within one month after the start (s. 7a(5)); later it only clarifies.",
    )
    return Condition("review", text, BOTH, "sgb4_7a_5", lead_days=90)


@rule(
    "de/status/instrument",
    title=Text("Welches Verfahren der Rentenversicherung ist offen?", "Which procedure of the insurance is open?"),
    start=date(2022, 4, 1),
    facts=FactSchema(
        one_of(
            "instrument",
            tuple(_NAMES),
            "Was soll beantragt werden?",
            "What is to be applied for?",
            labels=_NAMES,
        ),
        yes_no("already_running", "Läuft die Zusammenarbeit schon?", "Has the work already begun?"),
        yes_no(
            "decided_single_case",
            "Hat die Rentenversicherung schon einen gleichen Einzelfall entschieden?",
            "Has the pension insurance already decided a single case of the same kind?",
        ),
    ),
)
def instrument(facts: Facts, values: Parameters) -> Finding:
    """§ 7a Abs. 1, 2, 4a–4c, 6, 7 SGB IV: what can be applied for, and what ends with 30 June 2027."""
    wanted = facts.word("instrument")
    if wanted in _ENDS and values.word("prognosis") == "expired":
        reason = Text(
            f"{_NAMES[wanted].de}: mit Ablauf des 30.6.2027 außer Kraft.",
            f"{_NAMES[wanted].en}: expired at the end of 30 June 2027.",
        )
        check = Condition(
            "review",
            Text(
                "Prüfen, ob der Gesetzgeber 2027 verlängert hat; sonst Statusfeststellung nach Beginn beantragen.",
                "Check whether the law was extended in 2027; otherwise apply for a status decision after the start.",
            ),
            BOTH,
            "sgb4_7a_5",
            lead_days=90,
        )
        return finding("blocked", reason, cites=("sgb4_7a_7", "sgb4_7a_4a"), conditions=(check,))
    too_late = wanted == "prognosis" and facts.flag("already_running")
    if too_late:
        reason = Text("Die Arbeit läuft schon: keine Prognose mehr.", "The work has begun: no prognosis any more.")
        later = status_procedure(values, running=True)
        return finding("blocked", reason, cites=("sgb4_7a_4a", "sgb4_7a_5"), conditions=(later,))
    if wanted == "group_opinion" and not facts.flag("decided_single_case"):
        reason = Text("Erst ist ein Einzelfall zu entscheiden.", "A single case must be decided first.")
        first = status_procedure(values, running=facts.flag("already_running"))
        return finding("blocked", reason, cites=("sgb4_7a_4b", "sgb4_7a_2"), conditions=(first,))
    apply = Condition(
        "review",
        Text(f"Beantragen: {_NAMES[wanted].de}.", f"Apply for: {_NAMES[wanted].en}."),
        BOTH,
        "sgb4_7a_2",
        lead_days=90,
    )
    reason = Text("Dieses Verfahren ist offen.", "This procedure is open.")
    basis = {"prognosis": "sgb4_7a_4a", "group_opinion": "sgb4_7a_4b", "oral_hearing": "sgb4_7a_6"}
    return finding("allowed", reason, cites=("sgb4_7a_2", basis.get(wanted, "sgb4_7a_2")), conditions=(apply,))


@rule(
    "de/status/procedure",
    title=Text("Monatsfrist der Statusfeststellung", "The month of the status decision"),
    start=date(2022, 4, 1),
    facts=FactSchema(
        day("started_on", "An welchem Tag hat die Arbeit begonnen?", "On which day did the work begin?"),
        day(
            "applied_on",
            "An welchem Tag wurde (oder wird) die Statusfeststellung beantragt?",
            "On which day was (or is) the status decision applied for?",
            around=("28", "29", "30", "31", "32", "33"),
        ),
        yes_no(
            "person_consents",
            "Stimmt die beschäftigte Person dem späteren Beginn zu?",
            "Does the person consent to the later start?",
        ),
        yes_no(
            "own_cover",
            "Ist sie seit Beginn gegen Krankheit und fürs Alter abgesichert (Art der gesetzlichen Leistungen)?",
            "Has she had cover for sickness and old age since the start (of the kind of the statutory benefits)?",
        ),
    ),
)
def procedure(facts: Facts, _values: Parameters) -> Finding:
    """§ 7a Abs. 5 SGB IV: application within a month, consent and cover make insurance begin with the decision."""
    started, applied = facts.day("started_on"), facts.day("applied_on")
    # s. 26(3) SGB X moves the end to a working day; the shown day is the one without that grace. Holidays: those of all
    # Germany, because a later day by a holiday of one state would be no safe one.
    due = months_after(started, 1)
    in_time = applied <= next_working_day(due)
    duty = Duty(
        Text("Statusfeststellung beantragen", "Apply for a status decision"),
        BOTH,
        due,
        "sgb4_7a_5",
        practical_days=5,
        day_kind="working",
    )
    shown: dict[str, object] = {"window_ends": due, "in_time": in_time}
    late = Text(
        f"Die Frist bis {due:%d.%m.%Y} wurde versäumt: Versicherungspflicht ab Beginn der Arbeit.",
        f"The window until {due.isoformat()} was missed: insurance from the start of the work.",
    )
    lacking = Text(
        "Zustimmung oder eigene Absicherung fehlt: Versicherungspflicht ab Beginn der Arbeit.",
        "Consent or own cover is lacking: insurance from the start of the work.",
    )
    if not in_time or not (facts.flag("person_consents") and facts.flag("own_cover")):
        correct = Condition(
            "review",
            Text(
                "Rechtsberatung; bei Beschäftigung ab Beginn melden und Beiträge zahlen.",
                "Get counsel; if employed, notify and pay from the start.",
            ),
            _CLIENT,
            "sgb4_28e",
            lead_days=10,
            day_kind="working",
        )
        shown |= {"insured_from": "start_of_work", "contributions_due": "as_usual"}
        reason = lacking if in_time else late
        cites = ("sgb4_7a_5", "sgb4_28e")
        return finding("allowed", reason, cites=cites, conditions=(correct,), duties=(duty,), values=shown)
    keep = Condition(
        "record",
        Text(
            "Zustimmung und Nachweise der Absicherung aufbewahren; die Rentenversicherung stellt den Tag fest.",
            "Keep the consent and proof of cover; the pension insurance determines the day.",
        ),
        BOTH,
        "sgb4_7a_5",
    )
    reason = Text(
        "Wird Beschäftigung festgestellt, beginnt sie mit der Bekanntgabe; Beiträge werden erst danach fällig.",
        "If employment is found, it begins with the notice; contributions fall due only when it is final.",
    )
    shown |= {"insured_from": "notice_of_decision", "contributions_due": "when_final"}
    return finding("allowed", reason, cites=("sgb4_7a_5",), conditions=(keep,), duties=(duty,), values=shown)


_TEACHING = FactSchema(
    yes_no(
        "both_assumed_self_employed",
        "Gingen beide bei Vertragsschluss übereinstimmend von Selbstständigkeit aus?",
        "Did both assume self-employment when the contract was made?",
    ),
    yes_no(
        "teacher_consents",
        "Stimmt die lehrende Person zu (gegenüber dem Vertragspartner oder im Verfahren)?",
        "Does the teacher consent (to the other party or in the procedure)?",
    ),
    yes_no(
        "teaches_art",
        "Lehrt sie Musik, darstellende oder bildende Kunst oder Publizistik (§ 2 KSVG)?",
        "Does she teach music, performing or visual arts, or journalism (s. 2 KSVG)?",
    ),
)
_TITLE = Text("Lehrtätigkeit: Übergangsregelung", "Teaching: transitional rule")


def _as_usual(reason: Text, *cites: str) -> Finding:
    review = Condition(
        "review",
        Text(
            "Status ohne Übergangsregelung prüfen (de/status/engagement).",
            "Check the status without the transitional rule (de/status/engagement).",
        ),
        _CLIENT,
        "sgb4_7",
        lead_days=10,
        day_kind="working",
    )
    return finding("allowed", reason, cites=cites, conditions=(review,), values={"regime": "general"}, certainty="B")


@rule("de/status/teacher", title=_TITLE, start=date(2025, 3, 1), end=date(2027, 12, 31), facts=_TEACHING)
def teacher(facts: Facts, _values: Parameters) -> Finding:
    """§ 127 SGB IV, § 2 KSVG: no insurance from employment until 31 Dec 2027; who teaches art falls under KSVG."""
    if not (facts.flag("both_assumed_self_employed") and facts.flag("teacher_consents")):
        reason = Text(
            "Die Übergangsregelung greift nicht: Es gilt der allgemeine Maßstab.",
            "The transitional rule does not apply: the general test holds.",
        )
        return _as_usual(reason, "sgb4_127", "sgb4_7")
    art = facts.flag("teaches_art")
    keep = Condition(
        "record",
        Text(
            "Zustimmung und gemeinsame Annahme bei Vertragsschluss schriftlich festhalten.",
            "Keep the consent and the shared assumption at the making of the contract in writing.",
        ),
        BOTH,
        "sgb4_127",
    )
    end = Duty(
        Text("Zusammenarbeit vor Ende der Übergangsregelung umstellen", "Change the set-up before the transition ends"),
        _CLIENT,
        date(2027, 12, 31),
        "sgb4_127",
        practical_days=120,
    )
    if art:
        reason = Text(
            "Bis 31.12.2027 keine Versicherungspflicht aus Beschäftigung; es gelten die Regeln des KSVG.",
            "No insurance from employment until 31 Dec 2027; the rules of the KSVG apply.",
        )
    else:
        reason = Text(
            "Bis 31.12.2027 keine Versicherungspflicht aus Beschäftigung; es gelten die Regeln für "
            "selbstständige Lehrer (§ 2 Satz 1 Nr. 1 SGB VI).",
            "No insurance from employment until 31 Dec 2027; the rules for self-employed teachers apply.",
        )
    cites = ("sgb4_127", "ksvg_2" if art else "sgb6_2_1")
    shown = {"regime": "ksvg" if art else "self_employed_teacher"}
    conditions, duties = (keep,), (end,)
    return finding("allowed", reason, cites=cites, conditions=conditions, duties=duties, values=shown, certainty="B")


@rule("de/status/teacher", title=_TITLE, start=date(2028, 1, 1), facts=_TEACHING)
def teacher_after_transition(_facts: Facts, _values: Parameters) -> Finding:
    """§ 127 SGB IV: the transition ended with 31 December 2027; insurance from employment begins on 1 January 2028."""
    reason = Text(
        "Die Übergangsregelung ist am 31.12.2027 ausgelaufen.", "The transitional rule ended on 31 December 2027."
    )
    return _as_usual(reason, "sgb4_127", "sgb4_7")
