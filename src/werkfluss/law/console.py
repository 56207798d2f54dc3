"""What the commands of this room share: reading JSON, printing one document, refusing in the reader's language."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
LANGUAGE = click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of messages."
)


def read_json(file: Path, kind: type, expected: Text) -> Any:
    """The JSON in a file.

    Raises:
        Broken: it cannot be read, is no JSON, names something twice, or holds something else than ``kind``.

    """
    next_step = Text("Datei und Pfad prüfen.", "Check the file and its path.")
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        cause = Text("Die Datei lässt sich nicht lesen.", "The file cannot be read.")
        raise Broken(Fault(str(file), cause, expected, next_step)) from error
    except _TwiceError as error:
        cause = Text(f"„{error}“ steht zweimal in der Datei.", f"“{error}” stands in the file twice.")
        raise Broken(Fault(str(file), cause, expected, next_step)) from error
    except (ValueError, RecursionError) as error:
        cause = Text("Die Datei ist kein gültiges JSON in UTF-8.", "The file is not valid JSON in UTF-8.")
        raise Broken(Fault(str(file), cause, expected, next_step)) from error
    if not isinstance(content, kind):
        cause = Text("Die Datei hat nicht die erwartete Form.", "The file does not have the expected shape.")
        raise Broken(Fault(str(file), cause, expected, next_step))
    return content


class _TwiceError(Exception):
    """Two values for one name: which of them is meant, only the writer knows."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def errors_of(broken: Broken, language: str) -> list[dict[str, str]]:
    faults: tuple[Fault, ...] = getattr(broken, "faults", (broken.fault,))
    return [fault.as_json(language) for fault in faults]


class Refusals:
    """Turns a refused input into errors on the right stream and exit status 1."""

    def __init__(self, as_json: bool, language: str) -> None:
        self._as_json = as_json
        self._language = language

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Broken):
            return
        errors = errors_of(error, self._language)
        if self._as_json:
            print_json({"errors": errors})
        for item in errors:
            click.echo(f"{item['where']}: {item['cause']} {item['expected']} {item['next_step']}", err=True)
        sys.exit(1)


def print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
