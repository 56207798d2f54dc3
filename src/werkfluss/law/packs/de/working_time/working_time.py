"""German working time: the day, breaks, rest, Sundays and holidays."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, number, one_of, yes_no
from werkfluss.law.packs.de.working_time.records import recording, recording_by_bill
from werkfluss.law.packs.de.working_time.reform import BILL, WEEKLY_LIMIT, WORKED_IN_WEEK, bill_starts, weekly_hours
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.verdict import Condition

__all__ = [
    "breaks",
    "daily_hours",
    "daily_hours_by_bill",
    "day",
    "day_by_bill",
    "recording",
    "recording_by_bill",
    "rest",
    "sunday",
]

_START = date(1994, 7, 1)
_EMPLOYER = Text("Arbeitgeber", "employer")
_NOT_COVERED = Text(
    "Leitende Angestellte fallen nicht unter das Arbeitszeitgesetz.",
    "Executive staff are not covered by the Working Time Act.",
)

_EXECUTIVE = yes_no(
    "executive",
    "Ist die Person leitende Angestellte im Sinne von § 5 Abs. 3 BetrVG?",
    "Is the person executive staff within s. 5(3) BetrVG?",
    default=False,
)
_HOURS = number(
    "hours",
    "h",
    "Wie viele Stunden wird an dem Tag gearbeitet (ohne Pausen, alle Arbeitgeber zusammen)?",
    "How many hours are worked on the day (without breaks, all employers together)?",
    around=("regular_day", "longest_day", "break_from", "long_break_from"),
)
_BREAK = number(
    "break_minutes",
    "min",
    "Wie viele Minuten Pause stehen im Voraus fest (Teile ab 15 Minuten)?",
    "How many minutes of break are fixed in advance (parts of at least 15 minutes)?",
    around=("short_break", "long_break"),
)
_REST = number(
    "rest_hours",
    "h",
    "Wie viele Stunden liegen zwischen dem Ende der Arbeit und dem nächsten Beginn?",
    "How many hours lie between the end of work and the next start?",
    around=("rest", "reduced_rest", "collective_rest"),
)
_REST_RULE = one_of(
    "rest_rule",
    ("general", "sector_5_2", "collective_agreement"),
    "Gilt eine kürzere Ruhezeit (Branche nach § 5 Abs. 2 ArbZG oder Tarifvertrag)?",
    "Does a shorter rest apply (sector of s. 5(2) ArbZG or collective agreement)?",
    default="general",
)
_DAY_KIND = one_of(
    "day_kind",
    ("working_day", "sunday", "holiday_on_working_day"),
    "Welcher Tag ist es am Arbeitsort: Werktag, Sonntag oder gesetzlicher Feiertag an einem Werktag?",
    "Which day is it at the place of work: working day, Sunday or a public holiday on a working day?",
)
_EXCEPTION = one_of(
    "sunday_exception",
    ("none", "networks_and_computers", "maintenance_for_operation", "other_s10", "permit_s13"),
    "Welche Ausnahme trägt die Arbeit an diesem Tag (§ 10, § 13 ArbZG)?",
    "Which exception carries the work on this day (s. 10, s. 13 ArbZG)?",
)
_POSTPONABLE = yes_no(
    "possible_on_working_day",
    "Könnte die Arbeit auch an einem Werktag erledigt werden?",
    "Could the work also be done on a working day?",
)


def _daily(facts: Facts, values: Parameters) -> Finding:
    hours = facts.number("hours")
    regular, longest = values.number("regular_day"), values.number("longest_day")
    shown = {"hours": hours, "limit": longest}
    if hours > longest:
        reason = Text(
            f"{hours} Stunden an einem Tag sind mehr als die erlaubten {longest}.",
            f"{hours} hours in a day exceed the permitted {longest}.",
        )
        way_out = Condition(
            "limit",
            Text(f"Arbeit auf höchstens {longest} Stunden je Tag verteilen.", f"Spread to at most {longest} h a day."),
            _EMPLOYER,
            "arbzg_3",
            remedy=Text("Die Aufgabe auf mehrere Tage oder Personen teilen.", "Split over days or people."),
        )
        return finding("blocked", reason, cites=("arbzg_3", "arbzg_22"), conditions=(way_out,), values=shown)
    if hours > regular:
        reason = Text(
            f"Mehr als {regular} Stunden sind nur mit Ausgleich erlaubt.",
            f"More than {regular} hours are only allowed with averaging.",
        )
        average = Condition(
            "limit",
            Text(
                "Im Schnitt von sechs Kalendermonaten oder 24 Wochen höchstens acht Stunden je Werktag.",
                "On average over six calendar months or 24 weeks at most eight hours per working day.",
            ),
            _EMPLOYER,
            "arbzg_3",
        )
        record = Condition(
            "record",
            Text(
                "Die Stunden über acht aufzeichnen, zwei Jahre aufbewahren.",
                "Record the hours beyond eight; keep two years.",
            ),
            _EMPLOYER,
            "arbzg_16",
        )
        return finding("allowed", reason, cites=("arbzg_3", "arbzg_16"), conditions=(average, record), values=shown)
    reason = Text(f"{hours} Stunden liegen in der Grenze von {regular}.", f"{hours} hours are within {regular}.")
    return finding("allowed", reason, cites=("arbzg_3",), values=shown)


def _breaks(facts: Facts, values: Parameters) -> Finding:
    hours = facts.number("hours")
    if hours > values.number("long_break_from"):
        needed = values.number("long_break")
    elif hours > values.number("break_from"):
        needed = values.number("short_break")
    else:
        reason = Text("Bis sechs Stunden ist keine Pause vorgeschrieben.", "Up to six hours no break is prescribed.")
        return finding("allowed", reason, cites=("arbzg_4",), values={"break_needed": 0})
    pause = facts.number("break_minutes")
    if pause < needed:
        reason = Text(f"{pause} Minuten Pause, nötig sind {needed}.", f"{pause} minutes of break, {needed} are needed.")
        way_out = Condition(
            "limit",
            Text(
                f"Mindestens {needed} Minuten Pause im Voraus einplanen.", f"Plan at least {needed} minutes of break."
            ),
            _EMPLOYER,
            "arbzg_4",
        )
        cites = ("arbzg_4", "arbzg_22")
        return finding("blocked", reason, cites=cites, conditions=(way_out,), values={"break_needed": needed})
    reason = Text(f"Die Pause von {pause} Minuten reicht.", f"The break of {pause} minutes is enough.")
    return finding("allowed", reason, cites=("arbzg_4",), values={"break_needed": needed})


def _rest(facts: Facts, values: Parameters) -> Finding:
    rest, needed = facts.number("rest_hours"), values.number("rest")
    if rest >= needed:
        reason = Text(f"{rest} Stunden Ruhe reichen.", f"{rest} hours of rest are enough.")
        return finding("allowed", reason, cites=("arbzg_5",), values={"rest_needed": needed})
    kind = facts.word("rest_rule")
    least = {"general": needed, "sector_5_2": values.number("reduced_rest")}.get(kind)
    if least is None:
        least = values.number("collective_rest")
    if rest >= least:
        basis = "arbzg_5" if kind == "sector_5_2" else "arbzg_7"
        reason = Text(
            f"{rest} Stunden Ruhe sind hier nur mit Ausgleich erlaubt.",
            f"Here {rest} hours of rest are only allowed with compensation.",
        )
        balance = Condition(
            "limit",
            Text(
                "Die Kürzung durch längere Ruhe ausgleichen (bei § 5 Abs. 2: zwölf Stunden binnen eines Monats).",
                "Make up for it with a longer rest (s. 5(2): twelve hours within a month).",
            ),
            _EMPLOYER,
            basis,
        )
        return finding("allowed", reason, cites=("arbzg_5", basis), conditions=(balance,), certainty="B")
    reason = Text(f"Nur {rest} Stunden Ruhe, nötig sind {least}.", f"Only {rest} hours of rest, {least} are needed.")
    way_out = Condition(
        "limit",
        Text(
            f"Den nächsten Beginn so legen, dass {least} Stunden frei sind.", f"Start later so that {least} h are free."
        ),
        _EMPLOYER,
        "arbzg_5",
    )
    cites = ("arbzg_5", "arbzg_22")
    return finding("blocked", reason, cites=cites, conditions=(way_out,), values={"rest_needed": least})


def _sunday(facts: Facts) -> Finding:
    kind = facts.word("day_kind")
    if kind == "working_day":
        reason = Text("Der Tag ist ein Werktag.", "The day is a working day.")
        return finding("allowed", reason, cites=("arbzg_9",))
    exception = facts.word("sunday_exception")
    weeks = 2 if kind == "sunday" else 8
    if exception == "none" or (exception != "permit_s13" and facts.flag("possible_on_working_day")):
        reason = Text(
            "Arbeit an Sonn- und Feiertagen ist verboten; eine Ausnahme greift nicht.",
            "Work on Sundays and holidays is forbidden; no exception applies.",
        )
        way_out = Condition(
            "limit",
            Text("Auf einen Werktag verlegen.", "Move to a working day."),
            _EMPLOYER,
            "arbzg_9",
            remedy=Text(
                "Sonst: Bewilligung der Aufsichtsbehörde beantragen (§ 13).",
                "Otherwise: apply for a permit of the supervisory authority (s. 13).",
            ),
        )
        return finding("blocked", reason, cites=("arbzg_9", "arbzg_10", "arbzg_22"), conditions=(way_out,))
    basis = "arbzg_13" if exception == "permit_s13" else "arbzg_10"
    rest_day = Condition(
        "limit",
        Text(
            f"Ersatzruhetag binnen {weeks} Wochen; 15 Sonntage im Jahr bleiben frei.",
            f"Substitute rest day within {weeks} weeks; 15 Sundays a year stay free.",
        ),
        _EMPLOYER,
        "arbzg_11",
    )
    reason_kept = Condition(
        "record",
        Text(
            "Festhalten, warum die Arbeit nicht an einem Werktag möglich ist.",
            "Note why the work is not possible on a working day.",
        ),
        _EMPLOYER,
        basis,
    )
    reason = Text("Eine Ausnahme vom Sonntagsverbot trägt die Arbeit.", "An exception from the Sunday ban applies.")
    cites = ("arbzg_9", basis, "arbzg_11")
    return finding("allowed", reason, cites=cites, conditions=(rest_day, reason_kept), certainty="B")


def _schema(*facts: Fact) -> FactSchema:
    return FactSchema(_EXECUTIVE, *facts)


def _exempt(facts: Facts) -> Finding | None:
    if facts.flag("executive"):
        return finding("allowed", _NOT_COVERED, cites=("arbzg_18",), certainty="B")
    return None


@rule(
    "de/working_time/daily_hours",
    title=Text("Höchstarbeitszeit am Tag", "Longest working day"),
    start=_START,
    facts=_schema(_HOURS, WEEKLY_LIMIT, WORKED_IN_WEEK),
)
def daily_hours(facts: Facts, values: Parameters) -> Finding:
    """§ 3 ArbZG: eight hours, ten with averaging."""
    return _exempt(facts) or _daily(facts, values)


@rule(
    "de/working_time/daily_hours",
    title=Text("Höchstarbeitszeit am Tag", "Longest working day"),
    start=bill_starts,
    facts=_schema(_HOURS, WEEKLY_LIMIT, WORKED_IN_WEEK),
    status="draft",
    label=BILL,
)
def daily_hours_by_bill(facts: Facts, values: Parameters) -> Finding:
    """§ 3 ArbZG in the draft of 18 June 2026: a weekly limit instead of the day's, by collective agreement only."""
    return _exempt(facts) or weekly_hours(facts, values) or _daily(facts, values)


@rule("de/working_time/breaks", title=Text("Ruhepausen", "Breaks"), start=_START, facts=_schema(_HOURS, _BREAK))
def breaks(facts: Facts, values: Parameters) -> Finding:
    """§ 4 ArbZG: 30 minutes above six hours, 45 above nine."""
    return _exempt(facts) or _breaks(facts, values)


@rule("de/working_time/rest", title=Text("Ruhezeit", "Daily rest"), start=_START, facts=_schema(_REST, _REST_RULE))
def rest(facts: Facts, values: Parameters) -> Finding:
    """§ 5 ArbZG: eleven uninterrupted hours; ten in the sectors of para. 2 with compensation."""
    return _exempt(facts) or _rest(facts, values)


@rule(
    "de/working_time/sunday",
    title=Text("Sonn- und Feiertagsarbeit", "Work on Sundays and holidays"),
    start=_START,
    facts=_schema(_DAY_KIND, _EXCEPTION, _POSTPONABLE),
)
def sunday(facts: Facts, _values: Parameters) -> Finding:
    """§§ 9–11 ArbZG: ban from 0 to 24 h, exceptions of s. 10 and s. 13, substitute rest day."""
    return _exempt(facts) or _sunday(facts)


_DAY_FACTS = _schema(
    _HOURS, _BREAK, _REST, _REST_RULE, _DAY_KIND, _EXCEPTION, _POSTPONABLE, WEEKLY_LIMIT, WORKED_IN_WEEK
)


@rule(
    "de/working_time/day",
    title=Text("Ein Arbeitstag nach dem Arbeitszeitgesetz", "A working day under the Working Time Act"),
    start=_START,
    facts=_DAY_FACTS,
)
def day(facts: Facts, values: Parameters) -> Finding:
    """§§ 3, 4, 5, 9–11 ArbZG: all tests of one day together; the gate for employees in Germany."""
    return _exempt(facts) or all_of(_daily(facts, values), _breaks(facts, values), _rest(facts, values), _sunday(facts))


@rule(
    "de/working_time/day",
    title=Text("Ein Arbeitstag nach dem Arbeitszeitgesetz", "A working day under the Working Time Act"),
    start=bill_starts,
    facts=_DAY_FACTS,
    status="draft",
    label=BILL,
)
def day_by_bill(facts: Facts, values: Parameters) -> Finding:
    """§§ 3, 4, 5, 9–11 ArbZG in the draft of 18 June 2026: only the limit of the day changes."""
    exempt = _exempt(facts)
    if exempt is not None:
        return exempt
    hours = weekly_hours(facts, values) or _daily(facts, values)
    return all_of(hours, _breaks(facts, values), _rest(facts, values), _sunday(facts))
