"""What is asked of each answer when a page is drawn: did the gate let it through, is it all of one firm, and may its
reader open what it offers?
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve, reverse

from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE

# Behind the gate: the page, another one, or what the form or the object has to say.
LET_THROUGH = {200, 302, 400, 404, 409, 422, 429}


def came_through(response: Any, permission: str) -> int:
    """The first status of a followed answer to somebody who may ask; the gate neither refused nor asked for a log-in."""
    first, status = next(iter(response.redirect_chain), ("", response.status_code))
    assert status in LET_THROUGH, f"status {status}"
    assert permission == "public" or not first.startswith(f"{reverse('account_login')}?next="), first
    return int(status)


def content_of(response: Any) -> bytes:
    """All bytes a person gets; those of a workbook or an archive unpacked."""
    body = b"".join(response)
    headers = "".join(f"{key}: {value}" for key, value in response.headers.items()).encode()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body += b"".join(archive.read(part) for part in archive.namelist())
    return headers + body


def leaves_out(mark: str, response: Any) -> None:
    assert mark.encode() not in content_of(response), response.request["PATH_INFO"]


def further_looks(client: Client, page: Any, url: str) -> Iterator[Any]:
    """Of a list also its workbook, and a search in the part that HTMX asks for."""
    if page.headers["Content-Type"].startswith("text/html") and b'class="list"' in page.content:
        more = f"{url}{'&' if '?' in url else '?'}"
        yield client.get(f"{more}format=xlsx")
        yield client.get(f"{more}q=marke", headers={"HX-Request": "true"})


@functools.cache
def name_of(path: str) -> str | None:
    """The name of the address ``path``. Most pages link to the same ones, and each look goes through all addresses."""
    try:
        return resolve(path).url_name
    except Resolver404:
        assert path.startswith("/static/"), path
        return None


def offered(html: str) -> set[str]:
    """Names of the addresses a page links to or would send a form to."""
    found = set(re.findall(r'(?:href|action|hx-get)="(/[^"#]*)', html))
    names = {name_of(urlsplit(unescape(address)).path) for address in found}
    return {name for name in names if name in TABLE}


def closed_to(role: Role, html: str) -> set[str]:
    """What a page offers and this role may not open."""
    asked = {name: TABLE[name].permission for name in offered(html)}
    return {name for name, right in asked.items() if right not in {"public", "login"} and role not in roles_with(right)}
