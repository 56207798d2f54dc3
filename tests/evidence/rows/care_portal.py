"""What the portal keeps of a case: messages, consents, duties read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from werkfluss.care.models import CareConsent, CareMessage, CareThread, DutyReading, ExpatCase
from werkfluss.kernel.ids import new_id
from werkfluss.org.domain.firms import next_number

EVENT = date(2020, 3, 17)


def case(make: Any) -> ExpatCase:
    said = {"number": next_number("expat_case"), "route": "blue_card", "wished_start": EVENT, "state": "closed"}
    return ExpatCase.objects.create(person=make.person(), case=make.case(), **said)


def message(make: Any) -> CareMessage:
    thread = CareThread.objects.create(expat_case=case(make))
    return CareMessage.objects.create(thread=thread, side="person", text="alt")


def consent(make: Any) -> CareConsent:
    said = {"recipient": "hr", "what": "messages", "purpose": "x", "until": EVENT, "state": "revoked"}
    return CareConsent.objects.create(expat_case=case(make), **said)


def reading(make: Any) -> DutyReading:
    said = {"duty": "x", "text": {}, "digest": bytes(32), "language": "de", "read_by": new_id()}
    return DutyReading.objects.create(expat_case=case(make), read_at=datetime(2020, 3, 17, 12, tzinfo=UTC), **said)


UNTIL = {"care.message": date(2021, 3, 17), "care.portal_proof": date(2023, 12, 31)}
ROWS = {
    (CareMessage, "care.message"): message,
    (CareConsent, "care.portal_proof"): consent,
    (DutyReading, "care.portal_proof"): reading,
}
