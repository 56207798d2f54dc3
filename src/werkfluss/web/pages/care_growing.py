"""Mentoring, career steps and benefits: the person's pages, and what HR enters for all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.care.domain import growing
from werkfluss.care.models import MentoringWish
from werkfluss.kernel import clock
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms.care_growing import BenefitForm, ChooseForm, StepForm, WishForm
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.pages.my_care import own_person

KINDS.update(
    {
        "care.mentoring.wished": gettext_lazy("Wish for mentoring entered"),
        "care.mentoring.ended": gettext_lazy("Wish for mentoring taken back"),
        "care.mentoring.parted": gettext_lazy("A pair of mentoring has parted"),
        "care.mentoring.paired": gettext_lazy("Two have found each other for mentoring"),
        "care.career.step_added": gettext_lazy("Career step entered"),
        "care.career.step_ended": gettext_lazy("Career step ended"),
        "care.career.chosen": gettext_lazy("Career step chosen"),
        "care.career.choice_ended": gettext_lazy("Choice of a career step ended"),
        "care.benefit.added": gettext_lazy("Benefit entered"),
        "care.benefit.ended": gettext_lazy("Benefit ended"),
    }
)
OBJECTS.update(
    {
        "care.mentoringwish": gettext_lazy("Wish for mentoring"),
        "care.careerstep": gettext_lazy("Career step"),
        "care.careerchoice": gettext_lazy("Choice of a career step"),
        "care.benefit": gettext_lazy("Benefit"),
    }
)


def my_mentoring(request: FirmRequest) -> HttpResponse:
    """One's own wishes, and who has the opposite one; whose yes it is shows only if both said it."""
    person = own_person(request)
    form = WishForm(request.POST or None)
    if person is not None and form.is_valid():
        growing.wish_mentoring(person, **form.cleaned_data, by=request.actor)
        messages.success(request, _("Entered. Only those with the opposite wish see it."))
        return redirect("my_mentoring", firm=request.org.slug)
    wishes = [
        (wish, [growing.TOPICS[topic] for topic in wish.topics], growing.others_for(wish))
        for wish in growing.own_wishes(request.actor)
    ]
    context = {"form": form, "wishes": wishes, "person": person}
    return render(request, "care_catalogue/my_mentoring.html", context, status=422 if form.is_bound else 200)


def my_mentoring_act(request: FirmRequest, pk: UUID, act: str) -> HttpResponse:
    wish = get_object_or_404(growing.own_wishes(request.actor), pk=pk)
    if act == "end":
        growing.end_wish(wish, by=request.actor)
        messages.success(request, _("Your wish is taken back."))
    elif act in {"yes", "no"}:
        other = get_object_or_404(MentoringWish, pk=as_uuid(request.POST.get("other")), ended_on=None)
        _answer(request, wish, other, act)
    else:
        raise Http404
    return redirect("my_mentoring", firm=request.org.slug)


def _answer(request: FirmRequest, wish: MentoringWish, other: MentoringWish, act: str) -> None:
    if act == "no":
        growing.take_back(wish, other, by=request.actor)
        messages.success(request, _("Taken back. Nobody is told."))
    elif growing.say_yes(wish, other, by=request.actor):
        messages.success(request, _("You both said yes. You can write to each other now."))
    else:
        messages.success(request, _("Kept. The other person learns of it only by saying yes as well."))


def my_path(request: FirmRequest) -> HttpResponse:
    """All steps of the firm, the same for everybody, and the one chosen."""
    context = {"steps": growing.steps(), "choice": growing.own_choice(request.actor), "form": ChooseForm()}
    return render(request, "care_catalogue/my_path.html", context)


def my_path_choose(request: FirmRequest, pk: UUID) -> HttpResponse:
    person, step = own_person(request), get_object_or_404(growing.steps(), pk=pk)
    if person is None:
        raise Http404
    form = ChooseForm(request.POST)
    released = form.is_valid() and form.cleaned_data["released"]
    growing.choose_step(person, step, released=released, by=request.actor)
    messages.success(request, _("Chosen. You can change it at any time."))
    return redirect("my_path", firm=request.org.slug)


def my_path_end(request: FirmRequest) -> HttpResponse:
    choice = growing.own_choice(request.actor)
    if choice is None:
        raise Http404
    growing.end_choice(choice, by=request.actor)
    messages.success(request, _("Your choice is taken back."))
    return redirect("my_path", firm=request.org.slug)


def my_benefits(request: FirmRequest) -> HttpResponse:
    """What the firm offers beside pay, with what the law is sure of."""
    return render(request, "care_catalogue/my_benefits.html", {"benefits": _hinted(), "hr": False})


def _hinted() -> list[tuple[object, ...]]:
    on = clock.today()
    return [(one, growing.BENEFITS[one.kind], *growing.tax_hint(one.kind, on=on)) for one in growing.benefits()]


def care_steps(request: FirmRequest) -> HttpResponse:
    """The steps of the firm, and the choices that were released to HR."""
    form = StepForm(request.POST or None)
    if form.is_valid():
        growing.add_step(**form.cleaned_data, by=request.actor)
        messages.success(request, _("The step is open to all."))
        return redirect("care_steps", firm=request.org.slug)
    context = {"steps": growing.steps(), "form": form, "choices": growing.released_choices()}
    return render(request, "care_catalogue/steps.html", context, status=422 if form.is_bound else 200)


def care_step_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    growing.end_step(get_object_or_404(growing.steps(), pk=pk), by=request.actor)
    return redirect("care_steps", firm=request.org.slug)


def care_benefits(request: FirmRequest) -> HttpResponse:
    form = BenefitForm(request.POST or None)
    if form.is_valid():
        growing.add_benefit(**form.cleaned_data, by=request.actor)
        messages.success(request, _("The benefit stands in the catalogue."))
        return redirect("care_benefits", firm=request.org.slug)
    context = {"benefits": _hinted(), "form": form, "hr": True}
    return render(request, "care_catalogue/benefits.html", context, status=422 if form.is_bound else 200)


def care_benefit_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    growing.end_benefit(get_object_or_404(growing.benefits(), pk=pk), by=request.actor)
    return redirect("care_benefits", firm=request.org.slug)


urlpatterns = [
    firm_page("my-care/mentoring/", my_mentoring, permission="own_care.write", methods=FORM),
    firm_page("my-care/mentoring/<uuid:pk>/<slug:act>/", my_mentoring_act, permission="own_care.write", methods=WRITE),
    firm_page("my-care/path/", my_path, permission="own_care.read"),
    firm_page("my-care/path/<uuid:pk>/", my_path_choose, permission="own_care.write", methods=WRITE),
    firm_page("my-care/path/end/", my_path_end, permission="own_care.write", methods=WRITE),
    firm_page("my-care/benefits/", my_benefits, permission="own_care.read"),
    firm_page("care/steps/", care_steps, permission="care.write", methods=FORM),
    firm_page("care/steps/<uuid:pk>/end/", care_step_end, permission="care.write", methods=WRITE),
    firm_page("care/benefits/", care_benefits, permission="care.write", methods=FORM),
    firm_page("care/benefits/<uuid:pk>/end/", care_benefit_end, permission="care.write", methods=WRITE),
]
