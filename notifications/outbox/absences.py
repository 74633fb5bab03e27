"""An absence that is asked for: told to who leads the person, its answer to the person.

Both rest while it is night where the person works. They are read again when they are
sent: a request that was answered or taken back is told to nobody, nor an answer that
holds no more or was read on the page.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booking.rota.asked_absences import covering
from notifications.channels.base import Channel, Handed
from notifications.content.to_staff import mail_of_absence
from notifications.models import Delivery, TeamKind
from notifications.occasions import name_of_absence
from notifications.outbox.claims import Ending, settle
from notifications.outbox.planned import NOT_WANTED
from notifications.outbox.readers import (
    clock_of,
    home_of,
    leader_reading,
    leaders_of,
    person_reading,
    plan,
    request_of,
)
from notifications.quiet_hours import when_awake
from stores.models import AbsenceRequest, StaffMember, Store, User

ANSWER_LASTS = dt.timedelta(days=1)
"""After the absence itself: who was refused reads why, if late."""

State = AbsenceRequest.State


def plan_absence(asked: AbsenceRequest, now: dt.datetime) -> None:
    """Asked by the use cases, through the setting that names it, in the transaction
    that writes the request or its answer."""
    person = asked.agenda.staff_member
    if person is None:
        return
    plan(_messages(asked, person, home_of(person, now), now))


def _messages(
    asked: AbsenceRequest, person: StaffMember, home: Store | None, now: dt.datetime
) -> Iterator[Delivery]:
    due_at = when_awake(
        now,
        zone=clock_of(person, home),
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
    )
    if asked.state in AbsenceRequest.ANSWERED:
        useless_after = max(asked.ends_at, due_at) + ANSWER_LASTS
        subject: dict[str, Any] = {"staff_member": person}
        yield _message(
            asked, TeamKind.ABSENCE_ANSWERED, due_at, useless_after, **subject
        )
    elif asked.state == State.ASKED and home is not None:
        for member in leaders_of(person, home):
            yield _message(
                asked, TeamKind.ABSENCE_ASKED, due_at, asked.ends_at, member=member
            )


def _message(
    asked: AbsenceRequest,
    kind: TeamKind,
    due_at: dt.datetime,
    useless_after: dt.datetime,
    **subject: Any,
) -> Delivery:
    return Delivery(
        brand_id=asked.brand_id,
        **subject,
        kind=kind,
        occasion=name_of_absence(asked),
        channel=Delivery.Channel.EMAIL,
        recipient=Delivery.ITSELF,
        due_at=due_at,
        useless_after=useless_after,
    )


@dataclass(frozen=True)
class ReadAbsence:
    """The request as it is now, who reads of it, and the clock of its days."""

    asked: AbsenceRequest | None
    reader: User | None
    zone: zoneinfo.ZoneInfo

    def why_not(self, delivery: Delivery, now: dt.datetime) -> str:
        if self.reader is None:
            return "recipient_gone"
        if not self.reader.email:
            return "address_closed"
        if self.asked is None or not _holds(delivery, self.asked):
            return NOT_WANTED
        return "too_late" if now >= delivery.useless_after else ""

    def hand_over(
        self, delivery: Delivery, channel: Channel, now: dt.datetime
    ) -> Handed:
        if self.asked is None or self.reader is None:
            raise LookupError(delivery.occasion)
        mail = mail_of_absence(delivery, self.asked, to=self.reader, zone=self.zone)
        return channel.send(mail)

    def note_refused(self, delivery: Delivery, now: dt.datetime) -> None:
        """The end of the row says it; the page shows the answer all the same."""

    def settle(self, delivery: Delivery, ending: Ending) -> bool:
        return settle(delivery, ending)


def _holds(delivery: Delivery, asked: AbsenceRequest) -> bool:
    if delivery.kind == TeamKind.ABSENCE_ASKED:
        return asked.state == State.ASKED
    if asked.seen_at is not None:
        return False
    if asked.state == State.APPROVED:
        return covering(asked).exists()
    return asked.state == State.REFUSED


def read_absence(delivery: Delivery, now: dt.datetime) -> ReadAbsence:
    asked = request_of(delivery)
    by_member = delivery.member_id is not None
    reader = leader_reading(delivery) if by_member else person_reading(delivery)
    person = asked.agenda.staff_member if asked else None
    if person is None:
        return ReadAbsence(None, reader, zoneinfo.ZoneInfo("UTC"))
    return ReadAbsence(asked, reader, clock_of(person, home_of(person, now)))
