"""One person's day as a chain: store → channel → person → exceptions → booked →
offered. Each line begins with what the line above leaves.

Pure but for `layers_of`: masks and rows in, bars out. A bar counts five-minute bits
from the first hour shown, so a day of 23 or 25 hours has as many as it lasts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from booking.availability import bits
from booking.availability.opening import Key, PostedAgenda, open_by_channel
from booking.availability.starts import StartMasks
from booking.explain.rows import AgendaRows, MomentRows
from stores.calendar.periods import Period
from stores.calendar.recurrence import expand
from stores.models import Agenda, Channel, StaffMember, Store

BITS_PER_HOUR = 12
Kind = Literal["store", "channel", "person", "exceptions", "booked", "offered"]
CSS = {"exceptions": "off2", "booked": "busy", "offered": "free2"}


@dataclass(frozen=True)
class Bar:
    """`first` counts from 1, as grid columns do; local hours."""

    first: int
    length: int
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def has_room(self) -> bool:
        return self.length >= 3 * BITS_PER_HOUR

    @property
    def words(self) -> str:
        """10 – 13 · 9:30 – 18, as the axis above says hours."""
        return f"{_short(self.starts_at)} – {_short(self.ends_at)}"


def _short(at: dt.datetime) -> str:
    return f"{at:%-H:%M}" if at.minute else f"{at:%-H}"


@dataclass(frozen=True)
class Line:
    kind: Kind
    bars: tuple[Bar, ...]

    @property
    def minutes(self) -> int:
        return sum(bar.length for bar in self.bars) * 5

    @property
    def css(self) -> str:
        return CSS.get(self.kind, "")

    @property
    def takes_away(self) -> bool:
        return self.kind in ("exceptions", "booked")


@dataclass(frozen=True)
class Chain:
    """`asked` is the column of the hour that somebody asks for, if it is shown."""

    day: dt.date
    bits: int
    marks: tuple[dt.datetime, ...]
    lines: tuple[Line, ...]
    asked: int | None = None


@dataclass(frozen=True)
class Layers:
    """Masks from `base`, of the whole store, of a channel, and of one person."""

    base: dt.datetime
    store: int
    channel: int
    usual: int
    opened: int
    booked: int
    offered: int


def usual_hours_mask(
    person: AgendaRows, store: Store, day: dt.date, base: dt.datetime
) -> int:
    """The hours of every week, before any exception."""
    days = [day - dt.timedelta(days=1), day]
    return bits.open_mask(base, expand(person.hours, days, store.zone))


def offered_mask(found: StartMasks, agenda_id: int) -> int:
    """All time in which a visit may take place; not only where it may start."""
    time = next((t for t in found.times if t.agenda.pk == agenda_id), None)
    if time is None:
        return 0
    mask, length = (
        found.of(time),
        bits.bits_of(dt.timedelta(minutes=found.offer.duration)),
    )
    covered, have = mask, 1
    while have < length and covered:
        shift = min(have, length - have)
        covered |= covered << shift
        have += shift
    return covered & bits.FULL


def chain_of(
    layers: Layers, *, store: Store, day: dt.date, asked: dt.datetime | None
) -> Chain:
    """Only the hours in which something is open or booked, whole ones."""
    whole = bits.local_days(layers.base, store.zone, day, day)
    masks: dict[Kind, int] = {
        "store": layers.store,
        "channel": layers.channel,
        "person": layers.usual,
        "exceptions": layers.usual & ~layers.opened,
        "booked": layers.booked,
        "offered": layers.offered,
    }
    if layers.opened & ~layers.usual & whole:
        # An unusual day that opens more is itself the person's day.
        masks["person"] = layers.usual | layers.opened
    cut = {kind: mask & whole for kind, mask in masks.items()}
    first, last = _shown(cut.values(), whole)
    shown = [bits.at(layers.base, bit) for bit in range(first, last)]
    marks = shown[::BITS_PER_HOUR]
    bit = bits.floor_bit(layers.base, asked) if asked else -1
    return Chain(
        day=day,
        bits=last - first,
        marks=tuple(mark.astimezone(store.zone) for mark in marks),
        lines=tuple(
            Line(kind, tuple(_bars(mask, first, layers.base, store)))
            for kind, mask in cut.items()
        ),
        asked=bit - first + 1 if first <= bit < last else None,
    )


def _shown(masks: Iterable[int], whole: int) -> tuple[int, int]:
    """First and last bit, on whole hours of the day; an office day where nothing is."""
    start = bits.first_bit(whole) or 0
    end = whole.bit_length()
    together = 0
    for mask in masks:
        together |= mask
    if not together:
        return start + 9 * BITS_PER_HOUR, min(end, start + 18 * BITS_PER_HOUR)
    low = (bits.first_bit(together) or 0) - start
    high = together.bit_length() - start
    first = low // BITS_PER_HOUR * BITS_PER_HOUR
    last = -(-high // BITS_PER_HOUR) * BITS_PER_HOUR
    return start + first, min(end, start + last)


def _bars(mask: int, first: int, base: dt.datetime, store: Store) -> Sequence[Bar]:
    bars: list[Bar] = []
    while mask:
        low = (mask & -mask).bit_length() - 1
        run = mask >> low
        length = (~run & (run + 1)).bit_length() - 1
        bars.append(
            Bar(
                first=low - first + 1,
                length=length,
                starts_at=bits.at(base, low).astimezone(store.zone),
                ends_at=bits.at(base, low + length).astimezone(store.zone),
            )
        )
        mask &= ~bits.span(low, low + length)
    return bars


def open_hours(
    store: Store, people: Iterable[Agenda], period: Period
) -> dict[Key, int]:
    """Everybody's open bits by every channel, from the Monday of the period's week. No
    query while all masks are known, else four, however many people and channels."""
    posted = [PostedAgenda(agenda, store) for agenda in people]
    by_channel = dict.fromkeys(Channel.values, posted)
    return open_by_channel(by_channel, base=bits.base_of(period.start))


def layers_of(
    found: StartMasks,
    rows: MomentRows,
    opened: Mapping[Key, int],
    *,
    member: StaffMember,
    period: Period,
    day: dt.date,
) -> Layers:
    """For the day's own week, be it past or beyond the horizon: then nothing is
    offered. `rows` and `opened` hold the day's period."""
    store, by = found.store, found.offer.channel
    base = bits.base_of(period.start)
    rows = rows.within(period, store)
    person = next(iter(rows.people), None)
    own = (key for key in opened if key[0] == member.agenda.pk and key[3] == by)
    return Layers(
        base=base,
        store=_union(opened.values()),
        channel=_union(mask for key, mask in opened.items() if key[3] == by),
        usual=usual_hours_mask(person, store=store, day=day, base=base)
        if person
        else 0,
        opened=_union(opened[key] for key in own),
        booked=_busy(person, base) if person else 0,
        offered=_offered(found, member, base),
    )


def _union(masks: Iterable[int]) -> int:
    together = 0
    for mask in masks:
        together |= mask
    return together


def _busy(person: AgendaRows, base: dt.datetime) -> int:
    periods = [Period(row.starts_at, row.ends_at) for row in person.taken]
    return bits.busy_mask(base, periods)


def _offered(found: StartMasks, member: StaffMember, base: dt.datetime) -> int:
    """In bits from `base`; the search counts from the Monday of `now`."""
    mask = offered_mask(found, member.agenda.pk)
    shift = (base - found.base) // bits.BIT
    return mask >> shift if shift >= 0 else mask << -shift
