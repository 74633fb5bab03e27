"""The price of layers: `python -m benchmarks._media_layers`.

Microseconds of processor time for each packet, the least of many rounds, one JSON
object. `read`: its descriptor and its figures, once for a camera. `sent`, `left_out`:
the decision for one subscriber; with `written`, its numbers in the packet, too.
`gap`: a packet that comes after one that is missing, and the missing one. `again`: a
request for one that was sent. `a_packet` is all of it for one subscriber.
"""

import gc
import json
import time
from collections.abc import Callable

from video.media.layers.camera import LayerMeter
from video.media.layers.descriptor import Vp8Descriptor
from video.media.layers.switch import LayerSwitch

ROUNDS, PACKETS = 400, 60
TIDS = (0, 2, 1, 2)


def packet(number: int) -> bytearray:
    """One of three that make a frame; of the first frame a key."""
    frame, part = divmod(number, 3)
    head = bytes([0x80, 0x60]) + bytes(10)
    first = 0x90 if part == 0 else 0x80
    tid = TIDS[frame % 4]
    layer = tid << 6 | (frame % 4 < 3) << 5
    fields = bytes(
        [first, 0xE0, 0x80 | frame >> 8 & 0x7F, frame & 0xFF, frame // 4 & 0xFF, layer]
    )
    return bytearray(head + fields + bytes([frame > 0]) + bytes(1100))


def least(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        act()
        best = min(best, time.thread_time() - began)
    return best / PACKETS * 1e6


def rows(first: int) -> list[tuple[Vp8Descriptor, tuple[int, int, int, int, int]]]:
    found = []
    for number in range(first, first + PACKETS):
        data = packet(number)
        one = Vp8Descriptor()
        one.read(memoryview(data), 12, len(data))
        marker = 0x80 if number % 3 == 2 else 0
        header = (0x80, 96 | marker, number & 0xFFFF, number // 3 * 3000, 1)
        found.append((one, header))
    return found


def of_reading() -> float:
    views = [memoryview(packet(number)) for number in range(PACKETS)]
    one, meter = Vp8Descriptor(), LayerMeter()

    def read() -> None:
        for view in views:
            one.read(view, 12, 1119)
            meter.take(one, view, 1119, 1.0)

    return least(read)


def of_deciding(tid: int, *, writing: bool = False) -> float:
    switch = LayerSwitch(lambda layer, now: None)
    switch.want(0, tid, 0.0)
    best, view = float("inf"), memoryview(bytearray(1200))
    for turn in range(ROUNDS):
        lot = rows(turn * PACKETS)

        def decide(
            lot: list[tuple[Vp8Descriptor, tuple[int, int, int, int, int]]] = lot,
        ) -> None:
            for one, header in lot:
                if switch.take(0, one, header, 1.0) and writing:
                    one.write(view, switch.picture, switch.base)

        best = min(best, least(decide, 1))
    return best


def of_gaps() -> float:
    """Every other packet comes after the one that should follow it."""
    switch = LayerSwitch(lambda layer, now: None)
    switch.want(0, 2, 0.0)
    best = float("inf")
    for turn in range(ROUNDS):
        lot = rows(turn * PACKETS)
        if turn:
            lot = [one for at in range(0, PACKETS, 2) for one in (lot[at + 1], lot[at])]

        def decide(
            lot: list[tuple[Vp8Descriptor, tuple[int, int, int, int, int]]] = lot,
        ) -> None:
            for one, header in lot:
                switch.take(0, one, header, 1.0)

        best = min(best, least(decide, 1))
    return best


def of_requests() -> float:
    switch = LayerSwitch(lambda layer, now: None)
    switch.want(0, 2, 0.0)
    lot = rows(0)
    for one, header in lot:
        switch.take(0, one, header, 1.0)

    def request() -> None:
        for one, header in lot:
            switch.origin(header[2] + 1)
            switch.again(header[2] + 1, one, header[3])

    return least(request)


def main() -> None:
    gc.collect()
    gc.freeze()
    read, sent = of_reading(), of_deciding(2, writing=True)
    found = {
        "read": read,
        "sent": of_deciding(2),
        "written": sent,
        "left_out": of_deciding(0),
        "gap": of_gaps(),
        "again": of_requests(),
        "a_packet": read + sent,
    }
    print(json.dumps({name: round(us, 2) for name, us in found.items()}), flush=True)


if __name__ == "__main__":
    main()
