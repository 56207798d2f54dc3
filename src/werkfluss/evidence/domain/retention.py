"""Deleting what is past its period: each room says which rows follow which rule and when their period begins.

A room registers a ``Schedule`` per table and rule in ``<room>/expiry.py``; the lengths stand in ``retention.yaml``.
``over`` is the day of the event after which the period runs; a row without it is still in use. A row goes on the day
after the last day of its period, with the files that belong to it alone, and the chain forgets what it says of it: the
text goes, the digest stays, and that is an entry of its own which holds counts and running numbers only. What a legal
hold keeps (``holds.py``) waits until that is over.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.deletion import Collector
from django.db.models.functions import TruncDate

from werkfluss.evidence.domain.holds import Held
from werkfluss.evidence.models import Blob, Document, Hold
from werkfluss.evidence.retention import Counted, Rule, register
from werkfluss.kernel.clock import FIRM_ZONE
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import Entry, Organisation, Payload
from werkfluss.org.tenancy import TenantModel

EXPIRED = "Aufbewahrungsfrist abgelaufen"
_BATCH = 200

Key = tuple[str, UUID]  # model label in lower case, id: as the chain names objects


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rows of one table under one rule.

    ``rows`` is called inside ``acting`` and annotates ``over`` (date or NULL). It leaves out rows that are erased
    already. ``erase`` is given rows whose period is over and returns the keys of what it deleted or emptied; without it
    rows are deleted unless something that is kept rests on them.
    """

    rule: str
    model: type[models.Model]
    rows: Callable[[], QuerySet[Any]]
    erase: Callable[[Sequence[Any], Actor], Iterable[Key]] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label


@dataclass(frozen=True, slots=True)
class Term:
    """How long a row is kept: ``until`` is its last day, ``None`` while the event has not come.

    ``hold`` is the legal hold that keeps it, be its period over or not.
    """

    rule: Rule
    until: date | None
    hold: Hold | None = None

    def runs(self, on: date) -> bool:
        return self.until is None or self.until >= on

    def outlasts_request(self, on: date) -> bool:
        """Whether it stays on the day ``on`` although the person asks for erasure."""
        return self.hold is not None or (bool(self.rule.waits) and self.runs(on))


# Gives, for a column that holds the id of a subject, the day on which that subject was over.
EndOf = Callable[[str], models.expressions.BaseExpression]
# Called with rows that are about to be deleted, to let go of them.
Release = Callable[[Sequence[UUID]], None]

_schedules: list[Schedule] = []
_everywhere: list[Schedule] = []
_ends: dict[str, EndOf] = {}
_releases: dict[str, list[Release]] = {}


def register_schedule(*new: Schedule) -> None:
    """Have rows of a firm deleted at night; the rooms registered last, which stand above, come first."""
    _schedules.extend(schedule for schedule in new if schedule not in _schedules)


def register_global_schedule(*new: Schedule) -> None:
    """The same for tables that belong to no firm; they are not in any chain."""
    _everywhere.extend(schedule for schedule in new if schedule not in _everywhere)


def register_end(model: type[models.Model], end: EndOf) -> None:
    """Say when rows of ``model`` are over, for rooms below that keep something about them."""
    _ends[model._meta.label_lower] = end


def register_release(model: type[models.Model], release: Release) -> None:
    """Let go of rows of a lower room before they are deleted: delete or empty what merely points to them."""
    listed = _releases.setdefault(model._meta.label_lower, [])
    if release not in listed:
        listed.append(release)


def schedules() -> tuple[Schedule, ...]:
    """In the order in which they are carried out."""
    return (*reversed(_schedules), *_everywhere)


def schedules_of_firm() -> tuple[Schedule, ...]:
    return tuple(reversed(_schedules))


def over_of_subject(type_field: str = "subject_type", id_field: str = "subject_id") -> models.Case:
    """When the subject of a row was over, whatever room it is of; NULL if that room does not say."""
    whens = [models.When(**{type_field: label, "then": end(id_field)}) for label, end in _ends.items()]
    return models.Case(*whens, default=None, output_field=models.DateField())


def day_of(field: str) -> TruncDate:
    """The calendar day of an instant, where the firm is."""
    return TruncDate(field, tzinfo=FIRM_ZONE)


def last_day(rule: Rule, over: date) -> date:
    """The last day on which a row is kept whose period began with ``over``."""
    return _add_months(date(over.year, 12, 31) if rule.counted is Counted.YEAR else over, rule.months)


def latest_over(rule: Rule, on: date) -> date:
    """Rows whose event was on this day or before have outlived their period on the day ``on``."""
    yesterday = on - timedelta(days=1)
    found = _add_months(yesterday, -rule.months)
    if yesterday.day == monthrange(yesterday.year, yesterday.month)[1]:
        found = found.replace(day=monthrange(found.year, found.month)[1])
    if rule.counted is not Counted.YEAR:
        return found
    return date(found.year if (found.month, found.day) == (12, 31) else found.year - 1, 12, 31)


def _add_months(day: date, months: int) -> date:
    """A month without that day ends the period with its last one, s.188(3) BGB."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def terms(model: type[models.Model], keys: Iterable[UUID]) -> dict[UUID, Term]:
    """How long these rows are kept; where two rules apply, the longer. Rows in use without a rule are left out."""
    found: dict[UUID, Term] = {}
    wanted = keys = list(keys)
    for schedule in _schedules:
        if schedule.model is not model or not wanted:
            continue
        rule = register().rules[schedule.rule]
        for key, over in schedule.rows().filter(pk__in=wanted).values_list("pk", "over"):
            term = Term(rule, last_day(rule, over) if over else None)
            if key not in found or _later(term, found[key]):
                found[key] = term
    return found | _held_terms(model, list(keys), found)


def _held_terms(model: type[models.Model], keys: list[UUID], found: Mapping[UUID, Term]) -> dict[UUID, Term]:
    """The rows among these that a legal hold keeps: until it ends, or longer where the law says so."""
    if not keys:
        return {}
    held = Held.now()
    kept = held.of(model, keys) if held.objects else {}
    for key, term in found.items():
        by_rule = held.rules.get(term.rule.key)
        if by_rule is not None and (key not in kept or kept[key].until < by_rule.until):
            kept[key] = by_rule
    terms_ = {}
    for key, hold in kept.items():
        own = found.get(key)
        rule = own.rule if own else register().of_model(model._meta.label)[0].rule
        last: date | None = hold.until
        if own is not None and own.rule.waits:
            last = None if own.until is None else max(own.until, hold.until)
        terms_[key] = Term(rule, last, hold)
    return terms_


def _later(one: Term, other: Term) -> bool:
    return other.until is not None and (one.until is None or one.until > other.until)


def due_for_deletion(on: date) -> dict[tuple[str, str], int]:
    """How many rows of the firm are past their period on the day ``on``, per (app.Model, rule key)."""
    held = Held.now()
    counts = {(one.label, one.rule): _free(one, on, held).count() for one in schedules_of_firm()}
    return {where: rows for where, rows in counts.items() if rows}


def _due(schedule: Schedule, on: date) -> QuerySet[Any]:
    return schedule.rows().filter(over__lte=latest_over(register().rules[schedule.rule], on))


def _free(schedule: Schedule, on: date, held: Held) -> QuerySet[Any]:
    """What is due and kept by no legal hold."""
    due = _due(schedule, on)
    # What hangs on a held object is dear to ask, and most tables hold nothing whose period is over.
    nothing = schedule.rule in held.rules or (held.objects and not due.exists())
    return due.none() if nothing else held.without(due)


def held_back(on: date) -> dict[tuple[str, str], int]:
    """How many rows of the firm are past their period and stay for a legal hold, per (app.Model, rule key)."""
    held = Held.now()
    if not held:
        return {}
    due = {one: _due(one, on).order_by() for one in schedules_of_firm()}
    # As in _free.
    over = _numbers(due)
    return _numbers(
        {
            one: rows if one.rule in held.rules else held.among(rows)
            for one, rows in due.items()
            if (one.label, one.rule) in over
        }
    )


def _numbers(found: Mapping[Schedule, QuerySet[Any]]) -> dict[tuple[str, str], int]:
    """How many rows each schedule has, without those that have none; one query."""
    if not found:
        return {}
    first, *others = [_counted(schedule, rows) for schedule, rows in found.items()]
    told = first.union(*others, all=True).values_list("held_in", "held_under", "held_rows")
    return {(label, rule): rows for label, rule, rows in told if rows}


def _counted(schedule: Schedule, rows: QuerySet[Any]) -> QuerySet[Any]:
    """How many they are, as a query of its own; no row if there are none."""
    named = rows.values(held_in=models.Value(schedule.label), held_under=models.Value(schedule.rule))
    counted: QuerySet[Any] = named.annotate(held_rows=models.Count("pk"))
    return counted


def rows_under(model: type[models.Model], rule: str) -> QuerySet[Any]:
    """The rows of a table under a rule."""
    found = [schedule for schedule in _schedules if schedule.model is model and schedule.rule == rule]
    return found[0].rows() if found else model._default_manager.none()


def delete_expired(*, on: date, by: Actor) -> dict[str, int]:
    """Delete what is past its period in the firm on the day ``on``; call it inside ``acting``.

    Returns how many rows went, per app.Model. What something still rests on stays and is tried again next night, and so
    does what a legal hold keeps (``held_back``).
    """
    gone: Counter[str] = Counter()
    keys: set[Key] = set()
    held = Held.now()
    for schedule in schedules_of_firm():
        for batch in _batches(_free(schedule, on, held)):
            own = {row.pk for row in batch}
            erased = set(schedule.erase(batch, by)) if schedule.erase else delete_rows(batch)
            gone[schedule.label] += sum(key in own for _, key in erased)
            keys |= erased
    if not +gone:
        return {}
    seqs = sorted({entry.seq for entry in _entries(keys)})
    chain.erase_payloads(Entry.objects.filter(seq__in=seqs))
    firm = Organisation.objects.get(pk=by.org_id)
    data = {"seqs": seqs, "reason": EXPIRED, "basis": "Art. 5(1)(e) GDPR", "deleted": dict(+gone)}
    record(Event(chain.ERASURE, firm, data), by=by)
    return dict(+gone)


def delete_on_request(row: TenantModel, *, reason: str, basis: str, by: Actor) -> None:
    """Delete one row with its files before its period is over, and let the chain forget what it says of it.

    Raises:
        Refused: a legal hold keeps it, or something that is kept rests on it.
    """
    key = (row._meta.label_lower, row.pk)
    gone = set() if Held.now().of(type(row), [row.pk]) else delete_rows([row])
    if key not in gone:
        raise Refused(
            Text("Das muss aufbewahrt werden.", "This has to be kept."),
            citation="Art. 17 Abs. 3 DSGVO",
            what_to_do=Text("Wenden Sie sich an die Firma.", "Please turn to the firm."),
        )
    seqs = sorted(entry.seq for entry in _entries(gone))
    chain.erase_payloads(Entry.objects.filter(seq__in=seqs))
    firm = Organisation.objects.get(pk=by.org_id)
    data = {"seqs": seqs, "reason": reason, "basis": basis, "deleted": {row._meta.label: 1}}
    record(Event(chain.ERASURE, firm, data), by=by)


def delete_expired_everywhere(*, on: date) -> dict[str, int]:
    """The same for tables that belong to no firm; call it outside ``acting``."""
    gone = {}
    with transaction.atomic():
        for schedule in _everywhere:
            due = schedule.rows().filter(over__lte=latest_over(register().rules[schedule.rule], on))
            gone[schedule.label], _ = schedule.model._default_manager.filter(pk__in=due.values("pk")).delete()
    return {label: rows for label, rows in gone.items() if rows}


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        # Asked again, since what was deleted before may have taken some of them along.
        batch = list(rows.filter(pk__in=keys[start : start + _BATCH]))
        if batch:
            yield batch


def delete_rows(rows: Sequence[models.Model]) -> set[Key]:
    """Delete rows of one table with their files and whatever merely points to them; the keys of all that went.

    Rows on which something rests that is kept stay.
    """
    if not rows:
        return set()
    try:
        with transaction.atomic():
            return _delete(rows)
    except (models.ProtectedError, models.RestrictedError):
        if len(rows) == 1:
            return set()
    half = len(rows) // 2
    return delete_rows(rows[:half]) | delete_rows(rows[half:])


def _delete(rows: Sequence[models.Model]) -> set[Key]:
    model = type(rows[0])
    for release in _releases.get(model._meta.label_lower, ()):
        release([row.pk for row in rows])
    files = _files_of(rows)
    # Not ``QuerySet.delete``: it does not say which rows went along, and the chain must forget those too.
    collector = Collector(using="default")
    collector.collect(list(rows))
    keys = {(kind._meta.label_lower, row.pk) for kind, found in collector.data.items() for row in found}
    keys |= {(found.model._meta.label_lower, key) for found in collector.fast_deletes for key in _ids(found)}
    _require_none_held(keys)
    collector.delete()
    return keys | delete_documents(files)


def _require_none_held(keys: set[Key]) -> None:
    """Rows that would go along must not be held either.

    Raises:
        ProtectedError: one of them is; whoever asked for the deletion tries the others.
    """
    held = Held.now()
    if not held:
        return
    by_label: dict[str, list[UUID]] = {}
    for label, key in keys:
        by_label.setdefault(label, []).append(key)
    for label, found in by_label.items():
        model = apps.get_model(label)
        ruled = any(rows_under(model, rule).filter(pk__in=found).exists() for rule in held.rules)
        if ruled or held.of(model, found):
            raise models.ProtectedError("kept by a legal hold", set())


def _ids(found: Any) -> list[UUID]:
    return list(found.values_list("pk", flat=True))


def _files_of(rows: Sequence[models.Model]) -> list[Document]:
    """Files named by a column of these rows or that belong to them, but not those with a period of their own."""
    model = type(rows[0])
    columns = [field.attname for field in model._meta.concrete_fields if field.related_model is Document]
    named = {getattr(row, column) for row in rows for column in columns} - {None}
    mine = Q(object_type=model._meta.label_lower, object_id__in=[row.pk for row in rows])
    return list(Document.objects.filter(mine | Q(pk__in=named), keep_as=Document.KeepAs.OWNER))


def delete_documents(documents: Iterable[Document]) -> set[Key]:
    """Delete files and the bytes that no other name holds; those on which something rests stay, and held ones."""
    gone: set[Key] = set()
    asked = list(documents)
    held = {key for key, term in terms(Document, [one.pk for one in asked]).items() if term.hold} if asked else set()
    for document in (one for one in asked if one.pk not in held):
        try:
            with transaction.atomic():
                Document.objects.filter(pk=document.pk).delete()
        except models.ProtectedError:
            continue
        gone.add((Document._meta.label_lower, document.pk))
        if not Document.objects.filter(blob_id=document.blob_id).exists():
            Blob.objects.filter(pk=document.blob_id).delete()
    return gone


def resting_on(document: Document) -> list[TenantModel]:
    """The rows for whose sake the database does not let a file go."""
    try:
        Collector(using="default").collect([document])
    except models.ProtectedError as error:
        return [row for row in error.protected_objects if isinstance(row, TenantModel)]
    return []


def _entries(keys: set[Key]) -> Iterator[Entry]:
    """Entries about what went, as long as they say something; never those that declare an erasure."""
    by_label: dict[str, list[UUID]] = {}
    for label, key in keys:
        by_label.setdefault(label, []).append(key)
    rows = Entry.objects.filter(payload__erased_at=None).exclude(kind=chain.ERASURE)
    for label, found in by_label.items():
        if label == Payload._meta.label_lower:
            yield from rows.filter(payload__in=found)
        else:
            yield from rows.filter(object_type=label, object_id__in=found)


def waiting(rows: Iterable[TenantModel], on: date) -> Mapping[UUID, Term]:
    """Those of the rows that stay although the person asked for erasure, Art. 17(3) GDPR, with their terms.

    A duty to keep, evidence against claims, or a legal hold.
    """
    by_model: dict[type[models.Model], list[UUID]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row.pk)
    found = [terms(model, keys) for model, keys in by_model.items()]
    return {key: term for one in found for key, term in one.items() if term.outlasts_request(on)}
