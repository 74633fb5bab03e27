"""Media workers: their sign of life, and which of them carries a room."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from video.errors import WorkerReplaced
from video.models import MediaNode, Participant, Room
from video.placement import choose_node
from video.queries import live_nodes


@dataclass(frozen=True)
class NodeLoad:
    """What a worker says of itself at each beat. Shares of a core, per second, ms."""

    rooms: int
    cpu_load: float
    packets_per_second: float
    loop_lag_ms: float
    draining: bool


@transaction.atomic
def register_node(
    *,
    name: str,
    boot_id: UUID,
    control_url: str,
    announce_ip: str,
    udp_port: int,
) -> MediaNode:
    """A worker has started; it takes over the row of its name.

    Whoever sat in the rooms of its predecessor sits there no more: a worker that was
    killed could not say so.
    """
    node, _ = MediaNode.objects.update_or_create(
        name=name,
        defaults={
            "boot_id": boot_id,
            "control_url": control_url,
            "announce_ip": announce_ip,
            "udp_port": udp_port,
            "rooms": 0,
            "cpu_load": 0,
            "packets_per_second": 0,
            "loop_lag_ms": 0,
            "draining": False,
            "heartbeat_at": Now(),
        },
    )
    seats = Participant.objects.all_brands().filter(room__node=node)
    seats.exclude(session="").update(session="", left_at=Now())
    return node


def beat_node(*, name: str, boot_id: UUID, load: NodeLoad) -> None:
    """Raises WorkerReplaced when another process has taken over the name."""
    ours = MediaNode.objects.filter(name=name, boot_id=boot_id)
    updated = ours.update(
        heartbeat_at=Now(),
        rooms=load.rooms,
        cpu_load=load.cpu_load,
        packets_per_second=load.packets_per_second,
        loop_lag_ms=load.loop_lag_ms,
        draining=load.draining,
    )
    if not updated:
        raise WorkerReplaced(name)


def withdraw_node(*, name: str, boot_id: UUID) -> None:
    """A worker ends: nobody is sent to it from now on."""
    MediaNode.objects.filter(name=name, boot_id=boot_id).update(draining=True, rooms=0)


@transaction.atomic
def place_room(*, room: Room, away_from: MediaNode | None = None) -> MediaNode:
    """The worker that carries the room: the one it has while that lives, else a new
    one, and a new epoch. Raises NoNodeAvailable.

    The room's row is locked, so all who come at once are sent to the same worker.
    A draining worker keeps its rooms. `away_from` names one that has just refused.
    """
    rooms = Room.objects.for_brand(room.brand).select_for_update(no_key=True)
    row = rooms.get(pk=room.pk)
    nodes = [node for node in live_nodes() if node != away_from]
    for node in nodes:
        if node.pk == row.node_id:
            return node
    node = choose_node(nodes)
    row.node = node
    row.epoch = F("epoch") + 1
    row.placed_at = Now()
    row.save(update_fields=["node", "epoch", "placed_at"])
    return node
