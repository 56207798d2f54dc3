"""Mail leaves through the queue: written in the transaction that wants it, carried by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from werkfluss.kernel import clock
from werkfluss.org.models import OutgoingMail


class QueueBackend(BaseEmailBackend):
    """Django's way to send, for everybody: keeps the mail and enqueues its id."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from werkfluss.flow import jobs

        for message in email_messages:
            jobs.enqueue(jobs.carry_mail, mail=str(_keep(message).pk))
        return len(email_messages)


def _keep(message: EmailMessage) -> OutgoingMail:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")
    return OutgoingMail.objects.create(
        to=list(message.to),
        sender=message.from_email,
        subject=message.subject[:250],
        text=str(message.body),
        html=html,
    )


@transaction.atomic
def carry(mail_id: UUID) -> bool:
    """Hand one kept mail to the carrier, once: a mail already sent is not sent again."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    if mail.sent_at is not None:
        return False
    # The id makes a repeated delivery recognisable for the receiving server.
    headers = {"Message-ID": f"<{mail.pk}@werkfluss>"}
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        mail.sender,
        mail.to,
        headers=headers,
        connection=get_connection(settings.MAIL_CARRIER),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()
    mail.sent_at, mail.text, mail.html = clock.now(), "", ""
    mail.save()
    return True
