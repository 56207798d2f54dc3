"""Papers for authorities: filled, made as PDF and DOCX in versions, packed, handed over. Nothing is sent by itself."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from werkfluss.care.authority import MARK, Field
from werkfluss.care.authority.pages import as_docx, as_pdf, content_of, digest_of
from werkfluss.care.authority.sheets import Sheet, field_of, plain, sheet_of
from werkfluss.care.authority.subjects import Subject
from werkfluss.care.models import AuthorityPaper, FormEntry
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about, set_deadline
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.evidence.domain.documents import content_of as bytes_of
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Resource

PACKAGE = "package"


def papers_about(subject: Subject) -> QuerySet[AuthorityPaper]:
    """What was made for a person, or for one case or order of theirs, newest first."""
    rows = AuthorityPaper.objects.filter(person=subject.person)
    if subject.expat is not None:
        rows = rows.filter(expat_case=subject.expat)
    elif subject.about is not None:
        rows = rows.filter(about_type=subject.about._meta.label_lower, about_id=subject.about.pk)
    return rows.select_related("document", "draft", "authority").order_by("-created_at")


def own_papers(person: Resource, shown_kinds: Iterable[str]) -> QuerySet[AuthorityPaper]:
    """The papers of a person that are made to be shown to them."""
    rows = AuthorityPaper.objects.filter(person=person, kind__in=list(shown_kinds))
    return rows.select_related("document").order_by("kind", "-revision")


def record_answers(subject: Subject, *, fields: Mapping[Field, Any], source: str, valid_from: date, by: Actor) -> int:
    """Keep answers with their source; how many. What the law asks for too becomes a fact, the rest stays in care.

    Raises:
        Refused: no source.
        NotPermitted: not for this actor.
    """
    by.require("care.write")
    if not source.strip():
        raise _refused(
            Text("Die Quelle fehlt.", "The source is missing."),
            Text("Bitte nennen Sie, wo die Angaben stehen.", "Please say where the answers stand."),
        )
    for field, given in fields.items():
        value = plain(given)
        if field.fact:
            record_fact(subject.person, name=field.fact, value=value, source=source, valid_from=valid_from, by=by)
        else:
            _enter(subject, field, value, source=source, valid_from=valid_from, by=by)
    return len(fields)


def _enter(subject: Subject, field: Field, value: Any, *, source: str, valid_from: date, by: Actor) -> None:
    of = field_of(field, subject)
    person = None if of == "firm" else subject.person
    about = subject.about_key if of == "about" else None
    for older in FormEntry.objects.filter(person=person, about=about, name=field.key, ended_on=None):
        older.edit(ended_on=clock.today())
    made = FormEntry.objects.create(
        person=person,
        about=about,
        name=field.key,
        value=value,
        source=source.strip()[:300],
        valid_from=valid_from,
        recorded_by=by.id,
    )
    # The value stays out of the chain: it may be a passport number.
    record(Event("care.form_entry.recorded", made, {"name": field.key, "source": made.source}), by=by)


def prepare_paper(subject: Subject, kind: str, *, by: Actor) -> AuthorityPaper:
    """Make a paper as PDF and DOCX. Unchanged content keeps its version; a deadline that follows is set.

    Raises:
        KeyError: no such kind for this subject.
        NotPermitted: not for this actor.
    """
    by.require("care.write")
    on = clock.today()
    sheet = sheet_of(subject, kind, on=on)
    content = content_of(sheet)
    digest = digest_of(content)
    last = papers_about(subject).filter(kind=kind).first()
    if last is not None and bytes(last.digest) == digest:
        return last
    revision = last.revision + 1 if last else 1
    paper = _row(subject, kind, revision)
    name = f"{slugify(sheet.form.title.de)}-v{revision}"
    title = f"{sheet.form.title.de}, Fassung {revision}"
    paper.document = keep_file(
        as_pdf(content, on=on, revision=revision), filename=f"{name}.pdf", title=title, belongs_to=paper, by=by
    )
    paper.draft = keep_file(
        as_docx(content, on=on, revision=revision), filename=f"{name}.docx", title=title, belongs_to=paper, by=by
    )
    paper.content, paper.digest, paper.missing = content, digest, len(sheet.missing)
    paper.authority, paper.due, paper.prepared_by = sheet.authority, sheet.due.day if sheet.due else None, by.id
    paper.save(force_insert=True)
    data = {"kind": kind, "revision": revision, "missing": paper.missing, "document": paper.document.pk}
    record(Event("care.authority_paper.prepared", paper, data), by=by)
    _set_deadline(sheet, by)
    return paper


def _row(subject: Subject, kind: str, revision: int) -> AuthorityPaper:
    about = subject.about
    return AuthorityPaper(
        kind=kind,
        revision=revision,
        person=subject.person,
        expat_case=subject.expat,
        about_type=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
    )


def _code(kind: str) -> str:
    return f"authority:{kind}"


def _set_deadline(sheet: Sheet, by: Actor) -> None:
    if sheet.due is None or sheet.form.deadline is None:
        return
    set_deadline(
        sheet.subject.root,
        code=_code(sheet.form.id),
        title=sheet.due.title,
        due=sheet.due.day,
        lead_days=sheet.due.lead_days,
        who=sheet.form.deadline.who,
        basis=sheet.due.basis,
        by=by,
    )


def hand_over(paper: AuthorityPaper, *, subject: Subject, on: date, how: str, by: Actor) -> None:
    """Note that the paper went to the authority, or its data were transmitted; its deadline is met with it as proof.

    Raises:
        Conflict: that is noted already.
        Refused: it is not said how.
    """
    by.require("care.write")
    if paper.handed_over_on is not None or paper.kind == PACKAGE:
        raise Conflict(paper.kind)
    if not how.strip():
        raise _refused(
            Text("Der Weg fehlt.", "The channel is missing."),
            Text("Bitte nennen Sie, wie das Papier hinging.", "Please say how the paper went there."),
        )
    paper.edit(handed_over_on=on, handed_over_how=how.strip()[:300])
    record(Event("care.authority_paper.handed_over", paper, {"kind": paper.kind, "on": on, "how": how.strip()}), by=by)
    for deadline in deadlines_about(subject.root).filter(code=_code(paper.kind), state="open"):
        complete_deadline(deadline, proof=paper.document, by=by)


def make_package(subject: Subject, kinds: Iterable[str], *, by: Actor) -> AuthorityPaper:
    """One ZIP of the chosen papers, the handed-in enclosures and a list of what is in it and what is still missing.

    Raises:
        Refused: nothing was chosen.
        KeyError: no such kind for this subject.
    """
    by.require("care.write")
    chosen = sorted(set(kinds))
    if not chosen:
        raise _refused(
            Text("Es ist kein Papier ausgewählt.", "No paper is chosen."),
            Text("Bitte wählen Sie mindestens eines.", "Please choose at least one."),
        )
    on = clock.today()
    papers = [prepare_paper(subject, kind, by=by) for kind in chosen]
    sheets = [sheet_of(subject, kind, on=on) for kind in chosen]
    digest = digest_of({"papers": [[one.kind, one.revision] for one in papers], "files": _enclosed_keys(sheets)})
    last = papers_about(subject).filter(kind=PACKAGE).first()
    if last is not None and bytes(last.digest) == digest:
        return last
    package = _row(subject, PACKAGE, last.revision + 1 if last else 1)
    name = f"behoerdenpaket-v{package.revision}"
    package.document = keep_file(
        _packed(papers, sheets, on),
        filename=f"{name}.zip",
        title=f"Behördenpaket, Fassung {package.revision}",
        belongs_to=package,
        by=by,
    )
    package.content = {"papers": [[one.kind, one.revision] for one in papers]}
    package.digest, package.missing, package.prepared_by = digest, sum(one.missing for one in papers), by.id
    package.save(force_insert=True)
    record(Event("care.authority_package.made", package, {"papers": package.content["papers"]}), by=by)
    return package


def _enclosed(sheets: Iterable[Sheet]) -> dict[str, Document]:
    there = {one.kind: one.document for sheet in sheets for one in sheet.attachments if one.document is not None}
    return dict(sorted(there.items()))


def _enclosed_keys(sheets: Iterable[Sheet]) -> list[str]:
    return [str(document.pk) for document in _enclosed(sheets).values()]


def _packed(papers: list[AuthorityPaper], sheets: list[Sheet], on: date) -> bytes:
    stamp = (on.year, on.month, on.day, 0, 0, 0)
    contents: dict[str, bytes] = {}
    for paper in papers:
        contents |= {one.filename: bytes_of(one) for one in (paper.document, paper.draft) if one is not None}
    for kind, document in _enclosed(sheets).items():
        ending = document.filename.rpartition(".")[2]
        contents[f"anlagen/{kind}.{slugify(ending) or 'bin'}"] = bytes_of(document)
    contents["INHALT.txt"] = "\n".join(_listing(papers, sheets)).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in contents.items():
            archive.writestr(zipfile.ZipInfo(path, stamp), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _listing(papers: list[AuthorityPaper], sheets: list[Sheet]) -> list[str]:
    lines = [MARK.de, MARK.en, ""]
    for paper, sheet in zip(papers, sheets, strict=True):
        lines += [f"{sheet.form.title.de} / {sheet.form.title.en}: {paper.document.filename}"]
        lines += [f"  {name['de']}: {value['de']}" for name, value in paper.content["authority"]]
        if paper.content["due"]:
            lines.append(f"  Frist: {paper.content['due']['de']}")
        lines += [f"  fehlt: {line.field.label.de} / {line.field.label.en}" for line in sheet.missing]
        lines += [f"  Anlage fehlt: {one.name.de}" for one in sheet.attachments if one.document is None]
        lines.append("")
    return lines


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Behördenpaket", what_to_do=what_to_do)
