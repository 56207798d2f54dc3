"""Members of the firm: who there is, invite, roles, end; and the page behind the link of an invitation."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import EmailAddress, Login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import partners
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.domain import members as domain
from werkfluss.org.models import Invitation, Membership, Organisation, User
from werkfluss.org.roles import LABELS, Role
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, personal_page, public_page
from werkfluss.web.forms.members import InviteForm, RolesForm
from werkfluss.web.limits import INVITATIONS, LINKS
from werkfluss.web.pages.errors import too_many
from werkfluss.web.tables import Column, Filter, Table
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

happenings.KINDS.update(
    {
        "org.invitation.sent": gettext_lazy("Member invited"),
        "org.invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
        "org.invitation.accepted": gettext_lazy("Invitation accepted"),
    }
)
happenings.OBJECTS["org.invitation"] = gettext_lazy("Invitation")


def role_label(role: str) -> str:
    return LABELS[Role(role)].in_language(get_language() or "de")


def _member_url(row: Membership) -> str:
    """The page of the member; an agent is led by its file, not by roles."""
    if row.role == Role.AGENT:
        return ""
    return reverse("member", kwargs={"firm": row.org.slug, "pk": row.user_id})


MEMBERS = Table(
    "members",
    caption=gettext_lazy("Members of the firm"),
    columns=(
        Column("name", gettext_lazy("Name"), value="user.name", order="user__name", link=_member_url),
        Column("email", gettext_lazy("E-mail address"), value="user.email", order="user__email", secondary=True),
        Column("role", gettext_lazy("Role"), value=lambda row: role_label(row.role), order="role"),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date"),
    ),
    filters=(
        Filter(
            "role",
            gettext_lazy("Role"),
            choices=lambda: [(role.value, role_label(role)) for role in Role if role is not Role.AGENT],
        ),
    ),
    search=("user__name__icontains", "user__email__icontains"),
    default_order="name",
)
# For those who may look but not change: names without a way to a page they may not open.
READ_ONLY = replace(MEMBERS, columns=tuple(replace(column, link=None) for column in MEMBERS.columns))


def members(request: FirmRequest) -> HttpResponse:
    rows: QuerySet[Membership] = Membership.objects.filter(ended_at=None).select_related("user", "org")
    # A partner invites and removes its own people; the firm reads at the team how many they are.
    rows = rows.exclude(role=Role.PROVIDER, user__in=partners.people_of_partners())
    if not request.actor.may("member.write"):
        return READ_ONLY.page(request, rows, template="firm/members.html")
    now = clock.now()
    waiting = [
        (one, ", ".join(role_label(role) for role in one.roles), one.expires_at < now)
        for one in domain.open_invitations()
    ]
    return MEMBERS.page(request, rows, template="firm/members.html", context={"waiting": waiting})


def member_invite(request: FirmRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, actor=request.actor)
    if not form.is_valid():
        return render(request, "firm/invite.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    require_not_flooded(request, given["email"])
    domain.invite_member(
        given["email"], name=given["name"], roles=form.roles(), language=given["language"], by=request.actor
    )
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": given["email"]})
    return redirect("members", firm=request.org.slug)


def invitation_again(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A new link by a new mail; the one before stops working."""
    old = get_object_or_404(domain.open_invitations(), pk=pk)
    require_not_flooded(request, old.email)
    roles = [Role(role) for role in old.roles]
    domain.invite_member(old.email, name=old.name, roles=roles, language=old.language, by=request.actor)
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": old.email})
    return redirect("members", firm=request.org.slug)


def require_not_flooded(request: FirmRequest, email: str) -> None:
    """An address that somebody typed in does not get one mail after the other.

    Raises:
        Refused: this firm has invited it too often today.
    """
    if not INVITATIONS.allow(request, "mailed", key=f"{request.org.pk}/{email.strip().lower()}"):
        raise Refused(
            Text(
                f"An {email} gingen in den letzten 24 Stunden schon fünf Einladungen.",
                f"Five invitations went to {email} in the last 24 hours already.",
            ),
            citation="Mitglieder",
            what_to_do=Text(
                "Prüfen Sie mit der Person Adresse und Spam-Ordner, und laden Sie sie morgen wieder ein.",
                "Check address and spam folder with the person, and invite again tomorrow.",
            ),
        )


def invitation_withdraw(request: FirmRequest, pk: UUID) -> HttpResponse:
    domain.withdraw_invitation(get_object_or_404(Invitation, pk=pk), by=request.actor)
    messages.success(request, _("The invitation has been withdrawn; its link no longer works."))
    return redirect("members", firm=request.org.slug)


def member(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One member: the roles, what they mean, the end."""
    held = list(Membership.objects.filter(user=pk, ended_at=None).select_related("user").order_by("created_at"))
    if not held or any(one.role == Role.AGENT for one in held):
        raise Http404
    user = held[0].user
    form = RolesForm(
        request.POST if request.method == "POST" else None, actor=request.actor, held=[one.role for one in held]
    )
    if form.is_bound and form.is_valid():
        domain.set_roles(user, roles=form.roles(), by=request.actor)
        messages.success(request, _("The roles have been changed; they hold at once."))
        return redirect("member", firm=request.org.slug, pk=pk)
    context = {
        "member": user,
        "held": [(role_label(one.role), one.created_at) for one in held],
        "form": form,
        "by_order": [role_label(one.role) for one in held if Role(one.role) not in domain.GIVEN],
        "person": Resource.objects.filter(user=user).first(),
        "is_me": user.pk == request.user.pk,
        "may_end": form.may_end and user.pk != request.user.pk,
    }
    return render(request, "firm/member.html", context, status=422 if form.is_bound else 200)


def member_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    user = get_object_or_404(User, pk=pk, pk__in=Membership.objects.filter(ended_at=None).values("user_id"))
    domain.end_member(user, by=request.actor)
    messages.success(request, _("%(name)s no longer belongs to the firm.") % {"name": user.name})
    return redirect("members", firm=request.org.slug)


def invitation(request: HttpRequest, org: str, token: str) -> HttpResponse:
    """Looking at the link does nothing; accepting it makes the person a member and logs in, once."""
    if not LINKS.allow_secret(request, "opened", f"{org}/{token}"):
        return too_many(request)
    firm = Organisation.objects.filter(slug=org).first()
    if firm is None:
        LINKS.count_wrong(request)
        raise Http404
    if request.method == "POST":
        return _accept(request, firm, token)
    with tenancy.acting(firm.pk, Actor.system(firm.pk)):
        found = domain.invitation_of(token)
    if found is None:
        LINKS.count_wrong(request)
    roles = [role_label(role) for role in found.roles] if found else []
    context = {"found": found, "client": firm if found else None, "roles": roles}
    return render(request, "firm/invitation.html", context, status=200 if found else 404)


def _accept(request: HttpRequest, firm: Organisation, token: str) -> HttpResponse:
    try:
        with tenancy.acting(firm.pk, Actor.system(firm.pk)) as system:
            user = domain.accept_invitation(token, by=system)
            _link_person(user, Actor(firm.pk, ActorKind.USER, user.pk))
            # Whoever reads the mail has shown that the address is right.
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
    except Refused:
        LINKS.count_wrong(request)
        return render(request, "firm/invitation.html", {"found": None}, status=404)
    record_authentication(request, user, method="code", email=user.email)
    return perform_login(request, Login(user=user, redirect_url=reverse("welcome"), email=user.email))


def _link_person(user: User, by: Actor) -> None:
    """The employee of the staff list with this address is this person: their tasks are then theirs."""
    staff = Resource.objects.filter(kind=Kind.EMPLOYEE, user=None, email__iexact=user.email)
    found = list(staff[:2])
    if len(found) == 1:
        resources.edit_resource(found[0], changes={"user": user}, expected_version=found[0].version, by=by)


def welcome(request: HttpRequest) -> HttpResponse:
    """How to sign in from now on: a password, a passkey, or both."""
    user = request.user
    assert isinstance(user, User)
    own = firms.firms_of(user)
    onward = reverse("start", kwargs={"firm": own[0].slug}) if len(own) == 1 else reverse("home")
    context = {"has_password": user.has_usable_password(), "has_key": is_mfa_enabled(user), "onward": onward}
    return render(request, "firm/welcome.html", context)


urlpatterns = [
    firm_page("members/", members, permission="people.read"),
    firm_page("members/invite/", member_invite, permission="member.write", methods=FORM),
    firm_page("members/invitations/<uuid:pk>/again/", invitation_again, permission="member.write", methods=WRITE),
    firm_page("members/invitations/<uuid:pk>/withdraw/", invitation_withdraw, permission="member.write", methods=WRITE),
    firm_page("members/<uuid:pk>/", member, permission="member.write", methods=FORM),
    firm_page("members/<uuid:pk>/end/", member_end, permission="member.write", methods=WRITE),
    public_page("invitation/<slug:org>/<str:token>/", invitation, methods=FORM),
    personal_page("welcome/", welcome),
]
