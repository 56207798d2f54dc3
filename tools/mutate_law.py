"""Mutation run over the law: small faults are put into rules and dated values; the cases must notice them.

    python tools/mutate_law.py --mutants 500 --seed 20261122 [--pack eu/ai_act] [--deep] [--json FILE] [--least 95]

Stage one runs, in a process of its own per mutant, the checks on a pack's values and all its cases. What survives is
given to the whole of tests/law in a copy of the sources (``--deep``; slower). Mutated are comparisons, conditions,
numbers, outcomes and arithmetic in modules that a pack's rules load, and values, periods, status and decision tables in
YAML. Not mutated: sentences, questions, citations, lead days in practice, days outside 2024 to 2027, and the first day
of a rule's first version.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.law.conftest import CASES, REVIEWED, read_case  # noqa: E402 - after the path is set
from tests.law.test_cases import _seen  # noqa: E402
from tools.law_mutants import Mutant, mutants_of  # noqa: E402
from werkfluss.kernel import clock  # noqa: E402
from werkfluss.law.api import Library  # noqa: E402
from werkfluss.law.pack import BUILT_IN, Pack, validate  # noqa: E402

FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Result:
    mutant: Mutant
    killer: str | None


@cache
def cases_of(pack: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    found = ((path.stem, read_case(path)) for path in CASES)
    return tuple((name, case) for name, case in found if case["rule"].rpartition("/")[0] == pack)


@cache
def lines_run(pack: str) -> dict[str, dict[str, set[int]]]:
    """Per case, the lines of the pack's modules that ran: a fault elsewhere cannot change what the case sees."""
    library, folder, found = Library(BUILT_IN), str(BUILT_IN / pack), {}
    for name, case in cases_of(pack):
        seen: dict[str, set[int]] = {}

        def trace(frame: FrameType, _event: str, _value: object, seen: dict[str, set[int]] = seen) -> object:
            file = frame.f_code.co_filename
            if not file.startswith(folder):
                return None
            # A function counts as a whole: an expression that spans lines reports only some of them.
            seen.setdefault(Path(file).name, set()).update(line for *_, line in frame.f_code.co_lines() if line)
            return None

        sys.settrace(trace)
        try:
            library.check(case["rule"], case["facts"], date.fromisoformat(case["day"]), today=REVIEWED)
        finally:
            sys.settrace(None)
        found[name] = seen
    return found


def touched_by(mutant: Mutant) -> list[tuple[str, dict[str, Any]]]:
    """The cases that could notice the mutant: those that ran its function, or all for values and module constants."""
    cases = list(cases_of(mutant.pack))
    if mutant.node is None:
        return cases
    source = (BUILT_IN / mutant.pack / mutant.file).read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    around = [range(node.body[0].lineno, (node.end_lineno or 0) + 1) for node in functions]
    lines = next((set(body) for body in around if mutant.line in body), None)
    if lines is None:
        return cases
    return [(name, case) for name, case in cases if lines & lines_run(mutant.pack)[name].get(mutant.file, set())]


def flaws(pack: Pack) -> Iterator[str]:
    """What the structure tests would say about the values of a pack."""
    validate(pack.document, where=pack.id)
    days = {FIRST, LAST}
    for parameter in pack.parameters.values():
        for value in parameter.values:
            ends = {value.period.end} if value.period.end else set()
            days |= {value.period.start, value.period.start - timedelta(days=1), *ends}
            wrong = "draft" if value.period.start <= value.retrieved else "in_force"
            if value.status == wrong and not parameter.id.endswith("_next_year"):
                yield f"{parameter.id}: status on the day it was read"
            if value.provision not in pack.provisions:
                yield f"{parameter.id}: provision"
    for day in days:
        if FIRST <= day <= LAST and set(pack.environment(day).values) != set(pack.parameters):
            yield f"no complete environment on {day}"


def killer_of(mutant: Mutant) -> str | None:
    """The name of the check that notices the mutant, or None."""
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / mutant.pack
        shutil.copytree(BUILT_IN / mutant.pack, target, ignore=shutil.ignore_patterns("__pycache__"))
        (target / mutant.file).write_text(mutant.text(BUILT_IN / mutant.pack), encoding="utf-8")
        library = Library(Path(place))
        pack = library.packs[mutant.pack]
        if mutant.node is None:
            for flaw in flaws(pack):
                return flaw
        for name, case in touched_by(mutant):
            on = date.fromisoformat(case["day"])
            verdict = library.check(case["rule"], case["facts"], on, today=REVIEWED)
            if _seen(verdict, case["expect"]) != case["expect"] or not verdict.citations:
                return name
    return None


def first_stage(mutant: Mutant) -> Result:
    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(_SECONDS)
    try:
        return Result(mutant, killer_of(mutant))
    except Exception as error:  # noqa: BLE001 - a mutant that breaks is a mutant that is noticed
        return Result(mutant, type(error).__name__)
    finally:
        signal.alarm(0)


def second_stage(mutant: Mutant) -> Result:
    """The whole of tests/law on a copy of the sources with the mutant in it."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        file = copy / "werkfluss/law/packs" / mutant.pack / mutant.file
        file.write_text(mutant.text(BUILT_IN / mutant.pack), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-x",
            "-q",
            "tests/law",
            "-p",
            "no:randomly",
        ]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    failed = next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), None)
    return Result(mutant, None if done.returncode == 0 else failed or "error")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--pack", default="", help="only packs that begin with this")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--least", type=float, default=95.0, help="percent that must be killed")
    parser.add_argument("--deep", action="store_true", help="give survivors to all of tests/law")
    parser.add_argument("--json", type=Path, help="file for the figures: share, survivors by pack, machine, date")
    options = parser.parse_args(arguments)
    packs = [pack for pack in Library(BUILT_IN).packs.values() if pack.id.startswith(options.pack)]
    pool = [mutant for pack in packs for mutant in mutants_of(pack)]
    chosen = random.Random(options.seed).sample(pool, min(options.mutants, len(pool)))
    print(f"seed {options.seed}: {len(chosen)} of {len(pool)} mutants in {len(packs)} packs")
    with multiprocessing.get_context("fork").Pool(options.workers, maxtasksperchild=25) as workers:
        results = []
        for result in workers.imap_unordered(first_stage, chosen, chunksize=4):
            results.append(result)
            if result.killer is None:
                print(f"not noticed by the cases: {described(result.mutant)}", flush=True)
        if options.deep:
            survivors = [result.mutant for result in results if result.killer is None]
            results = [result for result in results if result.killer is not None]
            results += workers.imap_unordered(second_stage, survivors)
    return report(results, options)


def described(mutant: Mutant) -> str:
    return f"{mutant.pack}/{mutant.file}:{mutant.line}  {mutant.what}"


def report(results: list[Result], options: argparse.Namespace) -> int:
    alive = sorted((r.mutant for r in results if r.killer is None), key=lambda m: (m.pack, m.file, m.line))
    for mutant in alive:
        print(f"survived  {described(mutant)}")
    total, per_pack = Counter(r.mutant.pack for r in results), Counter(m.pack for m in alive)
    for pack in sorted(total):
        print(f"{pack}: {total[pack] - per_pack[pack]} of {total[pack]}")
    share = 100 * (len(results) - len(alive)) / max(1, len(results))
    print(f"killed {len(results) - len(alive)} of {len(results)}: {share:.1f} %")
    if options.json:
        figures = {
            "date": clock.today().isoformat(),
            "machine": {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()},
            "seed": options.seed,
            "packs": options.pack or "all",
            "mutants": len(results),
            "killed": len(results) - len(alive),
            "percent": round(share, 1),
            "per_pack": {pack: {"mutants": total[pack], "survived": per_pack[pack]} for pack in sorted(total)},
            "survivors": [described(mutant) for mutant in alive],
        }
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if share >= options.least else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
