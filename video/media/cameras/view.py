"""One subscriber's view of a camera in layers, and the feeds that carry it there.

A packet is read once; each subscriber's switch decides on it, and the slot behind gets
one endless stream, as from a publisher without layers.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from video.media.cameras.stream_ids import StreamNames
from video.media.layers.camera import Choices, LayerMeter, Place
from video.media.layers.descriptor import NONE, Vp8Descriptor, empty_out
from video.media.layers.switch import DROP, EMPTY, EVERY_TID, SEND, LayerSwitch
from video.media.rtp.bandwidth import RembPolicy
from video.media.rtp.header_extensions import payload_offset
from video.media.rtp.receiver import (
    HEADER,
    NONE_YET,
    ForwardingReceiver,
    Header,
    PacketSink,
    StreamFormat,
)
from video.media.transport.dtls import PacketBuffer

# Seconds since a packet last named its layer, after which none is looked at for that.
NAMED = 10.0


class Camera(Protocol):
    """The publisher's camera, as far as a view needs it."""

    layers: list[ForwardingReceiver]
    names: StreamNames
    publisher_id: str
    remb: RembPolicy
    stream: StreamFormat

    @property
    def ssrc(self) -> int: ...

    def best(self, now: float) -> int: ...

    def living(self, now: float) -> list[int]: ...

    def ask(self, layer: int, now: float) -> None: ...

    def choices(self, now: float) -> Choices: ...

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None: ...


class LayerView:
    """The source of one slot (see `StreamSource`).

    It is asked for a key frame when somebody begins to look: then it chooses a layer.
    `wanted` is a layer and temporal layer as their line allows; None for the best.
    """

    __slots__ = (
        *("_camera", "_packet", "arrived_at", "highest", "last_timestamp", "octets"),
        *("packets", "paused", "senders", "switch", "wanted"),
    )

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._packet = Vp8Descriptor()
        self.senders: list[PacketSink] = []
        self.paused: list[PacketSink] = []
        self.switch = LayerSwitch(camera.ask)
        self.wanted: Place | None = None
        self.highest = self.last_timestamp = NONE_YET
        self.arrived_at = 0.0
        self.packets = self.octets = 0

    @property
    def stream(self) -> StreamFormat:
        return self._camera.stream

    @property
    def publisher_id(self) -> str:
        return self._camera.publisher_id

    @property
    def remb(self) -> RembPolicy:
        return self._camera.remb

    @property
    def origin(self) -> object:
        """The stream as it was published: what seats and pages know."""
        return self._camera

    @property
    def history(self) -> "LayerView":
        return self

    @property
    def is_bound(self) -> bool:
        return bool(self.senders or self.paused)

    @property
    def fraction_lost(self) -> int:
        """Of the layer that is seen, on the publisher's way to us."""
        layer = self.switch.layer
        return 0 if layer == NONE else self._camera.layers[layer].fraction_lost

    def request_keyframe(self, now: float) -> None:
        if self.switch.target == NONE:
            self.choose(now)
        else:
            self.switch.refresh(now)

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None:
        """The subscriber's REMB."""
        self._camera.take_estimate(subscriber_ssrc, bitrate)

    def choices(self, now: float) -> Choices:
        """The ways to send this camera to this subscriber, and what each costs."""
        return self._camera.choices(now)

    def keep_to(self, wanted: Place | None, now: float) -> None:
        """One of the places of `choices`; None for the best."""
        self.wanted = wanted
        self.choose(now)

    def choose(self, now: float) -> None:
        """The wanted layer if it comes, else the best one that does."""
        if not self.senders:
            self.rest(now)
            return
        layer, tid = self.wanted or (self._camera.best(now), EVERY_TID)
        living = self._camera.living(now)
        if living and layer not in living:
            below = [one for one in living if one < layer]
            layer, tid = (below or living)[-1], EVERY_TID
        self.switch.want(layer, tid, now)

    def rest(self, now: float) -> None:
        """Nobody is there to take it: the next one begins with a key frame."""
        if self.switch.target != NONE:
            self.switch.want(NONE, EVERY_TID, now)

    def send(
        self,
        buffer: PacketBuffer,
        length: int,
        header: Header,
        packet: Vp8Descriptor | None,
        now: float,
    ) -> None:
        """Hand a packet on with the numbers that the switch has just given it; without
        a descriptor only its number."""
        flags, marker_type, _, _, ssrc = header
        switch, view = self.switch, buffer.view
        if packet is not None:
            packet.write(view, switch.picture, switch.base)
        else:
            length = empty_out(view, payload_offset(view, length))
            flags, marker_type = view[0], view[1]
        sequence = switch.sequence
        if (sequence - self.highest) & 0xFFFF < 0x8000 or self.highest == NONE_YET:
            self.highest, self.last_timestamp = sequence, switch.timestamp
            self.arrived_at = now
        self.packets += 1
        self.octets += length
        head = (flags, marker_type, sequence, switch.timestamp, ssrc)
        for slot in self.senders:
            slot.forward(buffer, length, head, now)

    def find(self, sequence: int) -> memoryview | None:
        """The packet that the slot was handed with that number, or was to be."""
        origin = self.switch.origin(sequence)
        if origin is None:
            return None
        layer, own = origin
        stored = self._camera.layers[layer].history.find(own)
        if stored is None:
            return None
        length, packet = len(stored), self._packet
        at = payload_offset(stored, length)
        flags, marker_type, _, timestamp, ssrc = HEADER.unpack_from(stored)
        packet.read(stored, at if at >= 0 else length, length)
        verdict = self.switch.again(sequence, packet, timestamp)
        if verdict == DROP or at < 0:
            return None
        copy = bytearray(stored)
        head = (flags, marker_type, sequence, self.switch.timestamp, ssrc)
        HEADER.pack_into(copy, 0, *head)
        self._camera.names.blank(copy, length)
        if verdict == EMPTY:
            return memoryview(copy)[: empty_out(copy, at)]
        packet.write(copy, self.switch.picture, self.switch.base)
        return memoryview(copy)


class LayerFeed:
    """Takes the packets of one layer to all who look at the camera.

    `starts` is told of the layer when it comes, or comes again; `ends` of the end.
    """

    __slots__ = (
        *("_ends", "_layer", "_meter", "_named_until", "_names", "_packet", "_spare"),
        *("_starts", "_views"),
    )

    def __init__(
        self,
        layer: int,
        *,
        views: Sequence[LayerView],
        meter: LayerMeter,
        names: StreamNames,
        spare: Callable[[], PacketBuffer],
        starts: Callable[[float], None],
        ends: Callable[[], None],
    ) -> None:
        self._layer, self._views, self._meter = layer, views, meter
        self._names, self._named_until = names, 0.0
        self._spare, self._starts, self._ends = spare, starts, ends
        self._packet = Vp8Descriptor()

    def unbind(self) -> None:
        """The layer's receiver closes: so does the camera."""
        self._ends()

    def forward(
        self, buffer: PacketBuffer, length: int, header: Header, now: float
    ) -> None:
        packet, layer, view = self._packet, self._layer, buffer.view
        at = payload_offset(view, length)
        packet.read(view, at if at >= 0 else length, length)
        starts = packet.begins and not self._meter.lives(now)
        self._meter.take(packet, view, length, now)
        if starts:
            self._named_until = now + NAMED
            self._starts(now)
        if now < self._named_until and self._names.blank(view, length):
            self._named_until = now + NAMED
        # Each subscriber's encryption destroys its copy; the last takes the original.
        last: LayerView | None = None
        shown: Vp8Descriptor | None = None
        for one in self._views:
            if not one.senders:
                one.rest(now)
                continue
            verdict = one.switch.take(layer, packet, header, now)
            if not verdict:
                continue
            if last is not None:
                copy = self._spare()
                copy.view[:length] = view[:length]
                last.send(copy, length, header, shown, now)
            last, shown = one, packet if verdict == SEND else None
        if last is not None:
            last.send(buffer, length, header, shown, now)

    def forward_report(self, ntp: int, timestamp: int, now: float) -> None:
        for one in self._views:
            moved = one.switch.report(self._layer, ntp, timestamp)
            if moved != NONE:
                for slot in one.senders:
                    slot.forward_report(ntp, moved, now)
