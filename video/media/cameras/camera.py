"""A camera in layers: their receivers, who looks, and what the source shall send."""

from collections.abc import Callable

from video.media.cameras.feed import LayerFeed
from video.media.cameras.stream_ids import StreamNames
from video.media.cameras.view import LayerView
from video.media.counters import Counters
from video.media.layers.camera import CameraLayers, Choices
from video.media.rtp.limits import Rung, StreamLimits
from video.media.rtp.receiver import (
    ForwardingReceiver,
    PacketSink,
    RtcpOutlet,
    StreamFormat,
)

Wishes = Callable[[], None]
"""Told that the source shall send other layers from now on: those in `wanted`."""


class LayeredCamera:
    """`layers` are its receivers, from the lowest up; `views` those who look.

    Each receiver watches and repairs its layer, and hands it to a feed.
    """

    def __init__(
        self,
        outlet: RtcpOutlet,
        stream: StreamFormat,
        counters: Counters,
        publisher_id: str = "",
        *,
        mid: str,
        rids: tuple[str, ...],
        names: StreamNames,
        tell: Wishes = lambda: None,
    ) -> None:
        self.kind = stream.kind
        self.mid = mid
        self.stream = stream
        self.names = names
        self.publisher_id = publisher_id
        self.figures = CameraLayers(rids)
        self.views: list[LayerView] = []
        self.limits = StreamLimits()
        self._tell = tell
        self.layers: list[ForwardingReceiver] = []
        for number, meter in enumerate(self.figures.meters):
            feed = LayerFeed(
                number,
                views=self.views,
                meter=meter,
                names=names,
                spare=outlet.spare,
                starts=self._choose,
                ends=self.close,
            )
            receiver = ForwardingReceiver(outlet, stream, counters, publisher_id)
            receiver.senders.append(feed)
            feed.receiver, receiver.limits = receiver, self.limits
            self.layers.append(receiver)

    @property
    def _named(self) -> ForwardingReceiver:
        """The best layer whose source is known by now."""
        known = (one for one in reversed(self.layers) if one.ssrc)
        return next(known, self.layers[-1])

    @property
    def senders(self) -> list[PacketSink]:
        return [slot for view in self.views for slot in view.senders]

    @property
    def paused(self) -> list[PacketSink]:
        return [slot for view in self.views for slot in view.paused]

    @property
    def rids(self) -> tuple[str, ...]:
        return self.figures.rids

    @property
    def wanted(self) -> tuple[str, ...]:
        """Rids of the layers that the source shall send; none before anybody looks."""
        return tuple(self.rids[number] for number in self.figures.wanted)

    @property
    def alone(self) -> bool:
        """True if one looks at most: their line may govern the encoder."""
        return sum(view.is_bound for view in self.views) <= 1

    def by_rid(self, rid: str) -> ForwardingReceiver | None:
        return self.layers[self.rids.index(rid)] if rid in self.rids else None

    def view(self) -> LayerView:
        """A source for one more slot, which has to be bound to it at once."""
        self.views[:] = [one for one in self.views if one.is_bound]
        view = LayerView(self)
        self.views.append(view)
        return view

    def living(self, now: float) -> list[int]:
        """Layers that come, from the lowest up."""
        meters = self.figures.meters
        return [n for n, meter in enumerate(meters) if meter.lives(now)]

    def best(self, now: float) -> int:
        """The best layer that the source does not refuse to send."""
        meters = self.figures.meters
        may = [
            n
            for n, meter in enumerate(meters)
            if now >= meter.refused_until or meter.lives(now)
        ]
        return (may or [0])[-1]

    def choices(self, now: float) -> Choices:
        return self.figures.choices(now, alone=self.alone)

    def ask(self, layer: int, now: float) -> None:
        self.layers[layer].request_keyframe(now)

    def take_estimate(self, subscriber_ssrc: int, bitrate: int) -> None:
        self._named.take_estimate(subscriber_ssrc, bitrate)

    def keep_to(self, subscriber_ssrc: int, rung: Rung | None) -> None:
        self._named.keep_to(subscriber_ssrc, rung)

    def tick(self, now: float) -> None:
        """Twice a second."""
        self.figures.tick(now)
        self._choose(now)
        for view in self.views:
            view.switch.tick(now)
        self.wish(now)

    def wish(self, now: float) -> None:
        """Tell the source what they see or wait for, where that has changed."""
        seen = set()
        for view in self.views:
            if view.senders:
                seen.add(view.place(now)[0])
                seen.update(view.switch.heard)
        if self.figures.wish(seen, now) is not None:
            self._tell()

    def close(self) -> None:
        """Slots become free. Idempotent."""
        views, self.views[:] = list(self.views), []
        for view in views:
            for slot in [*view.senders, *view.paused]:
                slot.unbind()

    def _choose(self, now: float) -> None:
        for view in self.views:
            view.choose(now)


Published = ForwardingReceiver | LayeredCamera
"""A stream of a participant, as the room deals with it."""
