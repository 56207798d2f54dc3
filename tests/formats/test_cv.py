"""CVs: what is read of each kind of file, what on purpose is not, and what happens to files that are none."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from werkfluss.formats.commands_cv import cv
from werkfluss.formats.cv import read
from werkfluss.formats.resume import language_code, level_of
from werkfluss.kernel.errors import Broken

RESUME = {
    "basics": {
        "name": " Ayşe  Örnek ",
        "email": "ayse@ornek.example",
        "image": "https://ornek.example/foto.png",
        "location": {"city": "İzmir", "countryCode": "tr"},
        "profiles": [{"url": "https://ornek.example"}, {"url": "javascript:alert(1)"}, {"url": None}, 7],
    },
    "work": [
        {"position": "Konstrukteurin", "company": "Makina A.Ş.", "startDate": "2019-03", "endDate": ""},
        {"startDate": "2010"},
        "kein Objekt",
    ],
    "education": [{"area": "Maschinenbau", "studyType": "Bachelor", "institution": "Ege", "endDate": "2018"}],
    "skills": [{"name": "CAD", "level": "Master", "keywords": ["CATIA", 5, "CAD"]}],
    "languages": [
        {"language": "Türkçe", "fluency": "Native speaker"},
        {"language": "Deutsch", "fluency": "B2, schriftlich B1"},
        {"language": "Phantasisch"},
    ],
    "certificates": [{"name": "Schweißen EN ISO 9606", "issuer": "TÜV", "date": "2021-05-02"}],
    "references": [{"name": "Chef", "reference": "gut"}],
}

CANDIDATE = """<?xml version="1.0" encoding="UTF-8"?>
<Candidate xmlns="http://www.europass.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9"
  xmlns:eures="http://www.europass_eures.eu/1.0" xmlns:hr="http://www.hr-xml.org/3">
 <CandidatePerson>
  <PersonName><oa:GivenName>João</oa:GivenName><hr:FamilyName>Exemplo</hr:FamilyName></PersonName>
  <Communication><ChannelCode>Email</ChannelCode><oa:URI>joao@exemplo.example</oa:URI></Communication>
  <Communication><ChannelCode>Telephone</ChannelCode><CountryDialing>351</CountryDialing>
   <oa:DialNumber>210000000</oa:DialNumber></Communication>
  <Communication><Address><oa:CityName>Porto</oa:CityName><CountryCode>pt</CountryCode></Address></Communication>
  <NationalityCode>pt</NationalityCode><hr:BirthDate>1990-01-01</hr:BirthDate>
  <PrimaryLanguageCode name="NORMAL">por</PrimaryLanguageCode>
 </CandidatePerson>
 <CandidateProfile languageCode="de">
  <EmploymentHistory><EmployerHistory><hr:OrganizationName>Fábrica Lda</hr:OrganizationName>
   <PositionHistory><PositionTitle>Soldador</PositionTitle>
    <eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>2015-02</hr:FormattedDateTime></eures:StartDate>
     <eures:EndDate><hr:FormattedDateTime>2020-12-31</hr:FormattedDateTime></eures:EndDate></eures:EmploymentPeriod>
    <oa:Description>&lt;p&gt;Rohre &lt;b&gt;WIG&lt;/b&gt;&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</oa:Description>
   </PositionHistory></EmployerHistory></EmploymentHistory>
  <EducationHistory><EducationOrganizationAttendance><hr:OrganizationName>Escola</hr:OrganizationName>
   <EducationDegree><hr:DegreeName>Técnico</hr:DegreeName></EducationDegree></EducationOrganizationAttendance></EducationHistory>
  <PersonQualifications>
   <PersonCompetency><CompetencyID>deu</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
    <eures:CompetencyDimension><eures:Score><hr:ScoreText>B2</hr:ScoreText></eures:Score></eures:CompetencyDimension>
    <eures:CompetencyDimension><eures:Score><hr:ScoreText>A2</hr:ScoreText></eures:Score></eures:CompetencyDimension>
   </PersonCompetency>
   <PersonCompetency><hr:TaxonomyID>Digital_Skill</hr:TaxonomyID><hr:CompetencyName>Excel</hr:CompetencyName></PersonCompetency>
  </PersonQualifications>
 </CandidateProfile>
</Candidate>"""

PASSPORT = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="de"><LearnerInfo>
 <Identification><PersonName><FirstName>Ana</FirstName><Surname>Primer</Surname></PersonName>
  <ContactInfo><Email><Contact>ana@primer.example</Contact></Email>
   <Address><Contact><Municipality>Sevilla</Municipality><Country><Code>ES</Code></Country></Contact></Address></ContactInfo>
  <Demographics><Birthdate year="1988"/><Gender><Code>F</Code></Gender></Demographics><Photo/></Identification>
 <WorkExperienceList><WorkExperience><Period><From year="2012" month="--04"/><Current>true</Current></Period>
  <Position><Label>Enfermera</Label></Position><Employer><Name>Hospital</Name></Employer></WorkExperience></WorkExperienceList>
 <Skills><Linguistic>
  <MotherTongueList><MotherTongue><Description><Code>es</Code></Description></MotherTongue></MotherTongueList>
  <ForeignLanguageList><ForeignLanguage><Description><Code>de</Code></Description>
   <ProficiencyLevel><Listening>C1</Listening><Writing>B2</Writing></ProficiencyLevel></ForeignLanguage></ForeignLanguageList>
 </Linguistic><Computer><Description>Word; Excel</Description></Computer></Skills>
</LearnerInfo></SkillsPassport>"""


def _json(**changes: object) -> bytes:
    return json.dumps(RESUME | changes).encode()


def _pdf(*attached: tuple[str, bytes]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attached:
        writer.add_attachment(name, content)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_json_resume_is_read_and_bad_entries_are_named_not_fatal():
    found = read(_json(), filename="cv.json")
    assert (found.source, found.name, found.city, found.country) == ("jsonresume", "Ayşe Örnek", "İzmir", "TR")
    assert [(one.title, one.organisation, one.period.first) for one in found.positions] == [
        ("Konstrukteurin", "Makina A.Ş.", "2019-03")
    ]
    assert found.positions[0].period.current
    assert found.skills == ("CAD", "CATIA")
    assert [(one.code, one.native, one.cefr) for one in found.languages] == [
        ("tr", True, None),
        ("de", False, "B1"),
        ("", False, None),
    ]
    assert found.links == ("https://ornek.example",)
    assert [fault.where for fault in found.warnings] == ["cv.json, work 2", "cv.json, work 3"]


def test_nul_in_a_cv_is_taken_out():
    found = read(b'{"basics": {"name": "Rosa\\u0000 Beispiel"}}', filename="cv.json")
    assert found.name == "Rosa Beispiel"


def test_what_discriminates_is_not_read_but_said():
    for data in (_json(), CANDIDATE.encode(), PASSPORT.encode()):
        found = read(data, filename="cv")
        assert found.left_out
        text = json.dumps(found.as_json())
        for private in ("1990", "1988", "foto.png", 'F"', "Chef"):
            assert private not in text


def test_europass_candidate_is_read_with_the_lowest_level_and_plain_text():
    found = read(CANDIDATE.encode(), filename="cv.xml")
    assert (found.name, found.email, found.phone, found.city, found.country) == (
        "João Exemplo",
        "joao@exemplo.example",
        "+351 210000000",
        "Porto",
        "PT",
    )
    (held,) = found.positions
    assert (held.title, held.period.first, held.period.last, held.summary) == (
        "Soldador",
        "2015-02",
        "2020-12-31",
        "Rohre WIG",
    )
    assert [(one.code, one.native, one.cefr) for one in found.languages] == [("pt", True, None), ("de", False, "A2")]
    assert found.skills == ("Excel",)
    assert found.education[0].title == "Técnico"
    assert found.left_out == ("birth", "nationality")


def test_europass_of_2012_is_read():
    found = read(PASSPORT.encode(), filename="alt.xml")
    assert (found.source, found.name, found.city, found.country) == ("europass-2012", "Ana Primer", "Sevilla", "ES")
    assert (found.positions[0].period.first, found.positions[0].period.current) == ("2012-04", True)
    assert [(one.code, one.native, one.cefr) for one in found.languages] == [("es", True, None), ("de", False, "B2")]
    assert found.skills == ("Word", "Excel")
    assert found.left_out == ("photo", "birth", "sex")


def test_pdf_of_the_portal_is_read_from_its_attachment():
    found = read(_pdf(("bild.png", b"x"), ("attachment.xml", CANDIDATE.encode())), filename="cv.pdf")
    assert (found.source, found.name) == ("europass-pdf", "João Exemplo")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"Name,Beruf\nAna,Dreherin",
        b"{",
        b"[1]",
        b'{"basics": {"name": " "}}',
        b'{"openapi": "3.1"}',
        b"{" * 100_000,
        b"<html></html>",
        b"<Candidate/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Candidate>&b;</Candidate>',
        CANDIDATE.replace("João", "").replace("Exemplo", "").encode(),
        b"%PDF-1.7 kaputt",
        _pdf(),
        _pdf(("rechnung.xml", b"<Invoice/>")),
    ],
    ids=range(15),
)
def test_what_is_no_cv_is_refused_with_the_next_step(data):
    with pytest.raises(Broken) as broken:
        read(data, filename="datei")
    assert broken.value.fault.next_step.de
    assert broken.value.fault.cause.en


@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.text() | st.integers(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(["basics", "work", "skills", "languages", "name", "keywords", "url", "profiles"]),
                    inner,
                )
            ),
            max_leaves=15,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_bytes_are_read_or_refused(data):
    try:
        found = read(data, filename="x")
    except Broken:
        return
    json.dumps(found.as_json())


@pytest.mark.parametrize(
    ("said", "code"),
    [("deu", "de"), ("ger", "de"), ("de-AT", "de"), ("Deutsch", "de"), ("German", "de"), ("Türkçe", "tr"), ("", ""),
     ("English (US)", "en"), ("हिन्दी", "hi"), ("Phantasisch", ""), ("xx", "")],
)  # fmt: skip
def test_language_is_recognised_by_code_or_name(said, code):
    assert language_code(said) == code


def test_level_is_taken_only_where_it_is_named():
    assert (level_of("c1"), level_of("B2/C1"), level_of("fluent"), level_of("A11")) == ("C1", "B2", None, None)


def test_command_prints_person_and_skills_or_errors(tmp_path):
    file = tmp_path / "cv.json"
    file.write_bytes(_json())
    told = CliRunner().invoke(cv, [str(file), "--json"])
    found = json.loads(told.stdout)
    assert (told.exit_code, found["person"]["name"], found["skills"]) == (0, "Ayşe Örnek", ["CAD", "CATIA"])
    file.write_bytes(b"nichts")
    told = CliRunner().invoke(cv, [str(file), "--json"])
    assert told.exit_code == 1
    assert set(json.loads(told.stdout)["errors"][0]) >= {"where", "cause", "expected", "next_step"}


@pytest.mark.corpus
def test_files_of_others_are_read(corpus):
    files = [*corpus.glob("jsonresume/*resume.json"), *corpus.glob("europass/*.xml")]
    assert len(files) == 4
    for file in files:
        found = read(file.read_bytes(), filename=file.name)
        assert found.name
        assert found.positions
        assert not found.warnings, file.name
