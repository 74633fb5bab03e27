"""Picture and sound over weak lines, by real browsers: `./run bench lines [--quick]`.

Two Chromiums or more with the product's connection, ladder and camera, a worker of its
own process, and lines between them that can be narrowed, filled, cut and freed while
people talk. `"lines"` in the result says which:

- `netns`: a namespace for each browser, joined to the worker's by a pair of veth with
  tbf and a plain queue (`_lines_netns.py`). Needs root, `ip`, `tc` and `iptables`.
- `relay`: datagrams that wait in this process (`_lines_relay.py`), where those are
  missing or `--lines relay` says so. No TCP passes it: `fair_ratio` and `relay_tcp_…`
  are null then.

`--only fps_300k,recover_down_s` measures what these keys need and prints the rest of
the same run, too. Each key is told on the error output as soon as it is known; the
whole takes about twenty minutes. `--root PATH` measures another checkout with this
one's benchmark: its worker and its page's modules come from there, so that before and
after differ by the product alone. `--before PATH` measures each part there first and
puts its figures under `before`, so that the machine is the same for both. `--rows
FOLDER` keeps what each page saw, five times a second. `--quick` is two keys, in about
ten seconds each.

Rates are both ways unless a key says otherwise. Keys begin with what they are about:
`recover_down_s`, `recover_down_360_s`: from 100 kbit/s to free, until 15 pictures a
second, and until 360 lines of them, came for three seconds; `down_only_uplink_fps` the
least of two-second windows of one's own camera, as others see it meanwhile. `fps_…k` is
what the person on the weak line sees in a minute, `shown_…` what the other sees of
them, `came_…_s` how long after the click anything of the other came, `signer_…` the
worse of both where both sign. `loss…_fps` the worse of both at random loss each way.
`queue_ms_p95` the wait before a bottleneck of 500 kbit/s with room for 500 ms.
`fair_ratio` our octets by those of one TCP flow on 2 Mbit/s.
`worst_of_four_…` what two on good lines see of a third while the fourth has 150 kbit/s.
`cut_…_s` from the end of a cut until both move again, `cut_…_good_s` until at 15.
`parts` says of each part the load before it and whose the processor's time was: where
others had a fifth of it, the part is one of `busy_parts` and `void` is true, as it is
where `load1` was more than the cores before all of it.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path

from benchmarks._lines_call import Person, Place
from benchmarks._lines_others import cut, fair, ramp, relay_tcp, worst_of_four
from benchmarks._lines_run import Part, Parts, is_busy, measure
from benchmarks._lines_weak import (
    INES,
    LEA,
    QUICK,
    Figures,
    Size,
    down,
    lossy,
    queue,
    signer,
    steady,
    up,
)
from benchmarks._machine import machine_loop_s
from visavis.devstack.state import ROOT

GOALS = {
    "recover_down_s": 4,
    "recover_down_360_s": 6,
    "recover_up_s": 4,
    "recover_up_360_s": 12,
    "down_only_uplink_fps": 15,
    "fps_300k": 20,
    "height_300k": 240,
    "signer_fps_300k": 20,
    "fps_150k": 10,
    "fps_100k": 5,
    "sound_concealed_100k": 0.01,
    "sound_concealed_60k": 0.01,
    "loss5_fps": 25,
    "loss5_concealed": 0.002,
    "loss15_fps": 20,
    "loss15_concealed": 0.01,
    "loss30_fps": 10,
    "loss30_concealed": 0.05,
    "queue_ms_p95": 150,
    "fair_ratio": [0.3, 3],
    "worst_of_four_fps": 20,
    "worst_of_four_height": 360,
    "ramp_s": 6,
    "cut_3_s": 1,
    "cut_10_s": 2,
    "cut_40_s": 30,
    "relay_tcp_join_s": 4,
    "relay_tcp_fps": 15,
}
BOTH: tuple[Person, ...] = (INES, LEA)
QUICK_KEYS = {"down_only_uplink_fps", "fps_300k"}


def rates(*rates: int) -> Parts:
    """The steady ones, each with its keys."""

    def part(rate: int) -> Part:
        async def measured(place: Place, size: Size) -> Figures:
            return await steady(place, size, rate * 1000, *BOTH)

        return measured

    names = ("fps", "height", "sound_concealed")
    return {tuple(f"{name}_{rate}k" for name in names): part(rate) for rate in rates}


PARTS: Parts = {
    ("recover_down_s", "recover_down_360_s", "down_only_uplink_fps"): down,
    ("recover_up_s", "recover_up_360_s"): up,
    **rates(300, 150, 100, 60),
    ("signer_fps_300k",): signer,
    **{
        (f"loss{percent}_fps", f"loss{percent}_concealed"): partial(
            lossy, percent=percent
        )
        for percent in (5, 15, 30)
    },
    ("queue_ms_p95",): queue,
    ("fair_ratio",): fair,
    ("worst_of_four_fps", "worst_of_four_height"): worst_of_four,
    ("ramp_s",): ramp,
    **{(f"cut_{seconds}_s",): partial(cut, seconds=seconds) for seconds in (3, 10, 40)},
    ("relay_tcp_join_s", "relay_tcp_fps"): relay_tcp,
}


def chosen_parts(wanted: set[str]) -> Parts:
    """Those that give one of these keys; raises ValueError for a key of none."""
    known = {key for keys in PARTS for key in keys}
    if wanted - known:
        raise ValueError(f"no such key: {', '.join(sorted(wanted - known))}")
    return {keys: part for keys, part in PARTS.items() if wanted & set(keys)}


def checkout(path: str) -> Path:
    root = Path(path).resolve()
    if not (root / "video" / "media").is_dir():
        raise argparse.ArgumentTypeError(f"{path} is no checkout of Visavis")
    return root


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./run bench lines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="two keys, and short")
    parser.add_argument("--only", default="", help="keys, with commas between them")
    parser.add_argument("--lines", choices=("netns", "relay"), default="")
    for name, default, what in (
        ("root", ROOT, "another checkout to measure"),
        ("before", None, "another checkout to compare with"),
    ):
        parser.add_argument(f"--{name}", type=checkout, default=default, help=what)
    parser.add_argument("--rows", type=Path, help="a folder for what the pages saw")
    chosen = parser.parse_args(argv)
    wanted = set(filter(None, chosen.only.split(",")))
    wanted = wanted or (QUICK_KEYS if chosen.quick else {k for p in PARTS for k in p})
    try:
        parts = chosen_parts(wanted)
    except ValueError as unknown:
        parser.error(str(unknown))
    # Whoever ends us wants the lines gone, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    before = os.getloadavg()[0]
    size = QUICK if chosen.quick else Size()
    found = asyncio.run(measure(chosen, size, parts, GOALS))
    cores = os.cpu_count() or 1
    found |= {
        "load1": round(before, 1),
        "load1_after": round(os.getloadavg()[0], 1),
        "void": before > cores or is_busy(found),
        "cores": cores,
        "machine_loop_s": machine_loop_s(),
        "root": chosen.root.name,
        "goals": {key: goal for key, goal in GOALS.items() if key in found},
        "quick": chosen.quick,
    }
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
