"""``make bench``: measures and writes to ``benchmarks/results`` with machine and date. Names given: only those."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmarks.machine import keep

NAMES = ("law", "delegation", "process", "pages", "editor", "radar")


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names or NAMES:
        figures = import_module(f"benchmarks.{name}").run()
        path = keep(name, figures)
        print(json.dumps(figures, indent=1, ensure_ascii=False))
        print(f"written to {path.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
