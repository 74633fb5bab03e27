"""Stages of an appointment for its customer: what the permanent page shows."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from booking.models import Appointment
from booking.models.promise import CALL_WITHIN
from booking.states import CANCELLED, MISSED, STANDING, Status
from stores.models import Channel

ROOM_OPENS = dt.timedelta(minutes=15)
"""Before the start; `video` computes its room's window from the appointment too."""

CALL_WINDOW = CALL_WITHIN
"""The promise of a callback: we call within this time from the visit's start."""

NOBODY_AFTER = dt.timedelta(minutes=5)
"""After the hour, as last announced: who is still alone then gets other ways."""

HERE_FOR = dt.timedelta(seconds=25)
"""A waiting page says that it is there every ten seconds; two may be lost."""

KEPT_FOR = dt.timedelta(hours=24)
"""After the visit a phone may still have its hour and place."""


class Stage(StrEnum):
    REQUESTED = "requested"
    BEFORE = "before"
    TODAY = "today"
    NOW = "now"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


def stage_of(appointment: Appointment, now: dt.datetime) -> Stage:
    """NOW is from 15 minutes before the start until somebody says what became of it."""
    status = Status(appointment.status)
    if status in CANCELLED:
        return Stage.CANCELLED
    if status in MISSED:
        return Stage.MISSED
    settled = {
        Status.REQUESTED: Stage.REQUESTED,
        Status.IN_PROGRESS: Stage.IN_PROGRESS,
        Status.DONE: Stage.DONE,
        Status.ARRIVED: Stage.NOW,
    }
    if status in settled:
        return settled[status]
    return _by_clock(appointment, now)


def _by_clock(appointment: Appointment, now: dt.datetime) -> Stage:
    if now >= appointment.starts_at - ROOM_OPENS:
        return Stage.NOW
    today = now.astimezone(appointment.zone).date()
    return Stage.TODAY if appointment.local_start.date() == today else Stage.BEFORE


def is_away(appointment: Appointment, now: dt.datetime) -> bool:
    """True if the customer said "I'm here" and the waiting page is not open now: board
    and room say the same of them. In the store nobody watches a page."""
    if appointment.status != Status.ARRIVED or appointment.channel != Channel.VIDEO:
        return False
    return appointment.seen_at is None or now - appointment.seen_at >= HERE_FOR


def is_left_alone(appointment: Appointment, now: dt.datetime) -> bool:
    """True of a video visit whose hour is over and none of the staff came. Whether the
    customer came is another question: who comes late finds nobody, too."""
    waits = appointment.status in (Status.CONFIRMED, Status.ARRIVED)
    is_alone = appointment.channel == Channel.VIDEO and not appointment.staff_came_at
    return waits and is_alone and now >= appointment.expected_at + NOBODY_AFTER


def is_kept_waiting(appointment: Appointment, now: dt.datetime) -> bool:
    """True where our side is late, did not come, or did not call in time: the customer
    may then ask for a call at once, or take another hour, however late it is."""
    if appointment.is_open_call:
        return now >= appointment.expected_at + CALL_WINDOW
    is_late = appointment.delay_minutes and now >= appointment.starts_at - ROOM_OPENS
    waits = appointment.status in (Status.CONFIRMED, Status.ARRIVED)
    is_video = appointment.channel == Channel.VIDEO
    return waits and is_video and bool(is_late or is_left_alone(appointment, now))


def call_window(promised_at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Between which two moments we call: the hour of the visit, or of the next try."""
    return promised_at, promised_at + CALL_WINDOW


def kept_until(appointment: Appointment, now: dt.datetime) -> dt.datetime | None:
    """None where no phone may keep it: not agreed, off, over, or long past."""
    until = appointment.ends_at + KEPT_FOR
    return until if appointment.status in STANDING and now < until else None
