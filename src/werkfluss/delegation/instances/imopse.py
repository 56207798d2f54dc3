"""iMOPSE MS-RCPSP files (.def): tables of resources and tasks; one task = one skill and level = one resource."""

from __future__ import annotations

import re

from .instance import Activity, Instance, Need, Worker, unreadable

_WORKER = re.compile(r"(\d+)\s+([\d.]+)\s*(.*)")
_SKILL = re.compile(r"(Q\d+):\s*(\d+)")
_TASK = re.compile(r"(\d+)\s+(\d+)\s+(Q\d+):\s*(\d+)\s*([\d\s]*)")


def parse(text: str, name: str) -> Instance:
    """Read the text of a .def file.

    Raises
    ------
    werkfluss.kernel.errors.Broken: a table is missing or refers to an unknown task.

    """
    workers: list[Worker] = []
    activities: list[Activity] = []
    before: list[list[str]] = []
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("ResourceID"):
            section = "workers"
        elif line.startswith("TaskID"):
            section = "tasks"
        elif section == "workers" and (found := _WORKER.match(line)):
            skills = {skill: int(level) for skill, level in _SKILL.findall(found[3])}
            workers.append(Worker(found[1], skills, round(float(found[2]) * 100)))
        elif section == "tasks" and (found := _TASK.match(line)):
            activities.append(Activity(found[1], int(found[2]), (Need(found[3], 1, int(found[4])),)))
            before.append(found[5].split())
    if not workers or not activities:
        raise unreadable(name, "iMOPSE .def (ResourceID, TaskID)")
    index = {one.id: i for i, one in enumerate(activities)}
    try:
        links = tuple((index[p], i) for i, ids in enumerate(before) for p in ids)
        return Instance(name, tuple(activities), links, tuple(workers))
    except (KeyError, ValueError) as error:
        raise unreadable(name, f"iMOPSE .def ({error})") from error
