"""JSON form of the delegation nouns: written and read from the dataclasses themselves, so the two cannot drift."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Hashable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

T = TypeVar("T")
_PLAIN = frozenset({str, int, float, bool})


@lru_cache(maxsize=64)
def _names(cls: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cast(Any, cls)))


def to_json(value: Any) -> Any:
    """Dataclasses as objects, tuples as arrays, instants and days in ISO form."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Text):
        return value.as_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, (tuple, list)):
        return [to_json(one) for one in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON text (sorted keys, no blanks)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest(value: Any) -> str:
    return digest_of(to_json(value))


def read_json(cls: type[T], value: object, origin: datetime | None = None) -> T:
    """Read ``cls`` from its JSON form; ``origin`` lets instants stand where minutes are meant.

    Raises
    ------
    werkfluss.kernel.errors.Broken: a key is missing, unknown or of the wrong kind; the fault names the place.

    """
    read: T = _Reader(origin).read(cls, value, "$")
    return read


def instant_of(value: object) -> datetime | None:
    """An ISO 8601 instant, or None where there is none to be read."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def broken(where: str, cause_de: str, cause_en: str, got: object, expected: str = "") -> Broken:
    shown = f"{got!r}"[:80]
    return Broken(
        Fault(
            where,
            Text(f"{cause_de}: {shown}", f"{cause_en}: {shown}"),
            Text(expected or "siehe delegation/README.md", expected or "see delegation/README.md"),
            Text("Bitte die Eingabe an dieser Stelle berichtigen.", "Please correct the input at this place."),
        )
    )


@lru_cache(maxsize=64)
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


@dataclass(frozen=True)
class _Reader:
    """Reads JSON into a typed value; ``origin`` turns instants into minutes where a minute is expected."""

    origin: datetime | None

    def read(self, kind: Any, value: object, where: str) -> Any:
        origin = get_origin(kind)
        if origin is Annotated:
            return self._minute(value, where)
        if origin in (Union, types.UnionType):
            inner = next(one for one in get_args(kind) if one is not types.NoneType)
            return None if value is None else self.read(inner, value, where)
        if origin is tuple:
            return self._tuple(get_args(kind), value, where)
        return self._single(kind, value, where)

    def _single(self, kind: Any, value: object, where: str) -> Any:
        if get_origin(kind) is Literal:
            if not isinstance(value, str) or value not in get_args(kind):
                raise broken(
                    where, "Wert nicht vorgesehen", "value not provided for", value, " | ".join(get_args(kind))
                )
            return value
        if kind is Text:
            return self._text(value, where)
        if is_dataclass(kind) and isinstance(kind, type):
            return self._object(kind, value, where)
        return self._plain(kind, value, where)

    def _minute(self, value: object, where: str) -> int:
        if isinstance(value, str):
            try:
                instant = datetime.fromisoformat(value)
            except ValueError as error:
                raise broken(where, "kein Zeitpunkt", "not an instant", value, "2026-01-05T08:00:00+01:00") from error
            if instant.tzinfo is None or self.origin is None or self.origin.tzinfo is None:
                raise broken(where, "Zeitpunkt ohne Zeitzone", "instant without a time zone", value, "…+01:00 / …Z")
            return int((instant - self.origin) // timedelta(minutes=1))
        if isinstance(value, bool) or not isinstance(value, int):
            raise broken(where, "keine ganze Zahl von Minuten", "not a whole number of minutes", value, "480")
        return value

    def _tuple(self, inner: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise broken(where, "keine Liste", "not a list", value, "[ … ]")
        if len(inner) == 2 and inner[1] is ...:
            return tuple(self.read(inner[0], one, f"{where}[{index}]") for index, one in enumerate(value))
        if len(value) != len(inner):
            raise broken(where, "falsche Anzahl", "wrong number of entries", value, f"{len(inner)}")
        return tuple(
            self.read(kind, one, f"{where}[{i}]") for i, (kind, one) in enumerate(zip(inner, value, strict=True))
        )

    def _text(self, value: object, where: str) -> Text:
        if isinstance(value, str) and value.strip():
            return Text(value, value)
        if isinstance(value, dict) and all(isinstance(value.get(one), str) for one in ("de", "en")):
            try:
                return Text(value["de"], value["en"])
            except ValueError as error:
                raise broken(where, "Text fehlt", "text is missing", value, '{"de": "…", "en": "…"}') from error
        raise broken(where, "kein Text", "not a text", value, '{"de": "…", "en": "…"}')

    def _object(self, cls: Any, value: object, where: str) -> Any:
        if not isinstance(value, dict):
            raise broken(where, "kein Objekt", "not an object", value, "{ … }")
        known = {one.name: one for one in fields(cls)}
        for key in value:
            if key not in known:
                raise broken(f"{where}.{key}", "unbekannter Schlüssel", "unknown key", key, ", ".join(known))
        for name, one in known.items():
            if name not in value and one.default is MISSING and one.default_factory is MISSING:
                raise broken(f"{where}.{name}", "Schlüssel fehlt", "key is missing", name, name)
        hints = _hints(cls)
        read = {name: self.read(hints[name], one, f"{where}.{name}") for name, one in value.items()}
        try:
            return cls(**read)
        except ValueError as error:
            raise broken(where, "Angaben widersprechen sich", "the data contradict each other", str(error)) from error

    def _plain(self, kind: Any, value: object, where: str) -> Any:
        if kind is datetime or kind is date:
            return self._day_or_instant(kind, value, where)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, bool) != (kind is bool) or not isinstance(value, kind):
            raise broken(where, "falsche Art von Wert", "wrong kind of value", value, kind.__name__)
        return value

    def _day_or_instant(self, kind: type[datetime | date], value: object, where: str) -> datetime | date:
        try:
            read = kind.fromisoformat(str(value))
        except ValueError as error:
            raise broken(where, "kein Datum nach ISO 8601", "not an ISO 8601 date", value, "2026-01-05") from error
        if isinstance(read, datetime):
            if read.tzinfo is None:
                raise broken(where, "Zeitpunkt ohne Zeitzone", "instant without a time zone", value, "…+01:00 / …Z")
            return read.astimezone(UTC)
        return read
