"""Published benchmarks: files are read as their authors mean them, solutions hold, small optima are reached."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.delegation.instances import imopse, mslib, mspsp, psplib
from werkfluss.delegation.instances.instance import Activity, Instance, Need, Solution, Worker, violations
from werkfluss.delegation.solvers.budget import Budget
from werkfluss.delegation.solvers.instance_bounds import makespan_bound
from werkfluss.delegation.solvers.instance_cp import order_links
from werkfluss.delegation.solvers.instance_greedy import best_of, justified, schedule
from werkfluss.delegation.solvers.instance_search import solve_cost, solve_makespan
from werkfluss.kernel.errors import Broken

OPTIMA = {"10_3_5_3": 93, "10_5_8_5": 80, "10_7_10_7": 104, "15_3_5_3": 230, "15_6_10_6": 102, "15_9_12_9": 90}

IMOPSE = """ResourceID \t Salary \t Skills
1\t10.0\tQ0: 1
2\t20.5\tQ0: 2\tQ1: 0
====
TaskID \t Duration \t Skill \t Predecessor IDs
1\t5\tQ0: 1
2\t4\tQ0: 2
3\t3\tQ1: 0\t1 2
"""
MSPSP = """% comment
mint = 0; nActs = 3; dur = [0,4,2]; nSkills = 2;
sreq = [| 0,0 | 1,1 | 0,1 |]; nResources = 2; mastery = [| true,false | true,true |];
nPrecs = 1; pred = [1]; succ = [2];
"""
CHALLENGE = """n_skills = 2; n_workers = 2; has_skills = [1..2, {2}]; n_tasks = 2; d = [4, 2];
rr = [| 1, 0 | 1, 1 |]; suc = [{2}, {}];
"""
PATTERSON = "4 1\n3\n0 0 2 2 3\n2 2 1 4\n3 2 1 4\n0 0 0\n"
SM = """jobs (incl. supersource/sink ):  4
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     2       2
  3      1     3       2
  4      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    3
************************************************************************
"""
MSLIB = """\\* Project Module *\\
3\t2\t2\t1

9

9

0\t1\t2
4\t1\t3
0\t0

\\* Workforce Module *\\
1\t0
1\t1

\\* Skill Requirements Module *\\
0\t0
1\t1
0\t0
"""


def test_imopse_file_is_read() -> None:
    instance = imopse.parse(IMOPSE, "x")
    assert [one.duration for one in instance.activities] == [5, 4, 3]
    assert [instance.capable(one.needs[0]) for one in instance.activities] == [[0, 1], [1], [1]]
    assert instance.links == ((0, 2), (1, 2))
    assert instance.workers[1].cents == 2050


def test_mspsp_file_of_young_is_read() -> None:
    instance = mspsp.parse(MSPSP, "x")
    assert [one.duration for one in instance.activities] == [0, 4, 2]
    assert instance.activities[1].needs == (Need("1"), Need("2"))
    assert instance.links == ((0, 1),)
    assert solve_makespan(instance, Budget(9, 20), seed=0, workers=1).value == 6


def test_mspsp_file_of_the_challenge_is_read_with_ranges() -> None:
    text = CHALLENGE.replace("[1..2, {2}]", "[{1, 2}, {2}]")
    instance = mspsp.parse(text, "x")
    assert [sorted(one.skills) for one in instance.workers] == [["1", "2"], ["2"]]
    assert instance.activities[0].needs == (Need("1"), Need("2"))
    assert instance.links == ((0, 1),)


def test_patterson_file_is_read_and_capacity_holds() -> None:
    instance = psplib.parse(PATTERSON, "x")
    assert instance.capacities == (3,)
    outcome = solve_makespan(instance, Budget(9, 20), seed=0, workers=1)
    assert (outcome.value, outcome.status) == (5, "optimal")


def test_psplib_file_says_the_same_as_its_patterson_form() -> None:
    sm, patterson = psplib.parse(SM, "x"), psplib.parse(PATTERSON, "x")
    assert (sm.activities, sm.links, sm.capacities) == (patterson.activities, patterson.links, patterson.capacities)


def test_activity_with_several_modes_is_refused() -> None:
    with pytest.raises(Broken):
        psplib.parse(SM.replace("   2        1          1           4", "   2        2          1           4"), "x")


def test_mslib_file_is_read() -> None:
    instance = mslib.parse(MSLIB, "x")
    assert instance.activities[1].needs == (Need("1"), Need("2"))
    assert [sorted(one.skills) for one in instance.workers] == [["1"], ["1", "2"]]


@pytest.mark.parametrize("reader", [imopse, mspsp, psplib, mslib])
@pytest.mark.parametrize("text", ["", "nothing of the kind", "1 2 3", "nActs = 3;", "\\* Project Module *\\\n1 x"])
def test_unreadable_file_is_refused(reader: object, text: str) -> None:
    with pytest.raises(Broken) as broken:
        reader.parse(text, "bad")  # type: ignore[attr-defined]
    assert broken.value.fault.where == "bad"


def test_cost_gives_everybody_the_cheapest_capable() -> None:
    outcome = solve_cost(imopse.parse(IMOPSE, "x"), Budget(9, 20), seed=0, workers=1)
    assert outcome.value == outcome.bound == 5 * 1000 + 4 * 2050 + 3 * 2050
    assert outcome.status == "optimal"


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    workers = tuple(
        Worker(str(w), {s: draw(st.integers(0, 2)) for s in "ab" if draw(st.booleans())} or {"a": 2, "b": 2})
        for w in range(draw(st.integers(1, 3)))
    )
    activities, links = [], []
    for i in range(draw(st.integers(1, 6))):
        needs = []
        for skill in "ab":
            able = sum(skill in one.skills for one in workers)
            free = len(workers) - sum(need.count for need in needs)
            if able and free and draw(st.booleans()):
                needs.append(Need(skill, 1))
                break
        activities.append(Activity(str(i), draw(st.integers(0, 5)), tuple(needs), (draw(st.integers(0, 3)),)))
        links += [(j, i) for j in range(i) if draw(st.integers(0, 3)) == 0]
    return Instance("drawn", tuple(activities), tuple(links), workers, (3,))


@settings(max_examples=examples(60), deadline=None)
@given(instances())
def test_solutions_hold_and_respect_the_bound(instance: Instance) -> None:
    first = best_of(instance, 3, 0)
    assert violations(instance, first) == []
    assert violations(instance, justified(instance, first)) == []
    outcome = solve_makespan(instance, Budget(9, 1.0), seed=0, workers=1)
    assert violations(instance, outcome.solution) == []
    assert makespan_bound(instance) <= outcome.bound <= outcome.value <= first.makespan(instance)


@settings(max_examples=examples(60), deadline=None)
@given(instances())
def test_order_of_a_solution_is_kept_by_its_own_links(instance: Instance) -> None:
    solution = best_of(instance, 1, 0)
    for a, b in order_links(instance, solution, frozenset(range(instance.n))):
        assert solution.starts[a] + instance.activities[a].duration <= solution.starts[b]


@pytest.mark.parametrize(
    ("starts", "teams", "said"),
    [
        ((0, 0, 4), (((0, "Q0"),), ((1, "Q0"),), ((1, "Q1"),)), "starts before"),
        ((0, 0, 5), (((0, "Q0"),), ((0, "Q0"),), ((1, "Q1"),)), "lacks"),
        ((0, 2, 6), (((1, "Q0"),), ((1, "Q0"),), ((1, "Q1"),)), "booked twice"),
        ((0, 0, 5), (((0, "Q0"),), (), ((1, "Q1"),)), "instead of"),
    ],
)
def test_broken_solution_is_found(starts: tuple[int, ...], teams: tuple, said: str) -> None:
    found = violations(imopse.parse(IMOPSE, "x"), Solution(starts, teams))
    assert any(said in one for one in found)


def test_exceeded_capacity_is_found() -> None:
    instance = psplib.parse(PATTERSON, "x")
    found = violations(instance, Solution((0, 0, 0, 3), ((), (), (), ())))
    assert any("capacity 0" in one for one in found)


def test_activity_nobody_can_do_is_refused() -> None:
    instance = Instance("x", (Activity("1", 2, (Need("a"),)),), (), (Worker("w", {"b": 0}),))
    with pytest.raises(Broken) as broken:
        schedule(instance, [0.0])
    assert "1" in broken.value.fault.cause.en


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_small_imopse_optimum_is_reached_and_proven(corpus: Path, name: str) -> None:
    text = (corpus / "planning" / "imopse-small" / f"{name}.def").read_text(encoding="latin-1")
    outcome = solve_makespan(imopse.parse(text, name), Budget(1e9, 10), seed=0, workers=2)
    assert (outcome.value, outcome.bound, outcome.status) == (OPTIMA[name], OPTIMA[name], "optimal")


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["100_20_23_9_D1", "100_20_65_15", "200_20_97_15", "200_40_45_15"])
def test_imopse_d36_best_known_is_reached(corpus: Path, name: str) -> None:
    folder = corpus / "planning" / "imopse-d36"
    with (folder / "results.csv").open(encoding="utf-8") as rows:
        best = {row["instance"]: int(row["best_found"]) for row in csv.DictReader(rows)}
    instance = imopse.parse((folder / f"{name}.def").read_text(encoding="latin-1"), name)
    outcome = solve_makespan(instance, Budget(1e9, 20), seed=0, workers=2)
    assert violations(instance, outcome.solution) == []
    assert outcome.value == best[name]


@pytest.mark.corpus
def test_every_benchmark_file_is_read(corpus: Path) -> None:
    kinds = (
        ("imopse-gen", "*.def", imopse),
        ("mspsp", "*.dzn", mspsp),
        ("minizinc-mspsp", "*.dzn", mspsp),
        ("psplib", "*.txt", psplib),
        ("mslib", "*.msrcp", mslib),
    )
    for folder, pattern, reader in kinds:
        files = sorted((corpus / "planning" / folder).glob(pattern))
        assert len(files) >= 10
        for file in files:
            instance = reader.parse(file.read_text(encoding="latin-1"), file.stem)
            assert instance.n > 2
            assert all(len(instance.capable(n)) >= n.count for a in instance.activities for n in a.needs)


@pytest.mark.corpus
def test_psplib_sample_is_at_or_above_best_known(corpus: Path) -> None:
    folder = corpus / "planning" / "psplib"
    with (folder / "best_known.csv").open(encoding="utf-8") as rows:
        best = {row["instance"]: int(row["bks"]) for row in csv.DictReader(rows)}
    for file in sorted(folder.glob("J30_*.txt"))[:6]:
        instance = psplib.parse(file.read_text(), file.stem)
        outcome = solve_makespan(instance, Budget(1e9, 5), seed=0, workers=2)
        assert violations(instance, outcome.solution) == []
        assert outcome.value == best[file.name]
