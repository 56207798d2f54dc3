"""The firm's own AI Act guide (Umsetzungsleitfaden): from the inventory to the paper, and its to-dos to deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from werkfluss.agents.domain.inventory import Line, as_use
from werkfluss.agents.domain.trainings import Person
from werkfluss.agents.models import AiUse
from werkfluss.agents.sheets import Part, Sheet
from werkfluss.compliance.domain.deadlines import set_deadline
from werkfluss.compliance.models import Deadline
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.law import guide as law_guide
from werkfluss.law.guide_model import Entry, Firm, Guide, Todo
from werkfluss.law.packs.eu.ai_act.memo import Memo
from werkfluss.org.actor import Actor
from werkfluss.org.models import FirmProfile
from werkfluss.workforce.models import AgentFile

_URGENCY = {
    "overdue": Text("überfällig", "overdue"),
    "now": Text("jetzt", "now"),
    "soon": Text("bald", "soon"),
    "later": Text("später", "later"),
    "undated": Text("ohne Termin: vor der Nutzung oder laufend", "no date: before use, or ongoing"),
}
ROLES = {
    "provider": Text("Anbieter", "provider"),
    "deployer": Text("Betreiber", "deployer"),
    "importer": Text("Einführer", "importer"),
    "distributor": Text("Händler", "distributor"),
    "product_manufacturer": Text("Produkthersteller", "product manufacturer"),
    "authorised_representative": Text("Bevollmächtigter", "authorised representative"),
}
NOTE = Text(
    "Aus den Angaben der Firma und den Regeln der genannten Fassung erstellt; ersetzt keine Rechtsberatung.",
    "Made from the firm's own data and the rules of the version named; no substitute for legal advice.",
)


def make_guide(
    lines: Iterable[Line],
    *,
    firm: str,
    contact: str,
    works_council: bool,
    size: str,
    names: Mapping[UUID, str],
    on: date,
) -> Guide:
    """The guide of the lines in use, as the pack eu/ai_act writes it.

    Raises:
        Broken: a short form does not exist.
    """
    used = [as_use(line, on=on, names=names) for line in lines if not line.is_over(on)]
    return law_guide.guide(Firm(firm, contact, size, works_council), used, on)


def basis_of(guide: Guide, todo: Todo) -> str:
    """The provision as lawyers write it."""
    return next((one.label for one in guide.provisions if one.id == todo.basis), todo.basis)


def todo_code(todo: Todo) -> str:
    """The same to-do has the same code in every version of the guide."""
    words = "|".join((todo.what.de, todo.basis, *todo.uses))
    return f"eu/ai_act:todo:{sha256(words.encode()).hexdigest()[:24]}"


def take_over(
    guide: Guide, *, codes: Iterable[str], due: date | None, lines: Sequence[Line], by: Actor
) -> list[Deadline]:
    """Make deadlines of the chosen to-dos: of the use if it concerns one only, else of the firm.

    ``due`` is the day for to-dos that the Act gives no day that lies ahead.

    Raises:
        Broken: there is no such to-do, or one without a day of its own gets none.
    """
    wanted = set(codes)
    chosen = [todo for todo in guide.todos if todo_code(todo) in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise _refused(Text("Diese Aufgabe steht nicht im Leitfaden.", "This to-do is not in the guide."))
    rows = {line.key: line.row for line in lines}
    profile = FirmProfile.objects.get()
    made = []
    for todo in chosen:
        day = todo.by if todo.by is not None and todo.by > guide.as_of else due
        if day is None:
            raise _refused(Text("Für diese Aufgabe fehlt ein Tag.", "This to-do needs a day."))
        row = rows.get(todo.uses[0]) if len(todo.uses) == 1 else None
        subject = row if isinstance(row, AiUse) else row.resource if isinstance(row, AgentFile) else profile
        lead = (todo.by - todo.start_by).days if todo.by and todo.start_by else 0
        made.append(
            set_deadline(
                subject,
                code=todo_code(todo),
                title=todo.what,
                due=day,
                lead_days=lead,
                who=todo.who,
                basis=basis_of(guide, todo),
                by=by,
            )
        )
    return made


def taken_over(codes: Iterable[str]) -> dict[str, Deadline]:
    """The deadlines that to-dos have become, by code."""
    rows = Deadline.objects.filter(code__in=list(codes)).exclude(state="dropped").order_by("due")
    return {deadline.code: deadline for deadline in rows}


def guide_sheet(guide: Guide, *, address: str, people: Sequence[Person], memo: Memo | None) -> Sheet:
    """The guide as a paper: inventory, to-dos, each use, change dates, trainings, texts, and the memo as annex."""
    parts: list[Part] = [
        (Text("Verzeichnis der genutzten KI", "Inventory of AI in use"), (_inventory(guide),)),
        (Text("Was zu tun ist", "What to do"), (_todos(guide),)),
        (Text("Die Nutzungen im Einzelnen", "Each use"), tuple(_entry(entry) for entry in guide.entries)),
        (Text("Stichtage der Verordnung", "Change dates of the Act"), (_days(guide),)),
        (Text("KI-Kompetenz (Art. 4)", "AI literacy (Art. 4)"), (training_section(people),)),
        (
            Text("Texte", "Texts"),
            tuple(Section(draft.title, paragraphs=(draft.body,)) for draft in guide.drafts),
        ),
    ]
    if memo is not None:
        title = Text("Anlage: neutrale Zuteilung", "Annex: neutral allocation")
        sections = [Section(heading, paragraphs=texts) for heading, texts in memo.sections]
        digest = Section(memo.title, pairs=((Text("Prüfsumme der Angaben", "Digest of the facts"), memo.facts_sha256),))
        parts.append((title, (digest, *sections)))
    return Sheet(
        Text("Umsetzungsleitfaden zur KI-Verordnung", "Guide to the AI Act"),
        guide.firm.name,
        address,
        guide.as_of,
        (
            (Text("Stand", "As of"), guide.as_of),
            (Text("Ansprechperson", "Contact"), guide.firm.contact),
            (Text("Fassung der Regeln", "Version of the rules"), guide.pack_version),
            (Text("Nutzungen", "Uses"), len(guide.entries)),
        ),
        tuple(part for part in parts if part[1]),
        NOTE,
    )


def _inventory(guide: Guide) -> Section:
    rows = tuple(
        (
            entry.use.name,
            entry.use.purpose,
            entry.use.owner,
            entry.use.provider,
            entry.class_name,
            role_words(entry),
            _day(entry.applies_from),
        )
        for entry in guide.entries
    )
    head = (
        Text("Nutzung", "Use"),
        Text("Zweck", "Purpose"),
        Text("Verantwortlich", "Responsible"),
        Text("Anbieter", "Provider"),
        Text("Klasse", "Class"),
        Text("Rolle der Firma", "Role of the firm"),
        Text("Gilt ab", "Applies from"),
    )
    return Section(Text("Alle Nutzungen", "All uses"), head=head, rows=rows)


def role_words(entry: Entry) -> Text:
    words = [ROLES.get(role.role, Text(role.role, role.role)) for role in entry.roles]
    return Text(", ".join(one.de for one in words), ", ".join(one.en for one in words)) if words else Text("–", "–")


def _todos(guide: Guide) -> Section:
    names = {entry.use.id: entry.use.name for entry in guide.entries}
    rows = tuple(
        (
            todo.what,
            todo.who,
            todo.by,
            todo.start_by,
            _URGENCY[todo.urgency],
            basis_of(guide, todo),
            ", ".join(names[use] for use in todo.uses),
        )
        for todo in guide.todos
    )
    head = (
        Text("Was", "What"),
        Text("Wer", "Who"),
        Text("Bis", "By"),
        Text("Beginn spätestens", "Start by"),
        Text("Dringlichkeit", "Urgency"),
        Text("Grundlage", "Basis"),
        Text("Betrifft", "Concerns"),
    )
    return Section(Text("Aufgaben, die dringendste zuerst", "To-dos, the most urgent first"), head=head, rows=rows)


def _entry(entry: Entry) -> Section:
    fine = Money.of(entry.fine, "EUR") if entry.fine else None
    duties = tuple(
        (ROLES.get(role.role, Text(role.role, role.role)), duty.what, duty.due)
        for role in entry.roles
        for duty in role.duties
    )
    return Section(
        Text(entry.use.name, entry.use.name),
        pairs=(
            (Text("Klasse", "Class"), entry.class_name),
            (Text("Sicherheit der Antwort", "Certainty of the answer"), entry.certainty),
            (Text("Wer sie nutzt", "Who uses it"), ", ".join(entry.use.people)),
            *(((Text("Höchste Geldbuße", "Highest fine"), fine),) if fine else ()),
        ),
        paragraphs=(
            *entry.reasons,
            *(_question(question) for _, question in entry.to_confirm),
            *(reading.label for reading in entry.readings),
        ),
        head=(Text("Als", "As"), Text("Pflicht", "Duty"), Text("Ab", "From")),
        rows=duties,
    )


def _question(text: Text) -> Text:
    return Text(f"Bitte bestätigen: {text.de}", f"Please confirm: {text.en}")


def _days(guide: Guide) -> Section:
    head = (Text("Tag", "Day"), Text("Was sich ändert", "What changes"))
    return Section(Text("Kommende Stichtage", "Coming change dates"), head=head, rows=guide.deadlines)


def training_section(people: Sequence[Person]) -> Section:
    """Who uses AI, with the measure that counts; nobody is graded."""
    nobody = Text("Im Verzeichnis ist niemand als nutzend eingetragen.", "The inventory names nobody as using AI.")
    missing = Text("fehlt", "missing")
    rows = tuple(
        (
            person.resource.name,
            ", ".join(person.uses),
            person.training.title if person.training else missing,
            person.training.held_on if person.training else None,
            person.training.valid_to if person.training else None,
        )
        for person in people
    )
    head = (
        Text("Person", "Person"),
        Text("Nutzt", "Uses"),
        Text("Schulung", "Training"),
        Text("Am", "On"),
        Text("Gilt bis", "Valid until"),
    )
    title = Text("Schulungen je Person", "Trainings per person")
    return Section(title, head=head, rows=rows) if rows else Section(title, paragraphs=(nobody,))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _refused(cause: Text) -> Broken:
    return Broken(
        Fault(
            "guide",
            cause,
            Text("Aufgaben aus dem Leitfaden von heute.", "To-dos of today's guide."),
            Text("Bitte laden Sie die Seite neu und wählen Sie.", "Please reload the page and choose."),
        )
    )
