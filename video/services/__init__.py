"""Use cases of the room: waiting, letting in, joining, comings and goings."""

from video.services.comings import (
    record_connected,
    record_left,
    record_message,
    rooms_to_close,
)
from video.services.joining import Joined, join_room, leave_room, renew_session
from video.services.nodes import (
    beat_node,
    bury_dead_nodes,
    register_node,
    withdraw_node,
)
from video.services.people import (
    go_on_by_phone,
    invite_guest,
    leave_it_to_the_phone,
    remove_participant,
)
from video.services.placing import place_room, suspect_node
from video.services.quality import record_quality
from video.services.rooms import (
    admit,
    hold,
    mark_here,
    open_room,
    refuse,
    say_guest_here,
    say_here,
)

__all__ = [
    "Joined",
    "admit",
    "beat_node",
    "bury_dead_nodes",
    "go_on_by_phone",
    "hold",
    "invite_guest",
    "join_room",
    "leave_it_to_the_phone",
    "leave_room",
    "mark_here",
    "open_room",
    "place_room",
    "record_connected",
    "record_left",
    "record_message",
    "record_quality",
    "refuse",
    "register_node",
    "remove_participant",
    "renew_session",
    "rooms_to_close",
    "say_guest_here",
    "say_here",
    "suspect_node",
    "withdraw_node",
]
