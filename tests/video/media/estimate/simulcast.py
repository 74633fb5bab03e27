"""A voice and a camera in layers, as one participant offers them."""

from video.media.estimate.allocation import Shares
from video.media.estimate.offers import Kind, Layer, Offered

VOICE = (Layer(32e3), Layer(64e3))
# 180p at 7, 15 and 30 frames, 360p likewise, 720p: simulcast with temporal layers.
CAMERA = (
    Layer(60e3, 180, 7.5),
    Layer(90e3, 180, 15),
    Layer(130e3, 180, 30),
    Layer(200e3, 360, 7.5),
    Layer(320e3, 360, 15),
    Layer(500e3, 360, 30),
    Layer(1500e3, 720, 30),
)


def voice(name: str) -> Offered:
    return Offered(f"{name}-voice", Kind.SOUND, VOICE)


def camera(
    name: str, *, pinned: bool = False, signs: bool = False, lines: int | None = None
) -> Offered:
    return Offered(name, Kind.CAMERA, CAMERA, pinned=pinned, signs=signs, lines=lines)


def picture(shares: Shares, name: str) -> tuple[int, float]:
    at = shares.layers[name]
    return (CAMERA[at].height, CAMERA[at].frames) if at is not None else (0, 0.0)
