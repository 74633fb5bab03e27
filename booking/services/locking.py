"""The steps that every write of time is made of, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from booking.models import Appointment, EventKind, FreedHour, Hold, Occupancy
from booking.shown import NOTHING, Shown
from stores.calendar.periods import Period
from stores.models import Agenda
from stores.statements import ask, columns_of, inserts, row_of

LOCK_TIMEOUT_MS = 3000
EVENTS_CHANNEL = "visavis_events"
_CHANGES_QUIETLY = [
    "status", "version", "sequence", "arrived_at", "started_at", "delay_minutes",
    "erased_at",
]  # fmt: skip


_AGENDAS = columns_of(Agenda, "agenda")
# The lock is the last step of the plan, so its time limit is set before the first row
# is waited for.
_LOCK = f"""
SELECT {_AGENDAS} FROM stores_agenda agenda,
       (SELECT set_config('lock_timeout', '{LOCK_TIMEOUT_MS}ms', true)) AS limited
 WHERE agenda.id = ANY(%s::bigint[]) ORDER BY agenda.id FOR NO KEY UPDATE OF agenda
"""  # noqa: S608  # names of columns
LOCK_OF_HOLD = _LOCK.replace(
    "ANY(%s::bigint[])",
    "ANY(ARRAY(SELECT agenda_id FROM booking_occupancy WHERE hold_id = %s))",
)
# The holds are looked at before the lock is waited for: what expired then stays so.
_LOCK_AND_LOOK = _LOCK.replace(
    f"SELECT {_AGENDAS}",
    f"""SELECT {_AGENDAS}, ARRAY(
           SELECT hold.id FROM booking_occupancy taken
             JOIN booking_hold hold ON hold.id = taken.hold_id
            WHERE taken.agenda_id = agenda.id AND taken.active
              AND hold.expires_at <= %s)""",  # noqa: S608  # names of columns
)
_DELETE_HOLDS = """
WITH gone AS (DELETE FROM booking_occupancy WHERE hold_id = ANY(%s::uuid[]))
DELETE FROM booking_hold WHERE id = ANY(%s::uuid[]) RETURNING id
"""
_EXPIRED = """
SELECT DISTINCT hold.id FROM booking_hold hold
  JOIN booking_occupancy taken ON taken.hold_id = hold.id
 WHERE taken.agenda_id = ANY(%s::bigint[]) AND taken.active AND hold.expires_at <= %s
"""
_OCCUPY = """
INSERT INTO booking_occupancy (brand_id, agenda_id, hold_id, appointment_id,
                               starts_at, ends_at, active, overlap_allowed, created_at)
SELECT %s, agenda, %s::uuid, %s::uuid, %s, %s, true, false, clock_timestamp()
  FROM unnest(%s::bigint[]) AS agenda
    ON CONFLICT DO NOTHING RETURNING id
"""


# An insert waits for the lock, since the lock is part of what says whether it is done;
# the lock brings the newest version with it, whatever the statement saw before.
_LOCK_AND_TAKE = """
WITH locked AS MATERIALIZED (
         {lock}),
     same AS MATERIALIZED (
         SELECT count(*) FROM locked
           JOIN unnest(%s::bigint[], %s::bigint[]) AS known (id, version)
             ON known.id = locked.id AND known.version = locked.version
         HAVING count(*) = cardinality(%s::bigint[]) AND NOT EXISTS (
             SELECT FROM booking_occupancy taken
               JOIN booking_hold hold ON hold.id = taken.hold_id
              WHERE taken.agenda_id = ANY(%s::bigint[]) AND taken.active
                AND hold.expires_at <= %s)),
     {made},
     taken AS (
         INSERT INTO booking_occupancy (brand_id, agenda_id, hold_id, starts_at,
                                        ends_at, active, overlap_allowed, created_at)
         SELECT %s, agenda, %s::uuid, %s, %s, true, false, clock_timestamp()
           FROM same, unnest(%s::bigint[]) AS agenda
             ON CONFLICT DO NOTHING RETURNING id)
SELECT (SELECT count(*) FROM same), (SELECT count(*) FROM taken),
       (SELECT count(*) FROM locked)
"""
_IDS_LOCKED = _LOCK.replace(_AGENDAS, "agenda.id, agenda.version")
_UNLOCKED_ONLY = f"{_IDS_LOCKED} SKIP LOCKED"


class AgendaLocked(Exception):
    """Others are at the agenda in this moment, and it was not to be waited for."""


def lock_and_take(
    hold: Hold,
    agendas: Sequence[Agenda],
    period: Period,
    *,
    now: dt.datetime,
    wait: bool = True,
) -> tuple[bool, bool]:
    """Locks the agendas and, where they are still of these versions and no expired hold
    stands on them, stores the hold and takes the period: all in one step, so that the
    lock waits for one answer only. (Whether it was tried, whether all was taken); what
    was tried and not taken must be rolled back. Without `wait` raises AgendaLocked
    where it would have to."""
    ids = sorted(agenda.pk for agenda in agendas)
    versions = {agenda.pk: agenda.version for agenda in agendas}
    made, values = inserts(hold, where="same")
    known = [ids, ids, [versions[pk] for pk in ids], ids, ids, now]
    taken = [hold.brand_id, hold.pk, period.start, period.end, ids]
    statement = _LOCK_AND_TAKE.format(
        lock=_IDS_LOCKED if wait else _UNLOCKED_ONLY, made=made
    )
    ((same, count, locked),) = ask(statement, [*known, *values, *taken])
    if locked < len(ids) and not wait:
        raise AgendaLocked
    return bool(same), count == len(ids)


def lock_agendas(ids: Iterable[int]) -> dict[int, Agenda]:
    """FOR NO KEY UPDATE in ascending id, so that two writers never wait in a circle.

    Waits at most three seconds; then it is refused as `agenda_busy` at the edge. Rows
    that point at an agenda are not held up: NO KEY is for that.
    """
    return _agendas(ask(_LOCK, [sorted(set(ids))]))


def lock_agendas_of_hold(hold_id: uuid.UUID) -> dict[int, Agenda]:
    """Finds and locks the hold's agendas in one step; empty if the hold is gone."""
    return _agendas(ask(LOCK_OF_HOLD, [hold_id]))


def lock_and_look(
    ids: Iterable[int], *, now: dt.datetime
) -> tuple[dict[int, Agenda], set[uuid.UUID]]:
    """As `lock_agendas`, with the expired holds that still stand on them."""
    rows = ask(_LOCK_AND_LOOK, [now, sorted(set(ids))])
    return _agendas(row[:-1] for row in rows), {pk for row in rows for pk in row[-1]}


def _agendas(rows: Iterable[tuple[Any, ...]]) -> dict[int, Agenda]:
    found = [row_of(Agenda, row) for row in rows]
    return {agenda.pk: agenda for agenda in found}


def delete_expired_holds(agendas: Iterable[int], *, now: dt.datetime) -> None:
    """Deletes expired holds before a write: a constraint cannot know the clock."""
    delete_holds([row[0] for row in ask(_EXPIRED, [list(agendas), now])])


def delete_holds(ids: Sequence[Any]) -> None:
    if ids:
        ask(_DELETE_HOLDS, [list(ids), list(ids)])


def insert_occupancies(
    *,
    brand_id: int,
    agendas: Sequence[int],
    period: Period,
    hold: Hold | None = None,
    appointment_id: Any = None,
) -> bool:
    """Takes the period in all agendas, or says False; the caller then rolls back.

    One statement by hand: ORM inserts that ignore conflicts return no ids to count.
    With ON CONFLICT a loser backs off at once, where a bare INSERT would deadlock. A
    `hold` that is not stored yet is stored by the same statement.
    """
    first, values = "", list[Any]()
    if hold is not None and hold._state.adding:
        first, values = inserts(hold)
    taken = ask(
        f"WITH {first} {_OCCUPY}" if first else _OCCUPY,
        [
            *values, brand_id, hold.pk if hold else None, appointment_id,
            period.start, period.end, sorted(agendas),
        ],
    )  # fmt: skip
    return len(taken) == len(agendas)


def raise_versions(agendas: Iterable[int]) -> None:
    """Tells every reader that its copy of these agendas' free time is old."""
    rows = Agenda.objects.all_brands().filter(pk__in=set(agendas))
    rows.update(version=F("version") + 1)


def notify_events() -> None:
    """Wakes the delivery loop at commit; if nobody listens, nothing is lost."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {EVENTS_CHANNEL}")


def agendas_of(appointment: Appointment) -> list[int]:
    """The ids of agendas that the appointment takes time from."""
    rows = Occupancy.objects.all_brands().filter(appointment=appointment, active=True)
    return list(rows.values_list("agenda_id", flat=True))


@contextmanager
def changing(agendas: Iterable[int] = ()) -> Iterator[None]:
    """Ends a change, in the caller's transaction and under its locks: the agendas'
    versions rise and the delivery loop is woken. Neither where it raises."""
    yield
    changed = set(agendas)
    if changed:
        raise_versions(changed)
    notify_events()


@contextmanager
def changing_visit(
    appointment: Appointment,
    shown: Shown | None = None,
    *,
    minding: frozenset[EventKind] = NOTHING,
    also: Iterable[int] = (),
) -> Iterator[dict[int, Agenda]]:
    """One transaction that changes a visit and perhaps its time.

    Locks what it takes time from, and the agendas `also`, then its row, which must be
    as `shown`. Gives the locked agendas; their versions rise at the end.
    """
    with transaction.atomic():
        locked = lock_agendas([*agendas_of(appointment), *also])
        lock_as_shown(appointment, shown, minding=minding)
        with changing(locked):
            yield locked


def lock_as_shown(
    appointment: Appointment,
    shown: Shown | None,
    *,
    minding: frozenset[EventKind] = NOTHING,
) -> None:
    """Locks the row, after the agendas, and reads what may have changed quietly.

    Raises StaleVersion if it is no longer as `shown`. Without `shown` nothing
    is asked: the write itself finds out whether somebody was faster.
    """
    if shown is None:
        return
    rows = Appointment.objects.all_brands().select_for_update(no_key=True)
    appointment.refresh_from_db(fields=_CHANGES_QUIETLY, from_queryset=rows)
    shown.check(appointment, minding=minding)


def insert_overlap(*, appointment: Appointment, agenda: Agenda, period: Period) -> None:
    """Takes time that may be taken already, at staff's explicit wish. The exclusion
    constraint skips such rows."""
    Occupancy.objects.create(
        brand_id=appointment.brand_id,
        agenda=agenda,
        appointment=appointment,
        starts_at=period.start,
        ends_at=period.end,
        overlap_allowed=True,
    )


def free_time_of(appointment: Appointment, *, after: dt.datetime | None = None) -> None:
    """Gives back all of its time, or what lies after an instant. A whole hour is
    noted for those who wished for an earlier one."""
    if after is None or appointment.starts_at > after:
        FreedHour.note(appointment)
    rows = Occupancy.objects.all_brands().filter(appointment=appointment, active=True)
    if after is None:
        rows.update(active=False)
        return
    rows.filter(starts_at__gte=after).update(active=False)
    rows.filter(ends_at__gt=after, starts_at__lt=after).update(ends_at=after)
