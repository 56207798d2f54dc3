"""Duties of the person, read and confirmed with proof: who, when, in which wording, with its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db.models import Q

from werkfluss.care.domain.consents import require_person
from werkfluss.care.models import DutyReading, ExpatCase
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain.gate_facts import is_coordinated


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty in its present wording. The German is what counts; ``digest`` is that of both languages together."""

    code: str
    title: Text
    text: Text | None
    basis: str
    due: date | None
    reading: DutyReading | None

    @property
    def wording(self) -> dict[str, Any]:
        said = self.text.as_json() if self.text else {}
        return {"title": self.title.as_json(), "text": said, "basis": self.basis, "due": str(self.due or "")}

    @property
    def digest(self) -> str:
        """SHA-256 over the wording, as it is kept with the confirmation."""
        return hashlib.sha256(_canonical(self.wording)).hexdigest()


def duties_of(expat: ExpatCase) -> Sequence[Duty]:
    """Standing duties of the route, then the open deadlines that are the person's own, the nearest first."""
    readings = {(row.duty, bytes(row.digest).hex()): row for row in expat.duty_readings.order_by("read_at")}
    every = (*_standing(expat), *_dated(expat))
    return [replace(duty, reading=readings.get((duty.code, duty.digest))) for duty in every]


def confirm_duty(expat: ExpatCase, *, code: str, digest: str, language: str, by: Actor) -> DutyReading:
    """The person has read a duty in the wording that ``digest`` names; confirming it twice is one confirmation.

    Raises:
        NotPermitted: somebody else.
        Conflict: the duty is gone, or its wording has changed since it was read.
    """
    require_person(expat, by)
    duty = next((one for one in duties_of(expat) if one.code == code and one.digest == digest), None)
    if duty is None:
        raise Conflict(f"duty {code}")
    if duty.reading is not None:
        return duty.reading
    assert by.id is not None
    made = DutyReading.objects.create(
        expat_case=expat,
        duty=code,
        text=duty.wording,
        digest=bytes.fromhex(digest),
        language=language[:10],
        read_by=by.id,
        read_at=clock.now(),
    )
    record(Event("care.duty.read", made, {"duty": code, "digest": digest, "language": language}), by=by)
    return made


def _dated(expat: ExpatCase) -> Iterator[Duty]:
    mine = Q(who="person", state="open")
    rows = [*deadlines_about(expat).filter(mine), *deadlines_about(expat.person).filter(mine)]
    for row in sorted(rows, key=lambda row: (row.due, row.code)):
        yield Duty(f"deadline:{row.code}"[:80], Text(row.title_de, row.title_en), None, row.basis, row.due, None)


def _standing(expat: ExpatCase) -> Iterator[Duty]:
    for code, one in _read().items():
        if _binds(one, expat):
            text = Text(one["text"]["de"], one["text"]["en"])
            title = Text(one["title"]["de"], one["title"]["en"])
            yield Duty(code, title, text, one["basis"], None, None)


def standing_wordings() -> Iterator[Text]:
    """Titles and texts of all standing duties, whomever they bind."""
    for one in _read().values():
        yield Text(one["title"]["de"], one["title"]["en"])
        yield Text(one["text"]["de"], one["text"]["en"])


def _binds(one: Mapping[str, Any], expat: ExpatCase) -> bool:
    """Whether a standing duty concerns this route, this country and this citizenship."""
    if one["routes"] and expat.route not in one["routes"]:
        return False
    if one.get("countries") and expat.country not in one["countries"]:
        return False
    nationality = expat.person.nationality
    return one.get("only_if") != "third_country_citizen" or not nationality or not is_coordinated(nationality)


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        files("werkfluss.care").joinpath("standing_duties.yaml").read_text("utf-8")
    )
    return found


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
