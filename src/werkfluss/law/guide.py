"""The firm's own AI Act guide (Umsetzungsleitfaden): from its inventory to classes, duties, to-dos and texts.

Pure: inventory and date in, ``Guide`` out. Classes and duties come from the rules of the pack eu/ai_act; templates and
texts from its ``guide.yaml``, so that an installed update of the pack brings its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .api import Library, library
from .citations import resolve
from .guide_model import Draft, Entry, Firm, Guide, RoleDuties, Todo, Urgency, Use
from .pack import read_yaml
from .verdict import Verdict

PACK = "eu/ai_act"
_SOON = timedelta(days=90)
_NO_DUTIES = ("OUT_OF_SCOPE", "NOT_AI")
_AREAS = {"5(a)": "5ad", "5(d)": "5ad", "5(b)": "5bc", "5(c)": "5bc"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every step of one guide needs."""

    firm: Firm
    on: date
    today: date | None
    laws: Library
    words: Mapping[str, Any]

    def check(self, rule: str, facts: Mapping[str, Any]) -> Verdict:
        return self.laws.check(f"{PACK}/{rule}", facts, self.on, today=self.today)


@lru_cache(maxsize=8)
def _wording(folder: Path) -> dict[str, Any]:
    return read_yaml(folder / "guide.yaml")


def templates(using: Library | None = None) -> dict[str, dict[str, Any]]:
    """The short forms by name: ``name`` and ``purpose`` (Text as JSON), ``facts``, ``circumstances``, ``ask``."""
    return dict(_wording((using or library()).packs[PACK].folder)["templates"])


def guide(
    firm: Firm, uses: Iterable[Use], on: date, *, today: date | None = None, using: Library | None = None
) -> Guide:
    """The guide of a firm on a day.

    Raises:
        Broken: a template does not exist or two uses have one id.
        FactsRefused: a fact of a use is not in the schema or has the wrong type.

    """
    laws = using or library()
    words = _wording(laws.packs[PACK].folder)
    filled = [_filled(use, words) for use in uses]
    doubled = {use.id for use in filled if sum(other.id == use.id for other in filled) > 1}
    if doubled:
        raise _refused(min(doubled), "Diese Kennung steht zweimal im Verzeichnis.", "This id occurs twice.")
    frame = _Frame(firm, on, today, laws, words)
    entries = tuple(_entry(use, frame) for use in filled)
    pack = laws.packs[PACK]
    todos = tuple(_todos(firm, entries, on, words))
    return Guide(
        firm,
        on,
        f"{PACK}@{pack.version}",
        entries,
        todos,
        tuple(_drafts(firm, entries, words)),
        tuple((item.day, item.what) for item in pack.milestones if item.day >= on),
        _literacy(entries),
        resolve(pack.provisions, sorted({todo.basis for todo in todos})),
    )


def _filled(use: Use, words: Mapping[str, Any]) -> Use:
    """The use with the facts of its short form where it gives none itself.

    Raises:
        Broken: there is no such template.

    """
    if use.template is None:
        return use
    form = words["templates"].get(use.template)
    if form is None:
        raise _refused(
            use.id, f"Die Kurzform „{use.template}“ gibt es nicht.", f"There is no short form “{use.template}”."
        )
    return Use(
        use.id,
        use.name or form["name"]["de"],
        use.kind,
        use.template,
        use.purpose or form["purpose"]["de"],
        use.owner,
        use.provider,
        {**form["facts"], **use.facts},
        {**form["circumstances"], **use.circumstances},
        use.people,
        use.planned,
    )


def _entry(use: Use, frame: _Frame) -> Entry:
    verdict = frame.check("classification", use.facts)
    risk_class = str(verdict.values.get("class", "REVIEW"))
    held = dict.fromkeys("provider" if role == "provider_art25" else role for role in _listed(verdict, "roles"))
    roles = tuple(_role_duties(role, use, verdict, frame) for role in held if risk_class not in _NO_DUTIES)
    questions = frame.laws.schema(f"{PACK}/classification", frame.on).facts
    ask = frame.words["templates"][use.template]["ask"] if use.template else ()
    return Entry(
        use,
        risk_class,
        Text.from_json(frame.words["classes"][risk_class]),
        verdict.outcome,
        _listed(verdict, "overlays"),
        _listed(verdict, "annex3"),
        str(verdict.values.get("system", "AI")),
        str(verdict.values.get("gpai", "NONE")),
        _word(verdict, "from"),
        verdict.certainty,
        _listed(verdict, "leans_on"),
        verdict.reasons,
        verdict.readings,
        verdict.missing,
        tuple((name, questions[name].question) for name in ask),
        roles,
        _fine(roles, frame),
        verdict.citations,
    )


def _listed(verdict: Verdict, name: str) -> tuple[str, ...]:
    value = verdict.values.get(name)
    return value if isinstance(value, tuple) else ()


def _word(verdict: Verdict, name: str) -> str | None:
    value = verdict.values.get(name)
    return value if isinstance(value, str) else None


def duty_facts(firm: Firm, use: Use, role: str, verdict: Verdict) -> dict[str, Any]:
    """The facts of ``eu/ai_act/duties`` that follow from a classification; circumstances of the use win."""
    overlays, areas = _listed(verdict, "overlays"), _listed(verdict, "annex3")
    first = areas[0] if areas else ""
    area = _AREAS.get(first, first[:1] or "none")
    if _word(verdict, "from") == "2028-08-02":
        area = "none"  # Annex I decides, not the area of Annex III that is touched as well
    about_people = "yes" if area in ("4", "5bc") else "no"
    publishes = "deepfake" if any("deepfake" in name for name in overlays) else "nothing"
    if publishes == "nothing" and "50(4)-text" in overlays:
        publishes = "public_interest_text"
    derived = {
        "risk_class": str(verdict.values.get("class", "REVIEW")),
        "role": role,
        "area": area,
        "firm_size": firm.size,
        "at_workplace": "yes" if area == "4" else "no",
        "decides_on_people": about_people,
        "personal_data": about_people,
        "talks_to_people": "yes" if "50(1)" in overlays else "no",
        "generates_content": "yes" if "50(2)" in overlays else "no",
        "reads_emotion_or_biometrics": "yes" if "50(3)" in overlays else "no",
        "publishes": publishes,
        "gpai": use.facts.get("gpai", "none"),
    }
    return {**derived, **use.circumstances}


def _role_duties(role: str, use: Use, verdict: Verdict, frame: _Frame) -> RoleDuties:
    found = frame.check("duties", duty_facts(frame.firm, use, role, verdict))
    return RoleDuties(role, found.duties, _listed(found, "contested"), _listed(found, "fines"), found.readings)


def _fine(roles: tuple[RoleDuties, ...], frame: _Frame) -> str | None:
    """The highest fine that the duties can cost; None where Art. 99 names none or the turnover is not known."""
    tiers = {tier for role in roles for tier in role.fines} & {"prohibited_practice", "operator_duty", "model_provider"}
    if frame.firm.turnover is None or not tiers:
        return None
    known = {"firm_size": frame.firm.size, "turnover": frame.firm.turnover}
    caps = [_word(frame.check("fines", {**known, "infringement": tier}), "cap") for tier in tiers]
    return max((cap for cap in caps if cap), key=Decimal, default=None)


def _todos(firm: Firm, entries: tuple[Entry, ...], on: date, words: Mapping[str, Any]) -> list[Todo]:
    """Own steps per use, then the duties, each once with all uses it is for; the most urgent first."""
    found = [todo for entry in entries for todo in _own_steps(firm, entry, on, words)]
    grouped: dict[tuple[Text, str, date | None, str], list[tuple[str, int, str]]] = {}
    for entry in entries:
        for role in entry.roles:
            for duty in role.duties:
                if entry.risk_class == "PROHIBITED":
                    continue  # the step "stop" says it
                who = entry.use.owner or firm.contact
                key = (duty.what, duty.basis, duty.due, who)
                grouped.setdefault(key, []).append((entry.use.id, duty.practical_days or 0, duty.day_kind))
    for (what, basis, due, who), uses in grouped.items():
        days = max(_calendar_days(count, kind) for _, count, kind in uses)
        start_by = due - timedelta(days=days) if due else None
        ids = tuple(dict.fromkeys(use_id for use_id, _, _ in uses))
        found.append(Todo(what, who, due, start_by, _urgency(due, start_by, on), basis, ids))
    rank = ("overdue", "now", "soon", "later", "undated")
    return sorted(found, key=lambda todo: (rank.index(todo.urgency), todo.by or date.max, todo.basis))


def _calendar_days(days: int, kind: str) -> int:
    return -(-days * 7 // 5) if kind == "working" else days


def _urgency(due: date | None, start_by: date | None, on: date) -> Urgency:
    if due is None or start_by is None:
        return "undated"
    if due <= on:
        return "overdue"
    if start_by <= on:
        return "now"
    return "soon" if start_by <= on + _SOON else "later"


def _own_steps(firm: Firm, entry: Entry, on: date, words: Mapping[str, Any]) -> list[Todo]:
    """What no duty row says: stop, decide, answer, ask the provider, inform the works council."""
    use, who = entry.use, entry.use.owner or firm.contact
    deploys_only = {role.role for role in entry.roles} == {"deployer"}
    steps: list[tuple[str, str]] = []
    if entry.risk_class == "PROHIBITED":
        steps.append(("stop", "art_5"))
    if entry.risk_class == "REVIEW":
        steps.append(("review", "art_6_2"))
    if entry.open_questions:
        steps.append(("answer", "art_6_2"))
    if entry.system == "AI_CONTESTED":
        steps.append(("memo", "guidelines_3"))
    if deploys_only and {"50(1)", "50(2)"} & set(entry.overlays) and entry.risk_class != "PROHIBITED":
        steps.append(("provider_notice", "art_50_2" if "50(2)" in entry.overlays else "art_50_1"))
    if deploys_only and entry.risk_class == "FILTERED_6_3":
        steps.append(("provider_filter", "art_6_4"))
    if firm.works_council and _at_work(entry) and entry.risk_class not in (*_NO_DUTIES, "PROHIBITED"):
        steps.append(("council", "betrvg_90"))
    return [
        Todo(Text.from_json(words["actions"][name]).format(name=use.name), who, on, on, "now", basis, (use.id,))
        for name, basis in steps
    ]


def _at_work(entry: Entry) -> bool:
    concerns_work = any(area.startswith("4") for area in entry.annex3)
    return concerns_work or entry.use.circumstances.get("at_workplace") == "yes"


def _drafts(firm: Firm, entries: tuple[Entry, ...], words: Mapping[str, Any]) -> list[Draft]:
    active = [entry for entry in entries if entry.risk_class not in (*_NO_DUTIES, "PROHIBITED")]

    def with_overlay(*names: str) -> list[Entry]:
        return [entry for entry in active if set(names) & set(entry.overlays)]

    high = [entry for entry in active if entry.risk_class == "HIGH_RISK"]
    chosen = {
        "notice_50_1": with_overlay("50(1)"),
        "marking_50_2": with_overlay("50(2)"),
        "notice_50_3": with_overlay("50(3)"),
        "label_50_4_deepfake": with_overlay("50(4)-deepfake", "50(4)-deepfake-light"),
        "label_50_4_text": with_overlay("50(4)-text"),
        "affected_26_11": [entry for entry in high if _owes(entry, "art_26_11")],
        "workers_26_7": [entry for entry in high if _owes(entry, "art_26_7")],
        "council_90": [entry for entry in active if _at_work(entry)] if firm.works_council else [],
        "literacy_4": active,
    }
    return [_draft(name, found, firm, words) for name, found in chosen.items() if found]


def _owes(entry: Entry, basis: str) -> bool:
    return any(duty.basis == basis for role in entry.roles for duty in role.duties)


def _draft(name: str, entries: list[Entry], firm: Firm, words: Mapping[str, Any]) -> Draft:
    item = words["texts"][name]
    names = ", ".join(entry.use.name for entry in entries)
    body = Text.from_json(item["body"]).format(firm=firm.name, contact=firm.contact, names=names)
    return Draft(name, Text.from_json(item["title"]), body, tuple(entry.use.id for entry in entries))


def _literacy(entries: tuple[Entry, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who needs a measure under Art. 4, and for which uses; freelancers included as the inventory names them."""
    register: dict[str, list[str]] = {}
    for entry in entries:
        if entry.risk_class not in (*_NO_DUTIES, "PROHIBITED"):
            for person in entry.use.people:
                register.setdefault(person, []).append(entry.use.id)
    return tuple((person, tuple(uses)) for person, uses in sorted(register.items()))


def _refused(where: str, de: str, en: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(de, en),
            Text("Ein Verzeichnis wie in docs/law/ai-act-guide.md.", "An inventory as in docs/law/ai-act-guide.md."),
            Text("Das Verzeichnis berichtigen.", "Correct the inventory."),
        )
    )
