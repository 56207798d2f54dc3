"""When files, imports and the tables of firms, log-ins and the chain are past their period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from werkfluss.evidence.domain.accounts import forget_left, left_accounts
from werkfluss.evidence.domain.retention import (
    Key,
    Schedule,
    day_of,
    delete_documents,
    register_global_schedule,
    register_schedule,
)
from werkfluss.evidence.models import Document, Hold, ImportBatch
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.models import FeedToken, Invitation, LoginLink, Membership, OutgoingMail, Payload, User

# What a file is to tax and commercial law is the name of its rule.
_OF_THE_LAW = (Document.KeepAs.INVOICE, Document.KeepAs.VOUCHER, Document.KeepAs.BOOK, Document.KeepAs.LETTER)


def register() -> None:
    register_schedule(
        Schedule("org.chain", Payload, _payloads, _emptied),
        Schedule("org.account", User, left_accounts, forget_left),
        Schedule("org.membership", Membership, lambda: Membership.objects.annotate(over=day_of("ended_at"))),
        Schedule("org.short", LoginLink, lambda: LoginLink.objects.annotate(over=day_of("expires_at"))),
        Schedule("org.short", FeedToken, lambda: FeedToken.objects.annotate(over=day_of("revoked_at"))),
        Schedule("org.short", Invitation, _invitations),
        Schedule("evidence.loose", Document, _loose, erase_documents),
        *(Schedule(f"evidence.{kind}", Document, _documents(kind), erase_documents) for kind in _OF_THE_LAW),
        Schedule("evidence.hold", Hold, _holds),
        Schedule("evidence.import", ImportBatch, lambda: ImportBatch.objects.annotate(over=day_of("created_at"))),
    )
    register_global_schedule(
        Schedule("org.mail", OutgoingMail, lambda: OutgoingMail.objects.annotate(over=day_of("sent_at"))),
        Schedule("org.short", Session, lambda: Session.objects.annotate(over=day_of("expire_date"))),
        Schedule("org.short", EmailConfirmation, _confirmations),
    )


def _payloads() -> QuerySet[Payload]:
    """Entries that declare an erasure stay: without them the chain would not hold; they carry no name."""
    rows = Payload.objects.filter(erased_at=None).exclude(entry__kind=chain.ERASURE)
    return rows.annotate(over=day_of("entry__at"))


def _emptied(payloads: Sequence[Payload], _by: Actor) -> set[Key]:
    """They are emptied with what is said of all other rows that go."""
    return {(Payload._meta.label_lower, payload.pk) for payload in payloads}


def _invitations() -> QuerySet[Invitation]:
    return Invitation.objects.annotate(over=Least(day_of("expires_at"), day_of("accepted_at"), day_of("withdrawn_at")))


def _documents(kind: Document.KeepAs) -> Any:
    """The period runs from the date the paper bears where that is known, else from filing: s.147(4) AO, s.257(5) HGB,
    s.14b(1) sentence 3 UStG count from the end of the year in which it came to be, was received or sent.
    """
    return lambda: Document.objects.filter(keep_as=kind).annotate(over=Coalesce("dated_on", day_of("created_at")))


def _holds() -> QuerySet[Hold]:
    """Over when it was lifted, else after its last day; one in force is not over."""
    return Hold.objects.annotate(over=Coalesce(day_of("lifted_at"), F("until")))


def _loose() -> QuerySet[Document]:
    """Files that belong to nothing; those to which something points by a column are protected by the database."""
    rows = Document.objects.filter(keep_as=Document.KeepAs.OWNER).filter(Q(object_type="") | Q(object_id=None))
    return rows.annotate(over=day_of("created_at"))


def erase_documents(documents: Sequence[Document], _by: Actor) -> set[Key]:
    return delete_documents(documents)


def _confirmations() -> QuerySet[EmailConfirmation]:
    valid = timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    ends = ExpressionWrapper(F("sent") + valid, output_field=DateTimeField())
    rows: QuerySet[EmailConfirmation] = EmailConfirmation.objects.annotate(ends=ends).annotate(over=day_of("ends"))
    return rows
