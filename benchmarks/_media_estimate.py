"""The estimate's price: `python -m benchmarks._media_estimate`.

Microseconds of processor time, the least of many rounds, one JSON object: `sent` for
each packet that leaves, `told` for each packet that feedback tells of, `feedback` for a
whole one of 23 packets (100 ms of one picture and its sound), `share` for one sharing
out among three people. `a_packet` is all of it together but the sharing.
"""

import gc
import json
import time
from collections.abc import Callable

from video.media.estimate.allocation import Allocation
from video.media.estimate.estimate import SendEstimate
from video.media.estimate.offers import Kind, Layer, Offered

ROUNDS, PASSED = 2000, 0.1
# When the packets of a round leave: three frames of six, five sounds.
LEAVE = sorted(
    [*(n / 30 for n in range(3) for _ in range(6)), *(n / 50 for n in range(5))]
)
TOLD = len(LEAVE)
CAMERA = tuple(
    Layer(rate, height, frames)
    for rate, height, frames in (
        *((60e3, 180, 7.5), (90e3, 180, 15), (130e3, 180, 30), (200e3, 360, 7.5)),
        *((320e3, 360, 15), (500e3, 360, 30), (1500e3, 720, 30)),
    )
)


def least(act: Callable[[int], object], rounds: int = ROUNDS) -> float:
    best = float("inf")
    for turn in range(rounds):
        began = time.thread_time()
        act(turn)
        best = min(best, time.thread_time() - began)
    return best * 1e6


def of_a_round() -> tuple[float, float]:
    """Sending the packets of a round, and hearing of them."""
    estimate, sending, hearing = SendEstimate(), float("inf"), float("inf")
    for turn in range(ROUNDS):
        leave = [turn * PASSED + at for at in LEAVE]
        told: list[tuple[int, int | None]] = [
            (estimate.history.next + n & 0xFFFF, int((at + 0.02) * 4000 + n % 6) * 250)
            for n, at in enumerate(leave)
        ]

        def send(_: int, leave: list[float] = leave) -> None:
            for at in leave:
                estimate.sent(1100, at)

        def hear(
            _: int, told: list[tuple[int, int | None]] = told, turn: int = turn
        ) -> None:
            estimate.take(told, (turn + 1) * PASSED + 0.04)

        sending, hearing = min(sending, least(send, 1)), min(hearing, least(hear, 1))
    return sending, hearing


def of_sharing() -> float:
    offers = [
        one
        for name in "abc"
        for one in (
            Offered(f"{name}-voice", Kind.SOUND, (Layer(32e3), Layer(64e3))),
            Offered(name, Kind.CAMERA, CAMERA, pinned=name == "a"),
        )
    ]
    allocation = Allocation()
    return least(
        lambda turn: allocation.share(offers, rate=9e5 + turn % 7 * 1e4, now=turn / 5)
    )


def main() -> None:
    gc.collect()
    gc.freeze()
    sending, hearing = of_a_round()
    found = {
        "sent": round(sending / TOLD, 2),
        "told": round(hearing / TOLD, 2),
        "a_packet": round((sending + hearing) / TOLD, 2),
        "feedback": round(hearing, 1),
        "share": round(of_sharing(), 1),
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
