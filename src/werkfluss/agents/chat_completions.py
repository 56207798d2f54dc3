"""A language model at an address that speaks the usual protocol of chat completions (``POST …/chat/completions``).

Only ``https``, or a server on this machine. One question, one answer: no redirect is followed, no proxy of the
environment is used, nothing is kept open. What comes back is limited in size and time and read as data; nothing of it
is carried out, and nothing of a wrong answer is repeated in a log or on a page.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from werkfluss.agents.language_model import Answer, ModelFailed
from werkfluss.kernel.text import Text

MOST_BYTES = 1_000_000
_PER_MILLION = Decimal(1_000_000)
_OK, _TOO_MANY, _SERVER = 200, 429, 500

_AWAY = Text("Das Sprachmodell ist nicht zu erreichen.", "The language model cannot be reached.")
_SLOW = Text("Das Sprachmodell hat nicht in der Zeit geantwortet.", "The language model did not answer in time.")
_LARGE = Text("Die Antwort des Sprachmodells ist zu groß.", "The answer of the language model is too large.")
_ELSEWHERE = Text(
    "Das Sprachmodell verweist an eine andere Adresse; dorthin wird nichts geschickt.",
    "The language model points to another address; nothing is sent there.",
)
_REFUSED = Text(
    "Das Sprachmodell hat abgelehnt (Status {status}). Bitte Adresse, Schlüssel und Modell prüfen lassen.",
    "The language model refused (status {status}). Please have address, key and model checked.",
)
_BROKEN = Text("Die Antwort des Sprachmodells ist nicht lesbar.", "The answer of the language model is not readable.")
_DEAR = Text(
    "Eine Antwort auf diese Frage kann mehr kosten, als die Anlage für eine Antwort erlaubt.",
    "An answer to this question may cost more than the installation permits for one.",
)


@dataclass(frozen=True, slots=True)
class ChatCompletions:
    """One model. Prices in cents per million tokens; ``most_cents_per_answer`` 0: no limit but those of the AI files.

    Raises:
        ValueError: the address is neither https nor on this machine, or something needed is missing.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 60
    max_tokens: int = 4_000
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    most_cents_per_answer: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and _on_this_machine(parts.hostname or ""))
        if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError(
                "the address of the language model is https, or http on this machine, without login and query"
            )
        if not self.model.strip() or not self.model.isprintable():
            raise ValueError("the language model needs a name")
        if not self.key.isascii() or not self.key.isprintable():
            raise ValueError("the key of the language model holds what no header can carry")
        if self.timeout_s <= 0 or self.max_tokens <= 0 or min(self.price_in, self.price_out) < 0:
            raise ValueError("time, tokens and prices of the language model cannot be negative")

    @property
    def name(self) -> str:
        return f"{self.model} ({self.host})"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def most_cents(self, prompt: str) -> Decimal:
        """No token is shorter than a byte."""
        return (len(prompt.encode()) * self.price_in + self.max_tokens * self.price_out) / _PER_MILLION

    def answer(self, prompt: str) -> Answer:
        """Ask once.

        Raises:
            ModelFailed: no answer, too late, too large, from elsewhere, or not of the form that was asked for.
        """
        if 0 < self.most_cents_per_answer < self.most_cents(prompt):
            raise ModelFailed(_DEAR)
        question = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": self.max_tokens,
            "stream": False,
        }
        return self._read(self._post(json.dumps(question).encode()))

    def _post(self, body: bytes) -> bytes:
        until = time.monotonic() + self.timeout_s
        connection = self._connection()
        try:
            connection.connect()
            with _cut_off_at(until, connection.sock):
                connection.request("POST", self._path, body=body, headers=self._headers)
                with closing(connection.getresponse()) as answer:
                    if answer.status != _OK:
                        raise _status_fault(answer.status)
                    read = _limited(answer)
        except (OSError, http.client.HTTPException):
            late = time.monotonic() >= until
            raise ModelFailed(_SLOW if late else _AWAY, again=True) from None
        finally:
            connection.close()
        if time.monotonic() >= until:  # cut off, which looks like an end
            raise ModelFailed(_SLOW, again=True)
        return read

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "http":
            return http.client.HTTPConnection(self.host, parts.port, timeout=self.timeout_s)
        safe = ssl.create_default_context()
        return http.client.HTTPSConnection(self.host, parts.port, timeout=self.timeout_s, context=safe)

    @property
    def _path(self) -> str:
        return urlsplit(self.url).path.rstrip("/") + "/chat/completions"

    @property
    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def _read(self, body: bytes) -> Answer:
        try:
            said = json.loads(body)
            text = said["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise ModelFailed(_BROKEN, again=True) from None
        if not isinstance(text, str):
            raise ModelFailed(_BROKEN, again=True)
        return Answer(text, self._cents(said.get("usage")))

    def _cents(self, usage: Any) -> Decimal:
        """What it says that it has used; a server that says nothing, or nonsense, costs nothing more."""
        told = usage if isinstance(usage, dict) else {}
        used = [told.get(name) for name in ("prompt_tokens", "completion_tokens")]
        tokens = [max(0, one) if isinstance(one, int) and not isinstance(one, bool) else 0 for one in used]
        return (tokens[0] * self.price_in + tokens[1] * self.price_out) / _PER_MILLION


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _status_fault(status: int) -> ModelFailed:
    if 300 <= status < 400:
        return ModelFailed(_ELSEWHERE)
    return ModelFailed(_REFUSED.format(status=status), again=status == _TOO_MANY or status >= _SERVER)


@contextmanager
def _cut_off_at(until: float, sock: socket.socket) -> Iterator[None]:
    """Whatever is waited for, head or body, and however slowly it drips: at that time the line is cut."""

    def cut() -> None:
        with suppress(OSError):  # it has ended at this very moment
            # Past what TLS adds, which another thread must not touch.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, until - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _limited(answer: http.client.HTTPResponse) -> bytes:
    """The whole of the answer. Raises ModelFailed if it is too large."""
    read = answer.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise ModelFailed(_LARGE)
    return read
