"""The deadline radar as one list: the database merges deadlines and papers, sorts, counts and cuts out what is shown.

A firm with a thousand cases has tens of thousands of deadlines; a page of fifty lines reads fifty of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, overload

from django.db.models import Case, Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Lower
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.compliance.models import Deadline
from werkfluss.org.actor import Actor
from werkfluss.web import law_view, objects
from werkfluss.web.paper_words import paper_word
from werkfluss.web.radar import (
    Due,
    basis_of,
    deadlines_shown,
    expiring_papers,
    papers_shown,
    who_word,
)
from werkfluss.web.radar_names import Names
from werkfluss.workforce.domain.papers import TYPES
from werkfluss.workforce.models import Paper, Resource

_KEYS = ("line", "key", "start", "until", "head", "role")
_ORDERS = {"title": "head", "start_by": "start", "due": "until", "who": "role"}
# Roles that are shown by a word of the page's language.
_ROLES = ("hr", "person", "lead", "managing_director")


@dataclass(frozen=True)
class Radar:
    """Everything open that ``actor`` may know of; a ``Source`` of a table. A page is a constant number of queries.

    ``renewable``: whether lines of papers offer to make their renewal a deadline.
    """

    actor: Actor
    firm: str
    on: date
    deadlines: QuerySet[Any]
    papers: QuerySet[Any]
    order: str = "start"
    down: bool = False
    renewable: bool = True

    def __len__(self) -> int:
        return self._sums[0]

    @cached_property
    def _sums(self) -> tuple[int, int]:
        """How many lines there are, and how many of them have to be started by now."""
        by_now = Count("pk", filter=Q(start__lte=self.on) | Q(until__lt=self.on))
        parts = [part.aggregate(all=Count("pk"), now=by_now) for part in (self.deadlines, self.papers)]
        return sum(one["all"] for one in parts), sum(one["now"] for one in parts)

    def __iter__(self) -> Iterator[Due]:
        return iter(self[0 : len(self)])

    @overload
    def __getitem__(self, wanted: int) -> Due: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Due]: ...
    def __getitem__(self, wanted: int | slice) -> Due | list[Due]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        return self._drawn(self._keys()[wanted])

    @property
    def pressing(self) -> int:
        """How many have to be started by now."""
        return self._sums[1]

    def narrow(self, key: str, value: str) -> Radar:
        if key == "kind":
            return replace(
                self,
                deadlines=self.deadlines if value == "deadline" else self.deadlines.none(),
                papers=self.papers if value == "paper" else self.papers.none(),
            )
        if key != "state":
            raise ValueError(f"the radar is not narrowed by {key}")
        return self._where(
            {
                "overdue": Q(until__lt=self.on),
                "to_start": Q(until__gte=self.on, start__lte=self.on),
                "open": Q(until__gte=self.on, start__gt=self.on),
            }[value]
        )

    def find(self, words: Sequence[str]) -> Radar:
        names, found = Names(self.actor, self.deadlines, self.papers), self
        for word in words:
            roles = [role for role in _ROLES if word.casefold() in who_word(role).casefold()]
            plain = Q(head__icontains=word) | Q(ground__icontains=word) | Q(role__icontains=word) | Q(role__in=roles)
            deadlines, papers = names.holding(word)
            found = replace(
                found,
                deadlines=found.deadlines.filter(plain | deadlines),
                papers=found.papers.filter(plain | papers),
            )
        return found

    def sort(self, key: str, *, down: bool) -> Radar:
        found = replace(self, order=_ORDERS.get(key, key), down=down)
        if "_sums" in vars(self):  # they are the same lines
            vars(found)["_sums"] = self._sums
        return found

    def _where(self, condition: Q) -> Radar:
        return replace(self, deadlines=self.deadlines.filter(condition), papers=self.papers.filter(condition))

    def _keys(self) -> Any:
        """The lines in order, each beginning with its kind and key: cut it before it is read."""
        if self.order == "about":
            lines = Names(self.actor, self.deadlines, self.papers).lines()
            lines.sort(key=lambda row: (row.name.casefold(), row.start, row.until, row.key), reverse=self.down)
            return lines
        sign = "-" if self.down else ""
        both = self.deadlines.values_list(*_KEYS).union(self.papers.values_list(*_KEYS), all=True)
        return both.order_by(f"{sign}{self.order}", "start", "until", "head", "key")

    def _with_names(self, papers: QuerySet[Paper]) -> list[Paper]:
        """Papers with the names of those they are of, where these may be read."""
        read = list(papers)
        off: list[Resource] = [
            one.resource for one in read if not law_view.must_be_kept(self.actor, basis_of(one.kind))
        ]
        law_view.unname(off, "deadlines")
        return read

    def _drawn(self, keys: Any) -> list[Due]:
        lines = [(row[0], row[1]) for row in keys]
        rows = Deadline.objects.filter(pk__in=[key for line, key in lines if line == "deadline"])
        found = deadlines_shown(rows, actor=self.actor, firm=self.firm, on=self.on)
        papers = [key for line, key in lines if line == "paper"]
        if papers:
            listed = self._with_names(Paper.objects.select_related("resource").filter(pk__in=papers))
            found += papers_shown(listed, set(), firm=self.firm, on=self.on)
        by_key = {one.key: one if self.renewable else replace(one, renew=None) for one in found}
        return [by_key[f"{line}-{key}"] for line, key in lines]


def radar(actor: Actor, *, firm: str, on: date, renewable: bool = True) -> Radar:
    """Everything open that this person may know of, the earliest start first."""
    mine = Deadline.objects.filter(objects.visible(actor, type_field="subject_type"), state="open")
    german = (get_language() or "de").startswith("de")
    deadlines = mine.annotate(
        line=Value("deadline", output_field=TextField()),
        key=F("pk"),
        start=F("start_by"),
        until=F("due"),
        head=Lower("title_de" if german else "title_en"),
        role=F("who"),
        ground=F("basis"),
    )
    return Radar(actor, firm, on, deadlines, _papers(actor, mine), renewable=renewable)


def _papers(actor: Actor, deadlines: QuerySet[Deadline]) -> QuerySet[Paper]:
    """Those whose renewal is no deadline yet; none for who may not see people."""
    code = Concat(Value("renew:"), OuterRef("kind"))
    first_day = Func(
        F("expires"), F("lead_days"), template="(%(expressions)s)", arg_joiner=" - ", output_field=DateField()
    )
    renewed = deadlines.filter(subject_id=OuterRef("resource_id"), code=code)
    said = _("Renew: %(paper)s")
    words = [When(kind=kind, then=Value((said % {"paper": paper_word(kind)}).casefold())) for kind in TYPES]
    rows = expiring_papers() if actor.may("people.read") else expiring_papers().none()
    return rows.exclude(Exists(renewed)).annotate(
        line=Value("paper", output_field=TextField()),
        key=F("pk"),
        start=first_day,
        until=F("expires"),
        head=Case(*words, default=F("kind"), output_field=TextField()),
        role=Value("hr", output_field=TextField()),
        ground=Value(_("end of validity"), output_field=TextField()),
    )
