"""Rules of entering a room. Pure: rows in, a named refusal or nothing out."""

from __future__ import annotations

import datetime as dt

from booking.stages import HERE_FOR
from booking.states import Status
from stores.models import Channel
from video.errors import NotAdmitted, RoomNotOpen
from video.models import Participant, Room


def is_open(room: Room, now: dt.datetime) -> bool:
    """A visit that was only requested has no room yet; one that goes on by
    telephone has none any more."""
    appointment = room.appointment
    stands = (
        appointment.status != Status.REQUESTED and appointment.channel == Channel.VIDEO
    )
    return stands and room.is_open(now)


def is_early(room: Room, now: dt.datetime) -> bool:
    return room.appointment.takes_time and now < room.opens_at


def check_open(room: Room, now: dt.datetime) -> None:
    if not is_open(room, now):
        raise RoomNotOpen


def is_admitted(participant: Participant | None) -> bool:
    return (
        participant is not None
        and participant.admitted_at is not None
        and participant.refused_at is None
    )


def check_admitted(role: str, participant: Participant | None) -> None:
    """Staff let others in; everybody else waits to be let in, once for all re-joins.
    Whoever was put out waits again, staff as well."""
    is_ours = role in (Participant.Role.ADVISER, Participant.Role.SUPERVISOR)
    if participant is None and is_ours:
        return
    if not is_admitted(participant):
        raise NotAdmitted


def is_here(participant: Participant | None, now: dt.datetime) -> bool:
    """Its waiting page is open, or it is connected."""
    if participant is None:
        return False
    beat = participant.present_at
    return is_connected(participant) or (beat is not None and now - beat < HERE_FOR)


def holds_seat(participant: Participant, now: dt.datetime) -> bool:
    """True for people inside, about to be, or at the door. Who left holds none, unless
    they have come to the door again since."""
    left_at, beat = participant.left_at, participant.present_at
    if participant.refused_at is not None:
        return False
    if left_at is not None and (beat is None or beat <= left_at):
        return False
    return bool(participant.session) or is_here(participant, now)


def is_connected(participant: Participant | None) -> bool:
    return (
        participant is not None
        and bool(participant.session)
        and participant.connected_at is not None
        and participant.left_at is None
    )
