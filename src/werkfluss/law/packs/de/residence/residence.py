"""Residence and the right to work in Germany: the gate before work starts, and the main routes to a title."""

from __future__ import annotations

from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, day, one_of, yes_no
from werkfluss.law.packs.de.residence.accelerated import accelerated_procedure
from werkfluss.law.packs.de.residence.all_routes import routes
from werkfluss.law.packs.de.residence.blue_card import blue_card_renewal, long_mobility, short_mobility
from werkfluss.law.packs.de.residence.case_steps import case_steps
from werkfluss.law.packs.de.residence.common import BOTH, PERSON, add_months, shown
from werkfluss.law.packs.de.residence.duties import (
    employer_duties,
    employer_duties_until_2025,
    registration,
    unlawful_work,
)
from werkfluss.law.packs.de.residence.nationals import best_friends, free_movement, free_nationality, western_balkans
from werkfluss.law.packs.de.residence.opportunity_card import opportunity_card
from werkfluss.law.packs.de.residence.partnership import recognition_partnership
from werkfluss.law.packs.de.residence.recognition import recognition
from werkfluss.law.packs.de.residence.routes import blue_card, experienced, skilled_worker
from werkfluss.law.packs.de.residence.self_employed import self_employed
from werkfluss.law.packs.de.residence.settlement import settlement
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

# The engine finds the rules of a pack in this module.
__all__ = [
    "accelerated_procedure",
    "best_friends",
    "blue_card",
    "blue_card_change",
    "blue_card_renewal",
    "case_steps",
    "early_end",
    "employer_duties",
    "employer_duties_until_2025",
    "experienced",
    "free_movement",
    "long_mobility",
    "opportunity_card",
    "recognition",
    "recognition_partnership",
    "registration",
    "routes",
    "self_employed",
    "settlement",
    "short_mobility",
    "skilled_worker",
    "unlawful_work",
    "western_balkans",
    "work_permission",
]

_EMPLOYER = Text("Arbeitgeber oder Auftraggeber", "employer or client")

_COPY = Condition(
    "paper",
    Text(
        "Titel vor dem ersten Tag prüfen und eine Kopie für die Dauer der Beschäftigung aufbewahren.",
        "Check the title before the first day and keep a copy for as long as the employment lasts.",
    ),
    _EMPLOYER,
    "aufenthg_4a_5",
)
_REGULAR = Condition(
    "paper",
    Text(
        "Aufenthaltstitel mit Erlaubnis für diese Beschäftigung beschaffen; vorher darf die Arbeit nicht beginnen.",
        "Obtain a residence title that permits this job; work must not start before.",
    ),
    BOTH,
    "aufenthg_4a_5",
    lead_days=120,
    remedy=Text(
        "Beginn verschieben oder das beschleunigte Fachkräfteverfahren (§ 81a) vereinbaren.",
        "Postpone the start or agree on the accelerated procedure (s. 81a).",
    ),
)
_ACCELERATED = Condition(
    "paper",
    Text(
        "Beschleunigtes Verfahren abschließen: Vorabzustimmung, Visum, dann erst Arbeitsbeginn.",
        "Finish the accelerated procedure: pre-approval, visa, only then start work.",
    ),
    BOTH,
    "aufenthg_81a",
    lead_days=75,
)


@rule(
    "de/residence/work_permission",
    title=Text("Darf die Person in Deutschland arbeiten?", "May the person work in Germany?"),
    start=date(2020, 3, 1),
    facts=FactSchema(
        country(
            "citizenship",
            "Welche Staatsangehörigkeit hat die Person? Bei mehreren eine der EU, des EWR oder der Schweiz.",
            "Which nationality does the person have? Of several, one of the EU, EEA or Switzerland.",
        ),
        one_of(
            "title",
            ("none", "any_employment", "this_employment", "other_employment"),
            "Was erlaubt der Aufenthaltstitel: nichts (kein Titel), jede, diese oder nur eine andere Beschäftigung?",
            "What does the title permit: nothing (no title), any, this, or only another employment?",
        ),
        day("title_from", "Ab welchem Tag gilt der Titel?", "From which day is the title valid?"),
        day("title_to", "Bis zu welchem Tag gilt der Titel?", "Until which day is the title valid?"),
        day("work_start", "An welchem Tag beginnt die Arbeit?", "On which day does the work start?"),
        day("work_end", "An welchem Tag endet die Arbeit?", "On which day does the work end?"),
        yes_no(
            "renewal_applied",
            "Ist die Verlängerung vor Ablauf des Titels beantragt (Fiktionsbescheinigung)?",
            "Was renewal applied for before the title expires (certificate of continued validity)?",
            default=False,
        ),
        one_of(
            "procedure",
            ("not_started", "regular", "accelerated_81a"),
            "Läuft schon ein Verfahren: keines, das übliche oder das beschleunigte (§ 81a)?",
            "Is a procedure under way: none, the regular or the accelerated one (s. 81a)?",
            default="not_started",
        ),
    ),
)
def work_permission(facts: Facts, _values: Parameters) -> Finding:
    """§ 4a AufenthG, § 2 FreizügG/EU: no work before, beyond or outside the title; Union citizens are free."""
    citizenship = facts.word("citizenship")
    free = free_nationality(citizenship)
    if free is not None:
        return free
    title = facts.word("title")
    if title in ("none", "other_employment"):
        return _without_title(facts, title)
    start, valid_from, valid_to = facts.day("work_start"), facts.day("title_from"), facts.day("title_to")
    if start < valid_from:
        return finding(
            "blocked",
            Text(
                f"Die Arbeit soll am {shown(start)} beginnen, der Titel gilt erst ab {shown(valid_from)}.",
                f"Work is to start on {start}, the title is valid only from {valid_from}.",
            ),
            cites=("aufenthg_4a_5", "sgb3_404"),
            conditions=(_postpone(valid_from), _COPY),
            values={"earliest_start": valid_from},
        )
    end = facts.day("work_end")
    if end > valid_to:
        return _beyond_title(facts, start, valid_to)
    return finding(
        "allowed",
        Text("Der Titel erlaubt die Beschäftigung im ganzen Zeitraum.", "The title permits the work throughout."),
        cites=("aufenthg_4a_1", "aufenthg_4a_5"),
        conditions=(_COPY,),
        duties=(_renewal(valid_to),),
    )


def _without_title(facts: Facts, title: str) -> Finding:
    way_out = _ACCELERATED if facts.word("procedure") == "accelerated_81a" else _REGULAR
    if title == "none":
        reason = Text("Ohne Aufenthaltstitel darf nicht gearbeitet werden.", "Without a title no work is allowed.")
        return finding("blocked", reason, cites=("aufenthg_4a_5", "sgb3_404"), conditions=(way_out, _COPY))
    reason = Text(
        "Der Titel gilt für eine andere Beschäftigung; für diese fehlt die Erlaubnis.",
        "The title is for another employment; permission for this one is missing.",
    )
    change = Condition(
        "paper",
        Text("Änderung des Titels bei der Ausländerbehörde beantragen.", "Apply to change the title."),
        BOTH,
        "aufenthg_4a_3",
        lead_days=60,
    )
    return finding("blocked", reason, cites=("aufenthg_4a_3", "sgb3_404"), conditions=(change, _COPY))


def _beyond_title(facts: Facts, start: date, valid_to: date) -> Finding:
    if start > valid_to and not facts.flag("renewal_applied"):
        reason = Text(
            f"Der Titel endet am {shown(valid_to)}, vor Beginn der Arbeit.",
            f"The title ends on {valid_to}, before the work starts.",
        )
        return finding("blocked", reason, cites=("aufenthg_4a_5", "sgb3_404"), conditions=(_REGULAR, _COPY))
    reason = Text(
        f"Der Titel endet am {shown(valid_to)}, die Arbeit später.", f"The title ends on {valid_to}, the work later."
    )
    renew = Condition(
        "paper",
        Text(
            f"Verlängerung vor dem {shown(valid_to)} beantragen und nachweisen; sonst endet die Arbeit an diesem Tag.",
            f"Apply for renewal before {valid_to} and prove it; otherwise the work ends on that day.",
        ),
        BOTH,
        "aufenthg_81",
        lead_days=60,
    )
    cites = ("aufenthg_4a_5", "aufenthg_81")
    return finding(
        "allowed", reason, cites=cites, conditions=(_COPY, renew), duties=(_renewal(valid_to),), certainty="B"
    )


def _postpone(valid_from: date) -> Condition:
    return Condition(
        "limit",
        Text(f"Die Arbeit frühestens am {shown(valid_from)} beginnen.", f"Start work on {valid_from} at the earliest."),
        _EMPLOYER,
        "aufenthg_4a_5",
        remedy=Text("Beginn verschieben oder andere Person einplanen.", "Postpone the start or plan another person."),
    )


def _renewal(valid_to: date) -> Duty:
    what = Text("Verlängerung des Aufenthaltstitels beantragen.", "Apply for renewal of the residence title.")
    return Duty(what, BOTH, valid_to, "aufenthg_81", practical_days=60)


@rule(
    "de/residence/blue_card_change",
    title=Text("Arbeitsplatzwechsel mit Blauer Karte", "Change of employer with a Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        day(
            "employed_since",
            "Seit wann ist die Person mit Blauer Karte beschäftigt?",
            "Since when employed?",
            around=("365",),
        ),
        day("change_on", "Wann wechselt sie den Arbeitsplatz?", "When does she change employer?", around=("365",)),
    ),
)
def blue_card_change(facts: Facts, values: Parameters) -> Finding:
    """§ 18g Abs. 4 AufenthG: no permission needed; in the first twelve months the authority may stop the change."""
    since, change = facts.day("employed_since"), facts.day("change_on")
    months = values.days("suspension_months")
    reason = Text("Der Wechsel braucht keine Erlaubnis.", "The change needs no permission.")
    free_from = add_months(since, months)
    if change >= free_from:
        return finding("allowed", reason, cites=("aufenthg_18g_4",), values={"free_from": free_from})
    refusal_until = change + timedelta(days=values.days("suspension_days"))
    notice = Condition(
        "notice",
        Text(
            "Den Wechsel anzeigen: Die Behörde kann ihn 30 Tage aussetzen und in dieser Zeit ablehnen.",
            "Report the change: the authority may suspend it for 30 days and refuse it in that time.",
        ),
        BOTH,
        "aufenthg_18g_4",
        lead_days=30,
    )
    shown_values = {"free_from": free_from, "refusal_until": refusal_until}
    return finding("allowed", reason, cites=("aufenthg_18g_4",), conditions=(notice,), values=shown_values)


_OWN_REPORT = Text(
    "Vorzeitiges Ende selbst der Ausländerbehörde melden (binnen zwei Wochen, nachdem die Person davon weiß).",
    "Report the early end to the immigration authority oneself (within two weeks after the person knows).",
)


@rule(
    "de/residence/early_end",
    title=Text("Vorzeitiges Ende der Beschäftigung melden", "Report an early end of employment"),
    start=date(2020, 3, 1),
    facts=FactSchema(
        yes_no(
            "title_for_this_employment",
            "Wurde der Titel für diese Beschäftigung erteilt (Kapitel 2 Abschnitt 4)?",
            "Was the title issued for this employment (Chapter 2 Part 4)?",
        ),
        day("known_on", "Seit wann ist das vorzeitige Ende bekannt?", "Since when is the early end known?"),
    ),
)
def early_end(facts: Facts, values: Parameters) -> Finding:
    """§ 4a Abs. 5 Satz 3 Nr. 3, § 82 Abs. 6 AufenthG: the employer reports within four weeks, the person within two."""
    if not facts.flag("title_for_this_employment"):
        reason = Text("Keine Meldung an die Ausländerbehörde nötig.", "No report to the authority is needed.")
        return finding("allowed", reason, cites=("aufenthg_4a_5",))
    due = facts.day("known_on") + timedelta(days=values.days("report_days"))
    what = Text("Vorzeitiges Ende der Ausländerbehörde melden.", "Report the early end to the immigration authority.")
    reason = Text(f"Meldung bis {shown(due)}; Geldbuße bis 30.000 €.", f"Report by {due}; fine up to 30,000 €.")
    notice = Condition("notice", what, _EMPLOYER, "aufenthg_4a_5", lead_days=1, day_kind="working")
    duty = Duty(what, _EMPLOYER, due, "aufenthg_4a_5", practical_days=1, day_kind="working")
    # Undated: it runs from the day on which the person knew, which the employer does not record.
    own = Duty(_OWN_REPORT, PERSON, None, "aufenthg_82_6", practical_days=1, day_kind="working")
    return finding(
        "allowed",
        reason,
        cites=("aufenthg_4a_5", "aufenthg_82_6", "aufenthg_98_2a"),
        conditions=(notice,),
        duties=(duty, own),
        values={"due": due},
    )
