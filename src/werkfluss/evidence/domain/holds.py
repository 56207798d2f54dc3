"""Legal holds (Sperrvermerke): what a named person keeps from deletion, for a reason and until a day.

A hold is on one object with all that hangs on it (a person, an order, a project, a file), or on classes of data of the
whole firm, named by their rules in ``retention.yaml`` (all invoices while an audit is open). While it is in force the
nightly deletion and an erasure on request leave those rows alone and say so. Holding too much is mended by lifting the
hold; what was deleted is gone. So "all that hangs on it" is read widely: rows that name the object, rows that
name those, and files and entries of the record about either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from werkfluss.evidence.models import Hold
from werkfluss.evidence.retention import register
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text, joined
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.isolation import tenant_models
from werkfluss.org.models import User

RIGHT = "hold.write"
GROUND = "Art. 17(3)(e) GDPR"
# Columns by which a row names an object of any room.
_NAMING = (("object_type", "object_id"), ("subject_type", "subject_id"))


def holds() -> QuerySet[Hold]:
    """All holds, the newest first."""
    return Hold.objects.order_by("-created_at")


def holds_in_force(on: date) -> QuerySet[Hold]:
    return holds().filter(lifted_at=None, until__gte=on)


def holds_on(subject: models.Model, *, on: date) -> list[Hold]:
    """The holds in force on this object itself."""
    return list(holds_in_force(on).filter(object_type=subject._meta.label_lower, object_id=subject.pk))


def place_hold(subject: models.Model, *, name: str, reason: str, until: date, by: Actor) -> Hold:
    """Keep ``subject`` and all that hangs on it; ``name`` is what readers know it by, ``until`` the last day.

    Raises:
        NotPermitted: no named person with the right.
        Refused: no reason, or a day that is over.
    """
    return _place({"object_type": subject._meta.label_lower, "object_id": subject.pk}, name, reason, until, by=by)


def place_class_hold(rules: Collection[str], *, reason: str, until: date, by: Actor) -> Hold:
    """Keep all data of the firm under these rules of ``retention.yaml``.

    Raises:
        NotPermitted: no named person with the right.
        Refused: no class, no reason, or a day that is over.
    """
    wanted = sorted(set(rules))
    if not wanted or set(wanted) - set(classes()):
        raise _refused(
            Text("Es ist keine Datenklasse gewählt.", "No class of data is chosen."),
            Text("Wählen Sie mindestens eine Klasse.", "Choose at least one class."),
        )
    return _place({"rules": wanted}, words_of(wanted).de, reason, until, by=by)


def words_of(rules: Collection[str]) -> Text:
    """What is kept under these rules; one that is no class any more is called by its name."""
    return joined([classes().get(rule) or Text(rule, rule) for rule in rules], ", ")


def _place(what: dict[str, Any], name: str, reason: str, until: date, *, by: Actor) -> Hold:
    _require_named_person(by)
    if not reason.strip():
        raise _refused(
            Text("Ein Sperrvermerk braucht einen Grund.", "A legal hold needs a reason."),
            Text("Nennen Sie Streit, Prüfung oder Anordnung.", "Name the dispute, audit or order."),
        )
    if until < clock.today():
        raise _refused(
            Text("Der letzte Tag liegt in der Vergangenheit.", "The last day is in the past."),
            Text("Nennen Sie einen Tag ab heute.", "Name today or a later day."),
        )
    hold = Hold.objects.create(**what, name=name[:300], reason=reason.strip()[:300], until=until, placed_by=by.id)
    data = {"name": hold.name, "reason": hold.reason, "until": until, "rules": hold.rules, "object": hold.object_id}
    record(Event("evidence.hold.placed", hold, data), by=by)
    return hold


def lift_hold(hold: Hold, *, reason: str, by: Actor) -> None:
    """End a hold before its day; the next night deletes what is past its period.

    Raises:
        NotPermitted: no named person with the right.
        Refused: no reason, or it is over already.
    """
    _require_named_person(by)
    if hold.lifted_at is not None or hold.until < clock.today():
        raise _refused(
            Text("Dieser Sperrvermerk ist schon beendet.", "This legal hold is over already."),
            Text("Es ist nichts zu tun.", "There is nothing to do."),
        )
    if not reason.strip():
        raise _refused(
            Text("Das Aufheben braucht einen Grund.", "Lifting a hold needs a reason."),
            Text("Sagen Sie, warum er nicht mehr nötig ist.", "Say why it is no longer needed."),
        )
    hold.edit(lifted_at=clock.now(), lifted_by=by.id, lifted_reason=reason.strip()[:300])
    record(Event("evidence.hold.lifted", hold, {"name": hold.name, "reason": hold.lifted_reason}), by=by)


def _require_named_person(by: Actor) -> None:
    by.require(RIGHT)
    if by.kind is not ActorKind.USER:
        raise NotPermitted(RIGHT)


def _refused(reason: Text, way_out: Text) -> Refused:
    return Refused(reason, citation="Sperrvermerk", what_to_do=way_out)


@cache
def classes() -> Mapping[str, Text]:
    """The classes a hold can be on: rules whose time runs by itself in the firm, with what they keep, by rule key.

    What the law demands to be kept comes first, since that is what audits ask for.
    """
    known = register()
    found: dict[str, list[Text]] = {}
    own = {(rows.model, rows.rule.key): rows.which for rows in known.rows}
    of_firms = {model._meta.label for model in tenant_models()}
    for model, rule in sorted(known.timed(), key=lambda pair: (not known.rules[pair[1]].waits, pair)):
        if model not in of_firms:
            continue
        text = own.get((model, rule)) or known.of_model(model)[0].purpose
        listed = found.setdefault(rule, [])
        if text not in listed:
            listed.append(text)
    return {rule: joined(texts, ", ") for rule, texts in found.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """What is in force on one day, read once: objects by label, and rules."""

    objects: Sequence[tuple[str, UUID, Hold]]
    rules: Mapping[str, Hold]
    _naming: list[frozenset[type[models.Model]]] = field(default_factory=list, compare=False)

    @classmethod
    def now(cls) -> Held:
        """One query, one more if people are held: their log-ins."""
        found = list(holds_in_force(clock.today()))
        objects = [(hold.object_type, hold.object_id, hold) for hold in found if hold.object_id]
        users = [(User._meta.label_lower, user, hold) for user, hold in _users(objects)]
        return cls([*objects, *users], {rule: hold for hold in found for rule in hold.rules})

    def __bool__(self) -> bool:
        return bool(self.objects or self.rules)

    def of(self, model: type[models.Model], keys: Collection[UUID]) -> dict[UUID, Hold]:
        """Those of the rows that a hold on an object keeps, with the hold that lasts longest."""
        found: dict[UUID, Hold] = {}
        for label, key, hold in self.objects if keys else ():
            hanging = hanging_on(model, label, key, self._naming_tables())
            rows = model._default_manager.filter(hanging, pk__in=list(keys))
            for pk in rows.values_list("pk", flat=True):
                if pk not in found or found[pk].until < hold.until:
                    found[pk] = hold
        return found

    def without(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of one table less those that a hold on an object keeps."""
        for kept in self._kept(rows.model):
            rows = rows.exclude(pk__in=kept.values("pk"))
        return rows

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Only those that a hold on an object keeps."""
        wanted = Q(pk__in=[])
        for kept in self._kept(rows.model):
            wanted |= Q(pk__in=kept.values("pk"))
        return rows.filter(wanted)

    def _kept(self, model: type[models.Model]) -> list[QuerySet[Any]]:
        near = self._naming_tables()
        return [model._default_manager.filter(hanging_on(model, label, key, near)) for label, key, _ in self.objects]

    def _naming_tables(self) -> frozenset[type[models.Model]]:
        """Asked once: nothing that names a held object comes to be while it is read here."""
        if not self._naming:
            self._naming.append(naming_tables((label, key) for label, key, _ in self.objects))
        return self._naming[0]


def _users(objects: Sequence[tuple[str, UUID, Hold]]) -> Iterator[tuple[UUID, Hold]]:
    """The log-ins of held people."""
    for label in {label for label, _, _ in objects}:
        model = apps.get_model(label)
        if any(field.name == "user" and field.related_model is User for field in model._meta.concrete_fields):
            held = {key: hold for own, key, hold in objects if own == label}
            rows = model._default_manager.filter(pk__in=held).exclude(user=None)
            yield from ((user, held[key]) for key, user in rows.values_list("pk", "user_id"))


def naming_tables(objects: Iterable[tuple[str, UUID]]) -> frozenset[type[models.Model]]:
    """The tables in which some row names one of the objects; one query, so that the empty ones need no other."""
    wanted: dict[str, list[UUID]] = {}
    for label, key in objects:
        wanted.setdefault(label, []).append(key)
    queries = []
    for model in tenant_models():
        named = [Q(**{f"{path}__in": keys}) for label, keys in wanted.items() for path in paths(model, label)]
        if named:
            rows = model._default_manager.filter(reduce(or_, named)).order_by()
            queries.append(rows.values_list(models.Value(model._meta.label))[:1])
    if not queries:
        return frozenset()
    return frozenset(apps.get_model(label) for (label,) in queries[0].union(*queries[1:], all=True))


def hanging_on(model: type[models.Model], label: str, key: UUID, near: Collection[type[models.Model]]) -> Q:
    """The rows of ``model`` that are the object, name it, or name what names it: a row of the tables ``near``."""
    found = Q(pk=key) if model._meta.label_lower == label else Q(pk__in=[])
    for path in paths(model, label):
        found |= Q(**{path: key})
    for prefix, kind, ref in _naming_columns(model):
        found |= Q(**{f"{prefix}{kind}": label, f"{prefix}{ref}": key})
        for other in near:
            own = paths(other, label)
            if own and other is not model:
                keys = other._default_manager.filter(_any(own, key)).values("pk")
                found |= Q(**{f"{prefix}{kind}": other._meta.label_lower, f"{prefix}{ref}__in": keys})
    return found


def _any(names: Sequence[str], key: UUID) -> Q:
    found = Q(pk__in=[])
    for name in names:
        found |= Q(**{name: key})
    return found


@cache
def paths(model: type[models.Model], label: str) -> tuple[str, ...]:
    """The columns of ``model``, or of what it names, that name objects of ``label``.

    For a log-in only the columns themselves: who led a project must not hold all its tasks.
    """
    direct = _foreign(model)
    found = [name for name, target in direct.items() if target._meta.label_lower == label]
    if label != User._meta.label_lower:
        for name, target in direct.items():
            further = _foreign(target).items()
            found += [f"{name}__{more}" for more, end in further if end._meta.label_lower == label]
    return tuple(found)


def _foreign(model: type[models.Model]) -> dict[str, type[models.Model]]:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    return {field.name: field.related_model for field in fields if field.name != "org"}


@cache
def _naming_columns(model: type[models.Model]) -> tuple[tuple[str, str, str], ...]:
    """(prefix, column of the type, column of the key): of the row itself, or of an entry whose text it holds."""
    places = [("", model), *((f"{name}__", target) for name, target in _foreign(model).items())]
    return tuple(
        (prefix, kind, key)
        for prefix, place in places
        for kind, key in _NAMING
        if {kind, key} <= {field.name for field in place._meta.concrete_fields}
    )


def require_free(subject: models.Model) -> None:
    """Raises Refused if a hold in force is on this object itself."""
    for hold in holds_on(subject, on=clock.today()):
        raise still_held(hold)


def still_held(hold: Hold) -> Refused:
    """The refusal of an erasure that touches what is held."""
    day = hold.until
    return Refused(
        Text(
            f"Ein Sperrvermerk hält {hold.name} bis {day:%d.%m.%Y}: {hold.reason}",
            f"A legal hold keeps {hold.name} until {day:%-d %B %Y}: {hold.reason}",
        ),
        citation="Art. 17 Abs. 3 Buchst. e DSGVO",
        what_to_do=Text(
            "Warten Sie bis dahin, oder lassen Sie den Sperrvermerk aufheben.",
            "Wait until then, or have the legal hold lifted.",
        ),
    )


def guarded(subject: models.Model, held: Held, ruled: Callable[[type[models.Model], str], QuerySet[Any]]) -> list[Any]:
    """(model, keys, hold) of rows that hang on ``subject`` and are held, by whatever hold.

    ``ruled`` gives the rows of a table under a rule.
    """
    found: list[Any] = []
    near = naming_tables([(subject._meta.label_lower, subject.pk)])
    for model in tenant_models():
        mine = model._default_manager.filter(hanging_on(model, subject._meta.label_lower, subject.pk, near))
        keys = set(mine.values_list("pk", flat=True))
        if not keys:
            continue
        found += [(model, {pk}, hold) for pk, hold in held.of(model, keys).items()]
        for rule, hold in held.rules.items():
            if (model._meta.label, rule) in register().timed():
                under = set(ruled(model, rule).filter(pk__in=keys).values_list("pk", flat=True))
                found += [(model, under, hold)] if under else []
    return found
