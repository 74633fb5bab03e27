"""Receivers of one participant by the sources of their packets.

An offer names sources, or not: then a source is learnt from its first packet, by the
layer that it says or because only one receiver fits.
"""

from collections.abc import Sequence

from video.media.cameras.camera import LayeredCamera
from video.media.rtp.receiver import ForwardingReceiver

# libsrtp keeps a state for each source: a participant may not invent them endlessly.
MOST_LEARNT = 64


class Sources:
    """`receivers` and `cameras` are lists that the leg keeps."""

    def __init__(
        self,
        receivers: Sequence[ForwardingReceiver],
        cameras: Sequence[LayeredCamera],
    ) -> None:
        self._receivers = receivers
        self._cameras = cameras
        self._learnt = 0
        self.media: dict[int, ForwardingReceiver] = {}
        self.repeats: dict[int, ForwardingReceiver] = {}

    def add(self, receiver: ForwardingReceiver) -> None:
        if receiver.ssrc:
            self.media[receiver.ssrc] = receiver
        if receiver.stream.rtx_ssrc:
            self.repeats[receiver.stream.rtx_ssrc] = receiver

    def remove(self, receiver: ForwardingReceiver) -> None:
        for known in (self.media, self.repeats):
            for ssrc in [s for s, r in known.items() if r is receiver]:
                del known[ssrc]

    def find(
        self, packet: memoryview, length: int, payload_type: int
    ) -> tuple[ForwardingReceiver | None, bool]:
        """The receiver of a packet from an unknown source, and true for repeats.

        Nothing is known of the packet yet: what it says counts when it is authentic.
        """
        for camera in self._cameras:
            name = camera.names.read(packet, length)
            if name is None or name.mid not in ("", camera.mid):
                continue
            layer = camera.by_rid(name.rid)
            return (layer if self._learnt < MOST_LEARNT else None), name.repairs
        layers = [layer for camera in self._cameras for layer in camera.layers]
        fitting = [
            one
            for one in self._receivers
            if not one.ssrc and payload_type in one.payload_types and one not in layers
        ]
        return (fitting[0] if len(fitting) == 1 else None), False

    def learn(self, receiver: ForwardingReceiver, ssrc: int, *, repeats: bool) -> None:
        """The source of an authentic packet; one that it had before is gone."""
        known = self.repeats if repeats else self.media
        for old in [s for s, r in known.items() if r is receiver]:
            del known[old]
        known[ssrc] = receiver
        self._learnt += 1
        if not repeats:
            receiver.ssrc = ssrc
