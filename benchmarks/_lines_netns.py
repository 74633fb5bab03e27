"""Lines made of the kernel's parts: a namespace for each browser and the worker.

A pair of veth joins a browser's namespace to the worker's. At each end stands tbf with
a plain queue of so many bytes: it cuts the groups of packets that the worker hands to
the kernel, so that they leave one by one as from a real line's modem, and never drops
what waits when its rate changes. Loss and cuts are rules of iptables behind the queue,
where no sender is told of them. Needs root, `ip`, `tc` and `iptables` (Debian:
iproute2, iptables); kernels without netem will do.

The names bear our process's id: they go at the end whatever happens, and those that a
killed process left go at the next start.
"""

import asyncio
import atexit
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from benchmarks._lines_shape import FREE, Shape, buffer_octets, waiting_ms

NAME = re.compile(r"vvl-(?P<pid>\d+)-\w+")
PREFIX = "vvl"
PROGRAMS = ("ip", "tc", "iptables")
# One packet: nothing leaves faster than the line takes it.
BURST = 1600
HOST = "10.231.0.1"


class NoNamespaces(Exception):
    """This machine or this user cannot have them; says why."""


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoNamespaces(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def missing() -> str:
    """Why there can be no namespaces here; empty where there can."""
    if os.geteuid() != 0:
        return "namespaces need root"
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(lacking)}: not installed" if lacking else ""


def stale(names: list[str]) -> list[str]:
    """Those whose process is gone."""
    found = [(name, NAME.fullmatch(name)) for name in names]
    return [
        name
        for name, known in found
        if known and not Path("/proc", known["pid"]).exists()
    ]


def namespaces() -> list[str]:
    return [line.split()[0] for line in run("ip", "netns", "list").splitlines()]


def take_down(names: list[str]) -> None:
    """With whatever still lives in them; the pairs of veth go with their ends."""
    for name in names:
        with suppress(NoNamespaces):
            for pid in run("ip", "netns", "pids", name).split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), 9)
            run("ip", "netns", "del", name)


def queue_options(rate: int, buffer_ms: int) -> list[str]:
    octets = buffer_octets(rate, buffer_ms)
    return [
        *("tbf", "rate", f"{rate}bit", "burst", str(BURST)),
        *("limit", str(octets)),
    ]


def backlog(told: str) -> int:
    """Bytes that wait, of what `tc -s -j qdisc show` prints."""
    return sum(int(one.get("backlog", 0)) for one in json.loads(told) if one["root"])


def lost_rules(shape: Shape) -> list[list[str]]:
    """What iptables drops, in the order of its rules."""
    if shape.cut:
        return [["-p", "udp", "-j", "DROP"]]
    rules = [["-p", "udp", "-j", "DROP"]] if shape.tcp_only else []
    if shape.loss:
        random = ["-m", "statistic", "--mode", "random"]
        rules.append([*random, "--probability", str(shape.loss), "-j", "DROP"])
    return rules


class KernelLine:
    """One pair of veth: `w0` of the worker's namespace, `w1` of the browser's."""

    def __init__(self, hub: str, space: str, number: int) -> None:
        self._near, self._far = (
            ["ip", "netns", "exec", hub],
            [*("ip", "netns", "exec", space)],
        )
        self.prefix = self._far
        self._ends = (f"w{number}", f"b{number}")
        self._rates = (FREE, FREE)
        self._build(hub, space, number)

    def _build(self, hub: str, space: str, number: int) -> None:
        near, far = self._ends
        run(
            "ip",
            "link",
            "add",
            near,
            "netns",
            hub,
            "type",
            "veth",
            *("peer", "name"),
            far,
            *("netns", space),
        )
        net = f"10.231.{number}"
        for side, end, address in ((self._near, near, 1), (self._far, far, 2)):
            run(*side, "ip", "address", "add", f"{net}.{address}/24", "dev", end)
            run(*side, "ip", "link", "set", end, "up")
            options = queue_options(FREE, Shape().buffer_ms)
            run(*side, "tc", "qdisc", "add", "dev", end, "root", *options)
        run(*self._far, "ip", "route", "add", "default", "via", f"{net}.1")
        for side, end in ((self._near, near), (self._far, far)):
            run(*side, "iptables", "-w", "-N", f"in-{end}")
            run(*side, "iptables", "-w", "-A", "INPUT", "-i", end, "-j", f"in-{end}")

    async def shape(self, shape: Shape) -> None:
        await asyncio.to_thread(self._shape, shape)

    def _shape(self, shape: Shape) -> None:
        sides = zip(
            (self._near, self._far), self._ends, (shape.down, shape.up), strict=True
        )
        for side, end, rate in sides:
            options = queue_options(rate, shape.buffer_ms)
            run(*side, "tc", "qdisc", "change", "dev", end, "root", *options)
            run(*side, "iptables", "-w", "-F", f"in-{end}")
            for rule in lost_rules(shape):
                run(*side, "iptables", "-w", "-A", f"in-{end}", *rule)
        self._rates = (shape.down, shape.up)

    async def queued(self) -> tuple[float, float]:
        return await asyncio.to_thread(self._queued)

    def _queued(self) -> tuple[float, float]:
        down, up = (
            waiting_ms(
                backlog(run(*side, "tc", "-s", "-j", "qdisc", "show", "dev", end)), rate
            )
            for side, end, rate in zip(
                (self._near, self._far), self._ends, self._rates, strict=True
            )
        )
        return down, up

    def reached_by(self, answer: str) -> str:
        return answer


class KernelLines:
    kind = "netns"
    host = HOST

    def __init__(self) -> None:
        self._names: list[str] = []
        self._hub = self._space("hub")
        self.prefix = ["ip", "netns", "exec", self._hub]
        run(*self.prefix, "ip", "address", "add", f"{HOST}/32", "dev", "lo")

    def _space(self, name: str) -> str:
        space = f"{PREFIX}-{os.getpid()}-{name}"
        run("ip", "netns", "add", space)
        self._names.append(space)
        run("ip", "netns", "exec", space, "ip", "link", "set", "lo", "up")
        return space

    @asynccontextmanager
    async def line(self, name: str) -> AsyncIterator[KernelLine]:
        number = len(self._names)
        space = self._space(name)
        try:
            yield KernelLine(self._hub, space, number)
        finally:
            await asyncio.to_thread(take_down, [space])

    def close(self) -> None:
        take_down(self._names)
        self._names.clear()


@asynccontextmanager
async def kernel_lines() -> AsyncIterator[KernelLines]:
    """Raises NoNamespaces."""
    if why := missing():
        raise NoNamespaces(why)
    take_down(stale(namespaces()))
    ours = [one for one in namespaces() if one.startswith(f"{PREFIX}-{os.getpid()}-")]
    take_down(ours)
    lines = KernelLines()
    atexit.register(lines.close)
    try:
        yield lines
    finally:
        lines.close()
        atexit.unregister(lines.close)
