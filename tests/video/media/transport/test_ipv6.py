"""One worker on both internets: each has its own socket, on the same port."""

import asyncio
import re
import socket
import time
from collections.abc import Awaitable, Callable

import pytest

from tests.video.media.bridge import Bridge
from tests.video.media.browser import Browser, until
from video.media.config import MediaConfig
from video.media.rooms.participant import Role
from video.media.worker import MediaWorker


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 loopback here")


def run_story(story: Callable[[MediaWorker], Awaitable[None]]) -> None:
    async def run() -> None:
        worker = MediaWorker(MediaConfig(bind_host6="::1"))
        try:
            await story(worker)
        finally:
            await worker.close()
        assert worker.mux.transports == 0

    asyncio.run(run())


def candidates(answer: str) -> list[tuple[int, str, int]]:
    """(priority, address, port) of the first section's candidates."""
    found = re.findall(r"a=candidate:\d 1 udp (\d+) (\S+) (\d+) typ host", answer)
    ways = [(int(rank), ip, int(port)) for rank, ip, port in found]
    return sorted(set(ways), reverse=True)


def test_both_addresses_are_offered_the_newer_first() -> None:
    async def story(worker: MediaWorker) -> None:
        browser = Browser("alice")
        _, answer = await worker.join(
            room_id="room",
            participant=browser.participant,
            offer=await browser.offer(),
            ends_at=time.monotonic() + 60,
        )
        port = worker.mux.announced[1]
        ways = candidates(answer)
        assert [way[1:] for way in ways] == [("::1", port), ("127.0.0.1", port)]
        assert ways[0][0] > ways[1][0]
        await browser.close()

    run_story(story)


def test_people_of_both_internets_see_each_other() -> None:
    async def story(worker: MediaWorker) -> None:
        alice, bob = Browser("alice"), Browser("bob", Role.ADVISER)
        port = worker.mux.announced[1]
        bridge = Bridge("::1", port)
        near = await bridge.open()
        session, answer = await worker.join(
            room_id="room",
            participant=alice.participant,
            offer=await alice.offer(),
            ends_at=time.monotonic() + 60,
        )
        only = re.sub(r"a=candidate:.* ::1 .*\r\n", "", answer)
        await alice.accept(only.replace(f"127.0.0.1 {port} ", f"127.0.0.1 {near} "))
        await alice.sees("welcome")
        await bob.join(worker, "room")
        await asyncio.gather(alice.plays(), bob.plays())
        address = worker.rooms["room"].sessions[session].ice.address
        assert address is not None
        assert address[0] == "::1"
        await alice.close()
        await bob.close()
        await until(lambda: worker.mux.counters.drops["error"] == 0, "no error")
        bridge.close()

    run_story(story)


def test_a_port_that_is_taken_on_one_internet_leaves_no_socket_on_the_other() -> None:
    async def story() -> None:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as taken:
            taken.bind(("::1", 0))
            port = taken.getsockname()[1]
            with pytest.raises(OSError, match="in use"):
                MediaWorker(MediaConfig(bind_port=port, bind_host6="::1"))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", port))

    asyncio.run(story())
