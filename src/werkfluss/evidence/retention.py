"""What is kept of whom, why, how long, and how it is erased: ``retention.yaml`` of every room, read and checked.

Format of a file (the loader refuses anything else)::

    rules:
      booking:                       # referred to by models and fields below
        months: 96                   # kept this long …
        after: {de: …, en: …}        # … after this event; with months 0: erased when it happens
        basis: s.147(3) AO           # provision or GDPR article that demands or allows it
        erasure: delete              # delete (row) | blank (field) | payload (chain) | none (nothing personal)
    models:
      work.Task:                     # app label and model
        purpose: {de: …, en: …}
        rule: booking
        fields:                      # every own field; id, org, version, created_at of TenantModel are known
          title: none                # none | personal | special (Art. 9 GDPR)
          note: {data: personal, rule: account}
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


@dataclass(frozen=True, slots=True)
class Rule:
    """Kept for ``months`` after ``after`` because of ``basis``, then erased in the way ``erasure``."""

    months: int
    after: Text
    basis: str
    erasure: Erasure


@dataclass(frozen=True, slots=True)
class Field:
    """One model field, classified; ``path`` is ``app.Model.field``."""

    path: str
    purpose: Text
    data: Data
    rule: Rule


@dataclass(frozen=True, slots=True)
class Register:
    """All classified fields by path, and what is wrong with the files."""

    fields: Mapping[str, Field]
    faults: tuple[str, ...]

    def of_model(self, label: str) -> list[Field]:
        return [field for field in self.fields.values() if field.path.rpartition(".")[0] == label]


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
    return next(field.purpose for path, field in fields.items() if path.rpartition(".")[0] == where)


def read(files: Mapping[str, str], models: list[type[Model]]) -> Register:
    """Classify every concrete field of ``models`` by ``files`` (name to YAML text).

    Faults are: unknown keys or values, a model or field that is missing, stale or named twice, personal data without a
    way to erase it, special data without a basis in Art. 9 GDPR.
    """
    known = {f"{model._meta.app_label}.{model.__name__}": _own_fields(model) for model in models}
    fields: dict[str, Field] = {}
    faults: list[str] = []
    for name, text in files.items():
        try:
            found = list(_fields_of_file(yaml.safe_load(text)))
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(f"{name}: {type(error).__name__} {error}")
            continue
        for field in found:
            if field.path in fields:
                faults.append(f"{name}: {field.path} is named twice")
            fields[field.path] = field
    wanted = {f"{label}.{field}" for label, own in known.items() for field in own}
    faults += [f"{path}: not classified" for path in sorted(wanted - set(fields))]
    faults += [f"{path}: there is no such field" for path in sorted(set(fields) - wanted)]
    faults += [fault for field in fields.values() for fault in _contradictions(field)]
    return Register(fields, tuple(faults))


def _own_fields(model: type[Model]) -> list[str]:
    """The fields a room must classify itself."""
    base = _BASE_FIELDS if issubclass(model, TenantModel) else ()
    return [field.name for field in model._meta.local_concrete_fields if field.name not in base]


def _fields_of_file(content: dict[str, Any]) -> Iterator[Field]:
    unknown = set(content) - {"rules", "models"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    rules = {name: _rule(name, values) for name, values in content["rules"].items()}
    for label, model in content["models"].items():
        unknown = set(model) - {"purpose", "rule", "fields"}
        if unknown:
            raise ValueError(f"{label}: unknown keys {sorted(unknown)}")
        purpose = Text.from_json(model["purpose"])
        for name, value in model["fields"].items():
            own: dict[str, Any] = {"data": value} if isinstance(value, str) else value
            unknown = set(own) - {"data", "rule", "purpose"}
            if unknown:
                raise ValueError(f"{label}.{name}: unknown keys {sorted(unknown)}")
            yield Field(
                path=f"{label}.{name}",
                purpose=Text.from_json(own["purpose"]) if "purpose" in own else purpose,
                data=Data(own["data"]),
                rule=rules[own.get("rule", model["rule"])],
            )


def _rule(name: str, values: dict[str, Any]) -> Rule:
    unknown = set(values) ^ {"months", "after", "basis", "erasure"}
    if unknown:
        raise ValueError(f"rule {name}: missing or unknown {sorted(unknown)}")
    months = values["months"]
    if not isinstance(months, int) or isinstance(months, bool) or months < 0:
        raise ValueError(f"rule {name}: months must be a whole number, not {months!r}")
    return Rule(months, Text.from_json(values["after"]), values["basis"], Erasure(values["erasure"]))


def _contradictions(field: Field) -> Iterator[str]:
    if field.data is not Data.NONE and field.rule.erasure is Erasure.NONE:
        yield f"{field.path}: personal data needs a way to be erased"
    if field.data is Data.SPECIAL and "Art. 9" not in field.rule.basis:
        yield f"{field.path}: special data needs a basis in Art. 9 GDPR"
