"""Reads the example firm's files into frozen dataclasses.

The YAML files are read here, strictly: an unknown key, a missing one or a value of the wrong kind is an error, so the
shapes in ``shapes``, ``case_shapes`` and ``care_shapes`` are the schema. Staff list, work breakdown and absences are
files as the outside world writes them; ``content`` gives their bytes, the importers of ``formats`` read them.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text

from .care_shapes import CareCatalogue, Venture
from .case_shapes import BlueCardCase, FreelancerOrder
from .shapes import Erp, Externals, Firm, Templates, Vocabulary

STAFF_LIST = "mitarbeiter.csv"
WORK_BREAKDOWN = "erp_umstellung.csv"
ABSENCES = "abwesenheiten.ics"

T = TypeVar("T")


def content(name: str) -> bytes:
    """The bytes of one file of the example firm.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return resources.files(__package__).joinpath(name).read_bytes()


@cache
def firm() -> Firm:
    """``firm.yaml``: organisations, sites, logins, rate card."""
    return _load("firm.yaml", Firm)


@cache
def vocabulary() -> Vocabulary:
    """``skills.yaml``: the starter vocabulary."""
    return _load("skills.yaml", Vocabulary)


@cache
def externals() -> Externals:
    """``externals.yaml``: freelancers, fractional executives, partner teams, agents."""
    return _load("externals.yaml", Externals)


@cache
def erp() -> Erp:
    """``erp_tasks.yaml``: what the work breakdown cannot hold."""
    return _load("erp_tasks.yaml", Erp)


@cache
def templates() -> Templates:
    """``templates.yaml``: task trees to start from."""
    return _load("templates.yaml", Templates)


@cache
def blue_card_case() -> BlueCardCase:
    """``blue_card_case.yaml``: the international hire."""
    return _load("blue_card_case.yaml", BlueCardCase)


@cache
def freelancer_order() -> FreelancerOrder:
    """``freelancer_order.yaml``: one order with its agreement on self-billing."""
    return _load("freelancer_order.yaml", FreelancerOrder)


@cache
def care_catalogue() -> CareCatalogue:
    """``care_catalogue.yaml``: providers, codes, packages, benefits, career steps, wishes, openings."""
    return _load("care_catalogue.yaml", CareCatalogue)


@cache
def venture() -> Venture:
    """``venture.yaml``: the joint venture with an external."""
    return _load("venture.yaml", Venture)


def _load(name: str, shape: type[T]) -> T:
    return read_yaml(content(name), shape, where=name)


def read_yaml(data: bytes, shape: type[T], *, where: str) -> T:
    """A YAML document as ``shape``.

    Raises:
        ValueError: not YAML, an unknown or missing key, or a value that is not one of the allowed.
        TypeError: a list, a mapping or a quoted amount was expected. Both messages name ``file.key[index]``.
    """
    try:
        document = yaml.safe_load(data)
    except yaml.YAMLError as error:
        raise ValueError(f"{where}: not YAML: {error}") from error
    made = _convert(document, shape, where)
    assert isinstance(made, shape)
    return made


def _convert(value: object, hint: Any, where: str) -> Any:
    """``value`` as PyYAML gives it, as what the type hint asks for."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _convert(value, _only_type(hint), where)
    if origin is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{where}: {value!r} is none of {', '.join(map(repr, get_args(hint)))}")
        return value
    if origin is tuple:
        inner = get_args(hint)[0]
        return tuple(_convert(v, inner, f"{where}[{i}]") for i, v in enumerate(_as_list(value, where)))
    if origin is Mapping:
        inner = get_args(hint)[1]
        return {str(k): _convert(v, inner, f"{where}.{k}") for k, v in _as_dict(value, where).items()}
    if hint is Text:
        return _text(value, where)
    if hint is Money:
        return _money(value, where)
    if hint is Decimal:
        return _decimal(value, where)
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(value, hint, where)
    return _plain(value, hint, where)


def _only_type(hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    assert len(kinds) == 1, f"only 'X | None' is meant here, not {hint}"
    return kinds[0]


def _record(value: object, shape: type, where: str) -> Any:
    given = _as_dict(value, where)
    hints = get_type_hints(shape)
    known = {f.name: f for f in fields(shape)}
    unknown = given.keys() - known.keys()
    needed = {name for name, f in known.items() if f.default is MISSING and f.default_factory is MISSING}
    missing = needed - given.keys()
    if unknown or missing:
        raise ValueError(f"{where}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return shape(**{name: _convert(given[name], hints[name], f"{where}.{name}") for name in given})


def _plain(value: object, hint: Any, where: str) -> Any:
    # True is an int and a datetime is a date to Python, but not to whoever wrote the file.
    fits = isinstance(value, hint) and not (hint is int and isinstance(value, bool))
    if not fits or (hint is date and isinstance(value, datetime)) or value == "":
        raise ValueError(f"{where}: expected {hint.__name__}, got {value!r}")
    return value.strip() if isinstance(value, str) else value


def _text(value: object, where: str) -> Text:
    given = _as_dict(value, where)
    if given.keys() != {"de", "en"}:
        raise ValueError(f"{where}: expected de and en, got {sorted(given)}")
    return Text(str(given["de"]), str(given["en"]))


def _money(value: object, where: str) -> Money:
    given = _as_dict(value, where)
    if given.keys() != {"amount", "currency"}:
        raise ValueError(f"{where}: expected amount and currency, got {sorted(given)}")
    return Money(_decimal(given["amount"], where), str(given["currency"]))


def _decimal(value: object, where: str) -> Decimal:
    if not isinstance(value, str):  # a YAML float has already lost cents
        raise TypeError(f"{where}: write the amount in quotes, got {value!r}")
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"{where}: {value!r} is not an amount") from error


def _as_list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{where}: expected a list, got {value!r}")
    return value


def _as_dict(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{where}: expected keys with values, got {value!r}")
    return value
