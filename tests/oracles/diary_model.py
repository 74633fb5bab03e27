"""What booking should do, said a second time and naively: lists, minutes, no database.

It knows two advisers who are there day and night, and one booth that visits in store
need. `tests.oracles.diary_machine` does everything here and there, and compares.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

MINUTE = dt.timedelta(minutes=1)
FIVE = 5 * MINUTE
UPCOMING = {"requested", "confirmed", "arrived"}
LIVE = UPCOMING | {"in_progress"}
MISSED = {"missed_by_customer", "missed_by_staff"}
OVER = MISSED | {"done", "cancelled_by_customer", "cancelled_by_store", "declined"}


@dataclass(frozen=True)
class Shape:
    """An offer, in minutes."""

    duration: int
    before: int = 0
    after: int = 0
    cancel_limit: int = 0
    booth: bool = False

    def takes(self, starts_at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        after = self.duration + self.after
        return starts_at - self.before * MINUTE, starts_at + after * MINUTE


SHAPES = {
    "video": Shape(20, cancel_limit=10),
    "callback": Shape(15, after=5),
    "in_store": Shape(30, before=5, booth=True),
}


@dataclass(frozen=True)
class Taken:
    """Time of one agenda; `overlap` is staff's wish, outside the wall."""

    agenda: int
    start: dt.datetime
    end: dt.datetime
    overlap: bool = False


@dataclass
class Hold:
    channel: str
    start: dt.datetime
    staff: int
    taken: list[Taken]
    expires: dt.datetime
    renewals: int = 0


@dataclass
class Visit:
    visitor: str
    channel: str
    start: dt.datetime
    staff: int
    taken: list[Taken]
    has_phone: bool
    status: str = "confirmed"
    version: int = 1
    sequence: int = 0
    events: list[tuple[str, str]] = field(default_factory=lambda: [("booked", "")])
    ended: dt.datetime | None = None
    kept_until: dt.datetime | None = None
    before_cancel: str = "confirmed"
    """What a cancel by staff is taken back to."""
    minutes: int = 0
    """Its length, where the offer no longer says it: 0 else."""
    calls: list[int] = field(default_factory=list)
    """Of each call, which sequence the customer knew then."""
    late: int = 0
    """What was told of our lateness; another time, adviser or channel begins anew."""

    @property
    def shape(self) -> Shape:
        return SHAPES[self.channel]

    @property
    def end(self) -> dt.datetime:
        return self.start + (self.minutes or self.shape.duration) * MINUTE

    def write(self, kind: str, status: str = "", *, told: bool = False) -> None:
        """A move of the status, or a fact beside it."""
        self.status = status or self.status
        self.version += 1
        self.sequence += told
        self.events.append((kind, self.status))

    def give_back(self, after: dt.datetime) -> None:
        self.taken = [
            Taken(t.agenda, t.start, min(t.end, after), t.overlap)
            for t in self.taken
            if t.start < after
        ]

    def can_cancel(self, now: dt.datetime) -> bool:
        limit = self.shape.cancel_limit * MINUTE
        return self.status in ("requested", "confirmed") and now < self.start - limit

    def can_reopen(self, now: dt.datetime) -> bool:
        last = max(self.ended or self.start, self.start)
        return self.status in OVER and now <= last + dt.timedelta(hours=24)

    def is_kept(self, now: dt.datetime) -> bool:
        """Cancelled by staff who may still take it back."""
        kept = self.kept_until is not None and now < self.kept_until
        return kept and self.status == "cancelled_by_store"


@dataclass
class Diary:
    """All holds and visits; `agendas` is staff id → agenda id."""

    agendas: dict[int, int]
    booth: int
    now: dt.datetime
    holds: dict[str, Hold] = field(default_factory=dict)
    visits: dict[uuid.UUID, Visit] = field(default_factory=dict)

    def live_hold(self, visitor: str) -> Hold | None:
        held = self.holds.get(visitor)
        return held if held and self.now < held.expires else None

    def taken(self, *, visitor: str = "", but: Visit | None = None) -> Iterable[Taken]:
        """What is somebody's now: visits, kept ones, and holds that live."""
        for name, hold in self.holds.items():
            if name != visitor and self.now < hold.expires:
                yield from hold.taken
        for visit in self.visits.values():
            cancelled = visit.status == "cancelled_by_store"
            if visit is not but and (not cancelled or visit.is_kept(self.now)):
                yield from visit.taken

    def _is_free(
        self, agenda: int, start: dt.datetime, end: dt.datetime, taken: list[Taken]
    ) -> bool:
        """Minute by minute would say the same; time that others take counts in whole
        fives."""
        return not any(
            t.agenda == agenda and _floor(t.start) < end and _ceil(t.end) > start
            for t in taken
        )

    def who_can(
        self,
        channel: str,
        start: dt.datetime,
        *,
        visitor: str = "",
        but: Visit | None = None,
    ) -> list[int]:
        """Staff ids, by id; nobody where the booth is wanted and not free."""
        taken = list(self.taken(visitor=visitor, but=but))
        first, last = SHAPES[channel].takes(start)
        if SHAPES[channel].booth and not self._is_free(self.booth, first, last, taken):
            return []
        free = [
            staff
            for staff, agenda in sorted(self.agendas.items())
            if self._is_free(agenda, first, last, taken)
        ]
        return free if self.is_ahead(start) else []

    def is_ahead(self, start: dt.datetime) -> bool:
        return start > self.now

    def is_free_as_it_was(self, visit: Visit) -> bool:
        """To the minute, for what stood there before."""
        wanted = self.occupied(visit.channel, visit.start, visit.staff)
        return not any(
            t.agenda == w.agenda and t.start < w.end and t.end > w.start
            for t in self.taken(but=visit)
            for w in wanted
        )

    def occupied(self, channel: str, start: dt.datetime, staff: int) -> list[Taken]:
        first, last = SHAPES[channel].takes(start)
        agendas = [self.agendas[staff]]
        if SHAPES[channel].booth:
            agendas.append(self.booth)
        return [Taken(agenda, first, last) for agenda in agendas]

    def first_call(self, visit: Visit) -> dt.datetime:
        """When the visit's own adviser could call first."""
        start = _ceil(self.now + dt.timedelta(microseconds=1))
        while visit.staff not in self.who_can("callback", start):
            start += FIVE
        return start

    def is_busy(self, visitor: str, hold: Hold) -> bool:
        """Whether the visitor has another visit at the time of the hold."""
        end = hold.start + SHAPES[hold.channel].duration * MINUTE
        return any(
            v.visitor == visitor
            and v.status in LIVE
            and v.start < end
            and v.end > hold.start
            for v in self.visits.values()
        )


def _floor(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _ceil(moment: dt.datetime) -> dt.datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + FIVE
