"""RCPSP files: PSPLIB (.sm) and Patterson (.rcp, .txt); activities with one mode and renewable capacities."""

from __future__ import annotations

import re

from .instance import Activity, Instance, unreadable


def parse(text: str, name: str) -> Instance:
    """Read either format; a .sm file is recognised by its section titles.

    Raises
    ------
    werkfluss.kernel.errors.Broken: numbers are missing, or an activity has several modes.

    """
    try:
        return _sm(text, name) if "PRECEDENCE RELATIONS" in text else _patterson(text, name)
    except (IndexError, ValueError) as error:
        raise unreadable(name, "PSPLIB .sm, Patterson .rcp/.txt") from error


def _patterson(text: str, name: str) -> Instance:
    numbers = [int(one) for one in reversed(text.split())]  # read from the end: pop() raises IndexError when empty
    count, kinds = numbers.pop(), numbers.pop()
    capacities = tuple(numbers.pop() for _ in range(kinds))
    activities, links = [], []
    for i in range(count):
        duration = numbers.pop()
        demands = tuple(numbers.pop() for _ in range(kinds))
        links += [(i, numbers.pop() - 1) for _ in range(numbers.pop())]
        activities.append(Activity(str(i + 1), duration, (), demands))
    return Instance(name, tuple(activities), tuple(links), (), capacities)


def _sm(text: str, name: str) -> Instance:
    sections = re.split(r"\n\*{10,}", text)
    rows = {}
    for title in ("PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES"):
        body = next((one for one in sections if title in one), title)
        lines = [line.split() for line in body.split(title, 1)[1].splitlines()]
        rows[title] = [[int(x) for x in line] for line in lines if line and all(_whole(x) for x in line)]
    capacities = tuple(rows["RESOURCEAVAILABILITIES"][-1])
    links = []
    for row in rows["PRECEDENCE RELATIONS"]:
        if row[1] != 1:
            raise ValueError("several modes")
        links += [(row[0] - 1, j - 1) for j in row[3 : 3 + row[2]]]
    wide = [row for row in rows["REQUESTS/DURATIONS"] if len(row) == 3 + len(capacities)]
    activities = tuple(Activity(str(row[0]), row[2], (), tuple(row[3:])) for row in wide)
    return Instance(name, activities, tuple(links), (), capacities)


def _whole(text: str) -> bool:
    return text.lstrip("-").isdigit()
