"""Packs on disk: reading one folder of dated values and rules, and finding all of them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .evaluate import decide
from .loading import load_rules
from .parameters import DatedValue, Environment, Parameter, ParameterValue
from .rule import RuleVersion
from .verdict import Citation, Verdict

BUILT_IN = Path(__file__).parent / "packs"
_MODULE = "werkfluss.law.packs"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a pack was read, when, and up to which day the source tells the law."""

    title: str
    reference: str
    retrieved: date
    reaches_to: date


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day on which a provision begins or ends to apply without a value changing."""

    day: date
    what: Text
    provision: str


class Pack:
    """One area of law of one country; values and rules are read on first use.

    Raises:
        Broken: the folder's YAML does not follow ``schema.json``, periods overlap, or two versions of a rule do.

    """

    def __init__(self, folder: Path, pack_id: str, *, built_in: bool) -> None:
        self.id = pack_id
        self.folder = folder
        self._built_in = built_in
        self._environments: dict[tuple[date, bool, bool], Environment] = {}
        self._asked: dict[tuple[str, date, str], Verdict] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        path = self.folder / f"{self.folder.name}.yaml"
        document = read_yaml(path)
        if not self._built_in:
            validate(document, where=str(path))  # the built-in packs are validated by the structure tests
        return document

    @cached_property
    def title(self) -> Text:
        return Text.from_json(self.document["title"])

    @property
    def version(self) -> str:
        return str(self.document["version"])

    @cached_property
    def next_review(self) -> date:
        return _day(self.document["next_review"])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return tuple(
            Source(item["title"], item["reference"], _day(item["retrieved"]), _day(item["reaches_to"]))
            for item in self.document["sources"]
        )

    @cached_property
    def provisions(self) -> Mapping[str, Citation]:
        return {
            name: Citation(name, item["label"], Text(item["de"], item["en"]), item.get("url", ""))
            for name, item in self.document["provisions"].items()
        }

    @cached_property
    def milestones(self) -> tuple[Milestone, ...]:
        return tuple(
            Milestone(_day(item["day"]), Text(item["de"], item["en"]), item["provision"])
            for item in self.document.get("milestones", ())
        )

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        return {name: self._parameter(name, item) for name, item in self.document["parameters"].items()}

    @cached_property
    def rules(self) -> Mapping[str, tuple[RuleVersion, ...]]:
        """All versions of each rule of the pack, by rule id, in the order of their dates."""
        found: dict[str, list[RuleVersion]] = {}
        for value in vars(self._load_module()).values():
            if isinstance(value, RuleVersion) and value not in found.setdefault(value.id, []):
                found[value.id].append(value)
        for rule_id, versions in found.items():
            if not rule_id.startswith(f"{self.id}/"):
                raise _broken(self.id, f"{rule_id} gehört nicht hierher", f"{rule_id} does not belong here")
            versions.sort(key=lambda version: version.period.start)
            decided = [version.period for version in versions if version.status == "in_force"]
            _refuse_overlap(decided, where=rule_id)
        return {rule_id: tuple(versions) for rule_id, versions in sorted(found.items())}

    def environment(self, on: date, *, drafts: bool = True, unpublished: bool = True) -> Environment:
        key = (on, drafts, unpublished)
        if key not in self._environments:
            if len(self._environments) > 4000:  # a long-running worker must not collect every day of a century
                self._environments.clear()
            ask = partial(self.ask, on=on)
            values = self.parameters
            self._environments[key] = Environment(values, on, drafts=drafts, unpublished=unpublished, ask=ask)
        return self._environments[key]

    def ask(self, rule_id: str, known: Mapping[str, Any], *, on: date) -> Verdict:
        """One rule of the pack on one day; facts that the rule does not know are left out."""
        names = {name for version in self.rules[rule_id] if on in version.period for name in version.facts.facts}
        facts = {name: value for name, value in known.items() if name in names}
        key = (rule_id, on, repr(sorted(facts.items())))
        if key not in self._asked:
            if len(self._asked) > 20_000:
                self._asked.clear()
            self._asked[key] = decide(self, rule_id, facts, on)
        return self._asked[key]

    def _parameter(self, name: str, item: Mapping[str, Any]) -> Parameter:
        values = sorted((_dated(entry) for entry in item["values"]), key=lambda value: value.period.start)
        _refuse_overlap([value.period for value in values], where=f"{self.id}/{name}")
        return Parameter(f"{self.id}/{name}", Text.from_json(item["label"]), item["unit"], tuple(values))

    def _load_module(self) -> ModuleType:
        area = self.folder.name
        if self._built_in:
            return importlib.import_module(f"{_MODULE}.{self.id.replace('/', '.')}.{area}")
        try:
            return load_rules(self.folder, self.id)
        except FileNotFoundError as error:
            raise _broken(self.id, "Die Regeldatei fehlt.", "The file of rules is missing.") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """A pack's YAML with every scalar that looks like a date kept as text, so that the schema sees what is written."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - derived from the safe loader
    if not isinstance(document, dict):
        raise _broken(str(path), "Die Datei enthält keine Angaben.", "The file holds no values.")
    return document


def validate(document: Mapping[str, Any], *, where: str) -> None:
    """Check a pack's document against ``schema.json``.

    Raises:
        Broken: it does not follow the schema; the fault names the place.

    """
    import json

    import jsonschema

    schema = json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))
    error = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(document)), None)
    if error is not None:
        path = "/".join(str(part) for part in error.absolute_path)
        raise _broken(f"{where}: {path}", error.message, error.message)


def find_packs(roots: tuple[Path, ...]) -> dict[str, Pack]:
    """Every folder ``<root>/<country>/<area>/<area>.yaml``; the later version of a pack wins, else the later root.

    So an installed update replaces the built-in pack, until the program itself brings a newer one.
    """
    found: dict[str, Pack] = {}
    for root in roots:
        for path in sorted(root.glob("*/*/*.yaml")):
            if path.stem == path.parent.name:
                pack_id = f"{path.parent.parent.name}/{path.parent.name}"
                pack = Pack(path.parent, pack_id, built_in=root == BUILT_IN)
                if pack_id not in found or version_key(pack.version) >= version_key(found[pack_id].version):
                    found[pack_id] = pack
    return dict(sorted(found.items()))


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """Order of versions: numbers by value, so that 2026.9 comes before 2026.11 and that before 2026.11.1."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.\-_+]", version))


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _dated(item: Mapping[str, Any]) -> DatedValue:
    last = item.get("to")
    return DatedValue(
        DateRange.inclusive(_day(item["from"]), _day(last) if last else None),
        _value(item["value"]),
        item["provision"],
        item["reference"],
        _day(item["retrieved"]),
        item["status"],
    )


def _value(written: object) -> ParameterValue:
    if written is None or isinstance(written, bool):
        return written
    try:
        return Decimal(str(written))
    except InvalidOperation:
        return str(written)


def _refuse_overlap(periods: list[DateRange], *, where: str) -> None:
    for index, period in enumerate(periods):
        if any(period.overlaps(other) for other in periods[index + 1 :]):
            raise _broken(where, "Zwei Zeiträume überschneiden sich.", "Two periods overlap.")


def _broken(where: str, de: str, en: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(de, en),
            Text("Ein Rechtspaket nach schema.json.", "A law pack that follows schema.json."),
            Text("Das Paket berichtigen und neu laden.", "Correct the pack and load it again."),
        )
    )
