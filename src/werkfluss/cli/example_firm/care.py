"""The example firm's international hire: her case under way, with papers, facts and deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkfluss.care.domain import expat_cases, papers
from werkfluss.care.models import ExpatCase
from werkfluss.cli.example_firm import files
from werkfluss.cli.example_firm.case_shapes import BlueCardCase, CaseDocument
from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.org.actor import Actor
from werkfluss.work.domain import cases

# Both are residence titles to the planner; the card ends the visa.
_TITLES = {"visa_d": "Nationales Visum (D)", "residence_card": "Blaue Karte EU"}
_OPEN_ENDED = "999"
_IT_GROUPS = ("25", "133")


def bring_in_care(firm: ExampleFirm) -> None:
    """Up to where HR finds out whether the Employment Agency must consent; the rest is for the user to try."""
    given = files.blue_card_case()
    with firm.inside("hr") as by:
        person = firm.resources[given.person]
        person.refresh_from_db()
        for name, value, source in _facts(given, firm.today):
            record_fact(person, name=name, value=value, source=source, valid_from=firm.today, by=by)
        expat = expat_cases.open_case(
            person, route=given.route, wished_start=given.desired_start, responsible=firm.users["hr"], by=by
        )
        days = {step.id: step.date for step in given.steps}
        for document in given.documents:
            _paper(expat, document, days.get(document.needed_for), by)
    with firm.inside("international") as by:
        _do(expat, "collect_papers", "", "Pass, Zeugnis, Bewertung und Vertrag sind da.", by)
    with firm.inside("hr") as by:
        _do(expat, "check_papers", "f_complete", "Für die Vorabzustimmung vollständig.", by)
        _do(expat, "choose_route", "f_blue_card", "Gehalt über dem Mindestgehalt 2026 und dem Entwurf für 2027.", by)
        fast = "f_fast" if given.procedure.fast_track_81a else "f_normal"
        _do(expat, "choose_speed", fast, "Der Termin im März ist sonst nicht zu halten.", by)
        if given.procedure.fast_track_81a:
            note = f"{given.procedure.foreigners_authority}, unterschrieben am"
            _do(expat, "agree_81a", "", f"{note} {given.procedure.agreement_signed_on:%d.%m.%Y}.", by)


def _facts(given: BlueCardCase, today: date) -> list[tuple[str, Any, str]]:
    contract = f"Arbeitsvertrag vom {given.job.contract_signed_on:%d.%m.%Y}"
    anabin = f"anabin, abgefragt am {given.degree.checked_on:%d.%m.%Y}"
    years = (today - given.degree.awarded_on).days // 365
    months = str(given.job.contract_months or _OPEN_ENDED)
    occupation = "it" if given.job.isco_08.startswith(_IT_GROUPS) else "other"
    return [
        ("salary", str(given.job.salary.amount), contract),
        ("contract_months", months, contract),
        ("suitable_job", True, "Stellenbeschreibung"),
        ("occupation_group", occupation, f"ISCO-08 {given.job.isco_08}"),
        ("qualification", "academic" if given.degree.anabin_degree == "entspricht" else "none", anabin),
        ("degree_years_ago", str(years), f"Zeugnis vom {given.degree.awarded_on:%d.%m.%Y}"),
        ("it_experience_years", str(given.experience.years_in_last_seven), "Lebenslauf und Zeugnisse"),
    ]


def _paper(expat: ExpatCase, given: CaseDocument, needed: date | None, by: Actor) -> None:
    kind = "residence_title" if given.id in _TITLES else given.id
    note = _TITLES.get(given.id, given.note)
    due = None if given.state == "present" else needed
    paper = papers.request_paper(expat, kind=kind, due=due, lead_days=given.lead_days, note=note, by=by)
    if given.state == "present":
        content = f"Beispieldatei: {given.name.de} von {expat.person.name}. Alles erfunden.\n".encode()
        papers.hand_in_paper(expat, paper=paper, content=content, filename=f"{given.id}.txt", by=by)
        papers.confirm_paper(
            expat, paper=paper, valid_from=given.issued or expat.wished_start, expires=given.expires, by=by
        )


def _do(expat: ExpatCase, element: str, choice: str, reason: str, by: Actor) -> None:
    step = cases.open_steps(expat.case).get(element=element)
    cases.complete_step(step, choice=choice, reason=reason, by=by)
