"""One subscriber's view of a camera in layers: the source of one slot.

The slot gets one endless stream, as from a publisher without layers.
"""

from typing import Protocol

from video.media.cameras.stream_ids import StreamNames
from video.media.estimate.offers import Kind, Offered, ladder
from video.media.layers.camera import Choices, Place
from video.media.layers.descriptor import NONE, Vp8Descriptor, empty_out
from video.media.layers.switch import DROP, EMPTY, EVERY_TID, LayerSwitch
from video.media.rtp.header_extensions import payload_offset
from video.media.rtp.limits import Rung, StreamLimits
from video.media.rtp.receiver import (
    HEADER,
    NONE_YET,
    ForwardingReceiver,
    Header,
    PacketSink,
    StreamFormat,
)
from video.media.rtp.sender import random_ssrc
from video.media.transport.dtls import PacketBuffer


class Camera(Protocol):
    """The publisher's camera, as far as a view needs it."""

    layers: list[ForwardingReceiver]
    names: StreamNames
    publisher_id: str
    limits: StreamLimits
    stream: StreamFormat

    @property
    def alone(self) -> bool: ...

    def best(self, now: float) -> int: ...

    def living(self, now: float) -> list[int]: ...

    def ask(self, layer: int, now: float) -> None: ...

    def wish(self, now: float) -> None: ...

    def choices(self, now: float) -> Choices: ...

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None: ...

    def keep_to(self, subscriber_ssrc: int, rung: Rung | None) -> None: ...


class LayerView:
    """The source of one slot (see `StreamSource`).

    It is asked for a key frame when somebody begins to look: then it chooses a layer.
    `wanted` is a layer and temporal layer as their line allows; None for the best.
    """

    __slots__ = (
        *("_camera", "_packet", "_told", "arrived_at", "highest", "last_timestamp"),
        *("number_at", "octets", "packets", "paused", "screen", "senders", "ssrc"),
        *("switch", "wanted"),
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
        self.packets = self.octets = self.number_at = self._told = 0
        self.ssrc = random_ssrc()
        self.screen = False

    @property
    def stream(self) -> StreamFormat:
        return self._camera.stream

    @property
    def publisher_id(self) -> str:
        return self._camera.publisher_id

    @property
    def limits(self) -> StreamLimits:
        return self._camera.limits

    @property
    def alone(self) -> bool:
        return self._camera.alone

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
        """The subscriber's REMB: it governs the encoder for who looks alone."""
        self._told = bitrate
        if self._camera.alone:
            self._camera.take_estimate(subscriber_ssrc, bitrate)
        else:
            self.limits.forget(subscriber_ssrc)

    def keep_to(self, subscriber_ssrc: int, rung: Rung | None) -> None:
        """Ask for what the subscriber's line takes of the encoder."""
        self._camera.keep_to(subscriber_ssrc, rung)

    def choices(self, now: float) -> Choices:
        """The ways to send this camera to this subscriber, and what each costs."""
        return self._camera.choices(now)

    def select(self, wanted: Place | None, now: float) -> None:
        """One of the places of `choices`; None for the best."""
        self.wanted = wanted
        self.choose(now)
        self._camera.wish(now)

    def place(self, now: float) -> Place:
        """The place to show: as wanted, else as they say that their line takes."""
        if self.wanted is not None:
            return self.wanted
        if self._told and not self._camera.alone:
            choices = self._camera.choices(now)
            steps = ladder(Offered("", Kind.CAMERA, choices.layers))
            fit = [at for at in steps if choices.layers[at].rate <= self._told]
            if steps:
                return choices.places[fit[-1] if fit else steps[0]]
        return self._camera.best(now), EVERY_TID

    def choose(self, now: float) -> None:
        """The wanted layer if it comes, else the next one below.

        On the way down a line has no room: of what is seen the fewest frames go on.
        """
        switch = self.switch
        if not self.senders:
            self.rest(now)
            return
        layer, tid = self.place(now)
        meanwhile = EVERY_TID
        living = self._camera.living(now)
        if living and layer not in living:
            below = [one for one in living if one < layer]
            if below:
                layer, tid = below[-1], EVERY_TID
            elif self.wanted is None and not self._told:
                layer, tid = living[-1], EVERY_TID
            elif switch.layer in living:
                layer, tid = switch.layer, 0
        elif switch.layer > layer:
            meanwhile = 0
        switch.want(layer, tid, now, meanwhile=meanwhile)

    def halt(self) -> None:
        """Nothing more of what is seen: the next layer begins with a key frame."""
        self.switch.stop()

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
