"""Cases on the embedded database: what a step costs beside 100, 1,000, 10,000 and 100,000 open cases.

The open cases are copies of a few that were really started, made with SQL: case, tokens, waits and steps, row by row
what the engine has written for those; their entries in the record are not copied.
Every measured step is a transaction of its own as the product does it: the case is locked, its rows are read, the
engine goes on, rows and record are written. The bare transaction beside it inserts one row and updates it, over the
same connection. All run one after another in one process, with the durability that the server has by default.

Called as a module it is the process inside; its figures go to standard output.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.process.drawing import usual

if TYPE_CHECKING:
    import psycopg

    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation

SIZES = (100, 1_000, 10_000, 100_000)
STARTED, MEASURED, TIMERS = 20, 60, 20
BARE = 5  # bare transactions after every step, so that both meet the same load of the machine
ROOT = Path(__file__).resolve().parent.parent.parent
_COPIED = ("work_token", "work_wait", "work_casetask")


def on_a_database_of_its_own() -> dict[str, Any]:
    """Run the measurement against a new installation, which is removed afterwards."""
    from tests.running import Site

    site = Site()
    try:
        command = [sys.executable, "-m", "benchmarks.process.cases"]
        done = subprocess.run(command, cwd=ROOT, env=site.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures
    finally:
        site.remove()


@dataclass(frozen=True)
class Spent:
    """``cpu`` is that of this process alone, without the database's."""

    seconds: float
    cpu: float
    statements: int


class Firm:
    """An invented firm with one process; cases are about the firm itself."""

    def __init__(self) -> None:
        from werkfluss.org.actor import Actor
        from werkfluss.org.domain import firms
        from werkfluss.org.models import User
        from werkfluss.org.roles import Role
        from werkfluss.org.tenancy import acting
        from werkfluss.work.domain import definitions

        profile = {"street": "Weg 1", "postcode": "34117", "city": "Kassel", "country": "DE", "subdivision": "HE"}
        profile |= {"email": "post@muster.example", "chart_of_accounts": "SKR03"}
        self.firm: Organisation = firms.found_firm(slug="muster", name="Muster GmbH", profile=profile)
        user = User.objects.create_user("leitung@muster.example", "ein langes Kennwort", name="Leitung")
        with acting(self.firm.pk, Actor.system(self.firm.pk)) as system:
            firms.add_member(user, role=Role.MANAGING_DIRECTOR, by=system)
            self.by: Actor = firms.user_actor(self.firm.pk, user)
        with acting(self.firm.pk, self.by):
            self.definition = definitions.deploy_definition(usual(), filename="usual.bpmn", by=self.by)

    def do(self, work: Callable[[], object]) -> Spent:
        """One transaction."""
        from django.db import connection

        from werkfluss.org.tenancy import acting

        sent: list[int] = []
        with connection.execute_wrapper(lambda run, *given: sent.append(1) or run(*given)):
            begin, cpu = time.perf_counter(), time.process_time()
            with acting(self.firm.pk, self.by):
                work()
            return Spent(time.perf_counter() - begin, time.process_time() - cpu, len(sent))

    def start(self) -> None:
        from werkfluss.work.domain import cases

        cases.start_case(
            self.definition,
            subject=self.firm,
            title="Auftrag",
            variables={"amount": 5_000, "again": False},
            by=self.by,
        )

    def complete(self, key: Any) -> None:
        from werkfluss.work.domain import cases
        from werkfluss.work.models import CaseTask

        cases.complete_step(CaseTask.objects.select_related("case").get(pk=key), data={"amount": 5_000}, by=self.by)

    def fire(self) -> int:
        from werkfluss.kernel import clock
        from werkfluss.work.domain import cases

        return cases.fire_due_timers(clock.now(), by=self.by)


def grow(owner: psycopg.Connection, upto: int) -> float:
    """Copy running cases until there are so many; returns the seconds."""
    begin = time.perf_counter()
    (there,) = owner.execute("SELECT count(*) FROM work_case WHERE state = 'running'").fetchone() or (0,)
    owner.execute("DROP TABLE IF EXISTS copied")
    owner.execute(
        "CREATE TEMP TABLE copied AS SELECT gen_random_uuid() AS new, old.id AS old, numbers.n"
        " FROM generate_series(1, %s) AS numbers(n) JOIN (SELECT id, row_number() OVER (ORDER BY number) - 1 AS place"
        " FROM work_case ORDER BY number LIMIT %s) AS old ON old.place = numbers.n %% %s",
        [upto - there, STARTED, STARTED],
    )
    owner.execute("ANALYZE copied")
    (last,) = owner.execute("SELECT max(number) FROM work_case").fetchone() or (0,)
    _copy(owner, "work_case", "id = copied.old", {"id": "copied.new", "number": f"{last} + copied.n"})
    for table in _COPIED:
        _copy(owner, table, "case_id = copied.old", {"id": "gen_random_uuid()", "case_id": "copied.new"})
    owner.execute("UPDATE org_counter SET last = (SELECT max(number) FROM work_case) WHERE name = 'case'")
    for table in ("work_case", *_COPIED):
        owner.execute(f"VACUUM ANALYZE {table}")
    return time.perf_counter() - begin


def _copy(owner: psycopg.Connection, table: str, joined: str, changed: dict[str, str]) -> None:
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
    columns = [row[0] for row in owner.execute(query, [table])]
    listed = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'source."{column}"') for column in columns)
    owner.execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM copied JOIN {table} source ON source.{joined}")


def bare() -> Spent:
    """A transaction that inserts one row into a table without walls and updates it, over the same connection."""
    from django.db import connection, transaction

    begin, cpu = time.perf_counter(), time.process_time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_rows (state) VALUES ('open') RETURNING id")
        cursor.execute("UPDATE bare_rows SET state = 'done' WHERE id = %s", cursor.fetchone())
    return Spent(time.perf_counter() - begin, time.process_time() - cpu, 2)


def measure(firm: Firm, owner: psycopg.Connection, chance: random.Random) -> dict[str, Any]:
    """A step of a person, a timer, a look for timers without any, and a start, each in cases drawn at random."""
    query = (
        "SELECT task.id, task.case_id FROM work_casetask task JOIN work_case c ON c.id = task.case_id"
        " WHERE task.state = 'open' AND task.element = 'a' AND c.state = 'running' AND c.number > %s"
        " ORDER BY c.number"
    )
    waiting = owner.execute(query, [STARTED]).fetchall()  # those that are copied stay as they are
    drawn = chance.sample(waiting, MEASURED + TIMERS)
    steps, plain = [], []
    for key, _ in drawn[:MEASURED]:
        steps.append(firm.do(lambda key=key: firm.complete(key)))
        plain += [bare() for _ in range(BARE)]
    nothing_due = [firm.do(firm.fire) for _ in range(TIMERS)]
    fired = []
    for _, case in drawn[MEASURED:]:
        owner.execute("UPDATE work_wait SET due = now() - %s WHERE case_id = %s AND kind = 'timer'", [_HOUR, case])
        fired.append(firm.do(firm.fire))
    starts = [firm.do(firm.start) for _ in range(TIMERS)]
    return {
        "step": _summary(steps),
        "bare_insert_update": _summary(plain),
        "bare_transactions_in_one_step": round(_median(steps) / _median(plain), 1),
        "timer": _summary(fired),
        "look_for_timers": _summary(nothing_due),
        "start": _summary(starts),
    }


_HOUR = timedelta(hours=1)


def _median(found: Iterable[Spent]) -> float:
    return statistics.median(one.seconds for one in found)


def _summary(found: list[Spent]) -> dict[str, float]:
    ordered = sorted(one.seconds * 1_000 for one in found)
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered), 2),
        "per_second": round(1_000 / statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 2),
        "own_cpu_p50_ms": round(statistics.median(one.cpu * 1_000 for one in found), 2),
        "statements_p50": statistics.median(one.statements for one in found),
    }


def inside() -> dict[str, Any]:
    """The measurement itself, in a process whose environment names the installation."""
    import psycopg

    from werkfluss.cli import startup
    from werkfluss.config import env

    startup.connect_children()
    startup.migrate()
    startup.set_up_django()
    firm = Firm()
    chance = random.Random(7)
    with psycopg.connect(os.environ[env.DATABASE_OWNER_URL.name], autocommit=True) as owner:
        owner.execute("CREATE TABLE bare_rows (id serial PRIMARY KEY, state varchar(10))")
        owner.execute("GRANT ALL ON bare_rows TO PUBLIC")
        owner.execute("GRANT ALL ON SEQUENCE bare_rows_id_seq TO PUBLIC")
        for _ in range(STARTED):
            firm.do(firm.start)
        (version,) = owner.execute("SHOW server_version").fetchone() or ("",)
        figures: dict[str, Any] = {"postgresql": version, "load_at_begin": os.getloadavg()[0], "open_cases": {}}
        for size in SIZES:
            seconds = grow(owner, size)
            figures["open_cases"][str(size)] = {**measure(firm, owner, chance), "made_in_s": round(seconds, 1)}
            print(f"{size} open cases measured", file=sys.stderr)
    few, *_, many = figures["open_cases"].values()
    for name in ("step", "timer", "look_for_timers", "start"):
        figures[f"{name}_beside_most_cases_to_fewest"] = round(many[name]["p50_ms"] / few[name]["p50_ms"], 2)
        figures[f"{name}_own_cpu_beside_most_cases_to_fewest"] = round(
            many[name]["own_cpu_p50_ms"] / few[name]["own_cpu_p50_ms"], 2
        )
    # The bare transactions ran between the steps: what else the machine did meanwhile cancels out.
    bare_in_step = "bare_transactions_in_one_step"
    figures["step_in_bare_transactions_beside_most_cases_to_fewest"] = round(many[bare_in_step] / few[bare_in_step], 2)
    figures["load_at_end"] = os.getloadavg()[0]
    return figures


if __name__ == "__main__":
    print(json.dumps(inside()))
