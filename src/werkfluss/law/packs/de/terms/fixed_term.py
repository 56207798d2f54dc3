"""Fixed terms and probation."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import last_day_of_months
from werkfluss.law.facts import FactSchema, day, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Certainty, Condition, Duty, Reading

_EMPLOYER = Text("Arbeitgeber", "employer")
_FORMS = {
    "ink_before_start": Text("eigenhändig vor Beginn", "in ink before the start"),
    "qualified_before_start": Text(
        "qualifizierte elektronische Signatur beider vor Beginn", "qualified electronic signatures before the start"
    ),
    "other": Text("anders oder erst nach Beginn", "otherwise, or only after the start"),
}


def _open_ended(reason: Text, *cites: str, certainty: Certainty = "A", readings: tuple[Reading, ...] = ()) -> Finding:
    change = Condition(
        "agreement",
        Text(
            "Unbefristet anstellen, oder Sachgrund, Dauer und Form vor Beginn richtigstellen.",
            "Hire without a term, or put ground, duration and form right before the start.",
        ),
        _EMPLOYER,
        "tzbfg_16",
        lead_days=5,
        day_kind="working",
        remedy=Text(
            "Sonst gilt der Vertrag als unbefristet; Klage binnen drei Wochen nach dem Ende (§ 17 TzBfG).",
            "Else the contract counts as open-ended; action within three weeks after the end (s. 17 TzBfG).",
        ),
    )
    cites = (*cites, "tzbfg_16", "tzbfg_17")
    return finding("blocked", reason, cites=cites, conditions=(change,), certainty=certainty, readings=readings)


def _limits(facts: Facts, values: Parameters) -> tuple[int, int | None, str]:
    """Longest months, most extensions (None: any number) and provision for a term without objective ground."""
    if facts.flag("aged_52_and_jobless"):
        return values.days("months_aged_52"), None, "tzbfg_14_3"
    if facts.number("firm_age_months") < values.number("young_firm_months"):
        return values.days("months_young_firm"), None, "tzbfg_14_2a"
    return values.days("months_no_ground"), values.days("extensions"), "tzbfg_14_2"


def _without_ground(facts: Facts, values: Parameters) -> Finding:
    longest, extensions, basis = _limits(facts, values)
    if basis != "tzbfg_14_3" and facts.flag("employed_before"):
        reason = Text(
            "Frühere Beschäftigung bei demselben Arbeitgeber: keine Befristung ohne Sachgrund.",
            "Employed by the same employer before: no term without an objective ground.",
        )
        long_ago = Reading(
            Text("sehr lange zurück, ganz andere Art oder sehr kurz", "very long ago, of another kind or very short"),
            "allowed_with_conditions",
        )
        return _open_ended(reason, basis, "bverfg_2018", certainty="B", readings=(long_ago,))
    if facts.number("months") > longest:
        reason = Text(
            f"Ohne Sachgrund höchstens {longest} Monate.", f"Without an objective ground at most {longest} months."
        )
        return _open_ended(reason, basis)
    if extensions is not None and facts.number("extensions") > extensions:
        reason = Text(f"Höchstens {extensions} Verlängerungen.", f"At most {extensions} extensions.")
        return _open_ended(reason, basis)
    reason = Text(
        f"Ohne Sachgrund erlaubt (bis {longest} Monate).", f"Allowed without a ground (up to {longest} months)."
    )
    return finding("allowed", reason, cites=(basis,), values={"longest_months": longest})


@rule(
    "de/terms/fixed_term",
    title=Text("Befristeter Arbeitsvertrag", "Fixed-term contract"),
    start=date(2019, 1, 1),
    facts=FactSchema(
        one_of("form", tuple(_FORMS), "Wie wird unterschrieben?", "How is the contract signed?", labels=_FORMS),
        yes_no(
            "objective_ground",
            "Gibt es einen Sachgrund (Vertretung, vorübergehender Bedarf, Erprobung …)?",
            "Is there an objective ground (replacement, temporary need, trial …)?",
        ),
        yes_no(
            "employed_before",
            "War die Person schon bei diesem Arbeitgeber beschäftigt?",
            "Was the person employed by this employer before?",
        ),
        number(
            "months",
            "months",
            "Wie viele Monate insgesamt, mit Verlängerungen?",
            "How many months in total, extensions included?",
            around=("months_no_ground", "months_young_firm", "months_aged_52"),
        ),
        number(
            "extensions",
            "times",
            "Wie oft wird verlängert?",
            "How often is it extended?",
            around=("extensions",),
            step="1",
            default="0",
        ),
        number(
            "firm_age_months",
            "months",
            "Wie viele Monate besteht die Firma bei Vertragsbeginn?",
            "How many months has the firm existed when the contract begins?",
            around=("young_firm_months",),
            default="999",
        ),
        yes_no(
            "aged_52_and_jobless",
            "Ist die Person mindestens 52 und war sie vier Monate beschäftigungslos?",
            "Is the person at least 52 and has she been without work for four months?",
            default=False,
        ),
    ),
)
def fixed_term(facts: Facts, values: Parameters) -> Finding:
    """§ 14 Abs. 1–4, §§ 15–17 TzBfG: ground or limits, and written form before the start."""
    form = facts.word("form")
    if form == "other":
        reason = Text(
            "Die Befristung bedarf der Schriftform vor Beginn.", "The term needs written form before the start."
        )
        return _open_ended(reason, "tzbfg_14_4")
    if facts.flag("objective_ground"):
        keep = Condition(
            "record",
            Text(
                "Sachgrund und Prognose bei Vertragsschluss belegen; Ketten auf Missbrauch prüfen.",
                "Prove ground and forecast at the making of the contract; check chains for abuse.",
            ),
            _EMPLOYER,
            "tzbfg_14_1",
        )
        reason = Text("Befristung mit Sachgrund.", "Term with an objective ground.")
        cites = ("tzbfg_14_1", "tzbfg_14_4")
        return finding("allowed", reason, cites=cites, conditions=(keep,), certainty="B")
    found = _without_ground(facts, values)
    if found.outcome == "blocked" or form == "ink_before_start":
        return found
    file = Condition(
        "paper",
        Text(
            "Beide Signaturen müssen qualifiziert sein und vor Beginn vorliegen; im Zweifel auf Papier.",
            "Both signatures must be qualified and there before the start; if in doubt on paper.",
        ),
        _EMPLOYER,
        "bgb_126a",
    )
    return finding(
        "allowed",
        *found.reasons,
        cites=(*found.cites, "tzbfg_14_4", "bgb_126a"),
        conditions=(file,),
        values=dict(found.values),
        certainty="B",
    )


_DECIDE_IN_TIME = Condition(
    "record",
    Text(
        "Gespräch und Entscheidung vor Ablauf; der Kündigungsschutz nach sechs Monaten (§ 1 KSchG) beginnt "
        "unabhängig davon.",
        "Talk and decide before it ends; protection after six months (s. 1 KSchG) starts regardless.",
    ),
    _EMPLOYER,
    "bgb_622_3",
)
_IN_PROPORTION = Condition(
    "review",
    Text(
        "Probezeit im Verhältnis zur Dauer und Art der Tätigkeit begründen; eine feste Quote nennt das Gesetz nicht.",
        "Justify probation in proportion to the term and the kind of work; the law names no fixed share.",
    ),
    _EMPLOYER,
    "tzbfg_15_3",
    lead_days=2,
    day_kind="working",
)


@rule(
    "de/terms/probation",
    title=Text("Probezeit", "Probation"),
    start=date(2022, 8, 1),
    facts=FactSchema(
        number(
            "months",
            "months",
            "Wie viele Monate Probezeit sind vereinbart?",
            "How many months of probation are agreed?",
            around=("probation_months",),
            step="1",
        ),
        yes_no("fixed_term", "Ist der Vertrag befristet?", "Is the contract for a fixed term?"),
        day("start", "An welchem Tag beginnt das Arbeitsverhältnis?", "On which day does the employment start?"),
    ),
)
def probation(facts: Facts, values: Parameters) -> Finding:
    """§ 622 Abs. 3 BGB, § 15 Abs. 3 TzBfG: six months at most; with a fixed term in proportion to it."""
    longest = values.days("probation_months")
    months = facts.number("months")
    if months > longest:
        reason = Text(
            f"Höchstens {longest} Monate Probezeit mit kurzer Kündigungsfrist.",
            f"At most {longest} months of probation with the short notice period.",
        )
        shorter = Condition(
            "agreement",
            Text(f"Auf {longest} Monate kürzen.", f"Shorten to {longest} months."),
            _EMPLOYER,
            "bgb_622_3",
        )
        return finding("blocked", reason, cites=("bgb_622_3",), conditions=(shorter,))
    if months == 0:
        reason = Text("Keine Probezeit vereinbart.", "No probation agreed.")
        return finding("allowed", reason, cites=("bgb_622_3",))
    last = last_day_of_months(facts.day("start"), int(months))
    decide = Duty(
        Text(
            "Vor Ende der Probezeit entscheiden; Betriebsrat eine Woche vorher anhören",
            "Decide before probation ends; hear the works council a week earlier",
        ),
        _EMPLOYER,
        last,
        "bgb_622_3",
        practical_days=21,
    )
    shown = {"last_day": last, "notice_days": values.days("probation_notice")}
    if facts.flag("fixed_term"):
        reason = Text("Möglich, wenn verhältnismäßig.", "Possible if in proportion.")
        cites = ("bgb_622_3", "tzbfg_15_3")
        conditions = (_DECIDE_IN_TIME, _IN_PROPORTION)
        return finding(
            "allowed", reason, cites=cites, conditions=conditions, duties=(decide,), values=shown, certainty="B"
        )
    reason = Text(
        f"Probezeit bis {last:%d.%m.%Y}, Kündigung mit zwei Wochen Frist.",
        f"Probation until {last.isoformat()}, notice of two weeks.",
    )
    return finding(
        "allowed", reason, cites=("bgb_622_3",), conditions=(_DECIDE_IN_TIME,), duties=(decide,), values=shown
    )
