"""What is kept of whom, why, how long, and how it is erased: ``retention.yaml`` of every room, read and checked.

Format of a file (the loader refuses anything else)::

    rules:
      booking:                       # referred to by models and fields below; elsewhere it is called ``room.booking``
        months: 96                   # kept this long …
        after: {de: …, en: …}        # … after this event
        counted: year                # year: from the end of the calendar year of the event | day: from its day |
                                     # owner: goes with the row it belongs to | firm: goes with the firm's data
        basis: Art. 6(1)(c) GDPR     # what allows keeping it: GDPR article, provision
        source: s.147(3) AO          # where the length comes from …
        reasoning: {de: …, en: …}    # … and why so long where no source says it: our own reasoning (one is needed)
        waits: Art. 17(3)(b) GDPR    # optional: why it is kept to its end even if the person asks for erasure
        erasure: delete              # delete (row) | blank (field) | payload (chain) | none (nothing personal)
    models:
      work.Task:                     # app label and model
        purpose: {de: …, en: …}
        rule: booking
        rows:                        # optional: which rows follow another rule than the fields say
          letter: {de: …, en: …}
        fields:                      # every own field; id, org, version, created_at of TenantModel are known
          title: none                # none | personal | special (Art. 9 GDPR)
          note: {data: personal, rule: account}

What is counted by ``year`` or ``day`` the nightly job carries out (``domain/retention.py``); a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.db.models import Model

from werkfluss.evidence.citation import is_citation
from werkfluss.kernel.text import Text
from werkfluss.org.tenancy import TenantModel

# Keys, counters and times of rows; none says anything about a person without the rest of the row.
_BASE_FIELDS = ("id", "org", "version", "created_at")


class Data(StrEnum):
    """What kind of data a field holds, in the sense of the GDPR."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"


class Erasure(StrEnum):
    """How a value goes away when its time is over."""

    DELETE = "delete"
    BLANK = "blank"
    PAYLOAD = "payload"
    NONE = "none"


class Counted(StrEnum):
    """From when a period runs."""

    YEAR = "year"
    DAY = "day"
    OWNER = "owner"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Rule:
    """Kept for ``months`` after ``after`` because of ``basis``, then erased in the way ``erasure``.

    ``key`` is ``room.rule``. ``source`` is the provision that sets the length, ``reasoning`` our own where none does.
    ``waits`` names the exception of Art. 17(3) GDPR by which a request for erasure has to wait; empty: it has not.
    """

    key: str
    months: int
    after: Text
    counted: Counted
    basis: str
    source: str
    reasoning: Text | None
    waits: str
    erasure: Erasure

    @property
    def provisions(self) -> str:
        """Basis and source together, without saying anything twice."""
        cited = [one for text in (self.basis, self.source) if text for one in text.split(", ")]
        return ", ".join(dict.fromkeys(cited))


@dataclass(frozen=True, slots=True)
class Field:
    """One model field, classified; ``path`` is ``app.Model.field``."""

    path: str
    purpose: Text
    data: Data
    rule: Rule

    @property
    def model(self) -> str:
        return self.path.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``model`` (app.Model) that follow ``rule`` instead of what its fields say."""

    model: str
    which: Text
    rule: Rule


@dataclass(frozen=True, slots=True)
class Register:
    """All classified fields by path, all rules by key, the rows with a rule of their own, and what is wrong."""

    fields: Mapping[str, Field]
    rules: Mapping[str, Rule]
    rows: tuple[Rows, ...]
    faults: tuple[str, ...]

    def of_model(self, label: str) -> list[Field]:
        return [field for field in self.fields.values() if field.model == label]

    def timed(self) -> set[tuple[str, str]]:
        """The (app.Model, rule key) of all personal data whose period runs by day or year."""
        own = {(field.model, field.rule) for field in self.fields.values() if field.data is not Data.NONE}
        own |= {(rows.model, rows.rule) for rows in self.rows}
        return {(model, rule.key) for model, rule in own if rule.counted in {Counted.DAY, Counted.YEAR}}


@cache
def register() -> Register:
    """The register of this installation; see ``read`` for what counts as a fault."""
    folders = [Path(config.path) for config in apps.get_app_configs() if config.name.startswith("werkfluss.")]
    files = [folder / "retention.yaml" for folder in folders if (folder / "retention.yaml").is_file()]
    texts = {f"{file.parent.name}/{file.name}": file.read_text(encoding="utf-8") for file in files}
    return read(texts, apps.get_models(include_auto_created=True))


def purpose_of(where: str) -> Text:
    """What ``app.Model`` or ``app.Model.field`` is kept for, as the register says.

    Raises:
        KeyError: the register does not know it.
    """
    fields = register().fields
    if where in fields:
        return fields[where].purpose
    for field in register().of_model(where):
        return field.purpose
    raise KeyError(where)


def read(files: Mapping[str, str], models: list[type[Model]]) -> Register:
    """Classify every concrete field of ``models`` by ``files`` (name to YAML text; the name begins with the room).

    Faults are: unknown keys or values, a model or field that is missing, stale or named twice, personal data without a
    way to erase it, special data without a basis in Art. 9 GDPR, a length that nothing explains.
    """
    known = {f"{model._meta.app_label}.{model.__name__}": _own_fields(model) for model in models}
    fields: dict[str, Field] = {}
    rules: dict[str, Rule] = {}
    rows: list[Rows] = []
    faults: list[str] = []
    for name, text in files.items():
        try:
            content = yaml.safe_load(text)
            own_rules = _rules_of_file(name.partition("/")[0], content)
            found = list(_fields_of_file(content, own_rules))
            rows += _rows_of_file(content, own_rules)
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(f"{name}: {type(error).__name__} {error}")
            continue
        rules |= {rule.key: rule for rule in own_rules.values()}
        for field in found:
            if field.path in fields:
                faults.append(f"{name}: {field.path} is named twice")
            fields[field.path] = field
    wanted = {f"{label}.{field}" for label, own in known.items() for field in own}
    faults += [f"{path}: not classified" for path in sorted(wanted - set(fields))]
    faults += [f"{path}: there is no such field" for path in sorted(set(fields) - wanted)]
    faults += [fault for field in fields.values() for fault in _contradictions(field)]
    faults += [fault for rule in rules.values() for fault in _gaps(rule)]
    return Register(fields, rules, tuple(rows), tuple(faults))


def _own_fields(model: type[Model]) -> list[str]:
    """The fields a room must classify itself."""
    base = _BASE_FIELDS if issubclass(model, TenantModel) else ()
    return [field.name for field in model._meta.local_concrete_fields if field.name not in base]


def _rules_of_file(room: str, content: dict[str, Any]) -> dict[str, Rule]:
    unknown = set(content) - {"rules", "models"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return {name: _rule(room, name, values) for name, values in content["rules"].items()}


def _fields_of_file(content: dict[str, Any], rules: Mapping[str, Rule]) -> Iterator[Field]:
    for label, model in content["models"].items():
        unknown = set(model) - {"purpose", "rule", "rows", "fields"}
        if unknown:
            raise ValueError(f"{label}: unknown keys {sorted(unknown)}")
        purpose = _text(model["purpose"])
        for name, value in model["fields"].items():
            own: dict[str, Any] = {"data": value} if isinstance(value, str) else value
            unknown = set(own) - {"data", "rule", "purpose"}
            if unknown:
                raise ValueError(f"{label}.{name}: unknown keys {sorted(unknown)}")
            yield Field(
                path=f"{label}.{name}",
                purpose=_text(own["purpose"]) if "purpose" in own else purpose,
                data=Data(own["data"]),
                rule=rules[own.get("rule", model["rule"])],
            )


def _rows_of_file(content: dict[str, Any], rules: Mapping[str, Rule]) -> list[Rows]:
    return [
        Rows(label, _text(which), rules[name])
        for label, model in content["models"].items()
        for name, which in model.get("rows", {}).items()
    ]


def _rule(room: str, name: str, values: dict[str, Any]) -> Rule:
    needed, more = {"months", "after", "counted", "basis", "erasure"}, {"source", "reasoning", "waits"}
    unknown = (needed - set(values)) | (set(values) - needed - more)
    if unknown:
        raise ValueError(f"rule {name}: missing or unknown {sorted(unknown)}")
    months = values["months"]
    if not isinstance(months, int) or isinstance(months, bool) or months < 0:
        raise ValueError(f"rule {name}: months must be a whole number, not {months!r}")
    return Rule(
        key=f"{room}.{name}",
        months=months,
        after=_text(values["after"]),
        counted=Counted(values["counted"]),
        basis=values["basis"],
        source=values.get("source", ""),
        reasoning=_text(values["reasoning"]) if "reasoning" in values else None,
        waits=values.get("waits", ""),
        erasure=Erasure(values["erasure"]),
    )


def _text(value: Any) -> Text:
    """Both languages and nothing else: a comma without quotes would cut a text off and make a key of the rest."""
    if not isinstance(value, dict) or set(value) != {"de", "en"}:
        raise ValueError(f"a text in German and English is needed, not {value!r}")
    return Text(value["de"], value["en"])


def _gaps(rule: Rule) -> Iterator[str]:
    for text in (rule.basis, rule.source, rule.waits):
        if text and not is_citation(text):
            yield f"rule {rule.key}: {text!r} is not a list of provisions"
    if rule.months and not (rule.source or rule.reasoning):
        yield f"rule {rule.key}: neither a source nor a reason for {rule.months} months"
    if rule.months and rule.counted in {Counted.OWNER, Counted.FIRM}:
        yield f"rule {rule.key}: what goes with something else has no months of its own"
    if rule.waits and "Art. 17(3)" not in rule.waits:
        yield f"rule {rule.key}: a request waits only by Art. 17(3) GDPR"
    if rule.waits == "Art. 17(3)(b) GDPR" and "Art. 6(1)(c)" not in rule.basis:
        yield f"rule {rule.key}: a duty to keep needs a basis in Art. 6(1)(c) GDPR"
    if "Art. 6(1)(c)" in rule.basis and not rule.waits:
        yield f"rule {rule.key}: a duty to keep makes a request wait"


def _contradictions(field: Field) -> Iterator[str]:
    if field.data is not Data.NONE and field.rule.erasure is Erasure.NONE:
        yield f"{field.path}: personal data needs a way to be erased"
    if field.data is Data.SPECIAL and "Art. 9" not in field.rule.basis:
        yield f"{field.path}: special data needs a basis in Art. 9 GDPR"
