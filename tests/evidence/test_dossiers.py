"""Dossiers hold what is on record of an object, in two languages, equal for equal times."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from tests.evidence.conftest import Done
from werkfluss.cli import main
from werkfluss.evidence import proof
from werkfluss.evidence.domain import dossiers, exports
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
Acting = Callable[[Actor], AbstractContextManager[Actor]]
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def done(tell_story: Callable[..., Done]) -> Done:
    return tell_story()


def read(kind: str, key: object) -> dossiers.Dossier:
    found = dossiers.dossier(kind, key)  # type: ignore[arg-type]
    assert found is not None
    return found


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_dossier_of_a_task_tells_its_story(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        found = read("task", done.task.pk)
    assert found.title == Text("Aufgabe 1: Schweißplan für Rahmen 7", "Task 1: Schweißplan für Rahmen 7")
    assert [document.filename for document in found.documents] == ["zeichnung.txt", "plan 7.txt"]
    kinds = [entry.kind for entry in found.entries]
    assert kinds == [
        "work.task.created",
        "evidence.document.kept",
        "work.task.started",
        "evidence.document.kept",
        "work.result.delivered",
        "work.result.accepted",
    ]
    assert [happening.who.de for happening in found.history][-3:] == ["jana", "jana", "managing_director"]
    assert found.history[-1].what == Text("Ergebnis angenommen", "Result accepted")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Abnahmekriterien", "Maße geprüft", "23.11.2026, 10:30 CET", "Ergebnis angenommen", "Jana Lindner"]),
        ("en", ["Acceptance criteria", "Maße geprüft", "2026-11-23, 10:30 CET", "Result accepted", "Jana Lindner"]),
    ],
)
def test_pdf_is_written_in_the_language(
    done: Done, director: Actor, acting_in: Acting, language: Language, words: list[str]
) -> None:
    with acting_in(director):
        pdf = exports.dossier_pdf(read("task", done.task.pk), language=language, at=AT)
    text = text_of(pdf)
    assert [word for word in words if word not in text] == []
    other = {"de": "Acceptance criteria", "en": "Abnahmekriterien"}[language]
    assert other not in text


def test_pdf_is_archivable_and_accessible(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        pdf = exports.dossier_pdf(read("task", done.task.pk), language="de", at=AT)
    reader = PdfReader(io.BytesIO(pdf))
    catalogue = reader.root_object
    metadata = catalogue["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert catalogue["/Lang"] == "de"
    assert catalogue["/MarkInfo"]["/Marked"]


def test_equal_times_give_equal_bytes(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        found = read("task", done.task.pk)
        first = exports.dossier_zip(found, language="de", at=AT)
        assert exports.dossier_zip(read("task", done.task.pk), language="de", at=AT) == first
        assert exports.dossier_zip(found, language="de", at=AT.replace(hour=10)) != first


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Prüfung ✅ 完了", "Prüfung [U+2705] [U+5B8C][U+4E86]"),
        ("Zeile\x07 mit Steuerzeichen", "Zeile mit Steuerzeichen"),
        ("privat \ue000", "privat"),
        ("🎉" * 3, "[U+1F389]" * 3),
        ("".join(chr(0x4E00 + number) for number in range(40)), "[U+4E00][U+4E01]"),
        ("<b>#let x = 1</b> *fett*", "<b>#let x = 1</b> *fett*"),
    ],
)
def test_any_character_can_be_drawn(
    tell_story: Callable[..., Done], director: Actor, acting_in: Acting, title: str, drawn: str
) -> None:
    done = tell_story(title=title)
    with acting_in(director):
        pdf = exports.dossier_pdf(read("task", done.task.pk), language="de", at=AT)
    assert f"Aufgabe 1: {drawn}".replace(" ", "") in text_of(pdf).replace(" ", "")


def test_zip_holds_pdf_files_chain_and_guide(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        content = exports.dossier_zip(read("task", done.task.pk), language="de", at=AT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "dossier.pdf",
            "files/001-zeichnung.txt",
            "files/002-plan 7.txt",
            "HOWTO.de.txt",
            "HOWTO.en.txt",
            "chain.json",
        ]
        assert archive.read("files/001-zeichnung.txt") == b"Zeichnung 7"
        told = json.loads(archive.read("chain.json"))
    assert told["dossier"]["title"] == "Aufgabe 1: Schweißplan für Rahmen 7"
    assert {one["object"][1] for one in told["entries"]} >= {str(done.task.pk), str(done.result.pk)}


def test_dossier_holds_nothing_of_other_work(
    tell_story: Callable[..., Done], director: Actor, acting_in: Acting
) -> None:
    done = tell_story()
    other = tell_story(title="Geheime Vorserie", person="Otto Fremd", email="otto@muster.example")
    with acting_in(director):
        content = exports.dossier_zip(read("task", done.task.pk), language="de", at=AT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read("chain.json").decode()
    assert "Geheime Vorserie" not in told
    assert str(other.task.pk) not in told


def test_seal_holds_until_something_new_happens(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        found = read("task", done.task.pk)
        assert found.seal is None
        dossiers.seal_dossier(found, by=director)
    with acting_in(director):
        found = read("task", done.task.pk)
        assert found.seal is not None
        assert found.entries[-1] == found.seal
        record(Event("work.task.edited", done.task, {"changes": {}}), by=director)
    with acting_in(director):
        assert read("task", done.task.pk).seal is None


def test_unknown_object_and_kind_have_no_dossier(
    done: Done, director: Actor, other_director: Actor, acting_in: Acting
) -> None:
    with acting_in(director):
        assert dossiers.dossier("task", uuid4()) is None
        assert dossiers.dossier("weather", done.task.pk) is None
        assert dossiers.dossier("order", done.task.pk) is None
    with acting_in(other_director):
        assert dossiers.dossier("task", done.task.pk) is None


def test_every_kind_is_known() -> None:
    assert dossiers.kinds() >= {"task", "order", "agent"}


def test_dossier_of_an_agent_tells_file_runs_and_approvals(director: Actor, acting_in: Acting) -> None:
    from werkfluss.agents.models import Run
    from werkfluss.org.models import User
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    with acting_in(director):
        rate = resources.set_rate(name="KI", cents_per_hour=100, by=director)
        agent = resources.add_resource(kind=Kind.AGENT, name="Belegleser", rate=rate, by=director)
        resources.open_agent_file(
            agent,
            responsible=User.objects.get(pk=director.id),
            purpose="Rechnungen vorbereiten",
            ai_act_class="minimal",
            ai_act_citation="Art. 6 KI-VO",
            budget_cents_month=5000,
            budget_cents_run=500,
            label_de="Von einer KI vorbereitet",
            label_en="Prepared by an AI",
            expires=date(2027, 11, 1),
            by=director,
        )
        run = Run.objects.create(
            resource=agent,
            key="lauf",
            skill="invoice_booking",
            state="done",
            brief={"title": "Rechnungen November", "task": str(uuid4())},
            steps=[
                {"at": "2026-11-23T09:00:00+00:00", "what": {"de": "Beleg 4711 gelesen", "en": "Read"}, "cents": "0.5"}
            ],
            label_de="Von einer KI vorbereitet",
            label_en="Prepared by an AI",
            cost_cents=123,
        )
        record(Event("agents.run.finished", run, {"state": "done"}), by=director)
    with acting_in(director):
        found = read("agent", agent.pk)
        text = text_of(exports.dossier_pdf(found, language="de", at=AT))
    assert [entry.kind for entry in found.entries] == [
        "workforce.resource.added",
        "workforce.agent_file.opened",
        "agents.run.finished",
    ]
    for word in ("Rechnungen vorbereiten", "Beleg 4711 gelesen", "1,23 EUR", "50,00 EUR", "Von einer KI vorbereitet"):
        assert word in text


@pytest.mark.parametrize("spoilt", [False, True])
def test_command_checks_a_file(done: Done, director: Actor, acting_in: Acting, tmp_path: Path, spoilt: bool) -> None:
    with acting_in(director):
        dossiers.seal_dossier(read("task", done.task.pk), by=director)
    with acting_in(director):
        content = exports.dossier_zip(read("task", done.task.pk), language="de", at=AT)
    path = tmp_path / "dossier.zip"
    path.write_bytes(content)
    if spoilt:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("mehr.txt", "dazugelegt")
    answer = CliRunner().invoke(main, ["evidence", "verify-dossier", str(path), "--json"])
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0, "findings are an answer, not a refusal"
    assert told["ok"] is not spoilt
    assert [finding["where"] for finding in told["findings"]] == (["mehr.txt"] if spoilt else [])


def test_command_refuses_what_is_no_dossier(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK nothing")
    answer = CliRunner().invoke(main, ["evidence", "verify-dossier", str(path), "--json"])
    assert answer.exit_code == 1
    assert set(json.loads(answer.stdout)["errors"][0]) == {"where", "cause", "expected", "next_step"}
    assert proof.CHAIN in json.loads(answer.stdout)["errors"][0]["expected"]
