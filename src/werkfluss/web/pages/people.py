"""People: who there is with what is declared of them; the page of a person with papers, facts and legal checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.compliance.domain import conditions, explain
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.domain.facts import facts_about, facts_on, record_fact
from werkfluss.compliance.models import Condition
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.web import happenings, law_view, people_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.law import FactForm, shown_value
from werkfluss.web.forms.people import DeclaredForm, EndForm, PaperForm, SkillsForm, skill_word
from werkfluss.web.paper_words import paper_text
from werkfluss.web.radar import own_radar
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.work.domain.person_checks import questions_about
from werkfluss.workforce.domain import papers, resources
from werkfluss.workforce.expiry import PSEUDONYM
from werkfluss.workforce.models import NATURAL_PERSONS, Kind, Resource, Skill

# Facts that follow from what is declared or from papers: answered there, not as statements of their own.
_FROM_PAPERS = frozenset({"title", "title_from", "title_to", "a1_held"})
_FROM_HOURS = frozenset({"hours", "break_minutes", "rest_hours", "day_kind", "week_hours"})
_DECLARED = frozenset({"citizenship", "work_country", "insured_in"})

happenings.KINDS.update(
    {
        "workforce.resource.added": gettext_lazy("Taken on"),
        "workforce.resource.edited": gettext_lazy("Details changed"),
        "workforce.resource.ended": gettext_lazy("Last day set"),
        "workforce.skills.set": gettext_lazy("Skills set"),
        "workforce.paper.added": gettext_lazy("Paper added"),
        "workforce.paper.confirmed": gettext_lazy("Paper confirmed"),
        "workforce.absences.added": gettext_lazy("Absences added"),
    }
)


def _url(name: str, resource: Resource, **kwargs: Any) -> str:
    return reverse(name, kwargs={"firm": resource.org.slug, "pk": resource.pk, **kwargs})


def _skills() -> list[tuple[str, str]]:
    return sorted(((str(skill.pk), skill_word(skill)) for skill in Skill.objects.all()), key=lambda pair: pair[1])


PEOPLE = Table(
    "people",
    caption=gettext_lazy("People, teams and agents"),
    columns=(
        Column("name", gettext_lazy("Name"), order="sort_key", link=lambda row: _url("person", row)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: people_view.KINDS[row.kind], order="kind"),
        Column("title", gettext_lazy("Position"), order="title", secondary=True),
        Column("place", gettext_lazy("Place of work"), value=people_view.place_words, order="city"),
        Column(
            "skills",
            gettext_lazy("Skills"),
            value=people_view.few_skills,
            export=people_view.skill_words,
            secondary=True,
        ),
        Column("languages", gettext_lazy("Languages"), value=people_view.language_words, secondary=True),
        Column(
            "hours",
            gettext_lazy("Per week"),
            value=lambda row: people_view.hours_words(row.weekly_minutes),
            order="weekly_minutes",
        ),
        Column("papers", gettext_lazy("Runs out next"), value="next_paper", partial="people/paper_cell.html"),
    ),
    filters=(
        Filter("kind", gettext_lazy("Kind"), list(people_view.KINDS.items())),
        Filter("skill", gettext_lazy("Skill"), _skills, apply=lambda rows, key: rows.filter(skills__skill_id=key)),
    ),
    search=("name__icontains", "title__icontains", "city__icontains", "personnel_no__icontains"),
    default_order="name",
    empty=Empty(
        gettext_lazy("Nobody yet"),
        gettext_lazy("Staff, freelancers, partner teams and agents stand here. Take your staff list over to begin."),
        gettext_lazy("Take data over"),
        url=lambda request: reverse("import_upload", kwargs={"firm": request.org.slug}),
    ),
)


# What a list may say of people while the agreement with the works council is missing.
_PLAIN_COLUMNS = {"name", "kind", "title", "place"}
PLAIN_PEOPLE = replace(
    PEOPLE,
    columns=tuple(column for column in PEOPLE.columns if column.key in _PLAIN_COLUMNS),
    filters=tuple(each for each in PEOPLE.filters if each.key == "kind"),
)


def _attach(rows: list[Resource]) -> None:
    for row in rows:
        row.next_paper = people_view.next_paper(row, on=clock.today())  # type: ignore[attr-defined]  # drawn by a column


# Whoever has left: no skills, no papers, only what leads to the page and to erasing.
FORMER = Table(
    "former_people",
    caption=gettext_lazy("Former people"),
    columns=(
        *(column for column in PEOPLE.columns if column.key in {"name", "kind"}),
        Column("active_to", gettext_lazy("No longer there from"), order="active_to", kind="date"),
    ),
    search=("name__icontains",),
    default_order="-active_to",
    empty=Empty(gettext_lazy("Nobody has left"), gettext_lazy("Whoever has a last day stands here once it is over.")),
)


def former() -> QuerySet[Resource]:
    """Everybody who has left and was not erased."""
    return Resource.objects.filter(active_to__lte=clock.today()).exclude(name__startswith=PSEUDONYM)


def former_people(request: FirmRequest) -> HttpResponse:
    return FORMER.page(request, former().select_related("org"), template="people/former.html")


def people(request: FirmRequest) -> HttpResponse:
    rows = people_view.listed().exclude(active_to__lte=clock.today())
    shut = law_view.locked("qualifications")
    table = PLAIN_PEOPLE if shut else PEOPLE
    return table.page(request, rows, template="people/list.html", context={"locked": shut}, prepare=_attach)


def _resource(pk: UUID) -> Resource:
    row = Resource.objects.select_related("org", "user", "rate").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def open_person(pk: UUID) -> Resource:
    """Raises Http404 if there is none, or if details of this person are locked."""
    row = _resource(pk)
    if people_view.is_locked(row):
        raise Http404
    return row


def person(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = _resource(pk)
    kind = people_view.KINDS[row.kind]
    if people_view.is_locked(row):
        context = {"person": row, "kind": kind}
        return render(request, "people/locked.html", context)
    return render(request, "people/person.html", {"person": row, "kind": kind, **_details(request, row)})


def _details(request: FirmRequest, row: Resource) -> dict[str, Any]:
    """What of a person this actor may see; the rest never reaches the template."""
    on = clock.today()
    found: dict[str, Any] = {
        "declared": _declared(row),
        "skills": [(each, people_view.skill_word(each)) for each in row.skills.select_related("skill", "proof")],
        "week": people_view.week_of(row.working_times.all()),
        "absences": people_view.absences_of(row, on=on),
        "holidays": people_view.holidays_ahead(row, on=on),
        "shares": row.shares.order_by("-valid_from"),
        "ends": row.active_to is not None,
        "gone": row.kind in NATURAL_PERSONS and former().filter(pk=row.pk).exists(),
        "end_form": EndForm(resource=row, prefix="end"),
    }
    if request.actor.may("fact.record") or request.actor.may("deadline.read"):
        found |= _legal(request, row)
    return found


def _legal(request: FirmRequest, row: Resource) -> dict[str, Any]:
    on, actor = clock.today(), request.actor
    recorded = facts_on(on, subject_type="workforce.resource", subject_ids=[row.pk]).get(row.pk, {})
    return {
        "legal": True,
        "papers": people_view.papers_of(row, on=on),
        "facts": people_view.facts_shown(facts_about(row), on=on, private=actor.may("people.write")),
        "answers": people_view.answers(questions_about(row, recorded, on=on)),
        "conditions": conditions.conditions_about(row),
        "deadlines": own_radar(row, actor=actor, firm=row.org.slug, on=on),
    }


def _declared(row: Resource) -> list[tuple[Any, Any]]:
    lines = [
        (_("Position"), row.title),
        (_("Department"), row.department),
        (_("Place of work"), people_view.place_words(row)),
        (_("Time zone"), row.time_zone),
        (_("Languages"), people_view.language_words(row)),
        (_("E-mail address"), row.email),
    ]
    if row.kind == Kind.EMPLOYEE:
        lines += [(_("Personnel number"), row.personnel_no), (_("Nationality"), people_view.nationality_word(row))]
    return lines


def person_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = open_person(pk)
    form = DeclaredForm(request.POST or None, instance=_resource(pk))
    if not form.is_valid():
        return _form_page(request, row, form, _("Declared details"))
    version = read_version(request)
    resources.edit_resource(row, changes=form.changes(), expected_version=version, by=request.actor)
    messages.success(request, _("The details have been saved."))
    return redirect("person", firm=request.org.slug, pk=pk)


def _form_page(request: FirmRequest, row: Resource, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {"person": row, "form": form, "title": title, **more}
    return render(request, "people/form.html", context, status=422 if form.is_bound else 200)


def person_skills(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Documented skills of a person; levels exist for agents and teams only and are set elsewhere."""
    row = open_person(pk)
    if row.kind in {Kind.PARTNER, Kind.AGENT}:
        raise Http404
    own = row.skills.values_list("skill", flat=True)
    form = SkillsForm(request.POST or None, request.FILES or None, initial={"skills": [str(key) for key in own]})
    if not form.is_valid():
        intro = _("People have a skill documented or not; there are no levels.")
        return _form_page(request, row, form, _("Skills"), intro=intro)
    file = form.cleaned_data["document"]
    proof = keep_file(file.read(), filename=file.name or "", belongs_to=row, by=request.actor) if file else None
    resources.set_skills(row, skills=form.chosen(), proof=proof, by=request.actor)
    messages.success(request, _("The skills have been saved."))
    return redirect("person", firm=request.org.slug, pk=pk)


def person_paper(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A paper somebody has in hand: confirmed with its file; the one before stays in the history."""
    row = open_person(pk)
    asked = tuple(row.papers.exclude(state="ended").values_list("kind", flat=True))
    initial = {"kind": request.GET.get("kind", "")}
    form = PaperForm(request.POST or None, request.FILES or None, asked=asked, initial=initial)
    if not form.is_valid():
        return _form_page(request, row, form, _("Confirm a paper"), intro=_("The paper before it stays on record."))
    given = form.cleaned_data
    papers.file_paper(
        row,
        kind=given["kind"],
        content=given["document"].read(),
        filename=given["document"].name,
        valid_from=given["valid_from"],
        expires=given["expires"],
        name=paper_text(given["kind"]),
        by=request.actor,
    )
    messages.success(request, _("The paper has been confirmed."))
    return redirect("person", firm=request.org.slug, pk=pk)


def person_facts(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Which statements the law would need of this person, or the form for the one that was chosen."""
    row = open_person(pk)
    name = request.GET.get("fact", "")
    if not name:
        return render(request, "people/facts.html", {"person": row, "rules": _open_questions(row)})
    if name in _FROM_PAPERS:
        return redirect("person_paper", firm=request.org.slug, pk=pk)
    if name in _DECLARED | _FROM_HOURS:
        return redirect("person_edit", firm=request.org.slug, pk=pk)
    return _one_fact(request, row, name)


def _open_questions(row: Resource) -> list[tuple[explain.RuleCard, list[tuple[explain.Fact, bool]]]]:
    """Per rule that is asked about this person the questions, each with whether it is answered."""
    on = clock.today()
    recorded = facts_on(on, subject_type="workforce.resource", subject_ids=[row.pk]).get(row.pk, {})
    found = []
    for question in questions_about(row, recorded, on=on):
        card = explain.rule_card(question.rule)
        known = {name for name, _value in question.facts}
        own = [fact for fact in card.facts if fact.name not in _FROM_HOURS]
        found.append((card, [(fact, fact.name in known) for fact in own]))
    return found


def _one_fact(request: FirmRequest, row: Resource, name: str) -> HttpResponse:
    asked = explain.fact_question(name)
    if asked is None:
        raise Http404
    on = clock.today()
    recorded = facts_on(on, subject_type="workforce.resource", subject_ids=[row.pk]).get(row.pk, {})
    initial = {"valid_from": on, "value": shown_value(recorded.get(name))}
    form = FactForm(request.POST or None, request.FILES or None, fact=asked, initial=initial)
    if not form.is_valid():
        return _form_page(request, row, form, _("Record a fact"), question=asked.question)
    given, file = form.cleaned_data, form.cleaned_data["document"]
    proof = keep_file(file.read(), filename=file.name or "", belongs_to=row, by=request.actor) if file else None
    record_fact(
        row,
        name=name,
        value=form.value(),
        source=given["source"],
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        document=proof,
        by=request.actor,
    )
    messages.success(request, _("The fact has been recorded; the legal checks use it from now on."))
    return redirect("person", firm=request.org.slug, pk=row.pk)


def person_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = open_person(pk)
    form = EndForm(request.POST, resource=row, prefix="end")
    if not form.is_valid():
        return _form_page(request, row, form, _("Last day"))
    if row.active_to is not None and row.active_to <= clock.today():
        raise Conflict(row.name)
    resources.end_resource(row, first_day_gone=form.first_day_gone(), by=request.actor)
    messages.success(request, _("The last day has been set; what was done stays."))
    return redirect("person", firm=request.org.slug, pk=pk)


def person_take_on(request: FirmRequest, pk: UUID, rule: str) -> HttpResponse:
    """A condition of today's answer about this person becomes a condition with a deadline."""
    row = open_person(pk)
    on = clock.today()
    recorded = facts_on(on, subject_type="workforce.resource", subject_ids=[row.pk]).get(row.pk, {})
    question = next((each for each in questions_about(row, recorded, on=on) if each.rule == rule), None)
    if question is None:
        raise Http404
    conditions.take_on(_stored(request, question), number=_number(request), subject=row, on=on, by=request.actor)
    messages.success(request, _("It is on the list of deadlines now."))
    return redirect("person", firm=request.org.slug, pk=pk)


def _stored(request: FirmRequest, question: Question) -> Any:
    return check_facts([question], by=request.actor)[question].check


def _number(request: FirmRequest) -> int:
    text = request.POST.get("condition", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


def condition_done(request: FirmRequest, pk: UUID, condition: UUID) -> HttpResponse:
    row = open_person(pk)
    found = Condition.objects.filter(pk=condition, subject_type=row._meta.label_lower, subject_id=row.pk).first()
    if found is None:
        raise Http404
    conditions.fulfil(found, by=request.actor)
    messages.success(request, _("The condition is met."))
    return redirect("person", firm=request.org.slug, pk=pk)


urlpatterns = [
    firm_page("people/", people, permission="people.read"),
    firm_page("people/former/", former_people, permission="people.write"),
    firm_page("people/<uuid:pk>/", person, permission="people.read"),
    firm_page("people/<uuid:pk>/edit/", person_edit, permission="people.write", methods=FORM),
    firm_page("people/<uuid:pk>/skills/", person_skills, permission="people.write", methods=FORM),
    firm_page("people/<uuid:pk>/papers/", person_paper, permission="people.write", methods=FORM),
    firm_page("people/<uuid:pk>/facts/", person_facts, permission="fact.record", methods=FORM),
    firm_page("people/<uuid:pk>/end/", person_end, permission="people.write", methods=WRITE),
    firm_page("people/<uuid:pk>/law/<path:rule>/plan/", person_take_on, permission="deadline.write", methods=WRITE),
    firm_page(
        "people/<uuid:pk>/conditions/<uuid:condition>/done/",
        condition_done,
        permission="deadline.write",
        methods=WRITE,
    ),
]
