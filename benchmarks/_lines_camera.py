"""A camera and a microphone made of files: somebody before a patterned wall, speaking.

Chromium plays them in a loop instead of its own test picture, which hardly moves and
costs an encoder next to nothing. The wall flickers as sensors do, the person sways and
the hands move: a little while speaking, far and quickly while signing. A loop ends as
it begins.
"""

import array
import math
import random
import wave
from dataclasses import dataclass
from pathlib import Path

FRAMES_PER_SECOND = 30
LOOP = 3
VARIANTS = 5
SOUND_RATE, SOUND_SECONDS = 48_000, 2
CELL = 8


@dataclass(frozen=True, slots=True)
class Camera:
    """`signing`: the hands are the message."""

    width: int = 640
    height: int = 360
    signing: bool = False


def flicker(chance: random.Random, octets: bytes, depth: int) -> bytes:
    """The same with up to `depth` added to each: no byte may exceed 255 - depth."""
    few = bytes(number % (depth + 1) for number in range(256))
    noise = chance.randbytes(len(octets)).translate(few)
    total = int.from_bytes(octets) + int.from_bytes(noise)
    return total.to_bytes(len(octets))


def patterned(chance: random.Random, width: int, height: int, low: int) -> bytes:
    """Cells of many shades, each with a grain."""
    rows = []
    for _ in range(-(-height // CELL)):
        shades = [low + chance.randrange(90) for _ in range(-(-width // CELL))]
        row = b"".join(bytes([shade]) * CELL for shade in shades)[:width]
        rows += [row] * CELL
    return flicker(chance, b"".join(rows[:height]), 12)


@dataclass(frozen=True, slots=True)
class Spot:
    """A box of a texture of its own that goes to and fro: `turns` in a loop, `reach` as
    a share of the picture."""

    left: float
    top: float
    width: float
    height: float
    turns: int
    reach: float


SWAYING = Spot(0.32, 0.2, 0.36, 0.8, 1, 0.03)
SPEAKING = (SWAYING, Spot(0.25, 0.7, 0.1, 0.16, 2, 0.04))
SIGNING = (
    SWAYING,
    Spot(0.28, 0.45, 0.13, 0.22, 4, 0.16),
    Spot(0.58, 0.42, 0.13, 0.22, 5, 0.16),
)


def place(spot: Spot, number: int, camera: Camera) -> tuple[int, int]:
    """Left and top of it in a picture of that number."""
    turn = 2 * math.pi * spot.turns * number / (LOOP * FRAMES_PER_SECOND)
    left = (spot.left + spot.reach * math.sin(turn)) * camera.width
    top = (spot.top + spot.reach / 2 * math.cos(turn)) * camera.height
    return max(0, int(left)), max(0, int(top))


def write_pictures(path: Path, camera: Camera) -> None:
    """YUV4MPEG2, which Chromium reads as it is."""
    chance = random.Random(7)
    width, height = camera.width, camera.height
    wall = patterned(chance, width, height, 60)
    walls = [flicker(chance, wall, 5) for _ in range(VARIANTS)]
    skins = [patterned(chance, width, height, 110) for _ in range(len(SIGNING))]
    colours = patterned(chance, width // 2, height // 2, 80) * 2
    with path.open("wb") as file:
        head = f"YUV4MPEG2 W{width} H{height} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n"
        file.write(head.encode())
        for number in range(LOOP * FRAMES_PER_SECOND):
            picture = bytearray(walls[number % VARIANTS])
            for spot, skin in zip(
                SIGNING if camera.signing else SPEAKING, skins, strict=False
            ):
                left, top = place(spot, number, camera)
                across = min(int(spot.width * width), width - left)
                for row in range(min(int(spot.height * height), height - top)):
                    at, source = (top + row) * width + left, row * width
                    picture[at : at + across] = skin[source : source + across]
            file.write(b"FRAME\n" + picture + colours)


def write_sound(path: Path) -> None:
    """Vowels of one voice, without a pause: a pause would hide what is made up."""
    samples = array.array("h")
    for number in range(SOUND_RATE * SOUND_SECONDS):
        time = number / SOUND_RATE
        loud = 5000 + 3000 * math.sin(2 * math.pi * 3 * time)
        tone = sum(math.sin(2 * math.pi * 140 * k * time) / k for k in (1, 2, 3, 5, 8))
        samples.append(int(loud * tone / 2))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes(samples.tobytes())


class Props:
    """The files of one run, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def flags(self, camera: Camera) -> list[str]:
        """Of a Chromium that has this camera."""
        kind = "signing" if camera.signing else "speaking"
        pictures = self.folder / f"{kind}-{camera.height}.y4m"
        sound = self.folder / "voice.wav"
        if not pictures.exists():
            write_pictures(pictures, camera)
        if not sound.exists():
            write_sound(sound)
        return [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={pictures}",
            f"--use-file-for-fake-audio-capture={sound}",
        ]
