"""One line of two is weak: what comes over it, and what the other sees meanwhile.

Léa's line is the weak one, Inès' is free. `seen` is what Léa sees of Inès, `shown`
what Inès sees of Léa.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from benchmarks._lines_call import Call, Person, Place, call
from benchmarks._lines_camera import Camera
from benchmarks._lines_figures import (
    FULL_HEIGHT,
    Row,
    back_after,
    between,
    concealed,
    first_came,
    fps,
    height,
    kbits,
    least,
    least_fps,
    most,
    quantile,
    rounded,
)
from benchmarks._lines_shape import Shape, both

WEAK = 100_000
QUEUE_RATE, QUEUE_BUFFER_MS = 500_000, 500
LEA, INES = Person("lea", "lea"), Person("ines", "ines")
PAIRS = (("lea", "ines"), ("ines", "lea"))
Figures = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How long everything takes, in seconds."""

    patience: float = 25.0
    calm: float = 6.0
    narrow: float = 20.0
    watch: float = 30.0
    settle: float = 20.0
    steady: float = 60.0
    loss: float = 25.0
    flow: float = 30.0
    cuts: tuple[int, ...] = (3, 10, 40)


QUICK = Size(calm=1, narrow=3, watch=4, settle=5, steady=4, loss=3, flow=3, cuts=(3,))


async def views(talk: Call, begin: float, end: float) -> tuple[list[Row], list[Row]]:
    seen, shown = [between(await talk.seen(*pair), begin, end) for pair in PAIRS]
    return seen, shown


async def recovering(
    place: Place, size: Size, weak: Shape
) -> tuple[list[Row], list[Row], float, float]:
    """Free, narrow, free again: both views since it was narrow, and both moments."""
    async with call(place, INES, LEA) as talk:
        await talk.calm(*PAIRS)
        await asyncio.sleep(size.calm)
        narrow = await talk.shape("lea", weak)
        await asyncio.sleep(size.narrow)
        free = await talk.shape("lea", Shape())
        await asyncio.sleep(size.watch)
        seen, shown = await views(talk, narrow - size.calm, time.time())
    return seen, shown, narrow, free


def recovered(name: str, rows: list[Row], free: float) -> Figures:
    return {
        f"recover_{name}_s": rounded(back_after(rows, free)),
        f"recover_{name}_360_s": rounded(back_after(rows, free, tall=FULL_HEIGHT)),
    }


async def down(place: Place, size: Size) -> Figures:
    """Only the way to Léa is narrow: her own picture has no reason to suffer."""
    weak = Shape(down=WEAK)
    seen, shown, narrow, free = await recovering(place, size, weak)
    meanwhile = between(shown, narrow, free)
    return recovered("down", seen, free) | {
        "down_only_uplink_fps": rounded(least_fps(meanwhile)),
        "down_only_uplink_height": height(meanwhile),
        "down_only_seen_fps": rounded(fps(between(seen, narrow, free))),
    }


async def up(place: Place, size: Size) -> Figures:
    """Only the way from Léa is narrow."""
    weak = Shape(up=WEAK)
    seen, shown, narrow, free = await recovering(place, size, weak)
    return recovered("up", shown, free) | {
        "up_only_downlink_fps": rounded(least_fps(between(seen, narrow, free))),
        "up_only_shown_fps": rounded(fps(between(shown, narrow, free))),
    }


async def steady(place: Place, size: Size, rate: int, *people: Person) -> Figures:
    """A line that is so narrow all the time, both ways."""
    async with call(place, *people, shapes={"lea": both(rate)}) as talk:
        # A line like this may never come to rest: from the first octets on.
        await talk.met(*PAIRS)
        await asyncio.sleep(size.settle)
        begin = time.time()
        await asyncio.sleep(size.steady)
        seen, shown = await views(talk, begin, time.time())
        whole = await talk.seen("lea", "ines")
        since = await talk.seats["lea"].told("began")
    name = f"{rate // 1000}k"
    return {
        f"came_{name}_s": rounded(first_came(whole, since)),
        f"fps_{name}": rounded(fps(seen)),
        f"height_{name}": height(seen),
        f"least_fps_{name}": rounded(least_fps(seen)),
        f"kbits_{name}": rounded(kbits(seen), 0),
        f"sound_concealed_{name}": rounded(concealed(seen), 4),
        f"shown_fps_{name}": rounded(fps(shown)),
        f"shown_height_{name}": height(shown),
        f"shown_sound_concealed_{name}": rounded(concealed(shown), 4),
    }


async def signer(place: Place, size: Size) -> Figures:
    """Both sign: the worse of both pictures, for each has to be followed."""
    camera = Camera(signing=True)
    people = [Person(one.name, one.line, camera=camera) for one in (INES, LEA)]
    found = await steady(place, size, 300_000, *people)
    return {
        "signer_fps_300k": least(found["fps_300k"], found["shown_fps_300k"]),
        "signer_height_300k": least(found["height_300k"], found["shown_height_300k"]),
    }


async def lossy(place: Place, size: Size, percent: int) -> Figures:
    """A free line that loses, each way: the worse of both views."""
    async with call(place, INES, LEA) as talk:
        await talk.calm(*PAIRS)
        await talk.shape("lea", Shape(loss=percent / 100))
        await asyncio.sleep(size.settle)
        begin = time.time()
        await asyncio.sleep(size.loss)
        seen, shown = await views(talk, begin, time.time())
    return {
        f"loss{percent}_fps": rounded(least(fps(seen), fps(shown))),
        f"loss{percent}_concealed": rounded(most(concealed(seen), concealed(shown)), 4),
        f"loss{percent}_seen_fps": rounded(fps(seen)),
        f"loss{percent}_shown_fps": rounded(fps(shown)),
        f"loss{percent}_height": least(height(seen), height(shown)),
    }


async def queue(place: Place, size: Size) -> Figures:
    """The wait before a bottleneck that could hold half a second."""
    shape = both(QUEUE_RATE, QUEUE_BUFFER_MS)
    async with call(place, INES, LEA, shapes={"lea": shape}) as talk:
        await talk.calm(*PAIRS)
        await asyncio.sleep(size.settle)
        begin = time.time()
        waits = await talk.queues("lea", size.flow)
        seen, _ = await views(talk, begin, time.time())
    return {
        "queue_ms_p95": rounded(quantile([one for one, _ in waits], 0.95), 0),
        "queue_ms_p50": rounded(quantile([one for one, _ in waits], 0.5), 0),
        "queue_up_ms_p95": rounded(quantile([one for _, one in waits], 0.95), 0),
        "queue_kbits": rounded(kbits(seen), 0),
        "queue_fps": rounded(fps(seen)),
    }
