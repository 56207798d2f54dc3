"""``werkfluss delegate``: a problem, or a published benchmark, in; who does what and when out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

FORMATS = ("json", "imopse", "mspsp", "psplib", "patterson", "mslib")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="json", show_default=True, help="Format of FILE."
)
@click.option(
    "--objective",
    type=click.Choice(("makespan", "cost", "euro")),
    help="What to minimise. Default: euro for json, makespan for the others.",
)
@click.option("--time-limit", type=click.FloatRange(min=0.05), help="Seconds of wall clock; cuts off.  [default: 30]")
@click.option("--work-limit", type=click.FloatRange(min=0), help="Deterministic work, about seconds (json only).")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Cores to use.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of every random choice.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def delegate(
    *,
    file: Path,
    format_: str,
    objective: str | None,
    time_limit: float | None,
    work_limit: float | None,
    workers: int,
    seed: int,
    as_json: bool,
) -> None:
    """Plan who does which task, and when.

    FILE is a problem in JSON (see the delegation README) or a benchmark: iMOPSE .def, MSPSP .dzn, PSPLIB .sm,
    Patterson .rcp/.txt, MSLIB .msrcp.
    """
    try:
        text = _text(file)
        if format_ == "json":
            answer = _plan(text, objective or "euro", time_limit, work_limit, workers=workers, seed=seed)
        else:
            limit = 30.0 if time_limit is None else time_limit
            answer = _benchmark(text, file, format_, objective or "makespan", limit, workers=workers, seed=seed)
    except Broken as error:
        _refuse(error, as_json=as_json)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show(answer)


def _text(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # the iMOPSE files name Polish authors in a one-byte code


def _plan(
    text: str, objective: str, time_limit: float | None, work_limit: float | None, *, workers: int, seed: int
) -> dict[str, Any]:
    from .explain import explain
    from .problem import Problem
    from .solve import solve

    try:
        value = json.loads(text)
    except ValueError as error:
        raise Broken(
            Fault(
                "$",
                Text(f"Kein gültiges JSON: {error}", f"Not valid JSON: {error}"),
                Text("Ein JSON-Objekt mit origin, tasks, resources.", "A JSON object with origin, tasks, resources."),
                Text("Bitte die Datei prüfen.", "Please check the file."),
            )
        ) from error
    problem = Problem.from_json(value)
    plan = solve(
        problem,
        objective=objective,  # type: ignore[arg-type]  # click has checked the choice
        seed=seed,
        work_limit=_work(work_limit, time_limit),
        time_limit=time_limit,
        workers=workers,
    )
    written = plan.as_json()
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "unassigned": written["unassigned"],
        "schedule": [_row(problem, one) for one in plan.assignments],
        "costs": written["costs"],
        "stop": plan.stop,
        "digest": plan.digest,
        "problem": plan.problem,
        "cpu_s": round(plan.cpu_s, 3),
        "wall_s": round(plan.wall_s, 3),
        "explanations": [one.as_json() for one in explain(problem, plan)],
        "plan": written,
    }


def _work(work_limit: float | None, time_limit: float | None) -> float:
    """The work asked for; else what fits well into the time, so that the work, not the clock, ends the search."""
    if work_limit is not None:
        return work_limit
    return 3.0 if time_limit is None else time_limit * 0.6


def _row(problem: Any, one: Any) -> dict[str, Any]:
    """A line of the schedule; externals get the days of their window, never a time slot."""
    needs = problem.task(one.task).requirements
    resources = [{"id": one.resource, "skill": needs[0].skill if needs else None}] if one.resource else []
    if one.window is not None:
        start, end = one.window.first_day.isoformat(), one.window.last_day.isoformat()
    else:
        start, end = problem.instant(one.start).isoformat(), problem.instant(one.end).isoformat()
    return {
        "task": one.task,
        "start": start,
        "end": end,
        "window": one.window is not None,
        "resources": resources,
        "labour_cents": one.labour_cents,
        "late_cents": one.late_cents,
        "change_cents": one.change_cents,
        "pinned": one.pinned,
    }


def _benchmark(
    text: str, file: Path, format_: str, objective: str, limit: float, *, workers: int, seed: int
) -> dict[str, Any]:
    from .instances import imopse, mslib, mspsp, psplib
    from .solvers.budget import Budget
    from .solvers.instance_search import solve_cost, solve_makespan

    readers = {"imopse": imopse, "mspsp": mspsp, "psplib": psplib, "patterson": psplib, "mslib": mslib}
    budget = Budget(1e9, limit)
    instance = readers[format_].parse(text, file.stem)
    solver = solve_makespan if objective == "makespan" else solve_cost
    outcome = solver(instance, budget, seed=seed, workers=workers)
    solution = outcome.solution
    schedule = [
        {
            "task": activity.id,
            "start": start,
            "end": start + activity.duration,
            "resources": [{"id": instance.workers[w].id, "skill": skill} for w, skill in team],
        }
        for activity, start, team in zip(instance.activities, solution.starts, solution.teams, strict=True)
    ]
    money = objective != "makespan"
    return {
        "status": outcome.status,
        "objective": _decimal(outcome.value) if money else outcome.value,
        "bound": _decimal(outcome.bound) if money else outcome.bound,
        "makespan": solution.makespan(instance),
        "cost": _decimal(solution.cents(instance)),
        "unassigned": [],
        "schedule": schedule,
        "cpu_s": round(budget.cpu_s, 3),
        "wall_s": round(budget.wall_s, 3),
    }


def _decimal(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _refuse(error: Broken, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"errors": [error.fault.as_json("en")]}, ensure_ascii=False))
    fault = error.fault.as_json("de")
    click.echo(f"{fault['where']}: {fault['cause']} {fault['expected']} {fault['next_step']}", err=True)


def _show(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['status']}  objective {answer['objective']}  bound {answer['bound']}  {answer['wall_s']} s")
    for row in answer["schedule"]:
        names = ", ".join(one["id"] for one in row["resources"]) or "–"
        click.echo(f"{row['task']:<24} {row['start']!s:<26} {row['end']!s:<26} {names}")
    for one in answer["unassigned"]:
        click.echo(f"{one['task']:<24} open: {one['reason']['en']}")
