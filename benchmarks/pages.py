"""Pages under 20 users at once: the real stack with the example firm, each user thinking about two seconds in between.

The limit is a p95 of 200 ms over all pages, after a warm-up in which each process loads its templates. The load
generator runs on the same machine and its own time is part of the figure. One page alone, without load, is measured in
the same run for comparison.
"""

from __future__ import annotations

import http.client
import random
import re
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.running import Site

USERS, SECONDS, THINK_S, WARM_UP_S = 20, 60, 2.0, 10
_LOGINS = (
    "k.brandt@nordhessen-maschinenbau.example",
    "t.lindner@nordhessen-maschinenbau.example",
    "s.vogt@nordhessen-maschinenbau.example",
    "a.gross@nordhessen-maschinenbau.example",
    "s.oeztuerk@nordhessen-maschinenbau.example",
)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LINK = re.compile(r'href="(/o/nordhessen/[^"#?]*)"')


@dataclass
class User:
    """A person with a session of their own over one kept connection."""

    port: int
    email: str
    password: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("localhost", self.port, timeout=30)

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Host": f"localhost:{self.port}"}
        body = None
        if form is not None:
            body = urlencode(form)
            origin = f"http://localhost:{self.port}"
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": origin}
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server ends a connection that was idle for some seconds; a browser opens the next one, and so do we.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return answer.status, text, answer.getheader("Location") or ""

    def log_in(self) -> None:
        _, page, _ = self.request("GET", "/account/login/")
        found = _TOKEN.search(page)
        assert found, "the log-in page has no token"
        form = {"csrfmiddlewaretoken": found[1], "login": self.email, "password": self.password}
        status, _, _ = self.request("POST", "/account/login/", form)
        assert status == 302, f"log-in answered {status}"

    def pages(self) -> list[str]:
        """The addresses of the side bar and of the plan: what a person has before them."""
        _, text, _ = self.request("GET", "/o/nordhessen/")
        found = list(dict.fromkeys(_LINK.findall(text)))
        status, _, place = self.request("GET", "/o/nordhessen/plan/")
        if status == 302:
            found.append(urlsplit(place).path)
        return [path for path in found if path != "/o/nordhessen/plan/"]

    def timed(self, path: str) -> tuple[int, float]:
        begin = time.perf_counter()
        status, _, _ = self.request("GET", path)
        return status, (time.perf_counter() - begin) * 1000


def _kind(path: str) -> str:
    """The address without keys, so that equal pages are counted together."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", path)


def _use(user: User, seed: int, counted: tuple[float, float], seen: dict[str, list[float]], bad: list[str]) -> None:
    chance = random.Random(seed)
    pages = user.pages()
    begin, until = counted
    while time.monotonic() < until:
        path = chance.choice(pages)
        status, millis = user.timed(path)
        if status != 200:
            bad.append(f"{status} {_kind(path)}")
        elif time.monotonic() >= begin:
            seen[_kind(path)].append(millis)
        time.sleep(min(chance.expovariate(1 / THINK_S), 10.0))


def run() -> dict[str, Any]:
    """Milliseconds per page: p50, p95, largest; and all pages together."""
    site = Site()
    try:
        start_s = site.start(seconds=400)
        password = (site.data / "example-password").read_text(encoding="ascii")
        users = [User(site.port, _LOGINS[n % len(_LOGINS)], password) for n in range(USERS)]
        for user in users:
            user.log_in()
        alone = _alone(users[0])
        seen: dict[str, list[float]] = defaultdict(list)
        bad: list[str] = []
        begin = time.monotonic() + WARM_UP_S
        until = begin + SECONDS
        threads = [
            threading.Thread(target=_use, args=(user, seed, (begin, until), seen, bad))
            for seed, user in enumerate(users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        site.stop()
        again_s = site.start()
        site.stop()
    finally:
        site.remove()
    every = sorted(value for values in seen.values() for value in values)
    return {
        "users": USERS,
        "seconds": SECONDS,
        "warm_up_s": WARM_UP_S,
        "think_seconds": THINK_S,
        "requests": len(every),
        "not_200": sorted(set(bad)),
        "all_pages_ms": _summary(every),
        "alone_ms": alone,
        "pages_ms": {path: _summary(sorted(values)) for path, values in sorted(seen.items())},
        "first_start_s": round(start_s, 1),
        "second_start_s": round(again_s, 1),
    }


def _alone(user: User) -> dict[str, float]:
    """Each page by one user without any other load: the median of five."""
    return {_kind(path): round(statistics.median(user.timed(path)[1] for _ in range(5)), 1) for path in user.pages()}


def _summary(ordered: list[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    return {"n": len(ordered), "p50": at(0.5), "p95": at(0.95), "max": at(1.0)} if ordered else {"n": 0}
