"""Streams that could be sent to one participant, and the worth of their layers."""

from dataclasses import dataclass
from enum import Enum

# A tile of no more lines is small: it comes after all others.
SMALL = 180
# Frames that come before size: for a face, and for who signs (EN 301 549 6.5.3).
FRAMES, SIGNED_FRAMES = 15.0, 20.0


class Kind(Enum):
    SOUND = "sound"
    CAMERA = "camera"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Layer:
    """One way to send a stream. Bit/s; sound has neither height nor frames."""

    rate: float
    height: int = 0
    frames: float = 0.0


@dataclass(frozen=True, slots=True)
class Offered:
    """A stream that could be sent. `layers` of a picture in any order; of sound first
    the plain one, then the same with redundancy (RED). `lines` is the room for it on
    the subscriber's screen, None where that is not known."""

    stream: str
    kind: Kind
    layers: tuple[Layer, ...]
    pinned: bool = False
    signs: bool = False
    lines: int | None = None

    @property
    def is_first(self) -> bool:
        return self.pinned or self.signs

    @property
    def is_small(self) -> bool:
        return self.lines is not None and self.lines <= SMALL


def ladder(one: Offered) -> list[int]:
    """Places of the layers worth having, from the least to the best, dearer each time.

    A layer that costs more and is no better is left out, and so is one that has more
    lines than the first that fills the tile.
    """
    layers = one.layers
    if one.kind is Kind.SOUND:
        return list(range(len(layers)))
    cheapest = sorted(range(len(layers)), key=lambda at: layers[at].rate)
    if one.lines is not None:
        covering = [layer.height for layer in layers if layer.height >= one.lines]
        if covering:
            cheapest = [at for at in cheapest if layers[at].height <= min(covering)]
    steps: list[int] = []
    for at in cheapest:
        if not steps or _worth(one, layers[at]) > _worth(one, layers[steps[-1]]):
            steps.append(at)
    return steps


def _worth(one: Offered, layer: Layer) -> tuple[float, float, float]:
    """A face needs some frames before size, a shared text needs size."""
    if one.kind is Kind.SCREEN:
        return layer.height, layer.frames, 0.0
    enough = SIGNED_FRAMES if one.signs else FRAMES
    return min(layer.frames, enough), layer.height, layer.frames


def rank(one: Offered) -> int:
    """The lower, the sooner served."""
    if one.is_first:
        return 0
    if one.is_small:
        return 3
    return 1 if one.kind is Kind.SCREEN else 2
