"""The deadline radar of a firm with 1,000 cases of care and 20,000 deadlines: the real stack, one person leafing.

The limit is a p95 of 300 ms over the radar's own requests. The list of cases and the first screen are measured beside
it in the same run, since both read the same rows.
"""

from __future__ import annotations

import random
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.pages import User, _summary
from tests.running import PROGRAM, Site

ROOT = Path(__file__).resolve().parent.parent
CASES, DEADLINES, REQUESTS = 1_000, 20_000, 200
_HR = "s.vogt@nordhessen-maschinenbau.example"
_SORTS = ("", "start_by", "-start_by", "due", "-due", "title", "who")
_STATES = ("", "overdue", "to_start", "open")


def run() -> dict[str, Any]:
    """Milliseconds: p50, p95 and largest of each kind of request."""
    site = Site()
    try:
        site.start(seconds=400)
        begin = time.monotonic()
        code = "from benchmarks.radar import fill; fill()"
        subprocess.run(
            [PROGRAM, "manage", "shell", "-c", code], env=site.environment() | {"PYTHONPATH": str(ROOT)}, check=True
        )
        made_s = time.monotonic() - begin
        password = (site.data / "example-password").read_text(encoding="ascii")
        hr = User(site.port, _HR, password)
        hr.log_in()
        figures = {name: _times(hr, paths) for name, paths in _asked().items()}
        site.stop()
    finally:
        site.remove()
    return {"cases": CASES, "deadlines": DEADLINES, "made_in_s": round(made_s, 1), "pages_ms": figures}


def _asked() -> dict[str, list[str]]:
    chance = random.Random(1)
    radar = "/o/nordhessen/deadlines/"
    paged = [
        f"{radar}?sort={chance.choice(_SORTS)}&state={chance.choice(_STATES)}&page={chance.randint(1, 40)}"
        for _ in range(REQUESTS)
    ]
    return {
        "radar": paged,
        "radar, searched": [f"{radar}?q=Person+{chance.randrange(CASES)}" for _ in range(REQUESTS // 10)],
        "radar, by name": [f"{radar}?sort=about&page={page}" for page in range(1, REQUESTS // 10 + 1)],
        "first screen": ["/o/nordhessen/"] * (REQUESTS // 10),
        "cases of care": ["/o/nordhessen/care/"] * (REQUESTS // 10),
    }


def _times(user: User, paths: list[str]) -> dict[str, float]:
    """Each process of the web server has drawn the page before it is timed."""
    for path in paths[:4]:
        user.timed(path)
    seen = []
    for path in paths:
        status, millis = user.timed(path)
        assert status == 200, f"{status} {path}"
        seen.append(millis)
    return _summary(sorted(seen))


def fill() -> None:
    """The rows, written past the domain: a thousand persons, a case each, twenty deadlines on every case."""
    from werkfluss.care.models import ExpatCase
    from werkfluss.compliance.models import Deadline
    from werkfluss.kernel import clock
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.work.models import Case
    from werkfluss.workforce.models import Resource

    firm = Organisation.objects.get(slug="nordhessen")
    today = clock.today()
    with tenancy.acting(firm.pk, Actor.system(firm.pk)):
        model = ExpatCase.objects.select_related("person", "case").first()
        assert model is not None, "the example firm has a case of care"
        people = [
            Resource(
                number=100_000 + n,
                kind="employee",
                name=f"Person {n}",
                sort_key=f"person {n:05}",
                rate_id=model.person.rate_id,
            )
            for n in range(CASES)
        ]
        Resource.objects.bulk_create(people)
        runs = [
            Case(
                number=100_000 + n,
                definition_id=model.case.definition_id,
                title=f"Blaue Karte: {person.name}",
                subject_type="care.expatcase",
                subject_id=person.pk,
            )
            for n, person in enumerate(people)
        ]
        Case.objects.bulk_create(runs)
        cases = [
            ExpatCase(
                number=100_000 + n,
                person=person,
                case=runs[n],
                route=model.route,
                wished_start=today + timedelta(days=n % 400),
            )
            for n, person in enumerate(people)
        ]
        ExpatCase.objects.bulk_create(cases)
        Deadline.objects.bulk_create(_deadlines(cases, today), batch_size=2_000)


def _deadlines(cases: list[Any], today: date) -> list[Any]:
    """Twenty on each case, from a month ago to more than two years ahead."""
    from werkfluss.compliance.models import Deadline

    return [
        Deadline(
            code=f"duty:{n}",
            subject_type="care.expatcase",
            subject_id=case.pk,
            title_de=f"Pflicht {n}",
            title_en=f"Duty {n}",
            due=today + timedelta(days=(number * 7 + n * 31) % 900 - 30),
            start_by=today + timedelta(days=(number * 7 + n * 31) % 900 - 60),
            who="hr" if n % 2 else "person",
            basis="§ 4a Abs. 5 AufenthG",
        )
        for number, case in enumerate(cases)
        for n in range(DEADLINES // CASES)
    ]
