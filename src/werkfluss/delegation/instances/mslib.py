"""MSLIB files (.msrcp) of Snauwaert and Vanhoucke (EJOR 2023): the base problem, several workers per skill.

The modules on levels, cost, common resources and rework are extensions of that problem and are not read.
"""

from __future__ import annotations

from .instance import Activity, Instance, Need, Worker, unreadable


def parse(text: str, name: str) -> Instance:
    """Read the text of a .msrcp file.

    Raises
    ------
    werkfluss.kernel.errors.Broken: a module is missing or too short.

    """
    try:
        return _built(_modules(text), name)
    except (KeyError, IndexError, ValueError) as error:
        raise unreadable(name, f"MSLIB .msrcp ({error})") from error


def _modules(text: str) -> dict[str, list[list[int]]]:
    modules: dict[str, list[list[int]]] = {}
    title = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("\\*"):
            title = line.strip("\\* ").strip()
            modules[title] = []
        elif line and title in ("Project Module", "Workforce Module", "Skill Requirements Module"):
            modules[title].append([int(one) for one in line.split()])
    return modules


def _built(modules: dict[str, list[list[int]]], name: str) -> Instance:
    project, staff, required = (
        modules["Project Module"],
        modules["Workforce Module"],
        modules["Skill Requirements Module"],
    )
    count, people = project[0][0], project[0][1]
    rows = project[3:]  # after the sizes come two deadlines, each on a line of its own
    if len(rows) != count or len(staff) != people or len(required) != count:
        raise ValueError("number of rows")
    links = [(i, j - 1) for i, row in enumerate(rows) for j in row[2 : 2 + row[1]]]
    activities = tuple(
        Activity(str(i + 1), row[0], tuple(Need(str(k + 1), c) for k, c in enumerate(required[i]) if c))
        for i, row in enumerate(rows)
    )
    workers = tuple(
        Worker(str(w + 1), {str(k + 1): 0 for k, held in enumerate(row) if held}) for w, row in enumerate(staff)
    )
    return Instance(name, activities, tuple(links), workers)
