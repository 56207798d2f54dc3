"""Carrying the mail that waits in the queue; how it gets there is in ``outbox``."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from werkfluss.kernel import clock
from werkfluss.org.models import OutgoingMail


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
