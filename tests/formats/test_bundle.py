"""Several files as one: names stay apart, nothing dangerous is unpacked."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.formats import bundle
from werkfluss.kernel.errors import Broken


def _zip(*files: tuple[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


@given(
    st.lists(
        st.tuples(st.sampled_from(["a.xml", "b.xml", "ä/c.pdf", ""]), st.binary(max_size=50)), min_size=1, max_size=8
    )
)
def test_every_file_comes_out_as_it_went_in(files: list[tuple[str, bytes]]) -> None:
    found = bundle.unpack(bundle.pack(files), filename="x.zip")
    assert [content for _name, content in found] == [content for _name, content in files]
    assert len({name for name, _content in found}) == len(files)


def test_names_lose_their_folders() -> None:
    found = bundle.unpack(_zip(("../../etc/passwd", b"1"), ("C:\\Windows\\x.xml", b"2")), filename="x.zip")
    assert [name for name, _content in found] == ["passwd", "x.xml"]


def test_what_programs_add_is_left_out() -> None:
    found = bundle.unpack(_zip(("__MACOSX/a.xml", b"1"), (".DS_Store", b"2"), ("a.xml", b"3")), filename="x.zip")
    assert found == [("a.xml", b"3")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_zip(("a", b"0" * (bundle.MAX_UNPACKED + 1))), "übermäßig groß"),
        (_zip(*((f"{n}.xml", b"x") for n in range(bundle.MAX_FILES + 1))), "übermäßig groß"),
        (_zip(("a.xml", b"x" * 500))[:-30], "beschädigt"),
        (b"PK\x03\x04", "beschädigt"),
        (b"", "leer"),
    ],
    ids=["bomb", "many", "cut", "head", "empty"],
)
def test_dangerous_or_damaged_zip_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Broken) as caught:
        bundle.unpack(data, filename="x.zip")
    assert said in caught.value.fault.cause.de


def test_workbook_is_told_from_a_zip() -> None:
    assert bundle.is_workbook(_zip(("xl/workbook.xml", b"<x/>")))
    assert not bundle.is_workbook(_zip(("a.xml", b"<x/>")))
    assert not bundle.is_workbook(b"PK\x03\x04")
