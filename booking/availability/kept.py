"""The first hours of a day, kept for what cannot wait.

A priority topic may keep the first starts of each day, of each agenda that serves it.
The rule, for one agenda at one store on one of the store's days:

- They are starts of that topic, one after another: the first that the agenda's hours
  make by any of its channels, then the first that begins when such a visit and its
  buffers are over. Where two channels begin together, the longer is kept.
- They are counted as if nothing were booked. So one that is taken still counts, by
  this topic or by another before, and no later one is kept in its stead.
- Who asks for another topic is offered nothing that touches the time of such a visit,
  until 10:00 of that day by the store's clock. Then all have what is left.
- Topics that keep starts are not bound by each other's: where both begin with the day,
  neither could be had. Staff are bound by none (`StartQuery.as_staff`).
- A visit of another topic that stands in such an hour may stay there.
- The time of people is kept, not that of booths; by the hours and offers of the store
  that is asked about.

Days are the store's, of 23 hours or of 25. No query is asked here.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from booking.availability import bits
from booking.availability.buffers import taken_by
from booking.availability.hours import midnights
from booking.availability.query import StartQuery
from stores.models import Agenda, Topic

FREED_AT = dt.time(10)


@dataclass(frozen=True)
class KeptRule:
    """One channel of a topic that keeps `starts`; `before` and `need` are bits, as
    `booking.availability.buffers` counts them. `name` is the topic's, as JSON."""

    topic_id: int
    name: str
    starts: int
    channel: str
    before: int
    need: int
    step: int


@dataclass(frozen=True)
class KeptTime:
    """The bits that a topic keeps."""

    topic_id: int
    name: str
    mask: int

    @property
    def topic(self) -> Topic:
        """As much of it as a page needs to name it."""
        return Topic(pk=self.topic_id, name=json.loads(self.name))


def closed_to(
    query: StartQuery, agenda: Agenda, kept: Sequence[KeptTime], base: dt.datetime
) -> int:
    """The bits in which who asks may have no part: all that is kept of the agenda but
    the time of the visit that is moved, and nothing to staff."""
    if query.as_staff:
        return 0
    closed, own = reduce(or_, (one.mask for one in kept), 0), query.ignoring
    if own is not None and own.staff_member_id == agenda.staff_member_id:
        closed = bits.minus(closed, taken_by(own, base))
    return closed


Shape = tuple[int, int, int, int]
"""Open bits of a channel, and `before`, `need` and `step` of its rule."""


def kept_times(
    rules: Iterable[KeptRule],
    opened: Mapping[str, int],
    *,
    base: dt.datetime,
    zone: zoneinfo.ZoneInfo,
    now: dt.datetime,
) -> tuple[KeptTime, ...]:
    """The time that topics keep at `now` of an agenda, whose open bits by the channels
    of the rules are given. The rules of one topic stand together."""
    local = now.astimezone(zone)
    today = local.date()
    since = today if local.time() < FREED_AT else today + dt.timedelta(days=1)
    still = _since(base, zone, since)
    found = []
    for (topic_id, name), of_topic in itertools.groupby(
        rules, key=lambda rule: (rule.topic_id, rule.name)
    ):
        ways = list(of_topic)
        shapes = tuple((opened[w.channel], w.before, w.need, w.step) for w in ways)
        mask = first_starts(base, zone, ways[0].starts, shapes) & still
        found.append(KeptTime(topic_id, name, mask))
    return tuple(found)


@lru_cache(maxsize=64)
def _since(base: dt.datetime, zone: zoneinfo.ZoneInfo, day: dt.date) -> int:
    return bits.local_days(base, zone, day, None)


@lru_cache(maxsize=2048)
def first_starts(
    base: dt.datetime, zone: zoneinfo.ZoneInfo, count: int, shapes: tuple[Shape, ...]
) -> int:
    """All that the first `count` visits of each local day take. Kept, because most
    people of a chain work the same hours."""
    # The first of the days has begun before the first bit. Whoever is open then was
    # so since midnight, as far as this rule goes: day and night, in truth.
    local = base.astimezone(zone)
    pad = (60 * local.hour + local.minute) // 5
    texts = [_starts_as_text(base, zone, pad, shape) for shape in shapes]
    mask, end = 0, 0
    for first, last in _days(base, zone, pad):
        for _ in range(count):
            nearest = []
            for text, (_, before, need, _) in zip(texts, shapes, strict=True):
                at = text.find("1", max(first, end + before), last)
                if at >= 0:
                    # Of those that are as long, the one that is prepared longer.
                    nearest.append((at, -need, -before))
            if not nearest:
                break
            at, need, before = min(nearest)
            begins, end = at + before, at + before - need
            mask |= ((1 << (end - begins)) - 1) << begins
    return mask >> pad & bits.FULL


def _starts_as_text(
    base: dt.datetime, zone: zoneinfo.ZoneInfo, pad: int, shape: Shape
) -> str:
    """A digit for each bit from the first local midnight on, lowest first."""
    opened, before, need, step = shape
    earlier = (1 << pad) - 1
    free = opened << pad | (earlier if opened & 1 else 0)
    grid = bits.step_grid(base, zone.key, step) << pad
    grid |= sum(1 << bit for bit in range(pad) if 5 * bit % step == 0)
    return f"{bits.starts_of(free, need) << before & grid:b}"[::-1]


def _days(
    base: dt.datetime, zone: zoneinfo.ZoneInfo, pad: int
) -> Iterator[tuple[int, int]]:
    """First bit of each local day and that after its last, from the same midnight."""
    edges = [-(-minutes // 5) + pad for _, minutes, _ in midnights(base, zone)]
    for first, last in itertools.pairwise(edges):
        if last > 0:
            yield max(first, 0), last
