"""The tables of the room, one file per noun."""

from video.models.node import MediaNode
from video.models.participant import (
    CallQualitySample,
    ChatMessage,
    Participant,
    Refusal,
    Stay,
)
from video.models.room import HoldMessage, Room

__all__ = [
    "CallQualitySample",
    "ChatMessage",
    "HoldMessage",
    "MediaNode",
    "Participant",
    "Refusal",
    "Room",
    "Stay",
]
