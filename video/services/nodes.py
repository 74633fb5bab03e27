"""Media workers: their start, their signs of life, their leave."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from video.errors import NodeNameTaken, WorkerReplaced
from video.models import MediaNode, Participant, Room
from video.placement import LIVE_FOR
from video.queries import dead_nodes, live_nodes, vanished_nodes
from video.services.seats import empty_seats


@dataclass(frozen=True)
class NodeAddress:
    """The addresses of a worker: for the web processes, and for browsers."""

    control_url: str
    announce_ip: str
    udp_port: int


@dataclass(frozen=True)
class NodeLoad:
    """The load that a worker reports at each beat. Shares of a core, per second, ms."""

    rooms: int
    cpu_load: float
    packets_per_second: float
    loop_lag_ms: float
    draining: bool


@transaction.atomic
def register_node(
    *, name: str, boot_id: UUID, address: NodeAddress, capacity: int
) -> MediaNode:
    """A worker has started; it takes over the row of its name, and nobody suspects it.

    Whoever sat in the rooms of its predecessor sits there no more: a worker that was
    killed could not say so. Raises NodeNameTaken while a worker at another address
    lives under this name; at the same address it must be dead, for the caller has
    bound that port.
    """
    others = live_nodes().select_for_update(no_key=True).filter(name=name)
    at_ours = {"announce_ip": address.announce_ip, "udp_port": address.udp_port}
    if others.exclude(**at_ours).exists():
        raise NodeNameTaken(name)
    node, _ = MediaNode.objects.update_or_create(
        name=name,
        defaults={
            "boot_id": boot_id,
            "control_url": address.control_url,
            "announce_ip": address.announce_ip,
            "udp_port": address.udp_port,
            "capacity": capacity,
            "rooms": 0,
            "cpu_load": 0,
            "packets_per_second": 0,
            "loop_lag_ms": 0,
            "draining": False,
            "suspected_at": None,
            "heartbeat_at": Now(),
        },
    )
    seats = Participant.objects.all_brands().filter(room__node=node)
    empty_seats(seats, reason="worker_died")
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
    """A worker ends: it counts as dead from now on, not only when its beats fail."""
    MediaNode.objects.filter(name=name, boot_id=boot_id).update(
        draining=True, rooms=0, heartbeat_at=Now() - LIVE_FOR
    )


def bury_dead_nodes() -> int:
    """Empties the seats of workers that died and whose people did not come back:
    nobody else would ever say that they left. Returns how many sat there.

    The rows of those that are dead for a day go, for a host that vanished never comes
    back under its name. Their rooms stay, placed nowhere.
    """
    seats = Participant.objects.all_brands().filter(room__node__in=dead_nodes())
    sat = empty_seats(seats, reason="worker_died")
    _forget_vanished_nodes()
    return sat


def _forget_vanished_nodes() -> None:
    """Almost always there are none, and that is one question without a lock."""
    if not vanished_nodes().exists():
        return
    with transaction.atomic():
        # One that starts again in this moment must not lose the row it takes over;
        # several workers bury at once, and one of them is enough.
        locked = vanished_nodes().select_for_update(skip_locked=True)
        gone = list(locked.values_list("pk", flat=True))
        Room.objects.all_brands().filter(node__in=gone).update(node=None)
        MediaNode.objects.filter(pk__in=gone).delete()
