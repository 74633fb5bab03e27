"""Sending what is due: look at many, claim one, ask again, send, mark.

At least once towards the server, with one key per delivery; a message is lost by no
crash. A channel that fails slowly rests for a minute, and the others go on: what it
holds up is at most the one call that hung.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from django.utils import timezone

from booking.promises.clock import run_clock
from booking.wishes.clock import offer_freed_hours
from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.channels.webhook import WebhookChannel
from notifications.models import Delivery, TeamKind
from notifications.outbox.absences import read_absence
from notifications.outbox.claims import claim, look_ahead
from notifications.outbox.invitations import read_invitation
from notifications.outbox.planner import plan_many
from notifications.outbox.sending import Result, Subject, send_claimed
from notifications.outbox.visits import Read, read_many

AHEAD = 50
FRESH = 2.0
"""Seconds. An appointment that changed is seen at the claim, however long ago it was
read; this is for what has no version: a STOP, a name, a telephone number of a store."""
SLOW = 3.0
REST = 60.0


@dataclass
class Swept:
    """The result of one sweep."""

    broken: int = 0
    offered: int = 0
    planned: int = 0
    sent: int = 0
    void: int = 0
    retry: int = 0
    dead: int = 0
    fenced: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def count(self, result: Result) -> None:
        setattr(self, result, getattr(self, result) + 1)


class Sender:
    """Sends by its channels, one message after the other; not for several threads.

    It keeps connections open until `close`, and remembers which channels rest. `clock`
    is a monotonic one.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._email = EmailChannel()
        self._channels = channels or {
            Delivery.Channel.EMAIL: self._email,
            Delivery.Channel.SMS: SmsChannel(),
            Delivery.Channel.WEBHOOK: WebhookChannel(),
        }
        self._clock = clock
        self._rests_until: dict[str, float] = {}
        self._turn = 0

    def close(self) -> None:
        self._email.close()

    def deliver(
        self,
        *,
        limit: int,
        now: dt.datetime | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Iterator[Result]:
        """The results of at most `limit` messages, as they leave. Needs autocommit:
        a claim must be committed before its message leaves."""
        done, found, names = 0, True, self._in_turn()
        while found:
            found = False
            for name in names:
                for result in self._some(name, min(AHEAD, limit - done), now, is_over):
                    found, done = True, done + 1
                    yield result
                if done >= limit or is_over():
                    return

    def _in_turn(self) -> list[str]:
        """Each call begins with another channel: one that has more to do than a call
        may last would else keep the others waiting for as long."""
        names = list(self._channels)
        first = self._turn % len(names)
        self._turn += 1
        return names[first:] + names[:first]

    def _resting(self) -> set[str]:
        now = self._clock()
        return {server for server, until in self._rests_until.items() if until > now}

    def _some(
        self,
        name: str,
        limit: int,
        now: dt.datetime | None,
        is_over: Callable[[], bool],
    ) -> Iterator[Result]:
        """Finds the due deliveries, but for those that must rest."""
        resting = self._resting()
        if name in resting:
            return
        moment = now or timezone.now()
        rows = look_ahead(name, moment, limit=limit, resting=resting)
        readings: dict[uuid.UUID, Read] = {}
        read_at = 0.0
        for n, row in enumerate(rows):
            if is_over():
                return
            if _server_of(row) in self._resting():
                continue
            if not n or self._clock() - read_at > FRESH:
                readings, read_at = read_many(rows[n:]), self._clock()
            known = readings.get(row.appointment_id) if row.appointment_id else None
            result = self._one(row, known, now)
            if result:
                yield result

    def _one(
        self, row: Delivery, read: Read | None, now: dt.datetime | None
    ) -> Result | None:
        """None where another sender has it already."""
        moment = now or timezone.now()
        stamp = claim(row, moment)
        if stamp is None:
            return None
        subject: Subject | None = read
        if read is None or read.stamp != stamp:
            subject = _read(row, moment)
        if subject is None:  # erased between the claim and this
            return None
        began = self._clock()
        channel = self._channels[row.channel]
        result = send_claimed(row, subject, channel=channel, now=moment)
        if result == Result.RETRY and self._clock() - began > SLOW:
            self._rests_until[_server_of(row)] = self._clock() + REST
        return result


def _read(row: Delivery, now: dt.datetime) -> Subject | None:
    """Its subject as it is now. Messages to staff are few: none is read ahead."""
    if row.appointment_id is not None:
        return read_many([row]).get(row.appointment_id)
    if row.kind == TeamKind.INVITATION:
        return read_invitation(row)
    return read_absence(row, now)


def _server_of(row: Delivery) -> str:
    """The server at the other end: one for a channel, or the endpoint's own."""
    is_endpoint = row.channel == Delivery.Channel.WEBHOOK
    return row.recipient if is_endpoint else row.channel


@contextlib.contextmanager
def opened_sender(channels: Mapping[str, Channel] | None = None) -> Iterator[Sender]:
    sender = Sender(channels)
    try:
        yield sender
    finally:
        sender.close()


def sweep(
    *,
    limit: int = 100,
    now: dt.datetime | None = None,
    sender: Sender | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Swept:
    """Look at the clocks of promises and of freed hours, plan what has happened, then
    send what is due: at most `limit` of each.

    Any number may run at once, on any host. `now` stands still when given.
    """
    moment = now or timezone.now()
    done = Swept(run_clock(now=moment), offer_freed_hours(now=moment))
    while done.planned < limit:
        planned = plan_many(now=now or timezone.now(), limit=limit - done.planned)
        if not planned:
            break
        done.planned += planned
    with contextlib.ExitStack() as stack:
        found = sender or stack.enter_context(opened_sender())
        for result in found.deliver(limit=limit, now=now, is_over=is_over):
            done.count(result)
    return done


def deliver_next(
    *, now: dt.datetime, channels: Mapping[str, Channel] | None = None
) -> Result | None:
    """Send one delivery due at `now`; None when none is due."""
    with opened_sender(channels) as sender:
        return next(sender.deliver(limit=1, now=now), None)
