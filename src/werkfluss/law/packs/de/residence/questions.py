"""Questions that several rules of the pack ask; the same name always means the same fact."""

from __future__ import annotations

from werkfluss.law.facts import Fact, country, number, one_of, yes_no

LEVELS = ("none", "a1", "a2", "b1", "b2", "c1")

CITIZENSHIP = country(
    "citizenship",
    "Welche Staatsangehörigkeit hat die Person? Bei mehreren eine der EU, des EWR oder der Schweiz.",
    "Which nationality does the person have? Of several, one of the EU, EEA or Switzerland.",
)
SALARY = number(
    "salary",
    "EUR/year",
    "Wie hoch ist das vereinbarte Bruttojahresgehalt?",
    "How high is the agreed gross annual salary?",
    around=("blue_card_regular", "blue_card_reduced", "experienced", "age_45"),
)
AGE = number("age", "years", "Wie alt ist die Person?", "How old is the person?", around=("pension_age",), step="1")
PENSION = yes_no(
    "pension_proof",
    "Ist eine angemessene Altersversorgung nachgewiesen?",
    "Is an adequate pension proven?",
)
QUALIFICATION = one_of(
    "qualification",
    ("academic", "vocational", "foreign_state_recognised", "chamber_abroad", "none"),
    "Welcher Abschluss: vergleichbares Studium, gleichwertige Lehre, im Ausland anerkannt (ab zwei Jahren), "
    "von einer deutschen Auslandshandelskammer, keiner?",
    "Which qualification: comparable degree, equivalent training, recognised abroad (two years or more), "
    "issued by a German chamber abroad, none?",
)
OCCUPATION_GROUP = one_of(
    "occupation_group",
    ("it", "shortage", "other"),
    "Welche ISCO-Gruppe: IT (133, 25), anderer Engpass (132, 134, 21, 221, 222, 225, 226, 23) oder andere?",
    "Which ISCO group: IT (133, 25), another shortage group (132, 134, 21, 221, 222, 225, 226, 23), or other?",
)
DEGREE_YEARS_AGO = number(
    "degree_years_ago",
    "years",
    "Wie viele Jahre liegt der Abschluss bei Antragstellung zurück?",
    "How many years ago was the degree obtained, at application?",
    around=("graduate_years",),
)
IT_EXPERIENCE = number(
    "it_experience_years",
    "years",
    "Wie viele Jahre IT-Erfahrung auf Hochschulniveau in den letzten sieben?",
    "How many years of graduate-level IT experience in the last seven?",
    around=("it_experience",),
)
EXPERIENCE = number(
    "experience_years",
    "years",
    "Wie viele Jahre passende Berufserfahrung in den letzten fünf?",
    "How many years of relevant experience in the last five?",
    around=("practical_experience",),
)
COLLECTIVE_AGREEMENT = yes_no(
    "collective_agreement",
    "Ist der Arbeitgeber tarifgebunden und zahlt er nach Tarif?",
    "Is the employer bound by a collective agreement and pays by it?",
)
QUALIFIED_JOB = yes_no(
    "qualified_job",
    "Ist es eine qualifizierte Beschäftigung?",
    "Is it a qualified job?",
    default=True,
)
LICENCE = one_of(
    "licence",
    ("not_required", "granted", "missing"),
    "Braucht der Beruf eine Berufsausübungserlaubnis, und ist sie erteilt oder zugesagt?",
    "Does the occupation need a professional licence, and is it granted or promised?",
    default="not_required",
)
AGENCY_WORK = yes_no(
    "agency_work",
    "Soll die Person als Leiharbeitnehmer überlassen werden?",
    "Is the person to be leased out as an agency worker?",
    default=False,
)
GERMAN = one_of(
    "german_level",
    LEVELS,
    "Welches Niveau in Deutsch ist nachgewiesen (GER; höher als C1: c1)?",
    "Which level of German is proven (CEFR; above C1: c1)?",
)
LIVELIHOOD = yes_no(
    "livelihood_secured",
    "Ist der Lebensunterhalt ohne öffentliche Mittel gesichert?",
    "Is the livelihood secured without public funds?",
)


def at_least(level: str, wanted: str) -> bool:
    """Whether a proven level of language reaches the wanted one."""
    return LEVELS.index(level) >= LEVELS.index(wanted)


# Every fact of the module by name, for rules that hand all of them on.
SHARED: tuple[Fact, ...] = tuple(value for value in list(vars().values()) if isinstance(value, Fact))
