"""Lines of both kinds with datagrams on them, and with a call."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from benchmarks._lines_call import Place
from benchmarks._lines_netns import KernelLine, kernel_lines, missing, namespaces
from benchmarks._lines_others import NotHere
from benchmarks._lines_relay import RelayLines
from benchmarks._lines_run import Parts, is_busy, measure
from benchmarks._lines_shape import Line, Shape
from benchmarks._lines_weak import QUICK, Figures, Size
from benchmarks.lines import QUICK_KEYS
from visavis.devstack.state import ROOT

BEGIN, LOST, END = b"begin", b"lost", b"end"
PORT = 9
ECHO = """
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("10.231.0.1", 9))
while True:
    data, address = sock.recvfrom(2048)
    sock.sendto(data, address)
"""
CALL = """
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((sys.argv[1], int(sys.argv[2])))
sock.settimeout(0.2)
for word in sys.argv[3:]:
    for _ in range(300 if word != "lost" else 3):
        sock.send(word.encode())
        try:
            heard = sock.recv(2048).decode()
        except OSError:
            continue
        print(heard, flush=True)
        if heard == word:
            break
"""
KILLED = """
import asyncio, os
from benchmarks._lines_netns import kernel_lines, namespaces
async def act():
    async with kernel_lines() as lines, lines.line("lea"):
        ours = f"vvl-{os.getpid()}-"
        print(*[one for one in namespaces() if one.startswith(ours)], flush=True)
        os.kill(os.getpid(), 9)
asyncio.run(act())
"""


@asynccontextmanager
async def echo(*prefix: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(*prefix, sys.executable, "-c", ECHO)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def heard(line: Line, host: str, port: int, *words: bytes) -> list[str]:
    """The words that came back to the line's far end."""
    command = [*line.prefix, sys.executable, "-c", CALL, host, str(port)]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, *(word.decode() for word in words)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return str(done.stdout).split()


async def cut_and_back(line: Line, host: str, port: int) -> list[str]:
    first = await heard(line, host, port, BEGIN)
    await line.shape(Shape(cut=True))
    second = await heard(line, host, port, LOST)
    await line.shape(Shape())
    return [*first, *second, *(await heard(line, host, port, END))]


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_line_of_the_kernel_is_cut_and_comes_back_and_leaves_nothing() -> None:
    async def act() -> tuple[list[str], list[str]]:
        async with (
            kernel_lines() as lines,
            lines.line("lea") as line,
            echo(*lines.prefix),
        ):
            return await cut_and_back(line, lines.host, PORT), namespaces()

    words, during = asyncio.run(act())
    assert words == ["begin", "end"]
    ours = f"vvl-{os.getpid()}-"
    assert {one for one in during if one.startswith(ours)} == {
        f"{ours}hub",
        f"{ours}lea",
    }
    assert not [one for one in namespaces() if one.startswith(ours)]


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_lines_of_a_killed_process_go_at_the_next_start() -> None:
    async def act() -> list[str]:
        async with kernel_lines():
            return namespaces()

    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr
    left = done.stdout.decode().split()
    assert len(left) == 2
    assert not set(left) & set(asyncio.run(act()))


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_narrow_line_of_the_kernel_has_a_queue() -> None:
    async def act() -> float:
        async with kernel_lines() as lines, lines.line("lea") as line:
            assert isinstance(line, KernelLine)
            await line.shape(Shape(up=8000, buffer_ms=60_000))
            send = (
                "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
                f"[s.sendto(bytes(1000), ('{lines.host}', 9)) for _ in range(20)]"
            )
            command = [*line.prefix, sys.executable, "-c", send]
            await asyncio.to_thread(subprocess.run, command, check=True)
            return (await line.queued())[1]

    # The last of them came just now; what is before it takes seconds at this rate.
    assert asyncio.run(act()) > 1000


def test_a_line_of_the_relay_is_cut_and_comes_back() -> None:
    async def act() -> list[str]:
        async with RelayLines().line("lea") as line:
            loop = asyncio.get_running_loop()
            answerer, _ = await loop.create_datagram_endpoint(
                Answerer, local_addr=("127.0.0.1", 0)
            )
            port = answerer.get_extra_info("sockname")[1]
            sdp = f"a=candidate:1 1 udp 1 127.0.0.1 {port} typ host\r\n"
            reached = line.reached_by(sdp).split()
            assert reached[5] != str(port)
            words = await cut_and_back(line, "127.0.0.1", int(reached[5]))
            answerer.close()
            return words

    assert asyncio.run(act()) == ["begin", "end"]


class Answerer(asyncio.DatagramProtocol):
    """A worker that says what it hears."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


@pytest.mark.browser
def test_some_keys_are_measured_quickly() -> None:
    """Whatever they are: a figure of so few seconds says that it can be had."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.lines", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    if "no Chromium is here" in figures["reasons"].values():
        pytest.skip("no Chromium is here")
    assert not figures["reasons"].keys() & QUICK_KEYS, figures["reasons"]
    assert figures["quick"] is True
    assert figures["lines"] == ("relay" if missing() else "netns")
    assert all(isinstance(figures[key], float) for key in QUICK_KEYS)


def test_another_checkout_is_measured_before_this_one(tmp_path: Path) -> None:
    asked: list[Path] = []

    async def named(place: Place, size: Size) -> Figures:
        asked.append(place.root)
        return {"name": place.root.name, "steady": size.steady}

    async def refusing(place: Place, size: Size) -> Figures:
        raise NotHere(f"not over {place.lines.kind}")

    chosen = argparse.Namespace(lines="relay", root=ROOT, before=tmp_path, rows=None)
    parts: Parts = {("name",): named, ("flow",): refusing}
    found = asyncio.run(measure(chosen, QUICK, parts, {}))
    assert asked == [tmp_path, ROOT]
    assert (found["name"], found["before"]["name"]) == (ROOT.name, tmp_path.name)
    assert found["flow"] is None
    assert found["reasons"] == {"flow": "not over relay"}
    assert set(found["parts"]) == {"name", "flow"}
    assert is_busy(found) is bool(found["busy_parts"] + found["before"]["busy_parts"])
