"""The adapter against a small server on this machine: good answers, and every kind of bad one."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from werkfluss.agents import chat_completions
from werkfluss.agents.chat_completions import ChatCompletions
from werkfluss.agents.language_model import ModelFailed

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Says what the test wants, and keeps what it was asked."""

    def __init__(self) -> None:
        self.reply: Reply = say({"choices": [{"message": {"content": "[]"}}]})
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, dict(self.headers), json.loads(body)))
                with contextlib.suppress(OSError):  # the other side has gone, as it should
                    outer.reply(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base names it
                """Nothing on the terminal."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/v1"


def raw(body: bytes, status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def say(told: Any, status: int = 200) -> Reply:
    return raw(json.dumps(told).encode(), status)


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def server(one_server: Server) -> Server:
    one_server.asked.clear()
    return one_server


def model(server: Server, **more: Any) -> ChatCompletions:
    return ChatCompletions(**{"url": server.url, "model": "muster-1", "timeout_s": 5, **more})


def test_question_and_answer(server: Server) -> None:
    server.reply = say(
        {
            "choices": [{"message": {"role": "assistant", "content": "[1]"}}],
            "usage": {"prompt_tokens": 1_000, "completion_tokens": 500},
        }
    )
    asked = model(server, key="geheim", max_tokens=77, price_in=Decimal(100), price_out=Decimal(400))
    answer = asked.answer("Was tun?")
    assert (answer.text, answer.cents) == ("[1]", Decimal("0.3"))
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer geheim"
    assert body == {
        "model": "muster-1",
        "messages": [{"role": "user", "content": "Was tun?"}],
        "max_tokens": 77,
        "stream": False,
    }
    assert "geheim" not in repr(asked)


def test_without_a_key_none_is_sent(server: Server) -> None:
    server.reply = say({"choices": [{"message": {"content": "x"}}]})
    model(server).answer("?")
    assert "Authorization" not in server.asked[0][1]


def test_most_an_answer_may_cost_is_known_before(server: Server) -> None:
    dear = model(server, max_tokens=1_000, price_in=Decimal(1_000_000), price_out=Decimal(1_000))
    assert dear.most_cents("äb") == 4
    with pytest.raises(ModelFailed, match="may cost more"):
        model(server, max_tokens=1_000, price_out=Decimal(10_000), most_cents_per_answer=Decimal(9)).answer("?")
    assert server.asked == []


@pytest.mark.parametrize(
    ("reply", "why", "again"),
    [
        (raw(b"", 500), "status 500", True),
        (raw(b"", 503), "status 503", True),
        (raw(b"", 429), "status 429", True),
        (raw(b"", 401), "status 401", False),
        (raw(b"", 301, Location="http://127.0.0.1:1/v1"), "another address", False),
        (raw(b"", 307, Location="/v1/elsewhere"), "another address", False),
        (raw(b"<html>please log in</html>"), "not readable", True),
        (raw(b"\xff\xfe"), "not readable", True),
        (raw(b"[" * 100_000), "not readable", True),
        (say({"error": {"message": "no"}}), "not readable", True),
        (say({"choices": []}), "not readable", True),
        (say({"choices": [{"message": {"content": None}}]}), "not readable", True),
        (say({"choices": [{"message": {"content": ["a"]}}]}), "not readable", True),
        (say([]), "not readable", True),
        (raw(b"x" * (chat_completions.MOST_BYTES + 1)), "too large", False),
    ],
)
def test_bad_answers_are_told_apart(server: Server, reply: Reply, why: str, again: bool) -> None:
    server.reply = reply
    with pytest.raises(ModelFailed, match=why) as found:
        model(server).answer("?")
    assert found.value.again is again
    assert len(server.asked) == 1, "nothing is asked twice here, and no other address"


def test_answer_without_end_is_cut_off(server: Server) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    server.reply = endless
    with pytest.raises(ModelFailed, match="too large"):
        model(server).answer("?")


def test_answer_that_drips_is_not_waited_for(server: Server) -> None:
    """Each part comes soon enough for a limit per part; the whole does not."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.1)

    server.reply = drip
    begin = time.monotonic()
    with pytest.raises(ModelFailed, match="in time"):
        model(server, timeout_s=0.5).answer("?")
    assert time.monotonic() - begin < 3


def test_head_that_drips_is_not_waited_for(server: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.1)

    server.reply = drip
    begin = time.monotonic()
    with pytest.raises(ModelFailed, match="in time"):
        model(server, timeout_s=0.5).answer("?")
    assert time.monotonic() - begin < 3


def test_server_that_says_nothing_is_not_waited_for(server: Server) -> None:
    server.reply = lambda _handler: time.sleep(2)
    with pytest.raises(ModelFailed, match="in time"):
        model(server, timeout_s=0.3).answer("?")


def test_address_where_nobody_listens() -> None:
    with pytest.raises(ModelFailed, match="cannot be reached"):
        ChatCompletions(url="http://127.0.0.1:9/v1", model="m", timeout_s=2).answer("?")


@pytest.mark.parametrize(
    "used", [None, {}, [], {"prompt_tokens": -5, "completion_tokens": True}, {"prompt_tokens": "9"}]
)
def test_nonsense_about_what_was_used_costs_nothing(server: Server, used: Any) -> None:
    server.reply = say({"choices": [{"message": {"content": "x"}}], "usage": used})
    assert model(server, price_in=Decimal(10**6), price_out=Decimal(10**6)).answer("?").cents == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://model.example/v1",
        "http://127.0.0.1.model.example/v1",
        "http://10.0.0.1/v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
        "https:///v1",
        "https://user:pass@model.example/v1",
        "https://model.example/v1?key=x",
        "",
    ],
)
def test_address_that_is_neither_safe_nor_here_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        ChatCompletions(url=url, model="m")


@pytest.mark.parametrize("url", ["https://model.example/v1", "http://localhost:11434/v1", "http://[::1]:8080"])
def test_safe_addresses_are_taken(url: str) -> None:
    assert ChatCompletions(url=url, model="m").name.startswith("m (")


@pytest.mark.parametrize("wrong", [{"model": " "}, {"key": "a\nX: b"}, {"timeout_s": 0}, {"max_tokens": 0}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="language model"):
        ChatCompletions(**{"url": "https://model.example/v1", "model": "m", **wrong})
