"""JSON Resume 1.0.0 (jsonresume.org, schema of 2017 and its drafts), read leniently: the files in the wild are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .fault import SAVE_AGAIN, broken
from .resume import (
    LONGEST,
    MOST,
    Certificate,
    LanguageSkill,
    Period,
    Resume,
    Station,
    day_of,
    is_native,
    language_code,
    level_of,
    no_name,
    short,
)

_Made = TypeVar("_Made")
_KNOWN = ("basics", "work", "education", "skills", "languages", "certificates", "projects", "volunteer")


def read_json(data: bytes, *, filename: str) -> Resume:
    """The CV of a JSON Resume document.

    Raises:
        Broken: no JSON object, no JSON Resume, or no name in it.
    """
    document = _document(data, filename)
    basics = _object(document.get("basics"))
    name = short(basics.get("name"))
    if not name:
        raise no_name(filename)
    warnings: list[Fault] = []
    place = _object(basics.get("location"))
    return Resume(
        source="jsonresume",
        name=name,
        email=short(basics.get("email")),
        phone=short(basics.get("phone"), 40),
        city=short(place.get("city"), 100),
        country=short(place.get("countryCode"), 2).upper(),
        headline=short(basics.get("label")),
        links=tuple(_links(basics)),
        positions=_each(document, "work", _position, filename, warnings),
        education=_each(document, "education", _education, filename, warnings),
        skills=tuple(dict.fromkeys(_skills(document, filename, warnings)))[:MOST],
        languages=_each(document, "languages", _language, filename, warnings),
        certificates=_each(document, "certificates", _certificate, filename, warnings),
        left_out=tuple(_left_out(document, basics)),
        warnings=tuple(warnings),
    )


def _document(data: bytes, filename: str) -> Mapping[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where = f"{filename}, Zeile {error.lineno}" if isinstance(error, json.JSONDecodeError) else filename
        raise broken(
            where,
            Text("Die Datei ist kein lesbares JSON.", "The file is no readable JSON."),
            Text("Ein JSON-Objekt in UTF-8.", "A JSON object in UTF-8."),
            SAVE_AGAIN,
        ) from error
    if not isinstance(document, Mapping) or not any(key in document for key in _KNOWN):
        raise broken(
            filename,
            Text("Das ist kein JSON Resume.", "This is no JSON Resume."),
            Text("Ein Objekt mit „basics“, „work“, „education“ …", "An object with 'basics', 'work', 'education' …"),
            Text("Prüfen Sie, ob es die richtige Datei ist.", "Check whether it is the right file."),
        )
    return document


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _each(
    document: Mapping[str, Any],
    key: str,
    make: Callable[[Mapping[str, Any]], _Made | None],
    filename: str,
    warnings: list[Fault],
) -> tuple[_Made, ...]:
    """The entries of a list; one that is no object is named and left out."""
    found = []
    listed = document.get(key, [])
    for number, entry in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        if number > MOST:
            warnings.append(_skipped(f"{filename}, {key}", f"mehr als {MOST} Einträge", f"more than {MOST} entries"))
            break
        made = make(entry) if isinstance(entry, Mapping) else None
        if made is not None:
            found.append(made)
        elif entry:
            warnings.append(_skipped(f"{filename}, {key} {number}", "Eintrag ohne Inhalt", "entry without content"))
    return tuple(found)


def _skipped(where: str, de: str, en: str) -> Fault:
    return Fault(
        where,
        Text(f"Ausgelassen: {de}.", f"Left out: {en}."),
        Text("Ein Objekt mit Namen oder Titel.", "An object with a name or title."),
        Text("Ergänzen Sie es bei Bedarf von Hand.", "Add it by hand if it is needed."),
    )


def _period(entry: Mapping[str, Any]) -> Period:
    first, last = day_of(entry.get("startDate")), day_of(entry.get("endDate"))
    return Period(first, last, current=first is not None and not entry.get("endDate"))


def _position(entry: Mapping[str, Any]) -> Station | None:
    title = short(entry.get("position"))
    # Drafts before 1.0 called the employer "company".
    organisation = short(entry.get("name")) or short(entry.get("company"))
    if not title and not organisation:
        return None
    return Station(title, organisation, _period(entry), short(entry.get("summary"), LONGEST))


def _education(entry: Mapping[str, Any]) -> Station | None:
    title = " ".join(part for part in (short(entry.get("studyType")), short(entry.get("area"))) if part)
    organisation = short(entry.get("institution"))
    return Station(title, organisation, _period(entry)) if title or organisation else None


def _skills(document: Mapping[str, Any], filename: str, warnings: list[Fault]) -> Iterator[str]:
    """The name of each group and the words in it; how good somebody claims to be is not read."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...] | None:
        listed = entry.get("keywords")
        keywords = listed if isinstance(listed, list) else []
        return (
            tuple(word for word in (short(entry.get("name"), 80), *(short(one, 80) for one in keywords)) if word)
            or None
        )

    for group in _each(document, "skills", words, filename, warnings):
        yield from group


def _language(entry: Mapping[str, Any]) -> LanguageSkill | None:
    said, fluency = short(entry.get("language"), 60), short(entry.get("fluency"), 60)
    if not said:
        return None
    text = f"{said} ({fluency})" if fluency else said
    return LanguageSkill(language_code(said), text, native=is_native(fluency), cefr=level_of(fluency))


def _certificate(entry: Mapping[str, Any]) -> Certificate | None:
    name = short(entry.get("name"))
    return Certificate(name, short(entry.get("issuer")), day_of(entry.get("date"))) if name else None


def _links(basics: Mapping[str, Any]) -> Iterator[str]:
    profiles = basics.get("profiles")
    entries = profiles if isinstance(profiles, list) else []
    for url in (basics.get("url"), basics.get("website"), *(_object(one).get("url") for one in entries)):
        # Shown as a link later: only what a browser opens as a page.
        if short(url).startswith(("https://", "http://")):
            yield short(url)


def _left_out(document: Mapping[str, Any], basics: Mapping[str, Any]) -> Iterator[str]:
    for key, found in (
        ("photo", basics.get("image") or basics.get("picture")),
        ("birth", basics.get("birthDate") or basics.get("dateOfBirth")),
        ("sex", basics.get("gender")),
        ("nationality", basics.get("nationality")),
        ("references", document.get("references")),
        ("interests", document.get("interests")),
    ):
        if found:
            yield key
