"""What a careful reader stops at in a contract: words that often burden one side, in German and in English.

A pattern looks at one sentence: every expression of ``found`` is in it, none of ``but``; ``elsewhere`` anywhere in the
text takes it back (a compensation two sentences on). It never says that a clause is void, only: please look here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkfluss.kernel.text import Text

CONTRACTOR, CLIENT, BOTH = "contractor", "client", "both"


@dataclass(frozen=True, slots=True)
class Concern:
    """What may be unfair, whom it mostly burdens, why, the provisions, and a sentence that is fair to both."""

    code: str
    burdens: str
    what: Text
    why: Text
    references: tuple[str, ...]
    instead: Text


@dataclass(frozen=True, slots=True)
class Pattern:
    """``days`` above zero: the sentence also names a period of more days than that."""

    code: str
    found: tuple[re.Pattern[str], ...]
    but: tuple[re.Pattern[str], ...] = ()
    elsewhere: re.Pattern[str] | None = None
    days: int = 0


def _re(*expressions: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in expressions)


def _pattern(code: str, *found: str, but: tuple[str, ...] = (), elsewhere: str = "", days: int = 0) -> Pattern:
    gone = re.compile(elsewhere, re.IGNORECASE) if elsewhere else None
    return Pattern(code, _re(*found), _re(*but), gone, days)


_NO_DE = r"\b(kein|keine|keinen|keiner|nicht|ohne)\b"
_NO_EN = r"\b(no|not|nor|never|without)\b"
_AWARD = r"(karenz|entschädig|compensat|vergütet.{0,40}dafür|dafür zahlt)"

PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "payment_late",
        r"\b(zahl\w*|fällig\w*|überw[ei]\w+|begleich\w*|pay\w*|paid|due|settle\w*)\b",
        but=(r"versicher|insur", r"kündig|terminat\w+ notice", r"verfall|lapse"),
        days=30,
    ),
    _pattern(
        "payment_conditional",
        r"\b(zahl\w*|fällig\w*|vergüt\w*|pay\w*|paid|fee)\b",
        r"(erst\b.{0,20}wenn|sobald|nur wenn|soweit|only (if|when|after)|once|provided that).{0,60}"
        r"(end\w*kund\w*|dritt\w*|kunde\w* des auftraggebers|customer|third part|end client)",
    ),
    _pattern(
        "late_interest",
        r"(verzugszins|default interest|interest on late|late payment interest|mahnpauschale)",
        r"(ausgeschlossen|verzichte\w*|entfällt|höchstens|excluded|waive\w*|at most|no )",
    ),
    _pattern(
        "rights_grab",
        r"(sämtliche|alle|umfassende|uneingeschränkte)\s+(\w+\s+){0,3}(rechte|nutzungsrechte)",
        r"(übertr[aä]g|räumt|ab(getreten|tret)|gehen.{0,20}über)",
        but=(r"beide\w*|gegenseitig|jede partei",),
    ),
    _pattern(
        "rights_grab",
        r"(all|any and all|entire)\s+(\w+\s+){0,4}(rights?|title)\b",
        r"(assign|transfer|grant|vest|belong)",
        but=(r"each party|mutual",),
    ),
    _pattern(
        "rights_grab",
        r"(ausschließlich\w*|exclusive\w*)",
        r"(unwiderruflich|irrevocabl|perpetual|unbeschränkt)",
        r"(recht|right|licen[cs]e)",
        but=(r"zweck|purpose",),
    ),
    _pattern(
        "rights_unknown",
        r"(unbekannte\w*\s+nutzungsart|noch nicht bekannt\w*\s+nutzungsart|unknown (types|forms|kinds|"
        r"manners) of (use|exploitation)|"
        r"künftige\w* werke|future works|work[s]? (made )?for hire)",
    ),
    _pattern(
        "rights_before_pay",
        r"(nutzungsrecht|rechte|rights?|title)\b",
        r"(mit (der )?(entstehung|schaffung|lieferung|erstellung)|upon (creation|delivery)|"
        r"unabhängig von (der )?zahlung|"
        r"regardless of payment|irrespective of payment)",
        but=(r"(zahlung|payment) (erhält|receives)",),
    ),
    _pattern(
        "penalty",
        r"(vertragsstrafe|konventionalstrafe|pönale|contractual penalty|liquidated damages|\bpenalty\b|"
        r"pauschaliert\w* schadensersatz)",
        but=(
            r"(keine|no|ohne|without)\s+(\w+\s+)?(vertragsstrafe|penalt|liquidated)",
            r"vertragsstrafe\w* (wird|werden|ist|sind) nicht",
            r"höchstens.{0,30}prozent|at most.{0,30}per cent",
        ),
    ),
    _pattern(
        "unilateral_change",
        r"(einseitig|nach (eigenem|freiem|billigem) ermessen|jederzeit.{0,40}(ändern|anpassen)|"
        r"behält sich.{0,60}(änder|anpass|vor)|sole discretion|at any time.{0,40}(change|amend|modify|vary)|"
        r"reserves the right.{0,40}(change|amend|modify|vary|adjust)|unilateral)",
        but=(
            r"\b(nicht|keine|kein)\b.{0,25}(einseitig|ändern)",
            r"\b(not|neither|no)\b.{0,25}(unilateral|change)",
            r"beide parteien|both parties|zustimm|\bagree\b",
        ),
    ),
    _pattern(
        "notice",
        r"(auftraggeber|client|kunde|customer|company)\b",
        r"(kündig|terminat)",
        r"(jederzeit|fristlos|ohne (einhaltung|angabe|frist)|mit sofortiger wirkung|at any time|"
        r"without (notice|cause)|with immediate effect|for convenience)",
        but=(r"wichtige[mn]* grund|good cause|material breach", r"vergütung abzüglich|erspart|fee less|beide|both|648"),
    ),
    _pattern(
        "notice_unpaid",
        r"(kündig|terminat|storn|cancel)",
        r"(vergütungsanspruch|vergütung|fee|payment|remuneration)",
        r"(entfällt|erlischt|ausgeschlossen|kein\w* anspruch|keine vergütung|lapse|forfeit|no (fee|payment|"
        r"remuneration|claim)|"
        r"nur (die )?(bereits )?erbracht|only for)",
    ),
    _pattern(
        "noncompete_unpaid",
        r"(wettbewerbsverbot|konkurrenzklausel|konkurrenzverbot|kundenschutzklausel|non-?compete|"
        r"covenant not to compete)",
        but=(
            r"(kein|nicht|ohne).{0,40}(wettbewerbsverbot|verbunden|vereinbart)|wettbewerbsverbot.{0,40}nicht",
            r"\b(no|not|without)\b.{0,30}(non-?compete|agreed)",
        ),
        elsewhere=_AWARD,
    ),
    _pattern(
        "noncompete_unpaid",
        r"(wettbewerb\w*|konkurren\w*|kunden des auftraggebers|competitor\w*|competing|clients? of the client)",
        r"(nicht|keine|untersagt|verboten|unterlässt|verpflichtet sich|shall not|must not|may not|will not|"
        r"refrain|prohibited)",
        r"(nach (ende|beendigung|ablauf)|monat\w*|jahr\w*|after (the )?(end|termination|expiry)|months?|years?)",
        but=(r"verbietet.{0,20}nicht|does not prohibit|damit nicht verbunden",),
        elsewhere=_AWARD,
    ),
    _pattern(
        "liability_uncapped",
        r"(haft\w*|ersetzt|schadensersatz|freistell\w*|stellt.{0,60}frei|liab\w*|indemnif\w*|hold harmless)",
        r"(unbeschränkt|unbegrenzt|in voller höhe|jede\w* schäden|alle\w* schäden|sämtliche\w* schäden|"
        r"unlimited|without limit|"
        r"any and all|all (losses|damages|claims)|in full)",
        but=(r"vorsatz|grobe\w* fahrlässigkeit|intent|gross negligence|leben, körper",),
    ),
    _pattern(
        "liability_no_fault",
        r"(haft\w*|liab\w*|indemnif\w*)",
        r"(verschuldensunabhängig|ohne (rücksicht auf )?(ein )?verschulden|auch ohne verschulden|regardless of fault|"
        r"irrespective of (fault|negligence)|strict(ly)? liab)",
    ),
    _pattern(
        "liability_excluded",
        r"(haft\w*|liab\w*|gewährleistung\w*|mängelansprüche|warrant\w*)",
        r"(jede\w*|gänzlich|vollständig|generell|insgesamt|any|all|entirely|completely|whatsoever)",
        r"(ausgeschlossen|schließt.{0,20}aus|ausschluss|exclud\w*|disclaim\w*|not liable)",
        but=(r"vorsatz|grobe|intent|gross negligence|soweit (gesetzlich )?zulässig.{0,40}vorsatz",),
    ),
    _pattern(
        "exclusivity",
        r"(ausschließlich für den auftraggeber|allein für den auftraggeber|keine (anderen|"
        r"weiteren) (auftraggeber|aufträge|kunden)|"
        r"nur mit (vorheriger )?(zustimmung|genehmigung).{0,60}(andere|dritte|nebentätigkeit|weitere)|"
        r"nebentätigkeit\w*.{0,60}(zustimmung|genehmigung|untersagt)|"
        r"exclusively for the client|solely for the client|no other clients?|not (work|"
        r"provide services) for (any )?(other|third))",
        but=(r"(gibt|bestehen|bestand).{0,15}keine (anderen|weiteren)",),
    ),
    _pattern(
        "retention_waiver",
        r"(zurückbehaltungsrecht|leistungsverweigerungsrecht|pfandrecht|right of retention|\blien\b|withhold)",
        r"(ausgeschlossen|verzichte\w*|kein\w*|steht.{0,40}nicht zu|waive\w*|excluded|no |not entitled)",
    ),
    _pattern(
        "retention_data",
        r"(zurückhalten|zurückbehalten|withhold|retain)",
        r"(daten|zugäng|zugangsdat|quellcode|unterlagen|data|access|credentials|source code)",
        but=(r"nicht|kein|not|no ",),
    ),
    _pattern(
        "silence",
        r"(gilt|gelten|deemed|considered|regarded)",
        r"(abgenommen|genehmigt|angenommen|vereinbart|anerkannt|accepted|approved|agreed)",
        r"(schweig|widersprich|widerspruch|nicht.{0,40}(meldet|erklärt|rügt|beanstandet)|keine.{0,30}(rüge|antwort|rückmeldung)|"
        r"silence|object|no (response|answer|objection)|fail\w* to|does not (respond|object|answer|reject))",
    ),
    _pattern(
        "set_off",
        r"(aufrechn\w*|verrechn\w*|set-?off|offset)",
        r"(ausgeschlossen|nicht (berechtigt|zulässig|befugt)|untersagt|verzichte\w*|excluded|not (entitled|"
        r"permitted)|waive\w*|may not|shall not)",
        but=(r"unbestritten|rechtskräftig|undisputed|finally (adjudicated|established)",),
    ),
    _pattern(
        "venue",
        r"(gerichtsstand|place of jurisdiction|exclusive jurisdiction|courts? of|venue)",
        r"(ausschließlich\w*|exclusive\w*|ist .{0,40}\b[A-ZÄÖÜ][a-zäöüß]+|sitz des auftraggebers|seat of the client)",
        but=(r"gesetz|statut|follows the law|nach dem gesetz",),
    ),
    _pattern(
        "instructions",
        r"(weisung\w*|anweisung\w*|arbeitszeit\w*|anwesen\w*|kernzeit\w*|dienstplan|instructions?|working hours|"
        r"attendance|core hours|shift)",
        r"(unterliegt|folge zu leisten|befolg\w*|hat.{0,40}(einzuhalten|zu leisten|anwesend)|verpflichtet|"
        r"von \d|zwischen \d|"
        r"shall (follow|comply|obey)|subject to|must be present|from \d|between \d)",
        but=(r"\b(keine|keinen|nicht|frei|no|not|free)\b", r"daten\w*|personal data|dsgvo|gdpr"),
    ),
    _pattern(
        "all_in",
        r"(sämtliche|alle|jegliche|any|all|unlimited|unbegrenzt\w*)\s+(\w+\s+){0,3}(nachbesserung\w*|änderung\w*|korrektur\w*|"
        r"mehrleistung\w*|überstunden|zusatzleistung\w*|revisions?|changes|additional (work|services)|overtime)",
        r"(abgegolten|inklusive|enthalten|kostenlos|unentgeltlich|ohne (zusätzliche|gesonderte) vergütung|"
        r"included|free of charge|"
        r"without (additional|further) (fee|payment|charge)|no additional)",
    ),
    _pattern(
        "waives_fairness",
        r"(§+\s*32a?|weitere beteiligung|angemessene vergütung|fair remuneration|further participation)",
        r"(verzichte\w*|ausgeschlossen|waive\w*|excluded)",
    ),
)

_NUMBER_WORDS = {
    "dreißig": 30, "fünfundvierzig": 45, "sechzig": 60, "neunzig": 90, "hundertzwanzig": 120,
    "thirty": 30, "forty-five": 45, "sixty": 60, "ninety": 90, "two": 2, "three": 3, "zwei": 2, "drei": 3, "vier": 4,
    "sechs": 6, "four": 4, "six": 6,
}  # fmt: skip
_PERIOD = re.compile(
    r"\b(\d{1,4}|" + "|".join(_NUMBER_WORDS) + r")\)?\s*(?:\(\d+\)\s*)?"
    r"((?:kalender|werk|arbeits|bank)?tage?n?|(?:calendar |business |working )?days?|wochen?|weeks?|monate?n?|"
    r"months?)\b",
    re.IGNORECASE,
)
_LENGTHS = {"w": 7, "m": 30}


def days_named(sentence: str) -> tuple[int, ...]:
    """The periods that a sentence names, in days; a month counts as 30."""
    found = []
    for number, unit in _PERIOD.findall(sentence):
        count = int(number) if number.isdigit() else _NUMBER_WORDS[number.lower()]
        start = unit.lower()
        # "Werktage" and "working days" start like weeks but are days.
        per = 1 if "tag" in start or "day" in start else _LENGTHS.get(start[0], 1)
        found.append(count * per)
    return tuple(found)


def matches(pattern: Pattern, sentence: str, whole: str) -> bool:
    """Whether the sentence gives reason to look, given the whole text around it."""
    if not all(one.search(sentence) for one in pattern.found) or any(one.search(sentence) for one in pattern.but):
        return False
    if pattern.days and not any(days > pattern.days for days in days_named(sentence)):
        return False
    return pattern.elsewhere is None or pattern.elsewhere.search(whole) is None
