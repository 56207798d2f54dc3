"""Europass CVs: the "Candidate" XML of today's portal (schema 4.0), the "SkillsPassport" before it (3.x), and PDF files
of the portal, which carry the XML as an attachment. Elements are found by local name: files mix namespaces freely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

from lxml import etree
from lxml import html as lxml_html

from werkfluss.kernel.text import Text

from .fault import MAX_BYTES, broken
from .resume import (
    CEFR,
    LONGEST,
    MOST,
    Certificate,
    LanguageSkill,
    Period,
    Resume,
    Station,
    day_of,
    language_code,
    no_name,
    short,
)
from .xml import local_name, parse_xml

_PORTAL = Text(
    "Laden Sie den Lebenslauf im Europass-Portal neu herunter, als PDF oder XML.",
    "Download the CV from the Europass portal again, as PDF or XML.",
)


def read_pdf(data: bytes, *, filename: str) -> Resume:
    """The CV attached to a PDF of the portal; what is printed in the PDF is not read.

    Raises:
        Broken: damaged, locked by a password, or without a Europass document inside.
    """
    from dataclasses import replace

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        attached = {
            name: content
            for name, contents in PdfReader(BytesIO(data)).attachments.items()
            for content in contents
            if name.casefold().endswith(".xml") and len(content) <= MAX_BYTES
        }
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise broken(
            filename,
            Text("Die PDF-Datei ist beschädigt oder geschützt.", "The PDF file is damaged or protected."),
            Text("Ein lesbares PDF aus dem Europass-Portal.", "A readable PDF from the Europass portal."),
            _PORTAL,
        ) from error
    for name, content in sorted(attached.items()):
        found = read_xml(content, filename=f"{filename}/{name}")
        return replace(found, source=f"{found.source}-pdf")
    raise broken(
        filename,
        Text("In der PDF-Datei steckt kein Europass-Dokument.", "There is no Europass document in the PDF file."),
        Text("Ein PDF, das im Europass-Portal erstellt wurde.", "A PDF made by the Europass portal."),
        _PORTAL,
    )


def read_xml(data: bytes, *, filename: str) -> Resume:
    """The CV of a Europass XML document of either generation.

    Raises:
        Broken: unsafe or damaged XML, another kind of document, or no name in it.
    """
    root = parse_xml(data, filename=filename)
    kind = local_name(root)
    if kind == "Candidate":
        return _candidate(root, filename)
    if kind in {"SkillsPassport", "LearnerInfo", "Europass"}:
        return _passport(root, filename)
    raise broken(
        filename,
        Text(f"Das ist kein Europass-Lebenslauf, sondern „{kind[:40]}“.", f"This is no Europass CV but '{kind[:40]}'."),
        Text("XML mit dem Wurzelelement Candidate oder SkillsPassport.", "XML with root Candidate or SkillsPassport."),
        _PORTAL,
    )


def _candidate(root: etree._Element, filename: str) -> Resume:
    """Schema 4.0: HR-XML with additions of Europass and EURES."""
    person, profile = _first(root, "CandidatePerson"), _first(root, "CandidateProfile")
    name = _joined(_text(person, "PersonName", "GivenName"), _text(person, "PersonName", "FamilyName"))
    if not name:
        raise no_name(filename)
    channels = list(_all(person, "Communication"))
    native = language_code(_text(person, "PrimaryLanguageCode"))
    return Resume(
        source="europass",
        name=name,
        email=next((_text(one, "URI") for one in channels if _text(one, "ChannelCode") == "Email"), ""),
        phone=next((_dialled(one) for one in channels if _text(one, "ChannelCode") == "Telephone"), ""),
        city=short(_text(person, "Address", "CityName"), 100),
        country=short(_text(person, "Address", "CountryCode"), 2).upper(),
        headline=short(_plain(_text(profile, "ExecutiveSummary"))),
        links=tuple(
            uri
            for one in channels
            if _text(one, "ChannelCode") in {"Web", "Social Media"}
            and (uri := _text(one, "URI")).startswith(("https://", "http://"))
        ),
        positions=tuple(_held(profile))[:MOST],
        education=tuple(_attended(profile))[:MOST],
        skills=tuple(dict.fromkeys(_competencies(profile)))[:MOST],
        languages=tuple(_languages(profile, native))[:MOST],
        certificates=tuple(_certificates(profile))[:MOST],
        left_out=tuple(
            key
            for key, names in (
                ("photo", ("EmbeddedData",)),
                ("birth", ("BirthDate", "BirthPlace")),
                ("sex", ("GenderCode",)),
                ("nationality", ("NationalityCode",)),
                ("visa", ("Visa",)),
            )
            if any(_first(root, each) is not None for each in names)
        ),
    )


def _held(profile: etree._Element | None) -> Iterator[Station]:
    for employer in _all(profile, "EmployerHistory"):
        organisation = short(_text(employer, "OrganizationName"))
        for held in _all(employer, "PositionHistory"):
            title = short(_text(held, "PositionTitle"))
            if title or organisation:
                period = _period(_first(held, "EmploymentPeriod"), held)
                yield Station(title, organisation, period, short(_plain(_text(held, "Description")), LONGEST))


def _attended(profile: etree._Element | None) -> Iterator[Station]:
    for one in _all(profile, "EducationOrganizationAttendance"):
        title = short(_text(one, "DegreeName") or _text(one, "ProgramName"))
        organisation = short(_text(one, "OrganizationName"))
        if title or organisation:
            yield Station(title, organisation, _period(_first(one, "AttendancePeriod"), one))


def _period(within: etree._Element | None, around: etree._Element) -> Period:
    first = day_of(_text(within, "StartDate", "FormattedDateTime") or _text(within, "StartDate"))
    last = day_of(_text(within, "EndDate", "FormattedDateTime") or _text(within, "EndDate"))
    return Period(first, last, current=_text(around, "CurrentIndicator").casefold() == "true")


def _competencies(profile: etree._Element | None) -> Iterator[str]:
    for one in _all(profile, "PersonCompetency"):
        if _text(one, "TaxonomyID").casefold() != "language":
            yield from (word for word in (short(_text(one, "CompetencyName"), 80),) if word)
    for one in _all(profile, "DigitalSkill"):
        yield from (word for word in (short(_own(one) or _text(one, "Name"), 80),) if word)


def _languages(profile: etree._Element | None, native: str) -> Iterator[LanguageSkill]:
    if native:
        yield LanguageSkill(native, native, native=True)
    for one in _all(profile, "PersonCompetency"):
        if _text(one, "TaxonomyID").casefold() != "language":
            continue
        said = _text(one, "CompetencyID")
        code = language_code(said)
        if said and code != native:
            yield LanguageSkill(code, said, cefr=_lowest(_own(score) for score in _all(one, "ScoreText")))


def _lowest(levels: Iterable[str]) -> str | None:
    """Of the levels of listening, reading, speaking and writing the lowest: what may be relied on."""
    return min((level for level in (each.upper() for each in levels) if level in CEFR), default=None)


def _certificates(profile: etree._Element | None) -> Iterator[Certificate]:
    for one in (*_all(profile, "Certification"), *_all(profile, "License")):
        name = short(_text(one, "CertificationName") or _text(one, "Name") or _text(one, "Title"))
        if name:
            issuer = short(_text(one, "IssuingAuthority") or _text(one, "OrganizationName"))
            yield Certificate(name, issuer, day_of(_text(one, "FormattedDateTime")))


def _dialled(channel: etree._Element) -> str:
    country, number = _text(channel, "CountryDialing").lstrip("+"), _text(channel, "DialNumber")
    return short(f"+{country} {number}" if country and number else number, 40)


def _passport(root: etree._Element, filename: str) -> Resume:
    """Schema 3.x: dates in attributes, contents of lists in elements of their own."""
    who = _first(root, "Identification")
    name = _joined(_text(who, "FirstName"), _text(who, "Surname"))
    if not name:
        raise no_name(filename)
    contact = _first(who, "ContactInfo")
    skills = _first(root, "Skills")
    return Resume(
        source="europass-2012",
        name=name,
        email=short(_text(contact, "Email", "Contact")),
        phone=short(_text(contact, "Telephone", "Contact"), 40),
        city=short(_text(contact, "Municipality"), 100),
        country=short(_text(contact, "Country", "Code"), 2).upper(),
        headline=short(_plain(_text(root, "Headline", "Description", "Label"))),
        links=tuple(
            url
            for one in _all(contact, "Website")
            if (url := _text(one, "Contact")).startswith(("https://", "http://"))
        ),
        positions=tuple(_worked(root))[:MOST],
        education=tuple(_learned(root))[:MOST],
        skills=tuple(dict.fromkeys(_described(skills)))[:MOST],
        languages=tuple(_spoken(skills))[:MOST],
        left_out=tuple(
            key
            for key, element in (
                ("photo", "Photo"),
                ("birth", "Birthdate"),
                ("sex", "Gender"),
                ("nationality", "NationalityList"),
            )
            if _first(who, element) is not None
        ),
    )


def _worked(root: etree._Element) -> Iterator[Station]:
    for one in _all(root, "WorkExperience"):
        title, organisation = short(_text(one, "Position", "Label")), short(_text(one, "Employer", "Name"))
        if title or organisation:
            yield Station(title, organisation, _dated(one), short(_plain(_text(one, "Activities")), LONGEST))


def _learned(root: etree._Element) -> Iterator[Station]:
    for one in _all(root, "Education"):
        title, organisation = short(_text(one, "Title")), short(_text(one, "Organisation", "Name"))
        if title or organisation:
            yield Station(title, organisation, _dated(one))


def _dated(station: etree._Element) -> Period:
    def day(name: str) -> str | None:
        found = _first(station, "Period", name)
        parts = [] if found is None else [found.get(each, "").strip("-") for each in ("year", "month", "day")]
        return day_of("-".join(part.zfill(2) for part in parts if part))

    return Period(day("From"), day("To"), current=_text(station, "Current").casefold() == "true")


def _described(skills: etree._Element | None) -> Iterator[str]:
    for kind in ("Computer", "JobRelated", "Organisational"):
        text = _plain(_text(skills, kind, "Description"))
        yield from (word for part in text.replace(";", ",").split(",") if (word := short(part, 80)))


def _spoken(skills: etree._Element | None) -> Iterator[LanguageSkill]:
    for kind, native in (("MotherTongue", True), ("ForeignLanguage", False)):
        for one in _all(skills, kind):
            said = _text(one, "Description", "Code") or _text(one, "Description", "Label")
            level = _first(one, "ProficiencyLevel")
            if said:
                levels = () if level is None else (_own(each) for each in level)
                yield LanguageSkill(language_code(said), said, native=native, cefr=_lowest(levels))


def _first(within: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element below that has this name; each further name below the one before."""
    for name in path:
        within = next(iter(_all(within, name)), None)
    return within


def _all(within: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if within is None else (each for each in within.iterdescendants(f"{{*}}{name}"))


def _text(within: etree._Element | None, *path: str) -> str:
    found = _first(within, *path)
    return "" if found is None else _own(found)


def _own(element: etree._Element) -> str:
    return (element.text or "").strip()


def _plain(text: str) -> str:
    """What is written in a piece of HTML, as the portal stores longer texts."""
    if "<" not in text:
        return text
    try:
        found = lxml_html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    for unwanted in found.xpath("//script|//style"):
        unwanted.drop_tree()
    return " ".join(part for part in found.itertext())


def _joined(*parts: str) -> str:
    return " ".join(short(part) for part in parts if part.strip())
