"""The steps that every write of time is made of, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from booking.models import Appointment, Hold, Occupancy
from stores.models import Agenda, Offer
from stores.periods import Period

LOCK_TIMEOUT_MS = 3000
EVENTS_CHANNEL = "visavis_events"


def lock_agendas(ids: Iterable[int]) -> dict[int, Agenda]:
    """FOR NO KEY UPDATE in ascending id, so that two writers never wait in a circle.

    Waits at most three seconds; then the database's refusal becomes `agenda_busy` at
    the edge. Rows that point at an agenda are not held up (that is what NO KEY is for).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_MS}ms"]
        )
    rows = Agenda.objects.all_brands().filter(pk__in=set(ids)).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True)}


def delete_expired_holds(agendas: Iterable[int], *, now: dt.datetime) -> None:
    """A constraint cannot know the clock: whoever writes next clears the ground."""
    held = (
        Occupancy.objects.all_brands()
        .of_agendas(agendas)
        .filter(hold__expires_at__lte=now)
        .values_list("hold_id", flat=True)
    )
    delete_holds(list(held))


def delete_holds(ids: Sequence[Any]) -> None:
    if ids:
        Occupancy.objects.all_brands().filter(hold__in=ids).delete()
        Hold.objects.all_brands().filter(pk__in=ids).delete()


def insert_occupancies(
    *,
    brand_id: int,
    agendas: Sequence[int],
    period: Period,
    hold: Hold | None = None,
    appointment_id: Any = None,
) -> bool:
    """Takes the period in all agendas, or says False; the caller then rolls back.

    One raw statement: ORM inserts that ignore conflicts return no ids to count. With
    ON CONFLICT a loser backs off at once, where a bare INSERT would deadlock.
    """
    values = ", ".join(
        ["(%s, %s, %s, %s, %s, %s, true, false, clock_timestamp())"] * len(agendas)
    )
    parameters: list[Any] = []
    for agenda in sorted(agendas):
        parameters += [
            brand_id, agenda, hold.pk if hold else None, appointment_id,
            period.start, period.end,
        ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO booking_occupancy (brand_id, agenda_id, hold_id, "  # noqa: S608  # only placeholders are joined
            "appointment_id, starts_at, ends_at, active, overlap_allowed, created_at) "
            f"VALUES {values} ON CONFLICT DO NOTHING RETURNING id",
            parameters,
        )
        return len(cursor.fetchall()) == len(agendas)


def raise_versions(agendas: Iterable[int]) -> None:
    """Tells every reader that its copy of these agendas' free time is old."""
    rows = Agenda.objects.all_brands().filter(pk__in=set(agendas))
    rows.update(version=F("version") + 1)


def notify_events() -> None:
    """Wakes the delivery loop at commit; if nobody listens, nothing is lost."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {EVENTS_CHANNEL}")


def with_buffers(offer: Offer, starts_at: dt.datetime) -> Period:
    """What a visit takes from an agenda: itself, and the breath around it."""
    return Period(
        starts_at - dt.timedelta(minutes=offer.buffer_before),
        starts_at + dt.timedelta(minutes=offer.duration + offer.buffer_after),
    )


def agendas_of(appointment: Appointment) -> list[int]:
    """What the appointment takes time from."""
    rows = Occupancy.objects.all_brands().filter(appointment=appointment, active=True)
    return list(rows.values_list("agenda_id", flat=True))


def lock_agendas_of(appointment: Appointment) -> list[int]:
    """Locks what the appointment takes time from; ids in ascending order."""
    return list(lock_agendas(agendas_of(appointment)))


def insert_overlap(*, appointment: Appointment, agenda: Agenda, period: Period) -> None:
    """Takes time that may be taken already: staff's explicit wish, outside the wall."""
    Occupancy.objects.create(
        brand_id=appointment.brand_id,
        agenda=agenda,
        appointment=appointment,
        starts_at=period.start,
        ends_at=period.end,
        overlap_allowed=True,
    )


def free_time_of(appointment: Appointment, *, after: dt.datetime | None = None) -> None:
    """Gives back all of its time, or what lies after an instant."""
    rows = Occupancy.objects.all_brands().filter(appointment=appointment, active=True)
    if after is None:
        rows.update(active=False)
        return
    rows.filter(starts_at__gte=after).update(active=False)
    rows.filter(ends_at__gt=after, starts_at__lt=after).update(ends_at=after)
