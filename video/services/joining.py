"""From an offer to a seat in the forwarding unit, and back out.

Calls to the worker stand outside every transaction. The seat is written before the
browser has the answer, so the worker cannot report it connected earlier.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from video import worker_client
from video.access import Seat
from video.admission import check_admitted, check_open
from video.errors import (
    SeatTaken,
    SessionUnknown,
    WorkerFailed,
    WorkerUnreachable,
)
from video.models import Participant
from video.queries import customer_in, participants_of, staff_in
from video.services.placing import seat_in_worker, suspect_node
from video.services.rooms import open_room


@dataclass(frozen=True)
class Joined:
    """A seat taken. `resume` proves, in later calls, that the same page speaks."""

    participant: Participant
    session: str
    answer: str
    resume: str


def seat_of(seat: Seat, *, now: dt.datetime) -> Participant:
    """The participant who may join now: the seat of staff is made here, that of a
    customer or a guest by waiting. Raises RoomNotOpen, NotAdmitted."""
    check_open(seat.room, now)
    participant = _participant_of(seat)
    check_admitted(seat.role, participant)
    if participant is not None:
        return participant
    room = open_room(appointment=seat.room.appointment)
    is_named = seat.staff_member is not None
    seats = Participant.objects.for_brand(room.brand)
    participant, _ = seats.get_or_create(
        room=room,
        staff_member=seat.staff_member,
        user=None if is_named else seat.user,
        defaults={
            "brand": room.brand,
            "role": seat.role,
            "waiting_since": now,
            "admitted_at": now,
        },
    )
    return participant


def join_room(
    *,
    seat: Seat,
    participant: Participant,
    offer: str,
    resume: str,
    now: dt.datetime,
) -> Joined:
    """Takes the seat, or takes it again after a cut.

    Without `resume` the page that asks becomes the seat's page and the one before
    ends there; with it the seat must still be this page's, or SeatTaken: two pages
    of one person must not throw each other out for ever. Raises what the worker
    refuses: OfferRefused, RoomFull, NodesFull, NoNodeAvailable, WorkerUnreachable.
    """
    if resume and not _is_resume_of(participant, resume):
        raise SeatTaken
    participant.room = seat.room
    answer = seat_in_worker(
        room=seat.room, participant=participant, offer=offer, now=now
    )
    secret = resume or secrets.token_urlsafe(16)
    participant.session = answer.session
    participant.resume_hash = _hashed(secret)
    participant.connected_at = participant.left_at = None
    participant.save(
        update_fields=["session", "resume_hash", "connected_at", "left_at"]
    )
    return Joined(participant, answer.session, answer.sdp, secret)


def renew_session(*, seat: Seat, session: str, resume: str, offer: str) -> str:
    """The answer to a new offer of a seat that this page has. Raises SessionUnknown,
    OfferRefused, WorkerUnreachable."""
    participant = _holder(seat, session, resume)
    node = seat.room.node
    if node is None:
        raise SessionUnknown
    try:
        return worker_client.renew_session(node, participant=participant, offer=offer)
    except WorkerUnreachable:
        suspect_node(node=node)  # so that the join that follows is sent elsewhere
        raise


def leave_room(*, seat: Seat, session: str, resume: str, now: dt.datetime) -> None:
    """Gives the seat back. Harmless when it was given back already: the connection's
    own end reaches the worker, and us, before this call does."""
    participant = _participant_of(seat)
    if participant is not None and not participant.session:
        return
    participant = _holder(seat, session, resume)
    try:
        if seat.room.node is not None:
            worker_client.end_session(seat.room.node, participant=participant)
    except (SessionUnknown, WorkerUnreachable, WorkerFailed):
        pass
    rows = Participant.objects.for_brand(seat.room.brand).filter(
        pk=participant.pk, session=session
    )
    rows.update(session="", left_at=now)


def _participant_of(seat: Seat) -> Participant | None:
    if seat.is_staff:
        return staff_in(seat.room, staff_member=seat.staff_member, user=seat.user)
    if seat.link is not None:
        return participants_of(seat.room).filter(pk=seat.link.pk).first()
    return customer_in(seat.room)


def _holder(seat: Seat, session: str, resume: str) -> Participant:
    participant = _participant_of(seat)
    if (
        participant is None
        or not session
        or participant.session != session
        or not _is_resume_of(participant, resume)
    ):
        raise SessionUnknown
    return participant


def _is_resume_of(participant: Participant, secret: str) -> bool:
    return hmac.compare_digest(participant.resume_hash, _hashed(secret))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
