"""Models that import others (DMN 1.5, 6.3.3): made into one model that holds what is imported.

An imported element is known by ``namespace#id`` and an imported type by ``namespace#name``. Expressions keep the names
they were written with; ``Model.aliases`` says under which name one namespace sees another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from . import model as m

MAX_MODELS = 50
_REFERENCES = {"type_ref", "output_ref"}


def link(model: m.Model, others: Mapping[str, m.Model]) -> m.Model:
    """``model`` with all it imports. ``others`` are models by their namespace; those that are not there stay missing.

    Raises:
        Broken: models import each other in a circle, or too many of them.
    """
    return _Linker(others).linked(model, ())


class _Linker:
    def __init__(self, others: Mapping[str, m.Model]) -> None:
        self.others = others
        self.done: dict[str, m.Model] = {}

    def linked(self, model: m.Model, path: tuple[str, ...]) -> m.Model:
        if model.namespace in path or len(path) > MAX_MODELS:
            way = " → ".join([*path, model.namespace])
            cause = Text(f"Modelle importieren einander: {way}", f"Models import each other: {way}")
            expected = Text("Importe ohne Kreis.", "Imports without a circle.")
            raise Broken(Fault(model.name, cause, expected, Text("Import entfernen.", "Remove an import.")))
        for one in model.imports:
            if one.namespace in self.others:
                other = self.imported(one.namespace, (*path, model.namespace))
                model = _joined(model, other, one)
        return model

    def imported(self, namespace: str, path: tuple[str, ...]) -> m.Model:
        if namespace not in self.done:
            self.done[namespace] = _foreign(self.linked(self.others[namespace], path))
        return self.done[namespace]


def _joined(model: m.Model, other: m.Model, by: m.Import) -> m.Model:
    prefix = f"{by.name}." if by.name else ""
    own = f"{other.namespace}#"
    visible = {prefix + name[len(own) :]: item for name, item in other.types.items() if name.startswith(own)}
    aliases = {**other.aliases, **model.aliases}
    aliases[""] = {**aliases.get("", {}), other.namespace: by.name}
    return replace(
        model,
        inputs={**other.inputs, **model.inputs},
        decisions={**other.decisions, **model.decisions},
        knowledge={**other.knowledge, **model.knowledge},
        services={**other.services, **model.services},
        types={**other.types, **visible, **model.types},
        aliases=aliases,
        order=tuple(dict.fromkeys((*other.order, *model.order))),
    )


def _foreign(model: m.Model) -> m.Model:
    """The same model as another one sees it: ids and types with their namespace."""
    types = {name: f"{model.namespace}#{name}" for name in model.types if "#" not in name}
    for one in model.imports:
        prefix = f"{one.name}." if one.name else ""
        types |= {
            prefix + name.rpartition("#")[2]: name for name in model.types if name.startswith(f"{one.namespace}#")
        }

    def named(id_: str) -> str:
        return id_ if "#" in id_ else f"{model.namespace}#{id_}"

    def moved(group: Mapping[str, Any]) -> dict[str, Any]:
        return {named(id_): _renamed(one, types, named) for id_, one in group.items()}

    aliases = {(namespace or model.namespace): seen for namespace, seen in model.aliases.items()}
    return replace(
        model,
        inputs=moved(model.inputs),
        decisions=moved(model.decisions),
        knowledge=moved(model.knowledge),
        services=moved(model.services),
        types={types.get(name, name): _renamed(item, types, named) for name, item in model.types.items()},
        aliases=aliases,
        order=tuple(named(id_) for id_ in model.order),
    )


def _renamed(thing: Any, types: Mapping[str, str], named: Callable[[str], str]) -> Any:
    """A copy in which ids and types carry their namespace, at every depth."""
    if isinstance(thing, tuple):
        return tuple(_renamed(part, types, named) for part in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    changes: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in _REFERENCES:
            changes[field.name] = types.get(value, value)
        elif field.name == "id" and not isinstance(thing, m.Rule):
            changes[field.name] = named(value)
        elif isinstance(thing, m.Requirements | m.DecisionService) and isinstance(value, tuple):
            changes[field.name] = tuple(named(id_) for id_ in value)
        else:
            changes[field.name] = _renamed(value, types, named)
    return replace(thing, **changes)
