"""The steps of a case before the first day of work, and the time they leave: a small critical-path calculation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.kernel.text import Text
from werkfluss.law.packs.de.residence.common import AGENCY, AUTHORITY, BOTH, EMPLOYER, MISSION, PERSON
from werkfluss.law.parameters import Parameters

FIRST_DAY = "first_day"


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides which steps a case has."""

    accelerated: bool
    visa: bool
    consent: bool
    recognition: str
    from_abroad: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step: how long it takes, what must be done before, who acts, which papers it needs."""

    id: str
    title: Text
    who: Text
    basis: str
    days: int
    after: tuple[str, ...]
    papers: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """A step with its dates: it may start on ``earliest`` and must be done by ``done_by``."""

    step: Step
    earliest: date
    done_by: date

    @property
    def start_by(self) -> date:
        return self.done_by - timedelta(days=self.step.days)

    @property
    def slack(self) -> int:
        return (self.start_by - self.earliest).days


def _papers(*pairs: tuple[str, str]) -> tuple[Text, ...]:
    return tuple(Text(de, en) for de, en in pairs)


_CONTRACT_PAPERS = _papers(
    ("Arbeitsvertrag oder verbindliches Angebot", "employment contract or binding offer"),
    ("Erklärung zum Beschäftigungsverhältnis (Formular der Bundesagentur)", "declaration on the employment (form)"),
)
_RECOGNITION_PAPERS = {
    "anabin": _papers(("anabin-Auszug zu Abschluss und Hochschule", "anabin entries of degree and university")),
    "zab": _papers(
        ("Hochschulzeugnis mit Übersetzung", "degree certificate with translation"),
        ("Zeugnisbewertung der ZAB", "statement of comparability by the ZAB"),
    ),
    "bqfg": _papers(
        ("Lebenslauf auf Deutsch", "CV in German"),
        ("Abschlüsse und Berufserfahrung mit Übersetzung", "certificates and experience with translation"),
        ("Bescheid über die Gleichwertigkeit", "decision on equivalence"),
    ),
}
_VISA_PAPERS = _papers(
    ("Pass, biometrisches Foto", "passport, biometric photo"),
    ("Antrag für ein nationales Visum", "application for a national visa"),
    ("Nachweis der Krankenversicherung", "proof of sickness insurance"),
    ("Nachweis des Abschlusses", "proof of the qualification"),
)


def before_start(plan: Plan, values: Parameters) -> tuple[Step, ...]:
    """The steps up to the first day, each after those it needs."""
    steps = [
        _contract(values),
        Step("route_check", _t("Weg zum Titel prüfen", "Check the route to the title"), EMPLOYER, "aufenthg_18_2", 1,
             ("contract",)),
    ]  # fmt: skip
    start = "route_check"
    if plan.accelerated and plan.visa:
        steps.append(_agreement(values))
        start = "agreement"
    ready = [start]
    if plan.recognition != "none":
        steps.append(_recognition(plan, values, start))
        ready.append("recognition")
    if plan.consent:
        name = "consent_days_accelerated" if plan.accelerated else "consent_days"
        title = _t("Zustimmung oder Vorabprüfung der Bundesagentur", "Consent or pre-check by the Employment Agency")
        steps.append(Step("consent", title, AGENCY, "beschv_36_2", values.days(name), tuple(ready), _CONTRACT_PAPERS))
        ready.append("consent")
    steps += _visa(plan, values, tuple(ready), start) if plan.visa else _inside(values, tuple(ready))
    return (*steps, *_arrival(plan, values, steps[-1].id))


def _t(de: str, en: str) -> Text:
    return Text(de, en)


def _contract(values: Parameters) -> Step:
    title = _t("Angebot und Arbeitsvertrag", "Offer and employment contract")
    return Step("contract", title, BOTH, "nachwg_2", values.days("usual_days_contract"), (), _CONTRACT_PAPERS[:1])


def _agreement(values: Parameters) -> Step:
    papers = _papers(
        ("Vollmacht der Person für den Arbeitgeber", "power of attorney of the person for the employer"),
        ("Vereinbarung mit der Ausländerbehörde", "agreement with the immigration authority"),
        ("Gebühr 411 €", "fee 411 €"),
    )
    title = _t("Beschleunigtes Verfahren vereinbaren", "Agree on the accelerated procedure")
    days = values.days("usual_days_agreement")
    return Step("agreement", title, EMPLOYER, "aufenthg_81a", days, ("route_check",), papers)


def _recognition(plan: Plan, values: Parameters, start: str) -> Step:
    days: dict[str, Callable[[], int]] = {
        "anabin": lambda: 1,
        "zab": lambda: values.days("usual_days_zab"),
        # 31 days a month: the statute counts calendar months, and the longest of them must fit.
        "bqfg": lambda: 31 * values.days("decision_months_accelerated" if plan.accelerated else "decision_months"),
    }
    basis = {"anabin": "kmk_anabin", "zab": "kmk_zab", "bqfg": "bqfg_14a" if plan.accelerated else "bqfg_6"}
    title = _t("Anerkennung oder Bewertung des Abschlusses", "Recognition or evaluation of the qualification")
    kind = plan.recognition
    return Step("recognition", title, PERSON, basis[kind], days[kind](), (start,), _RECOGNITION_PAPERS[kind])


def _visa(plan: Plan, values: Parameters, ready: tuple[str, ...], start: str) -> list[Step]:
    """With the accelerated procedure the appointment follows the pre-approval; otherwise it is booked at once."""
    slot_days = values.days("slot_days" if plan.accelerated else "usual_days_slot")
    visa_days = values.days("visa_days" if plan.accelerated else "usual_days_visa")
    basis = "aufenthv_31a" if plan.accelerated else "practice"
    slot = _t("Termin bei der Auslandsvertretung", "Appointment at the German mission")
    visa = _t("Visum beantragen und erhalten", "Apply for and receive the visa")
    return [
        Step("visa_appointment", slot, PERSON, basis, slot_days, ready if plan.accelerated else (start,)),
        Step("visa", visa, MISSION, basis, visa_days, (*ready, "visa_appointment"), _VISA_PAPERS),
    ]


def _inside(values: Parameters, ready: tuple[str, ...]) -> list[Step]:
    title = _t("Titel bei der Ausländerbehörde beantragen und erhalten", "Apply for and receive the title in Germany")
    papers = _papers(("Pass, biometrisches Foto", "passport, biometric photo"), ("Meldebescheinigung", "registration"))
    return [Step("title_inside", title, AUTHORITY, "practice", values.days("usual_days_inside"), ready, papers)]


def _arrival(plan: Plan, values: Parameters, last: str) -> list[Step]:
    steps = []
    before = [last]
    if plan.visa:
        entry = _t("Einreise und Einzug", "Entry and moving in")
        steps.append(Step("entry", entry, PERSON, "practice", values.days("usual_days_entry"), (last,)))
        before = ["entry"]
    if plan.from_abroad:
        title = _t("Hinweis auf kostenlose Beratung geben", "Point out the free advice")
        steps.append(Step("advice_hint", title, EMPLOYER, "aufenthg_45c", 2, ("contract",)))
        before.append("advice_hint")
    check = _t("Titel prüfen und kopieren", "Check and copy the title")
    copy = _papers(("Kopie des Titels", "copy of the title"))
    steps.append(Step("title_check", check, EMPLOYER, "aufenthg_4a_5", 1, tuple(before), copy))
    first = _t("Erster Arbeitstag", "First day of work")
    steps.append(Step(FIRST_DAY, first, BOTH, "aufenthg_4a_5", 0, ("title_check",)))
    return steps


def timed(steps: tuple[Step, ...], done: str, today: date, start: date) -> tuple[Timed, ...]:
    """The open steps with their dates, forward from ``today`` and back from ``start``.

    ``done`` names the last finished step; it and all before it in the order of ``steps`` are left out.
    """
    ids = [step.id for step in steps]
    still = steps[ids.index(done) + 1 :] if done in ids else steps
    earliest: dict[str, date] = {}
    for step in still:
        earliest[step.id] = max(
            (earliest[name] + _length(still, name) for name in step.after if name in earliest), default=today
        )
    latest: dict[str, date] = {}
    for step in reversed(still):
        followers = [item for item in still if step.id in item.after]
        latest[step.id] = min((latest[item.id] - timedelta(days=item.days) for item in followers), default=start)
    return tuple(Timed(step, earliest[step.id], latest[step.id]) for step in still)


def _length(steps: tuple[Step, ...], name: str) -> timedelta:
    return timedelta(days=next(step.days for step in steps if step.id == name))
