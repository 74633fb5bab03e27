"""The source of a slot: a publisher's receiver, or a view of a camera in layers."""

from typing import Protocol

from video.media.rtp.bandwidth import RembPolicy
from video.media.rtp.receiver import PacketSink, StreamFormat


class History(Protocol):
    def find(self, sequence: int) -> memoryview | None: ...


class StreamSource(Protocol):
    """A publisher's stream as one slot knows it.

    `senders` has the slots that it feeds, `paused` those whose line takes no pictures.
    `highest` and `last_timestamp` are its last numbers, -1 before any.
    """

    @property
    def stream(self) -> StreamFormat: ...
    @property
    def publisher_id(self) -> str: ...
    @property
    def senders(self) -> list[PacketSink]: ...
    @property
    def paused(self) -> list[PacketSink]: ...
    @property
    def remb(self) -> RembPolicy: ...
    @property
    def history(self) -> History: ...
    @property
    def highest(self) -> int: ...
    @property
    def last_timestamp(self) -> int: ...
    @property
    def arrived_at(self) -> float: ...
    @property
    def fraction_lost(self) -> int: ...
    @property
    def origin(self) -> object:
        """The stream as it was published: what seats and pages know."""

    def request_keyframe(self, now: float) -> None: ...

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None: ...
