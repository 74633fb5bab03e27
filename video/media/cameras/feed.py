"""The way of a layer's packets to all who look at its camera.

A packet is read once; each subscriber's switch decides on it.
"""

from collections.abc import Callable, Sequence

from video.media.cameras.stream_ids import StreamNames
from video.media.cameras.view import LayerView
from video.media.layers.camera import LayerMeter
from video.media.layers.descriptor import NONE, Vp8Descriptor
from video.media.layers.switch import SEND
from video.media.rtp.header_extensions import payload_offset
from video.media.rtp.receiver import ForwardingReceiver, Header
from video.media.rtp.showing import UNTOLD
from video.media.transport.dtls import PacketBuffer

# Seconds since a packet last named its layer, after which none is looked at for that.
NAMED = 10.0


class LayerFeed:
    """Takes the packets of one layer to all who look at the camera.

    `starts` is told of the layer when it comes, or comes again; `ends` of the end. Of a
    page it knows nothing: those who look have slots of their own.
    """

    showing = UNTOLD

    __slots__ = (
        *("_ends", "_layer", "_meter", "_named_until", "_names", "_packet", "_spare"),
        *("_starts", "_views", "receiver"),
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
        self.receiver: ForwardingReceiver | None = None

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
        # A late packet is not of the layer that is seen: its own place for the number.
        number_at = self.receiver.number_at if self.receiver is not None else 0
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
            one.number_at = number_at
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
