"""The relay: for our seats, as long as they last, to our media workers only."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
from typing import Any

import pytest
from aioice import stun
from aioice.turn import TurnTransport, create_turn_endpoint
from pytest_django import Settings

from booking.models import Appointment
from tests.cast import now_utc
from tests.video.relay import SECRET, Relay, credentials, needs_coturn
from tests.video.visitors import with_link
from video import services
from video.access import room_of
from video.pages import ice_servers

HOUR = dt.timedelta(hours=1)


# What the page is told.


def test_without_a_relay_the_page_is_told_of_none(settings: Settings) -> None:
    assert ice_servers(who="seat", until=now_utc() + HOUR, now=now_utc()) == []


@pytest.mark.parametrize(("hours", "kept"), [(1, 1), (13, 12)])
def test_credentials_end_with_the_room_and_after_twelve_hours(
    settings: Settings, hours: int, kept: int
) -> None:
    settings.TURN_URLS = ["turn:turn.example.org:3478?transport=udp"]
    settings.TURN_SECRET = SECRET
    now = now_utc()
    (server,) = ice_servers(who="a-seat", until=now + hours * HOUR, now=now)
    assert server["urls"] == settings.TURN_URLS
    expiry, _, who = server["username"].partition(":")
    assert (int(expiry), who) == (int((now + kept * HOUR).timestamp()), "a-seat")
    signed = hmac.digest(SECRET.encode(), server["username"].encode(), hashlib.sha1)
    assert base64.b64decode(server["credential"]) == signed


def test_the_room_page_carries_them_and_no_secret(
    visit: Appointment, settings: Settings
) -> None:
    settings.TURN_URLS = ["turns:turn.example.org:443?transport=tcp"]
    settings.TURN_SECRET = SECRET
    services.say_here(room=room_of(visit), now=now_utc())
    services.admit(room=room_of(visit), now=now_utc())
    path = f"/{visit.brand.slug}/appointments/{visit.pk}/room/"
    page = with_link(visit).client.get(path).content.decode()
    assert "turns:turn.example.org:443" in page
    assert SECRET not in page


# What the relay does with them.


class Peer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.refusals: asyncio.Queue[Exception] = asyncio.Queue()

    def error_received(self, exc: Exception) -> None:
        self.refusals.put_nowait(exc)


async def allocate(
    relay: Relay, username: str, password: str
) -> tuple[TurnTransport, Peer]:
    address = ("127.0.0.1", relay.port)
    return await create_turn_endpoint(Peer, address, username, password)


@needs_coturn
@pytest.mark.parametrize(
    "wrong", [{"ends_in": -1.0}, {"secret": "not the secret of this relay"}]
)
def test_an_expired_or_forged_credential_is_refused(
    relay: Relay, wrong: dict[str, Any]
) -> None:
    with pytest.raises(stun.TransactionFailed) as refusal:
        asyncio.run(allocate(relay, *credentials(**wrong)))
    assert refusal.value.response.attributes["ERROR-CODE"][0] == 401


@needs_coturn
def test_nobody_is_relayed_to_another_address_than_a_media_workers(
    relay: Relay,
) -> None:
    async def story() -> None:
        transport, peer = await allocate(relay, *credentials())
        for host in ("127.0.0.2", "10.0.0.1", "192.168.1.1", "203.0.113.9"):
            transport.sendto(b"knock", (host, 80))
            refusal = await asyncio.wait_for(peer.refusals.get(), 10)
            assert isinstance(refusal, stun.TransactionFailed)
            assert refusal.response.attributes["ERROR-CODE"][0] == 403
        transport.close()

    asyncio.run(story())
