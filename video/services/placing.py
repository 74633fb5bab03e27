"""Placing a room on a worker, and again when that worker is gone.

A room lives in exactly one worker. Its row says which, as of an epoch; a request that
finds that worker dead, silent, leaving or full places the room again under the row's
lock, and all who come after are sent to the same new place. The worker before learns it
at its next beat (`rooms_to_close`) and ends its copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from video import worker_client
from video.errors import (
    NodesFull,
    NoNodeAvailable,
    VideoError,
    WorkerFailed,
    WorkerUnreachable,
)
from video.media.rooms.participant import ChatLine
from video.models import ChatMessage, MediaNode, Participant, Room
from video.placement import choose_node
from video.queries import history_of, live_nodes, suspect_ids
from video.services.seats import empty_seats
from video.worker_client import WorkerAnswer

TRIES = 3
"""Workers asked for one join, so that a browser has its answer in a few seconds."""

NOBODY: Collection[int] = ()


@transaction.atomic
def place_room(*, room: Room, away_from: Collection[int] = NOBODY) -> MediaNode:
    """The worker that carries the room: the one it has while that lives, else a new
    one, and a new epoch. Writes both to `room`, too. Raises NoNodeAvailable, NodesFull.

    The room's row is locked, so all who come at once are sent to the same worker.
    A draining worker keeps its rooms; a suspect one only while there is no other.
    `away_from` holds the ids of those that have just refused.
    """
    rooms = Room.objects.for_brand(room.brand).select_for_update(no_key=True)
    row = rooms.get(pk=room.pk)
    node = _node_for(row, away_from)
    if node.pk != row.node_id:
        _move(row, node)
    room.node, room.epoch = node, row.epoch
    return node


def _node_for(row: Room, away_from: Collection[int]) -> MediaNode:
    nodes = [node for node in live_nodes() if node.pk not in away_from]
    own = next((node for node in nodes if node.pk == row.node_id), None)
    suspects = suspect_ids() if any(n.suspected_at for n in nodes) else frozenset[int]()
    if own is not None and own.pk not in suspects:
        return own
    calm = [node for node in nodes if node.pk not in suspects]
    try:
        return choose_node(calm)
    except (NoNodeAvailable, NodesFull):
        if own is not None:
            return own
        if calm:
            raise
        return choose_node(nodes)


def _move(row: Room, node: MediaNode) -> None:
    """Moves the room. People who still sit where it was are told to come along."""
    row.node = node
    row.epoch += 1
    row.placed_at = Now()
    row.save(update_fields=["node", "epoch", "placed_at"])
    seats = Participant.objects.for_brand(row.brand).filter(room_id=row.pk)
    empty_seats(seats, reason="room_moved")
    # Those who ask before its next beat must not all see the same idle worker.
    MediaNode.objects.filter(pk=node.pk).update(rooms=F("rooms") + 1)


def suspect_node(*, node: MediaNode) -> None:
    """It did not take a call: nobody is sent there for a while. A worker that starts
    again under its name is trusted at once."""
    same = MediaNode.objects.filter(pk=node.pk, boot_id=node.boot_id)
    same.update(suspected_at=Now())


def seat_in_worker(
    *, room: Room, participant: Participant, offer: str, now: dt.datetime
) -> WorkerAnswer:
    """Places the room and seats the participant there. A worker that does not take
    the call is left at once, before its heart stops. Raises what the last one said:
    OfferRefused, RoomFull, NodesFull, NoNodeAvailable, WorkerUnreachable, WorkerFailed.
    """
    ends_in = (room.closes_at - now).total_seconds()
    history = [_as_line(line) for line in history_of(room)]
    tried: dict[int, VideoError] = {}
    while len(tried) < TRIES:
        try:
            node = place_room(room=room, away_from=tried)
        except (NoNodeAvailable, NodesFull) as error:
            raise _worst([*tried.values(), error]) from error
        try:
            return worker_client.create_session(
                node,
                participant=participant,
                offer=offer,
                ends_in=ends_in,
                history=history,
            )
        except WorkerUnreachable as error:
            suspect_node(node=node)
            tried[node.pk] = error
        except (NoNodeAvailable, NodesFull, WorkerFailed) as error:
            tried[node.pk] = error
    raise _worst(list(tried.values()))


def _as_line(line: ChatMessage) -> ChatLine:
    return ChatLine(
        sender_id=str(line.participant_id),
        sender_name=line.participant.name,
        text=line.text,
        at=line.posted_at.isoformat(timespec="milliseconds"),
    )


def _worst(refusals: list[VideoError]) -> VideoError:
    """Chooses of several refusals what the customer is told: "full" has a way out of
    its own, and what the first worker said is nearer to the cause than that none is
    left."""
    full = [error for error in refusals if isinstance(error, NodesFull)]
    return (full or refusals)[0]
