"""What the gate does with what was sent, whatever the page behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from tests.web.world import World
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web.access import _without_nul, read_version, typed_in
from werkfluss.web.forms.payments import day_of

Browser = Callable[[User | None], Client]


def test_nul_is_taken_out_of_texts_and_searches() -> None:
    request = RequestFactory().post("/?q=a%00b", {"text": "Ein\0 Satz", "one": ["1", "2\0"]})
    _without_nul(request)
    assert (request.GET["q"], request.POST["text"], request.POST.getlist("one")) == ("ab", "Ein Satz", ["1", "2"])


@pytest.mark.parametrize("version", ["", "-1", "²", "9" * 5000])
def test_version_that_is_no_number_is_an_old_state(version: str) -> None:
    with pytest.raises(Conflict):
        read_version(RequestFactory().post("/", {"version": version}))


def test_sentences_are_shown_again_and_keys_are_not() -> None:
    sent = {
        "reason": "Wird doch nicht gebraucht",
        "password": "ein langes Kennwort",
        "day": "2026-12-01",
        "k": '{"a": 1}',
    }
    assert typed_in(RequestFactory().post("/", sent)) == ["Wird doch nicht gebraucht"]


@pytest.mark.parametrize("text", ["", "31.11.2026", "2026-02-29", "10000-01-01"])
def test_day_that_is_none_is_not_taken_for_another(text: str) -> None:
    with pytest.raises(Refused):
        day_of(text)


def test_talent_is_added_by_hand_as_a_browser_sends_it(world: World, browser: Browser) -> None:
    # The hidden field for what was read of a CV is sent too, and empty.
    sent = {"read": "", "name": "Rosa Beispiel", "recipient": "private", "origin": "person", "language": "de"}
    answer = browser(world.users[Role.HR]).post(world.url("talent_new"), {**sent, "email": "rosa@beispiel.example"})
    assert answer.status_code == 302


def test_refused_text_is_on_the_page_that_refuses_it(world: World, browser: Browser) -> None:
    answer = browser(world.users[Role.FREELANCER]).post(
        world.url("my_order_decline"), {"revision": "99", "note": "Im Dezember geht es\nleider <nicht>."}
    )
    assert answer.status_code == 409
    assert "Was Sie geschrieben haben" in answer.content.decode()
    assert "Im Dezember geht es<br>leider &lt;nicht&gt;." in answer.content.decode()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 junk", b"PK\x03\x04", b"{", b"<a", b"\x89PNG"])
def test_cv_that_cannot_be_read_is_refused_where_it_was_chosen(content: bytes, world: World, browser: Browser) -> None:
    sent = {"upload": "yes", "file": SimpleUploadedFile("lebenslauf.pdf", content)}
    answer = browser(None).post(world.url("my_application"), sent)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_upload_without_a_file_says_so(world: World, browser: Browser) -> None:
    assert browser(None).post(world.url("my_application"), {"upload": "yes"}).status_code == 422
