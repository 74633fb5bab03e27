"""Lines that are shared, cut or closed to UDP; rooms of four; the way up to 720p."""

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from benchmarks._lines_call import Call, Person, Place, call
from benchmarks._lines_camera import Camera
from benchmarks._lines_figures import (
    Row,
    back_after,
    between,
    fps,
    height,
    kbits,
    least,
    most,
    moving_again,
    reached,
    rounded,
)
from benchmarks._lines_shape import Shape, both
from benchmarks._lines_weak import INES, LEA, PAIRS, Figures, Size, views
from visavis.devstack.state import ROOT

SHARED_RATE, SHARED_BUFFER_MS = 2_000_000, 200
WORST_RATE = 150_000
TALL = 720
CAMERA_720 = Camera(1280, TALL)
BACK_WITHIN = 30.0
FLOW_PORT, TURN_PORT = 5201, 3478
TURN_USER, TURN_SECRET = "lines", "of-this-run"
FLOW = [sys.executable, "-m", "benchmarks._lines_flow"]


class NotHere(Exception):
    """This figure cannot be measured with what is here; says why."""


@asynccontextmanager
async def program(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def fair(place: Place, size: Size) -> Figures:
    """Beside one flow of TCP towards Léa: our octets as a share of its."""
    if place.lines.kind != "netns":
        raise NotHere("a flow of TCP does not pass the relay")
    shape = both(SHARED_RATE, SHARED_BUFFER_MS)
    counted = place.props.folder / "flow"
    counted.write_text("0")
    async with call(place, INES, LEA, shapes={"lea": shape}) as talk:
        await talk.calm(*PAIRS)
        near = [*place.lines.prefix, *FLOW, "send", place.lines.host, str(FLOW_PORT)]
        far = [*talk.lines["lea"].prefix, *FLOW, "take", place.lines.host]
        async with program(*near), program(*far, str(FLOW_PORT), str(counted)):
            await asyncio.sleep(size.settle)
            begin, before = time.time(), int(counted.read_text() or 0)
            await asyncio.sleep(size.flow)
            end, after = time.time(), int(counted.read_text() or 0)
        seen, _ = await views(talk, begin, end)
    flow = (after - before) * 8 / 1000 / (end - begin)
    ours = kbits(seen)
    return {
        "fair_ratio": rounded(ours / flow, 2) if ours is not None and flow else None,
        "fair_kbits": rounded(ours, 0),
        "fair_tcp_kbits": rounded(flow, 0),
        "fair_fps": rounded(fps(seen)),
    }


async def worst_of_four(place: Place, size: Size) -> Figures:
    """Inès, Max and Paul on good lines, Léa on a weak one. Inès and Léa show
    themselves: four encoders would measure the processor."""
    watching = [Person(name, "ines", shows=False) for name in ("max", "paul")]
    people = (INES, *watching, LEA)
    async with call(place, *people, shapes={"lea": both(WORST_RATE)}) as talk:
        await talk.calm(("max", "ines"), ("paul", "ines"))
        await asyncio.sleep(size.settle)
        begin = time.time()
        await asyncio.sleep(size.steady / 2)
        good, weak = await of_four(talk, begin)
    return {
        "worst_of_four_fps": rounded(least(*(fps(rows) for rows in good))),
        "worst_of_four_height": least(*(height(rows) for rows in good)),
        "weak_of_four_fps": rounded(fps(weak)),
        "weak_of_four_height": height(weak),
    }


async def of_four(talk: Call, begin: float) -> tuple[list[list[Row]], list[Row]]:
    end = time.time()
    good = [
        between(await talk.seen(one, "ines"), begin, end) for one in ("max", "paul")
    ]
    return good, between(await talk.seen("lea", "ines"), begin, end)


async def ramp(place: Place, size: Size) -> Figures:
    """From Léa's joining until Inès, who waits, is seen as tall as her camera is."""
    ines = Person("ines", "ines", camera=CAMERA_720)
    async with call(place, ines, LEA) as talk:
        await talk.calm(PAIRS[0])
        await asyncio.sleep(size.watch)
        rows = await talk.seen("lea", "ines")
        since = await talk.seats["lea"].told("began")
        gives = await talk.seats["ines"].told("camera")
    return {
        "ramp_camera": round(gives),
        "ramp_s": rounded(reached(rows, since, round(gives))),
        "ramp_height": max((row.height for row in rows), default=None),
        "ramp_fps": rounded(fps(between(rows, time.time() - 10, time.time()))),
    }


async def cut(place: Place, size: Size, seconds: int) -> Figures:
    """From the cut's end until both see each other move; then whether it stays so."""
    async with call(place, INES, LEA) as talk:
        await talk.calm(*PAIRS)
        await asyncio.sleep(size.calm)
        begin = await talk.shape("lea", Shape(cut=True))
        await asyncio.sleep(seconds)
        end = await talk.shape("lea", Shape())
        await asyncio.sleep(min(BACK_WITHIN, size.watch))
        seen, shown = await views(talk, begin, time.time())
    return {
        f"cut_{seconds}_s": rounded(
            most(moving_again(seen, end), moving_again(shown, end))
        ),
        f"cut_{seconds}_good_s": rounded(
            most(back_after(seen, end), back_after(shown, end))
        ),
    }


def turn_server(host: str) -> list[str]:
    return [
        *("turnserver", "-n", "--no-udp", "--no-tls", "--no-dtls", "--no-cli"),
        *("--listening-ip", host, "--relay-ip", host, "--lt-cred-mech"),
        *("--listening-port", str(TURN_PORT), "--realm", "lines", "--fingerprint"),
        *("--user", f"{TURN_USER}:{TURN_SECRET}", "--allow-loopback-peers"),
        *("--min-port", "45000", "--max-port", "45100", "--log-file", "/dev/null"),
        *("--pidfile", "", "--no-rfc5780"),
    ]


async def relay_tcp(place: Place, size: Size) -> Figures:
    """Léa's line takes no UDP at all: she comes by a TURN server over TCP."""
    if place.lines.kind != "netns":
        raise NotHere("nothing of TCP passes the relay of this benchmark")
    if shutil.which("turnserver") is None:
        raise NotHere("no turnserver is here (Debian: coturn)")
    host = place.lines.host
    servers: list[dict[str, Any]] = [
        {
            "urls": [f"turn:{host}:{TURN_PORT}?transport=tcp"],
            "username": TURN_USER,
            "credential": TURN_SECRET,
        }
    ]
    shape = {"lea": Shape(tcp_only=True)}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            program(*place.lines.prefix, *turn_server(host))
        )
        talk = await stack.enter_async_context(
            call(place, INES, LEA, shapes=shape, ice_servers=servers)
        )
        await talk.calm(*PAIRS)
        await asyncio.sleep(size.settle / 3)
        begin = time.time()
        await asyncio.sleep(size.loss)
        seen, shown = await views(talk, begin, time.time())
        whole = await talk.seen("lea", "ines")
        since = await talk.seats["lea"].told("began")
    joined = next((row.at - since for row in whole if row.frames > 0), None)
    return {
        "relay_tcp_join_s": rounded(joined),
        "relay_tcp_fps": rounded(least(fps(seen), fps(shown))),
    }
