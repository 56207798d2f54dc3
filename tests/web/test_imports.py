"""The import from end to end: every kind of file, its preview, duplicates, faults, and the way back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import werkfluss.cli.example_firm as example
from tests.web.samples.imports import invoice_file
from tests.web.world import World
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role
from werkfluss.work.models import Project, Task, TaskLink
from werkfluss.workforce.models import Absence, Rate, Resource

Browser = Callable[[User | None], Client]
FILES = Path(example.__file__).parent
STAFF = (
    "Personalliste Stand November\n\n"
    "Pers.-Nr.;Nachname;Vorname;E-Mail;Stelle;Arbeitsort;Wochenstunden;Eintritt;Gehalt;Notiz\n"
    "0101;Müller;Jörg;j.mueller@firma.example;Dreher;Kassel;38,5;01.02.2019;4.200,00;x\n"
    "0102;Weiß;Änne;a.weiss@firma.example;Buchhaltung;Neustadt;20;15.07.2021;3.100,00;y\n"
    "0103;Kühn;Ole;o.kuehn@firma.example;Dreher;Kassel;viele;01.03.2020;3.900,00;z\n"
).encode("cp1252")
PLAN = (
    "PSP-Nr.;Vorgang;Dauer;Aufwand (Std.);Vorgänger\n1;Umstellung;;;\n1.1;Analyse;3 t;16;\n1.2;Einrichten;5 t;40;1.1EA+2t\n"
).encode()
CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:u1\r
DTSTART;VALUE=DATE:20261221\r
DTEND;VALUE=DATE:20261224\r
ORGANIZER;CN="Müller, Jörg":mailto:J.Mueller@firma.example\r
SUMMARY:Knieoperation\r
X-MICROSOFT-CDO-BUSYSTATUS:OOF\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:u2\r
DTSTART;VALUE=DATE:20261228\r
DTEND;VALUE=DATE:20261230\r
ORGANIZER;CN=Unbekannt:mailto:wer@anderswo.example\r
SUMMARY:Kur\r
X-MICROSOFT-CDO-BUSYSTATUS:OOF\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:u3\r
DTSTART:20261202T080000Z\r
DTEND:20261202T090000Z\r
ORGANIZER:mailto:j.mueller@firma.example\r
SUMMARY:Besprechung\r
X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r
END:VEVENT\r
END:VCALENDAR\r
""".encode()


class Wizard:
    """A person at the import's pages."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client

    def address(self, name: str, **kwargs: Any) -> str:
        return reverse(name, kwargs={"firm": self.world.org.slug, **kwargs})

    def upload(self, content: bytes, filename: str, **more: Any) -> HttpResponse:
        file = SimpleUploadedFile(filename, content)
        return self.client.post(self.address("import_upload"), {"upload": file, **more})

    def check(self, content: bytes, filename: str) -> tuple[str, str]:
        """Upload, and the page that follows: its address and its text."""
        response = self.upload(content, filename)
        assert response.status_code == 302, response.content.decode()
        page = self.client.get(response["Location"])
        assert page.status_code == 200
        return response["Location"].split("?")[0], page.content.decode()

    def take_over(self, address: str, kind: str, **given: Any) -> HttpResponse:
        data = {"act": "import", "kind": kind, "was-kind": kind, **given}
        return self.client.post(address, data)

    def undo(self, batch: ImportBatch) -> HttpResponse:
        return self.client.post(self.address("import_undo", pk=batch.pk))


@pytest.fixture
def wizard(world: World, browser: Browser) -> Wizard:
    return Wizard(world, browser(world.users[Role.MANAGING_DIRECTOR]))


def inside(world: World, rows: Callable[[], Any]) -> Any:
    with world.open():
        return rows()


def people(world: World) -> list[str]:
    return inside(world, lambda: list(Resource.objects.order_by("personnel_no").values_list("personnel_no", flat=True)))


def documents(world: World) -> int:
    return inside(world, lambda: len(Document.objects.all()))


NEW_RATE = {"staff-rate": "new", "staff-rate_name": "Werkstatt", "staff-rate_euro": "48,50"}


def test_staff_list_comes_in_and_goes_again(wizard: Wizard, world: World) -> None:
    before = people(world)
    address, html = wizard.check(STAFF, "Personal.csv")
    assert "Personalliste" in html
    assert "Müller" in html
    assert "4.200" not in html, "pay is left unread"
    assert "absichtlich nicht gelesen" in html
    assert "„viele“ ist keine Zahl" in html
    response = wizard.take_over(address, "staff", **NEW_RATE)
    assert response.status_code == 302, response.content.decode()
    assert people(world) == sorted([*before, "0101", "0102"])
    with world.open():
        person = Resource.objects.get(personnel_no="0102")
        assert (person.name, person.weekly_minutes, person.rate.cents_per_hour) == ("Änne Weiß", 1200, 4850)
        batch = ImportBatch.objects.get(document__filename="Personal.csv")
        kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"workforce.staff.imported", "evidence.import.done"} <= kinds
    assert "Jörg" not in wizard.client.get(response["Location"]).content.decode(), "counts, not names"
    assert wizard.undo(batch).status_code == 302
    assert people(world) == before
    assert wizard.undo(batch).status_code == 422, "only once"


def test_import_that_was_used_since_is_not_taken_back(wizard: Wizard, world: World) -> None:
    from werkfluss.workforce.domain.resources import end_resource

    address, _html = wizard.check(STAFF, "Personal.csv")
    wizard.take_over(address, "staff", **NEW_RATE)
    with world.open() as by:
        person = Resource.objects.get(personnel_no="0101")
        end_resource(person, first_day_gone=person.active_from, by=by)
        batch = ImportBatch.objects.get(document__filename="Personal.csv")
    response = wizard.undo(batch)
    assert response.status_code == 422
    assert "seitdem bearbeitet oder verwendet" in response.content.decode()
    assert {"0101", "0102"} <= set(people(world))


def test_known_people_are_duplicates(wizard: Wizard, world: World) -> None:
    address, _html = wizard.check(STAFF, "Personal.csv")
    wizard.take_over(address, "staff", **NEW_RATE)
    again = STAFF.replace(b"0102;", b"0199;").replace(b"0101;", b"0101;", 1)
    address, html = wizard.check(again, "Nachtrag.csv")
    assert html.count("Schon vorhanden:") == 2
    with world.open():
        rate = Rate.objects.get(name="Werkstatt")
    page = wizard.take_over(address, "staff", **{"staff-rate": str(rate.pk), "skip": ["5"]})
    assert page.status_code == 422, "both left out: nothing to take over"
    wizard.take_over(address, "staff", **{"staff-rate": str(rate.pk)})
    assert people(world).count("0101") == 1, "a personnel number is never given twice"
    assert "0199" in people(world), "the same mail address may be taken all the same"


def test_column_can_be_told(wizard: Wizard, world: World) -> None:
    content = STAFF.replace(b"Stelle;", b"Was er macht;")
    address, html = wizard.check(content, "Personal.csv")
    assert 'name="column-E"' in html
    data = {"act": "preview", "kind": "staff", "was-kind": "staff", "was-E": "", "column-E": "position"}
    shown = wizard.client.post(address, data)
    assert shown.status_code == 200
    assert "Dreher" in shown.content.decode().split("Spalten")[0]
    wizard.take_over(address, "staff", **NEW_RATE, **{"was-E": "", "column-E": "position"})
    with world.open():
        assert Resource.objects.get(personnel_no="0101").title == "Dreher"


def test_state_of_a_new_place_is_asked(wizard: Wizard, world: World) -> None:
    address, html = wizard.check(STAFF, "Personal.csv")
    assert "Wo liegt Kassel?" in html
    wizard.take_over(address, "staff", **NEW_RATE, **{"staff-place_0": "DE-HE", "staff-place_1": "AT-4"})
    with world.open():
        places = list(Resource.objects.filter(personnel_no__in=["0101", "0102"]).order_by("personnel_no"))
    assert [(p.country, p.subdivision, p.time_zone) for p in places] == [
        ("DE", "HE", "Europe/Berlin"),
        ("AT", "4", "Europe/Vienna"),
    ]


def test_new_rate_needs_name_and_amount(wizard: Wizard, world: World) -> None:
    before = people(world)
    address, _html = wizard.check(STAFF, "Personal.csv")
    response = wizard.take_over(address, "staff", **{"staff-rate": "new", "staff-rate_name": "Neu"})
    assert response.status_code == 422
    assert "Für einen neuen Satz nötig." in response.content.decode()
    assert people(world) == before


def test_plan_becomes_a_project(wizard: Wizard, world: World) -> None:
    address, html = wizard.check(PLAN, "Plan.csv")
    assert "Arbeitsplan" in html
    given = {"plan-name": "Neues ERP", "plan-start": "2027-01-04", "plan-deadline": "2027-06-30"}
    assert wizard.take_over(address, "wbs", **given).status_code == 302
    with world.open():
        project = Project.objects.get(name="Neues ERP")
        assert list(Task.objects.filter(project=project).values_list("wbs", "effort_minutes")) == [
            ("1", None),
            ("1.1", 960),
            ("1.2", 2400),
        ]
        assert TaskLink.objects.get(task__project=project).lag_days == 2
        batch = ImportBatch.objects.get(document__filename="Plan.csv")
    assert wizard.undo(batch).status_code == 302
    assert not inside(world, lambda: Project.objects.filter(name="Neues ERP").exists())


def test_circle_of_predecessors_brings_nothing_in(wizard: Wizard, world: World) -> None:
    circle = PLAN.replace(b"1.1;Analyse;3 t;16;", b"1.1;Analyse;3 t;16;1.2")
    address, html = wizard.check(circle, "Kreis.csv")
    assert "Kreis" in html
    assert "Entfernen Sie einen dieser Vorgänger." in html
    response = wizard.take_over(address, "wbs", **{"plan-name": "Kreis", "plan-start": "2027-01-04"})
    assert response.status_code == 422
    assert not inside(world, lambda: Project.objects.filter(name="Kreis").exists())


def test_example_files_are_recognised(wizard: Wizard) -> None:
    for filename, word in (
        ("mitarbeiter.csv", "Personalliste"),
        ("erp_umstellung.csv", "Arbeitsplan"),
        ("abwesenheiten.ics", "Abwesenheiten"),
    ):
        _address, html = wizard.check((FILES / filename).read_bytes(), filename)
        assert f'<p class="intro">{word}</p>' in html


def test_absences_come_without_their_reason(wizard: Wizard, world: World) -> None:
    address, _html = wizard.check(STAFF, "Personal.csv")
    wizard.take_over(address, "staff", **NEW_RATE)
    address, html = wizard.check(CALENDAR, "Urlaub.ics")
    assert "Jörg Müller" in html
    assert "Wer ist wer@anderswo.example?" in html
    assert "Besprechung" not in html, "a meeting takes nobody away"
    assert "Knieoperation" not in html
    with world.open():
        other = Resource.objects.get(personnel_no="0102")
    wizard.take_over(address, "absences", **{"absences-owner_0": str(other.pk)})
    with world.open():
        rows = list(Absence.objects.order_by("start").values_list("resource__personnel_no", "source_uid", "all_day"))
        assert rows == [("0101", "u1", True), ("0102", "u2", True)]
        first = Absence.objects.order_by("start")[0]
        assert (first.start.isoformat(), first.end.isoformat()) == (
            "2026-12-20T23:00:00+00:00",
            "2026-12-23T23:00:00+00:00",
        )
        said = " ".join(str(entry.payload.data) for entry in Entry.objects.select_related("payload"))
    assert "Knieoperation" not in said
    _address, html = wizard.check(CALENDAR, "Urlaub2.ics")
    assert html.count("Schon vorhanden<") == 1


def test_invoices_go_to_the_chosen_task(wizard: Wizard, world: World) -> None:
    from werkfluss.kernel import clock
    from werkfluss.work.domain.tasks import create_project, create_task

    with world.open() as by:
        project = create_project(name="Buchhaltung", start=clock.today(), by=by)
        task = create_task(project, title="Rechnungen buchen", by=by)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", invoice_file("R-1"))
        archive.writestr("b/a.xml", invoice_file("R-2"))
        archive.writestr("doppelt.xml", invoice_file("R-1"))
        archive.writestr("liesmich.txt", b"nur Text")
    address, html = wizard.check(target.getvalue(), "Rechnungen.zip")
    assert "Rechnungen buchen" in html
    assert "Dieselbe Rechnung wie a.xml" in html
    assert "liesmich.txt" in html, "what is no invoice is named"
    wizard.take_over(address, "invoices", **{"invoices-task": str(task.pk), "skip": ["3"]})
    with world.open():
        kept = Document.objects.filter(object_type="work.task", object_id=task.pk)
        assert sorted(kept.values_list("filename", flat=True)) == ["a.xml", "a.xml"]
        batch = ImportBatch.objects.get(document__filename="Rechnungen.zip")
    _address, html = wizard.check(invoice_file("R-2"), "noch einmal.xml")
    assert "Hängt schon an einer Aufgabe" in html
    assert wizard.undo(batch).status_code == 302
    assert inside(world, lambda: Document.objects.filter(object_type="work.task", object_id=task.pk).count()) == 0


def test_several_files_are_one_bundle(wizard: Wizard) -> None:
    files = [SimpleUploadedFile(f"{n}.xml", invoice_file(f"R-{n}")) for n in (1, 2)]
    response = wizard.client.post(wizard.address("import_upload"), {"upload": files})
    assert response.status_code == 302
    html = wizard.client.get(response["Location"]).content.decode()
    assert "R-1" in html
    assert "R-2" in html


def _bomb() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    return target.getvalue()


def _formulas() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Pers.-Nr.", "Name", "Wochenstunden"], ["1", "Ada Klar", "=1+1"], ["2", "Bo Rein", 40]):
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Project>&b;</Project>"""
MIXED = "Name;Stelle\nMüller;Küche\nJörg;Fräser\n".encode() * 3 + "Weiß;Schlosser\n".encode("cp1252")


@pytest.mark.parametrize(
    ("content", "filename", "said"),
    [
        (b"", "leer.csv", "leer"),
        (LAUGHS, "bombe.xml", "DOCTYPE"),
        (_bomb(), "bombe.xlsx", "übermäßig groß"),
        (MIXED, "gemischt.csv", "Zeile"),
        (b"\xd0\xcf\x11\xe0rest", "alt.xls", "alte Excel-Datei"),
        (b"\x00\x01\x02binary" * 50, "bild.png", "keine Textdatei"),
        (b"<Project><open>", "kaputt.xml", "kein gültiges XML"),
        (b"%PDF-1.7 ohne Rechnung", "brief.pdf", "PDF"),
        (b"PK\x03\x04kaputt", "kaputt.zip", "beschädigt"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "kaputt.ics", "Kalender"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_bad_file_is_named_and_not_kept(content: bytes, filename: str, said: str, wizard: Wizard, world: World) -> None:
    before = documents(world)
    response = wizard.upload(content, filename)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert documents(world) == before


def test_sending_the_form_without_a_file_asks_for_one(wizard: Wizard, world: World) -> None:
    before = documents(world)
    answer = wizard.client.post(wizard.address("import_upload"), {"kind": "staff"})
    assert answer.status_code == 422
    assert "zwingend erforderlich" in answer.content.decode()
    assert documents(world) == before


def test_hundred_megabytes_are_refused_unread(wizard: Wizard, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from werkfluss.web.forms import imports

    monkeypatch.setattr(imports, "MAX_BYTES", 1000)
    before = documents(world)
    response = wizard.upload(STAFF * 4, "riesig.csv")
    assert response.status_code == 422
    assert "zu groß" in response.content.decode()
    assert documents(world) == before


def test_formula_without_result_is_a_row_fault(wizard: Wizard, world: World) -> None:
    address, html = wizard.check(_formulas(), "formeln.xlsx")
    assert "Die Formel hat kein gespeichertes Ergebnis" in html
    wizard.take_over(address, "staff", **NEW_RATE)
    with world.open():
        assert list(Resource.objects.filter(name__in=["Ada Klar", "Bo Rein"]).values_list("name", flat=True)) == [
            "Bo Rein"
        ]


def test_kind_can_be_chosen_by_hand(wizard: Wizard) -> None:
    address, html = wizard.check("Nr.;Name;Abteilung\n1;Ada Klar;Büro\n".encode(), "Tabelle.csv")
    assert 'name="staff-rate"' in html
    other = wizard.client.post(address, {"act": "preview", "kind": "wbs", "was-kind": "staff"})
    assert 'name="plan-name"' in other.content.decode()


def test_upload_can_be_discarded(wizard: Wizard, world: World) -> None:
    address, _html = wizard.check(STAFF, "Personal.csv")
    assert wizard.client.post(f"{address}discard/").status_code == 302
    assert not inside(world, lambda: Document.objects.filter(filename="Personal.csv").exists())
    assert wizard.client.get(address).status_code == 404


def test_only_uploads_can_be_opened_here(wizard: Wizard, world: World) -> None:
    from werkfluss.evidence.domain.documents import keep_file

    with world.open() as by:
        secret = keep_file(STAFF, filename="anderes.csv", by=by)
    assert wizard.client.get(wizard.address("import_check", pk=secret.pk)).status_code == 404


def test_imported_file_is_not_imported_twice(wizard: Wizard) -> None:
    address, _html = wizard.check(PLAN, "Plan.csv")
    given = {"plan-name": "Einmal", "plan-start": "2027-01-04"}
    first = wizard.take_over(address, "wbs", **given)
    second = wizard.take_over(address, "wbs", **given)
    assert first["Location"] == second["Location"]


def test_lead_may_not_take_people_on(world: World, browser: Browser) -> None:
    lead = Wizard(world, browser(world.users[Role.LEAD]))
    before = people(world)
    address, _html = lead.check(STAFF, "Personal.csv")
    assert lead.take_over(address, "staff", **NEW_RATE).status_code == 403
    assert people(world) == before
