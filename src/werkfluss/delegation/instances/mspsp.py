"""MSPSP files (.dzn): several workers per skill and activity. Young, Feydy, Schutt (CP 2017) and MiniZinc 2012."""

from __future__ import annotations

import re

from .instance import Activity, Instance, Need, Worker, unreadable

_ASSIGN = re.compile(r"(\w+)\s*=\s*(.*?);", re.DOTALL)


def parse(text: str, name: str) -> Instance:
    """Read the text of a .dzn file; activities, workers and skills are numbered from 1.

    Raises
    ------
    werkfluss.kernel.errors.Broken: a parameter is missing or its size is wrong.

    """
    given = dict(_ASSIGN.findall(re.sub(r"%.*", "", text)))
    try:
        return _young(given, name) if "nActs" in given else _challenge(given, name)
    except (KeyError, ValueError, IndexError) as error:
        raise unreadable(name, f"MSPSP .dzn ({error})") from error


def _young(given: dict[str, str], name: str) -> Instance:
    count, skills = int(given["nActs"]), int(given["nSkills"])
    durations, required = _numbers(given["dur"]), _matrix(given["sreq"], skills)
    mastery = _matrix(given["mastery"], skills)
    links = tuple((a - 1, b - 1) for a, b in zip(_numbers(given["pred"]), _numbers(given["succ"]), strict=True))
    if len(durations) != count or len(required) != count or len(mastery) != int(given["nResources"]):
        raise ValueError("nActs, nResources")
    workers = [{k + 1 for k in range(skills) if row[k]} for row in mastery]
    return _built(name, durations, required, workers, links)


def _challenge(given: dict[str, str], name: str) -> Instance:
    tasks = int(given["n_tasks"])
    by_skill = _matrix(given["rr"], tasks)
    required = [[row[i] for row in by_skill] for i in range(tasks)]
    workers = [set(_numbers(one)) for one in re.findall(r"\{(.*?)\}", given["has_skills"], re.DOTALL)]
    following = [_numbers(one) for one in re.findall(r"\{(.*?)\}", given["suc"], re.DOTALL)]
    links = tuple((i, j - 1) for i, row in enumerate(following) for j in row)
    if len(workers) != int(given["n_workers"]) or len(following) != tasks:
        raise ValueError("n_workers, n_tasks")
    return _built(name, _numbers(given["d"]), required, workers, links)


def _built(
    name: str,
    durations: list[int],
    required: list[list[int]],
    workers: list[set[int]],
    links: tuple[tuple[int, int], ...],
) -> Instance:
    activities = tuple(
        Activity(str(i + 1), length, tuple(Need(str(k + 1), count) for k, count in enumerate(row) if count))
        for i, (length, row) in enumerate(zip(durations, required, strict=True))
    )
    staff = tuple(Worker(str(w + 1), {str(k): 0 for k in sorted(held)}) for w, held in enumerate(workers))
    return Instance(name, activities, links, staff)


def _numbers(text: str) -> list[int]:
    """Whole numbers of an array, ranges a..b written out."""
    found: list[int] = []
    for first, last in re.findall(r"(-?\d+)(?:\s*\.\.\s*(-?\d+))?", text):
        found += range(int(first), int(last) + 1) if last else [int(first)]
    return found


def _matrix(text: str, width: int) -> list[list[int]]:
    words = re.findall(r"true|false|-?\d+", text)
    flat = [1 if one == "true" else 0 if one == "false" else int(one) for one in words]
    if width < 1 or len(flat) % width:
        raise ValueError("a matrix with rows of unequal length")
    return [flat[at : at + width] for at in range(0, len(flat), width)]
