"""What a person from abroad, or somebody of the family, sees in the portal: the next step, and a checklist to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from werkfluss.care.domain.consents import released_to_family
from werkfluss.care.domain.expat_cases import Stage, stages
from werkfluss.care.domain.papers import papers_of
from werkfluss.care.domain.participants import logins_of
from werkfluss.care.models import ChecklistTick, ExpatCase, Participant
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import care_route
from werkfluss.care.rules import own_cases
from werkfluss.kernel.errors import Conflict, NotPermitted
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.process.choices import choice_words
from werkfluss.process.model import Words
from werkfluss.work.domain import cases, definitions, step_tasks
from werkfluss.work.domain.step_rules import rules_of
from werkfluss.work.models import CaseTask

OF_THE_PERSON = frozenset({"course", "papers", "contact", "messages"})


@dataclass(frozen=True, slots=True)
class Portal:
    """A case as one reader may see it: the person sees all (``relative`` is None), the family what is
    released. ``several``: the reader has more than this one.
    """

    expat: ExpatCase
    relative: Participant | None
    sees: frozenset[str]
    several: bool = False

    @property
    def own(self) -> bool:
        return self.relative is None


def portals_of(actor: Actor, *, on: date) -> Sequence[Portal]:
    """What the portal shows to whoever asks: the own cases, the open ones first and of these the newest, then those in
    which somebody of the family lets them see something.
    """
    if actor.kind is not ActorKind.USER or actor.id is None:
        return ()
    related = ("person__user", "case__definition", "org")
    own = sorted(own_cases(actor).select_related(*related), key=lambda expat: expat.state != "open")
    relatives = logins_of(actor.id).select_related(*(f"expat_case__{name}" for name in related))
    found = [
        *(Portal(expat, None, OF_THE_PERSON) for expat in own),
        *(Portal(one.expat_case, one, released_to_family(one, on=on)) for one in relatives),
    ]
    return [replace(one, several=True) for one in found] if len(found) > 1 else found


def portal_of(actor: Actor, *, on: date) -> Portal | None:
    """The first of them."""
    return next(iter(portals_of(actor, on=on)), None)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next. ``mine``: it is the person's turn; ``step`` is there only where somebody has to act now.

    ``outcome`` and ``criteria`` say when it is done, ``choices`` are (branch, words) where it is a decision. ``apart``:
    it is done on its own page, because several decide, somebody has claimed it, it is a task or a question is open.
    """

    title: Text
    who: Text | None
    due: datetime | None
    mine: bool
    step: CaseTask | None
    outcome: Text | None = None
    criteria: tuple[Text, ...] = ()
    choices: tuple[tuple[str, Text], ...] = ()
    apart: bool = False


def next_steps(expat: ExpatCase) -> Sequence[NextStep]:
    """What happens next, first things first: all own steps that are open now, else the oldest one of somebody else,
    else the one that comes later. Empty when all is done.
    """
    if expat.state != "open":
        return []
    rows = list(cases.open_steps(expat.case).select_related("case__definition").order_by("created_at"))
    found = stages(expat)
    own = [_now(expat, row, found) for row in rows if row.resource_id == expat.person_id]
    if own or rows:
        return own or [_now(expat, rows[0], found)]
    return [NextStep(one.title, one.who, None, False, None) for one in found if one.state == "later"][:1]


def _now(expat: ExpatCase, row: CaseTask, found: Sequence[Stage]) -> NextStep:
    model = definitions.model_of(row.case.definition)
    stage = next((one for one in found if one.element == row.element), None)
    mine, facts = row.resource_id == expat.person_id, model.nodes[row.element].facts
    return NextStep(
        stage.title if stage else Text(row.name, row.name),
        stage.who if stage else None,
        row.due,
        mine,
        row,
        _text(facts.outcome) if facts.outcome else None,
        tuple(_text(words) for words in facts.criteria),
        tuple((flow, choice_words(model, flow, label)) for flow, label in row.choices),
        mine and _is_apart(row, expat),
    )


def _text(words: Words) -> Text:
    return Text(words.in_language("de"), words.in_language("en"))


def _is_apart(row: CaseTask, expat: ExpatCase) -> bool:
    return (
        rules_of(row).by_vote
        or row.claimed_by_id not in (None, expat.person.user_id)
        or step_tasks.task_of(row) is not None
        or row.questions.filter(state="open").exists()
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist. ``state``: open, waiting (handed in), done; the tick is the person's own note."""

    key: str
    kind: str
    title: Text
    note: str
    state: str
    due: date | None
    done: bool = False
    version: int = 0


_PAPER_STATES = {"requested": "open", "uploaded": "waiting", "confirmed": "done", "ended": "done"}
_STEP_STATES = {"done": "done", "now": "waiting", "later": "open"}


def checklist(expat: ExpatCase, *, papers: bool = True) -> Sequence[Line]:
    """Papers that the person brings, then the steps of the way; each with the person's own tick."""
    known = care_route(expat.route).papers
    found = [
        Line(f"paper:{paper.pk}", "paper", paper_name(paper.kind), paper.note, _PAPER_STATES[paper.state], paper.due)
        for paper in (papers_of(expat) if papers else ())
        if paper.kind not in known or known[paper.kind].who == "person"
    ]
    for stage in stages(expat):
        due = stage.when.date() if stage.when and stage.state == "now" else None
        found.append(Line(f"step:{stage.element}", "step", stage.title, "", _STEP_STATES[stage.state], due))
    ticks = {tick.item: tick for tick in expat.ticks.all()}
    return [
        replace(line, done=ticks[line.key].done, version=ticks[line.key].version) if line.key in ticks else line
        for line in found
    ]


def tick(expat: ExpatCase, *, item: str, done: bool, expected_version: int, by: Actor) -> ChecklistTick:
    """Set or take away the person's own tick; ``expected_version`` 0: there was none yet.

    Raises:
        NotPermitted: it is somebody else's checklist.
        Conflict: another device was faster, or the line is gone.
    """
    if expat.person.user_id is None or expat.person.user_id != by.id:
        raise NotPermitted("portal.use")
    if item not in {line.key for line in checklist(expat)}:
        raise Conflict(f"checklist {item}")
    row = ChecklistTick.objects.select_for_update().filter(expat_case=expat, item=item).first()
    if row is None:
        if expected_version:
            raise Conflict(f"checklist {item}")
        row = ChecklistTick.objects.create(expat_case=expat, item=item, done=done)
    elif row.done == done:
        return row  # sent twice, because the answer was lost on the way: nothing to overwrite
    else:
        row.edit(expected_version=expected_version, done=done)
    # What is ticked is the person's own note: the chain knows that there is one, not which line it is.
    record(Event("care.checklist.ticked", row, {"case": expat.number}), by=by)
    return row
