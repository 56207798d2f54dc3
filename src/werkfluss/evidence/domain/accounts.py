"""Emptying a log-in that no firm needs any more; the row stays, as the chain refers to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django_scopes import scopes_disabled

from werkfluss.evidence.domain.retention import Key, day_of, latest_over
from werkfluss.evidence.retention import register
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import firms_of
from werkfluss.org.models import FeedToken, LoginLink, Membership, User

_NOBODY = "@geloescht.invalid"


def forget_account(user: User) -> bool:
    """Empty a log-in; ``False`` if it is left alone because a firm of the installation still needs it."""
    if firms_of(user):
        return False
    LoginLink.objects.filter(user=user).delete()
    FeedToken.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    fresh = User()
    user.email, user.name, user.is_active, user.last_login = f"{user.pk}{_NOBODY}", "", False, None
    user.language, user.time_zone = fresh.language, fresh.time_zone
    user.set_unusable_password()
    user.save()
    return True


def left_accounts() -> QuerySet[User]:
    """Log-ins without an open membership in this firm; ``over`` is the day the last one ended."""
    own = Membership.objects.filter(user=OuterRef("pk"))
    ended = own.values("user").annotate(last=Max(day_of("ended_at"))).values("last")
    rows = User.objects.exclude(email__endswith=_NOBODY).filter(Exists(own))
    return rows.exclude(Exists(own.filter(ended_at=None))).annotate(over=Subquery(ended))


def forget_left(users: Sequence[User], _by: Actor) -> set[Key]:
    """Empty those that no other firm needed lately either."""
    limit = latest_over(register().rules["org.account"], clock.today())
    gone = set()
    for user in users:
        last = _last_end(user)
        if (last is None or last.astimezone(clock.FIRM_ZONE).date() <= limit) and forget_account(user):
            gone.add((User._meta.label_lower, user.pk))
    return gone


def _last_end(user: User) -> datetime | None:
    """When the last membership in any firm ended: a person may see the own memberships, and nothing else of a firm."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('werkfluss.user', %s, true)", [str(user.pk)])
        with scopes_disabled():
            last: datetime | None = Membership.objects.filter(user=user).aggregate(last=Max("ended_at"))["last"]
        cursor.execute("SELECT set_config('werkfluss.user', '', true)")
    return last
