"""One socket that is reached at several addresses: each is offered, each works."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

import pytest

from tests.video.media.bridge import Bridge
from tests.video.media.browser import Browser
from video.media.config import MediaConfig
from video.media.rooms.participant import Role
from video.media.worker import MediaWorker
from visavis.devstack.ports import own_address

OWN = own_address()
SECOND = OWN or "192.0.2.7"


def run_story(story: Callable[[MediaWorker], Awaitable[None]]) -> None:
    async def run() -> None:
        worker = MediaWorker(
            MediaConfig(
                bind_host="0.0.0.0",  # noqa: S104 - as `./run` does
                announce_ip="127.0.0.1",
                announce_also=(SECOND,),
            )
        )
        try:
            await story(worker)
        finally:
            await worker.close()

    asyncio.run(run())


async def seat(worker: MediaWorker, browser: Browser) -> tuple[str, str]:
    return await worker.join(
        room_id="room",
        participant=browser.participant,
        offer=await browser.offer(),
        ends_at=time.monotonic() + 60,
    )


def candidates(answer: str) -> list[tuple[int, str, int]]:
    """(priority, address, port) of the first section, in its order."""
    first = answer.partition("a=end-of-candidates")[0]
    found = re.findall(r"a=candidate:\d 1 udp (\d+) (\S+) (\d+) typ host", first)
    return [(int(rank), ip, int(port)) for rank, ip, port in found]


def test_both_are_offered_and_ranked() -> None:
    async def story(worker: MediaWorker) -> None:
        browser = Browser("alice")
        _, answer = await seat(worker, browser)
        port = worker.mux.announced[1]
        ways = candidates(answer)
        assert [way[1:] for way in ways] == [("127.0.0.1", port), (SECOND, port)]
        assert ways[0][0] > ways[1][0]
        await browser.close()

    run_story(story)


@pytest.mark.skipif(OWN is None, reason="this machine has no address but loopback")
def test_people_by_either_see_each_other() -> None:
    async def story(worker: MediaWorker) -> None:
        alice, bob = Browser("alice"), Browser("bob", Role.ADVISER)
        port = worker.mux.announced[1]
        bridge = Bridge(SECOND, port)
        near = await bridge.open()
        _, answer = await seat(worker, alice)
        only = re.sub(r"a=candidate:\d .* 127\.0\.0\.1 .*\r\n", "", answer)
        await alice.accept(only.replace(f"{SECOND} {port} ", f"127.0.0.1 {near} "))
        await alice.sees("welcome")
        await bob.join(worker, "room")
        await asyncio.gather(alice.plays(), bob.plays())
        await alice.close()
        await bob.close()
        bridge.close()

    run_story(story)


@pytest.mark.parametrize("address", ["host.example", "::1", "10.0.0.1 x"])
def test_what_a_browser_could_not_read_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(address))):
        MediaConfig(announce_also=(address,))
