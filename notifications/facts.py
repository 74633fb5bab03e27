"""The facts of an appointment that its messages depend on."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.models import EventKind
from booking.states import Status


@dataclass(frozen=True)
class Happened:
    """The count within the present sequence, and the last time."""

    number: int
    at: dt.datetime


@dataclass(frozen=True)
class MessageFacts:
    """The facts that a message depends on. `change` is the event that began the present
    `sequence`, `told_at` its time, `by_customer` whose act it was. `is_known`: the
    customer was last told just this, because what came in between was taken back
    before they read of it. `next_try_at` is set while a call was not taken and another
    will be made. `ended_badly`: it is done, but the line or a machine spoiled it.
    `managers` are recipients, where an answer is overdue or a call is owed; of that
    `call_owed` is half of its time and the end. `hour_offered` is when an earlier hour
    was offered that nobody has answered yet, and until when it may be taken;
    `talk_until` by when somebody calls to make a bad visit good."""

    status: Status
    sequence: int
    change: EventKind
    told_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: zoneinfo.ZoneInfo
    has_email: bool
    has_mobile: bool = False
    wants_reminders: bool = True
    by_customer: bool = True
    is_known: bool = False
    happened: Mapping[EventKind, Happened] = field(default_factory=dict)
    delay: dt.timedelta = dt.timedelta(0)
    delay_was_told: bool = False
    next_try_at: dt.datetime | None = None
    channel: str = ""
    ended_badly: bool = False
    managers: tuple[str, ...] = ()
    call_owed: tuple[dt.datetime, dt.datetime] | None = None
    hour_offered: tuple[dt.datetime, dt.datetime] | None = None
    talk_until: dt.datetime | None = None
