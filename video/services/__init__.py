"""Use cases of the room: waiting, letting in, joining, comings and goings."""

from video.services.comings import (
    record_connected,
    record_left,
    rooms_to_close,
)
from video.services.joining import Joined, join_room, leave_room, renew_session
from video.services.nodes import (
    beat_node,
    bury_dead_nodes,
    register_node,
    withdraw_node,
)
from video.services.placing import place_room, suspect_node
from video.services.rooms import admit, mark_here, open_room, say_here

__all__ = [
    "Joined",
    "admit",
    "beat_node",
    "bury_dead_nodes",
    "join_room",
    "leave_room",
    "mark_here",
    "open_room",
    "place_room",
    "record_connected",
    "record_left",
    "register_node",
    "renew_session",
    "rooms_to_close",
    "say_here",
    "suspect_node",
    "withdraw_node",
]
