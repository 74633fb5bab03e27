"""Other times for a visit, as its staff see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.buffers import needed
from booking.availability.query import StartQuery
from booking.availability.starts import StartMasks, masks_for
from booking.models import Appointment
from booking.starts import Start
from booking.wording import channel_name
from stores.access import offer_for, offers_for_store
from stores.models import Channel, Offer, StaffMember, Topic


@dataclass(frozen=True)
class MoveTimes:
    """The hours that are free for one visit, its own counted as free."""

    visit: Appointment
    found: StartMasks

    def of_day(self, day: dt.date) -> list[Start]:
        """Of a local day, on the round hours of the offer's step: any other hour can
        be typed. The visit's own is none of them while nothing else would change."""
        found = self.found
        same = found.offer.channel == self.visit.channel
        return [
            start
            for start in found.starts(found.during(day, day))
            if _is_round(start) and not (same and self._is_own(start))
        ]

    def kept(self, starts: Iterable[Start]) -> list[tuple[Topic, list[Start]]]:
        """Those that are kept for a topic by all who are free then; staff may give them
        to others."""
        found: dict[int, tuple[Topic, list[Start]]] = {}
        for start in starts:
            topic = self.kept_for(start.starts_at, start.staff_ids)
            if topic is not None:
                found.setdefault(topic.pk or 0, (topic, []))[1].append(start)
        return list(found.values())

    def kept_for(
        self, starts_at: dt.datetime, staff_ids: Collection[int]
    ) -> Topic | None:
        """The topic that keeps the hour of all these advisers."""
        base, topic = self.found.base, None
        need = bits.busy_mask(base, [needed(self.found.offer, starts_at)])
        for time in self.found.times:
            if time.agenda.staff_member_id in staff_ids:
                kept = (one.topic for one in time.kept if one.mask & need)
                topic = next(kept, None)
                if topic is None:
                    return None
        return topic

    def nearest(self, around: dt.datetime) -> tuple[Start, ...]:
        """The three nearest to an instant, nearest first, itself left out."""
        return tuple(self.found.nearest(around, itself=False))

    def _is_own(self, start: Start) -> bool:
        own = self.visit.staff_member_id in start.staff_ids
        return own and start.starts_at == self.visit.starts_at


def _is_round(start: Start) -> bool:
    minutes = start.local.hour * 60 + start.local.minute
    return minutes % start.offer.step == 0


def move_times(
    appointment: Appointment,
    *,
    now: dt.datetime,
    channel: Channel | str,
    staff_member: StaffMember | None,
) -> MoveTimes:
    """Hours of the visit's store by a channel that it offers for the topic."""
    offer = offer_for(store=appointment.store, topic=appointment.topic, channel=channel)
    query = StartQuery(
        offer=offer or appointment.offer,
        store=appointment.store,
        now=now,
        staff_member=staff_member,
        ignoring=appointment,
        as_staff=True,
    )
    return MoveTimes(appointment, masks_for(query))


def times_instead(appointment: Appointment, *, now: dt.datetime) -> tuple[Start, ...]:
    """The three that are offered to who was told no, nearest to that time first; the
    time itself is none of them, even if it is free."""
    offer = offer_for(
        store=appointment.store, topic=appointment.topic, channel=appointment.channel
    )
    if offer is None:
        return ()
    query = StartQuery(
        offer=offer, store=appointment.store, now=now, ignoring=appointment
    )
    return tuple(masks_for(query).nearest(appointment.starts_at, itself=False))


def movable_channels(appointment: Appointment) -> list[tuple[str, str]]:
    """Code and word of the channels by which the topic can be talked about, the
    visit's own first; nobody can be called without a number."""
    offers = [
        o
        for o in offers_for_store(appointment.store)
        if o.topic_id == appointment.topic_id
    ]
    known = {o.channel for o in offers if _can_reach(appointment, o)} | {
        appointment.channel
    }
    codes = sorted(known, key=lambda code: (code != appointment.channel, code))
    return [(code, channel_name(code, appointment.store)) for code in codes]


def _can_reach(appointment: Appointment, offer: Offer) -> bool:
    return offer.channel != Channel.CALLBACK or bool(appointment.customer.phone)
