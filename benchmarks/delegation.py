"""Measure the optimiser: the firm's own case (calendars, law, euro) and the published instances.

    python -m benchmarks.delegation --seconds 20 --sets firm imopse-d36 psplib mspsp --limit 12

Published files are read from WERKFLUSS_CORPUS. Every solution is checked again. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from tests.delegation.builders import firm
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.explain import explain
from werkfluss.delegation.instances import imopse, mspsp, psplib
from werkfluss.delegation.instances.instance import violations
from werkfluss.delegation.solve import solve
from werkfluss.delegation.solvers.budget import Budget
from werkfluss.delegation.solvers.instance_search import solve_makespan

ROOT = Path(__file__).resolve().parent
FIRMS = ((60, 25, 1), (60, 8, 7), (120, 25, 2), (120, 12, 9), (200, 25, 4), (200, 14, 5))
SETS: dict[str, tuple[Any, str, str, str, str]] = {
    # reader, pattern, table, column of the name, column of the reference value
    "imopse-d36": (imopse, "*.def", "results.csv", "instance", "best_found"),
    "imopse-gen": (imopse, "*.def", "", "", ""),
    "mspsp": (mspsp, "*.dzn", "best_known.csv", "instance", "best_known_makespan"),
    "psplib": (psplib, "*.txt", "best_known.csv", "instance", "bks"),
}


def firms(workers: int) -> Iterator[dict[str, Any]]:
    """The product case: half a year of a Mittelstand firm, default work limit."""
    for tasks, people, seed in FIRMS:
        problem = firm(tasks, people, seed=seed)
        first = solve(problem, work_limit=0.0)
        plan = solve(problem, workers=workers)
        again = solve(problem, workers=workers)
        begin = time.perf_counter()
        explain(problem, plan)
        yield {
            "instance": f"firm {tasks} tasks x {people}, seed {seed}",
            "value": plan.objective,
            "first_plan": first.objective,
            "bound": plan.bound,
            "gap_to_bound": round(plan.objective / max(1, plan.bound or 1) - 1, 4),
            "open": len(plan.unassigned),
            "violations": len(check_plan(problem, plan)),
            "repeats": plan.digest == again.digest,
            "wall_s": round(plan.wall_s, 2),
            "cpu_s": round(plan.cpu_s, 2),
            "explain_all_s": round(time.perf_counter() - begin, 2),
        }


def published(folder: Path, name: str, *, seconds: float, limit: int, workers: int) -> Iterator[dict[str, Any]]:
    """A fixed sample of a published set."""
    reader, pattern, table, key, column = SETS[name]
    reference: dict[str, int] = {}
    if table:
        with (folder / name / table).open(encoding="utf-8") as rows:
            reference = {Path(row[key]).stem: round(float(row[column])) for row in csv.DictReader(rows)}
    files = sorted((folder / name).glob(pattern))
    random.Random(7).shuffle(files)
    for file in sorted(files[:limit]):
        instance = reader.parse(file.read_text(encoding="latin-1"), file.stem)
        budget = Budget(1e9, seconds)
        outcome = solve_makespan(instance, budget, seed=0, workers=workers)
        best = reference.get(file.stem)
        yield {
            "instance": f"{name}/{file.stem}",
            "value": outcome.value,
            "reference": best,
            "gap_to_reference": round(outcome.value / best - 1, 4) if best else None,
            "bound": outcome.bound,
            "gap_to_bound": round(outcome.value / max(1, outcome.bound) - 1, 4),
            "status": outcome.status,
            "violations": len(violations(instance, outcome.solution)),
            "wall_s": round(budget.wall_s, 2),
            "cpu_s": round(budget.cpu_s, 2),
        }


def _corpus() -> Path:
    return Path(os.environ.get("WERKFLUSS_CORPUS", ROOT.parent.parent / "shared" / "data")) / "planning"


def run() -> dict[str, Any]:
    """For ``make bench``: the firm's case, and a few published instances where the corpus is at hand."""
    figures: dict[str, Any] = {"firm": list(firms(2))}
    for name in SETS:
        if (_corpus() / name).is_dir():
            figures[name] = list(published(_corpus(), name, seconds=20, limit=5, workers=2))
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=20, help="wall clock per published instance")
    options.add_argument("--sets", nargs="+", default=["firm"], choices=["firm", *SETS])
    options.add_argument("--limit", type=int, default=12, help="instances per published set")
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    figures: dict[str, Any] = {"options": vars(chosen)}
    for name in chosen.sets:
        found = (
            firms(chosen.workers)
            if name == "firm"
            else published(_corpus(), name, seconds=chosen.seconds, limit=chosen.limit, workers=chosen.workers)
        )
        figures[name] = []
        for row in found:
            print(json.dumps(row), flush=True)
            figures[name].append(row)
    keep("delegation-" + ("firm" if chosen.sets == ["firm"] else "published"), figures)


if __name__ == "__main__":
    main()
