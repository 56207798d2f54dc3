"""All that a person has in the portal, to take along: a ZIP of JSON and the files handed in (Art. 15, 20 GDPR)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.forms.models import model_to_dict

from werkfluss.care.domain.consents import consents_of, require_person
from werkfluss.care.domain.papers import papers_of
from werkfluss.care.domain.participants import family_of
from werkfluss.care.domain.portal import checklist
from werkfluss.care.domain.readings import duties_of
from werkfluss.care.models import CareMessage, ExpatCase
from werkfluss.care.rules import own_cases
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.compliance.domain.facts import facts_about
from werkfluss.evidence.domain.documents import content_of
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

_PERSON = ("name", "email", "title", "country", "city", "nationality", "languages", "time_zone", "active_from")


def export_own_data(expat: ExpatCase, *, at: datetime, by: Actor) -> bytes:
    """The person's own cases as a ZIP, each further one in a folder with its number; equal data and times give equal
    bytes.

    Raises:
        NotPermitted: somebody else.
    """
    require_person(expat, by)
    held = _of_case(expat, at)
    for other in own_cases(by).exclude(pk=expat.pk):
        held |= {f"case-{other.number}/{name}": content for name, content in _of_case(other, at).items()}
    record(Event("care.data.exported", expat, {"files": len(held)}), by=by)
    return _zip(held, at)


def _of_case(expat: ExpatCase, at: datetime) -> dict[str, bytes]:
    """What a case holds and the files that were handed in, by their names in the archive."""
    papers = list(papers_of(expat))
    said = CareMessage.objects.filter(thread__expat_case=expat).select_related("thread__provider")
    data = {
        "made_at": at,
        "person": {name: getattr(expat.person, name) for name in _PERSON},
        "case": model_to_dict(expat, fields=["number", "route", "wished_start", "ends_on", "country", "state"]),
        "checklist": [{"line": line.title.en, "state": line.state, "own_tick": line.done} for line in checklist(expat)],
        "papers": [model_to_dict(paper, fields=["kind", "state", "valid_from", "expires", "due"]) for paper in papers],
        "deadlines": [
            {"title": row.title_en, "due": row.due, "basis": row.basis, "state": row.state}
            for row in (*deadlines_about(expat), *deadlines_about(expat.person))
        ],
        "facts": [
            {"name": fact.name, "value": fact.value, "source": fact.source} for fact in facts_about(expat.person)
        ],
        "duties": [
            {**duty.wording, "digest": duty.digest, "read_at": duty.reading.read_at if duty.reading else None}
            for duty in duties_of(expat)
        ],
        "consents": [
            model_to_dict(row, fields=["recipient", "what", "purpose", "until", "state"]) for row in consents_of(expat)
        ],
        "family": [{"name": row.name, "relation": row.relation, "logs_in": row.logs_in} for row in family_of(expat)],
        "messages": [
            {
                "with": row.thread.provider.name if row.thread.provider else "HR",
                "side": row.side,
                "at": row.created_at,
                "text": row.text,
            }
            for row in said
        ],
    }
    files = {
        f"papers/{number:02}-{paper.kind}-{Path(paper.document.filename).name}": content_of(paper.document)
        for number, paper in enumerate(papers, 1)
        if paper.document is not None
    }
    return {"data.json": _json(data), **files}


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str).encode()


def _zip(contents: dict[str, bytes], at: datetime) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content)
    return kept.getvalue()
