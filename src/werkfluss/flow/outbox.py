"""Mail leaves through the queue: written in the transaction that wants it, carried by the worker."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from werkfluss.flow import jobs
from werkfluss.org.models import OutgoingMail


class QueueBackend(BaseEmailBackend):
    """Django's way to send, for everybody: keeps the mail and enqueues its id."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
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
