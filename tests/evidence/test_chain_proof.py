"""A dossier proves itself: whatever is changed in it is found, offline, at its place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.conftest import Done
from werkfluss.evidence import proof
from werkfluss.evidence.domain import dossiers, exports
from werkfluss.kernel.errors import Broken
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
Acting = Callable[[Actor], AbstractContextManager[Actor]]
Change = Callable[[dict[str, bytes]], None]
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def sealed(tell_story: Callable[..., Done], director: Actor, acting_in: Acting) -> bytes:
    """The ZIP of one accepted task."""
    done = tell_story()
    with acting_in(director):
        found = dossiers.dossier("task", done.task.pk)
        assert found is not None
        dossiers.seal_dossier(found, by=director)
    with acting_in(director):
        found = dossiers.dossier("task", done.task.pk)
        assert found is not None
        assert found.seal is not None
        return exports.dossier_zip(found, language="de", at=AT)


def changed(content: bytes, change: Change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def in_chain(edit: Callable[[dict[str, Any]], None]) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        told = json.loads(parts[proof.CHAIN])
        edit(told)
        parts[proof.CHAIN] = json.dumps(told).encode()

    return change


def entry(told: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in told["entries"] if one["kind"] == kind)


def say_otherwise(told: dict[str, Any]) -> None:
    entry(told, "work.result.accepted")["data"]["note"] = "schlecht"


def say_otherwise_with_a_fitting_digest(told: dict[str, Any]) -> None:
    one = entry(told, "work.result.accepted")
    one["data"]["note"] = "schlecht"
    one["digest"] = proof.payload_digest(bytes.fromhex(one["salt"]), one["data"])


def say_otherwise_with_fitting_digest_and_hash(told: dict[str, Any]) -> None:
    say_otherwise_with_a_fitting_digest(told)
    one = entry(told, "work.result.accepted")
    one["hash"] = proof.entry_hash(told["firm"]["id"], one)


def another_person(told: dict[str, Any]) -> None:
    one = entry(told, "work.result.accepted")
    one["actor"] = entry(told, "work.result.delivered")["actor"]


def take_out(told: dict[str, Any]) -> None:
    told["entries"].remove(entry(told, "work.result.delivered"))


def take_out_the_seal(told: dict[str, Any]) -> None:
    told["entries"].pop()


def put_in(told: dict[str, Any]) -> None:
    one = dict(entry(told, "work.task.created"), seq=1)
    one["hash"] = proof.entry_hash(told["firm"]["id"], one)
    told["entries"].insert(0, one)


def swap(told: dict[str, Any]) -> None:
    entries = told["entries"]
    entries[0], entries[1] = entries[1], entries[0]


def empty_without_a_word(told: dict[str, Any]) -> None:
    one = entry(told, "work.result.accepted")
    one.update(data=None, salt=None, erased_at="2026-11-23T00:00:00.000000+00:00")


def move_the_anchor(told: dict[str, Any]) -> None:
    told["anchors"].append({"day": "2026-11-22", "seq": told["entries"][0]["seq"], "hash": "00" * 32})


def another_firm(told: dict[str, Any]) -> None:
    told["firm"]["id"] = "0192c000-0000-7000-8000-000000000000"


def test_untouched_dossier_holds(sealed: bytes) -> None:
    report = proof.verify(sealed)
    assert report.findings == ()
    assert (report.ok, report.files, report.erased) == (True, 5, 0)
    assert report.firm == "Muster Maschinenbau GmbH"
    assert report.entries >= 6


def test_seal_is_the_one_in_the_firms_own_chain(sealed: bytes, director: Actor, acting_in: Acting) -> None:
    seal = proof.verify(sealed).seal
    assert seal is not None
    with acting_in(director):
        assert bytes(Entry.objects.get(seq=seal[0]).hash).hex() == seal[1]
        assert chain.verify().ok


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (say_otherwise, "The content is not what was recorded."),
        (say_otherwise_with_a_fitting_digest, "The entry was changed."),
        (say_otherwise_with_fitting_digest_and_hash, "Not the entry that was sealed."),
        (another_person, "The entry was changed."),
        (take_out, "The entry was removed."),
        (take_out_the_seal, "The seal at the end is missing."),
        (put_in, "The entry was added."),
        (swap, "The order is wrong."),
        (empty_without_a_word, "The content is gone without a recorded erasure."),
        (move_the_anchor, "Differs from the anchored head."),
        (another_firm, "The entry was changed."),
    ],
)
def test_change_of_the_chain_is_found(sealed: bytes, edit: Callable[[dict[str, Any]], None], what: str) -> None:
    report = proof.verify(changed(sealed, in_chain(edit)))
    assert not report.ok
    assert what in {finding.what.en for finding in report.findings}


def _replace_document(parts: dict[str, bytes]) -> None:
    parts["files/001-zeichnung.txt"] = b"Zeichnung 8"


def _replace_document_and_its_digest(parts: dict[str, bytes]) -> None:
    import hashlib

    _replace_document(parts)
    told = json.loads(parts[proof.CHAIN])
    file = next(one for one in told["files"] if one["path"].endswith("zeichnung.txt"))
    file["sha256"] = hashlib.sha256(b"Zeichnung 8").hexdigest()
    parts[proof.CHAIN] = json.dumps(told).encode()


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (_replace_document, "files/001-zeichnung.txt", "The file was changed."),
        (_replace_document_and_its_digest, "files/001-zeichnung.txt", "Not the file that was kept at the time."),
        (lambda parts: parts.pop("files/002-plan 7.txt"), "files/002-plan 7.txt", "The file is missing."),
        (lambda parts: parts.update({"files/x.txt": b"x"}), "files/x.txt", "The file is not part of the dossier."),
        (lambda parts: parts.update({"dossier.pdf": b"%PDF"}), "dossier.pdf", "The file was changed."),
    ],
)
def test_change_of_a_file_is_found(sealed: bytes, change: Change, where: str, what: str) -> None:
    findings = [(one.where, one.what.en) for one in proof.verify(changed(sealed, change)).findings]
    assert findings == [(where, what)]


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop(proof.CHAIN),
        lambda parts: parts.update({proof.CHAIN: b"{"}),
        lambda parts: parts.update({proof.CHAIN: b"[]"}),
        in_chain(lambda told: told.update(format="werkfluss-dossier-9")),
        in_chain(lambda told: told.pop("entries")),
        in_chain(lambda told: told["entries"][0].pop("salt")),
        in_chain(lambda told: told["entries"][0].update(salt="zz")),
        in_chain(lambda told: told["entries"][-1].update(data={})),
        in_chain(lambda told: told.update(files=7)),
    ],
)
def test_what_is_no_dossier_is_refused(sealed: bytes, change: Change) -> None:
    with pytest.raises(Broken) as refused:
        proof.verify(changed(sealed, change))
    assert "Dossier" in refused.value.fault.cause.de


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_word(content: bytes) -> None:
    with pytest.raises(Broken):
        proof.verify(content)


def test_formulas_equal_those_of_the_chain(tell_story: Callable[..., Done], director: Actor, acting_in: Acting) -> None:
    """Two programs, one format: what ``org.chain`` wrote is what the offline check computes."""
    tell_story()
    with acting_in(director):
        entries = list(Entry.objects.select_related("payload"))
        assert len(entries) > 10
        for one in entries:
            told = exports.entry_json(one)
            assert proof.entry_hash(str(one.org_id), told) == bytes(one.hash).hex()
            assert proof.payload_digest(bytes(one.payload.salt or b""), one.payload.data) == told["digest"]
    assert proof.ERASURE == chain.ERASURE
