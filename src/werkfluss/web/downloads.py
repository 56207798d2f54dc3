"""Files leave as downloads: never shown inside a page of ours, whatever they call themselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from werkfluss.evidence.models import Document

_PLAIN = frozenset({"application/pdf", "application/xml", "text/xml", "image/png", "image/jpeg", "application/zip"})


def as_download(document: Document, content: bytes) -> HttpResponse:
    """The bytes with their name. Types that a browser could run are sent as plain bytes."""
    kind = document.media_type if document.media_type in _PLAIN else "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, document.filename) or "attachment"
    return response
