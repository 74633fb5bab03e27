"""The steps in which a publisher can be asked for less, and what each costs a line.

A stream without layers is one encoder: the rungs are what it can be asked for. They
stand where a forwarding unit with layers has its layers.
"""

from video.media.estimate.offers import FRAMES, Kind, Layer, Offered
from video.media.rtp.header_extensions import HEADER_LENGTH
from video.media.rtp.limits import Rung
from video.media.rtp.repeats import BELOW
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.showing import WHOLE, most_lines

# Beside a picture a publisher's limit (REMB) covers their sound: twice what it says
# with redundancy, less where it is asked to be small.
SOUND, SMALL = 95_000, 50_000
SMALL_SOUND = Rung(16_000)
Rungs = tuple[Rung, ...]
CAMERA: Rungs = (
    Rung(35_000, height=180, frames=8),
    Rung(42_000, height=180, frames=9),
    Rung(50_000, height=180, frames=10),
    Rung(75_000, height=180, frames=15),
    Rung(110_000, height=180, frames=22),
    Rung(160_000, height=240, frames=22),
    Rung(240_000, height=270, frames=24),
    Rung(350_000, height=360, frames=25),
    Rung(700_000, height=480, frames=25),
    Rung(1_500_000, height=720, frames=30),
)
# Hands are read by their movement: of whom signs, size gives way before frames. Twenty
# have to come, and a browser sends a sixth less than it is asked for.
SIGNER: Rungs = (
    Rung(50_000, height=120, frames=24),
    Rung(75_000, height=144, frames=24),
    Rung(110_000, height=180, frames=25),
    Rung(160_000, height=240, frames=25),
    Rung(240_000, height=270, frames=25),
    *CAMERA[7:],
)
# A text is not made smaller: it comes more seldom.
SCREEN: Rungs = (
    Rung(100_000, height=1080, frames=2),
    Rung(250_000, height=1080, frames=5),
    Rung(700_000, height=1080, frames=10),
    Rung(1_500_000, height=1080, frames=15),
)
LAYERS = {
    rungs: tuple(Layer(one.rate, one.height, one.frames) for one in rungs)
    for rungs in (CAMERA, SIGNER, SCREEN)
}
# The sound of a slot before anything was measured, without redundancy.
UNKNOWN_SOUND = 55_000.0
# Bytes of RED's own headers in a packet that holds two sounds.
RED_HEADERS = 5


class Flow:
    """The rate of one stream on the line, from counters that only grow."""

    __slots__ = ("_at", "_octets", "_packets", "packet", "packets", "rate")

    def __init__(self) -> None:
        self._octets = self._packets = 0
        self._at = 0.0
        self.rate = self.packet = self.packets = 0.0

    def take(self, octets: int, packets: int, now: float) -> None:
        """Totals of payloads and packets; `rate` is for what lies between."""
        more, past = packets - self._packets, now - self._at
        if past > 0 and self._at and more > 0:
            size = (octets - self._octets) / more
            self.packet = size
            self.packets = more / past
            self.rate = (size + HEADER_LENGTH + BELOW) * 8 * self.packets
        else:
            self.rate = self.packets = 0.0
        self._octets, self._packets, self._at = octets, packets, now


def offered_sound(slot: ForwardingSender, stream: str, flow: Flow) -> Offered:
    """The slot's sound plain, and with its redundancy where both sides speak that."""
    theirs = slot.source.stream.red_payload_type if slot.source is not None else None
    if theirs is None or slot.red_payload_type is None:
        return Offered(stream, Kind.SOUND, (Layer(flow.rate or UNKNOWN_SOUND),))
    if not flow.rate:
        return Offered(
            stream, Kind.SOUND, (Layer(UNKNOWN_SOUND), Layer(1.6 * UNKNOWN_SOUND))
        )
    one = flow.packet if slot.plain else (flow.packet - RED_HEADERS) / 2
    again = (one + RED_HEADERS) * 8 * flow.packets
    plain = (one + HEADER_LENGTH + BELOW) * 8 * flow.packets
    return Offered(stream, Kind.SOUND, (Layer(plain), Layer(plain + again)))


def offered_picture(
    slot: ForwardingSender, stream: str, kind: Kind, layers: tuple[Layer, ...]
) -> Offered:
    """The slot's picture in one of `layers`, with what its page says of it.

    The source is one encoder's, or one subscriber's view of layers: it has as many
    lines as the largest tile of those who get it.
    """
    source, showing = slot.source, slot.showing
    lines = most_lines(source) if source is not None else WHOLE
    return Offered(
        stream,
        kind,
        layers,
        pinned=showing.pinned,
        signs=showing.signs,
        lines=lines if lines < WHOLE else None,
    )


def is_held_back(slot: ForwardingSender, one: Offered, step: int | None) -> bool:
    """True if the line keeps a picture small or seldom, and not the room for it."""
    if step is None or step >= len(one.layers) - 2:
        return step is None
    layer = one.layers[step]
    return layer.height < slot.showing.lines or layer.frames < FRAMES
