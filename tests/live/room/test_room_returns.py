"""A line that is cut is tried again as long as the room is open and the page is there.

The page and its browser are real; the network is cut and mended at the wire, and hours
pass on a clock that the test turns.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import BOB, PATIENCE, RoomPage, greeting, room_page
from video import services
from video.access import room_of
from video.models import Participant, Room, Stay

pytestmark = pytest.mark.browser

AN_HOUR = 3_600_000
CUT = "wire.answers = (call) => call.fail()"
MENDED = "wire.answers = wire.well"


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    """Léa and Bob see each other."""
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.gets_slots("bob")
        room.shows("bob")
        room.is_in("connected")
        yield room


def is_back(room: RoomPage, lives: int) -> None:
    room.begins(lives)
    room.connects()
    room.is_in("connected")


def test_a_cut_of_an_hour_ends_by_itself(room: RoomPage) -> None:
    room.does(f"{CUT}; wire.now.hangUp()")
    room.is_in("reconnecting")
    for _ in range(12):
        before = room.asks("wire.calls.length")
        room.page.clock.fast_forward(AN_HOUR // 12)
        room.await_(f"wire.calls.length > {before}")
        room.is_in("reconnecting")
    room.does(MENDED)
    lives = room.asks("wire.lives.length")
    room.page.clock.fast_forward(5_000)
    is_back(room, lives + 1)
    room.says_instead("connecting")
    room.hears(greeting(BOB))
    room.says_instead(None)


def test_a_browser_that_has_a_network_again_is_tried_at_once(room: RoomPage) -> None:
    room.does(f"{CUT}; wire.now.hangUp()")
    room.is_in("reconnecting")
    for _ in range(8):
        before = room.asks("wire.calls.length")
        room.page.clock.fast_forward(5_000)
        room.await_(f"wire.calls.length > {before}")
    room.does(MENDED)
    lives = room.asks("wire.lives.length")
    room.does("dispatchEvent(new Event('online'))")
    is_back(room, lives + 1)


def test_a_try_that_hangs_is_given_up_soon(room: RoomPage) -> None:
    """Nothing comes back from a cut line, no refusal either."""
    room.does("wire.answers = null; wire.now.hangUp()")
    room.await_("wire.offers().length === 3 && wire.offers()[1].aborted")
    # The first try after a connection hangs three seconds; ten would be the cut's.
    waits = room.asks(
        "import('/static/video/tries.js')"
        ".then(({ patience }) => [0, 1, 2, 9, 99].map((n) => patience(n, true).path))"
    )
    assert waits == [3_000, 4_000, 5_000, 8_000, 8_000]
    room.does(f"{MENDED}; wire.well(wire.offers().at(-1))")
    is_back(room, 3)


def test_a_path_that_is_not_found_is_given_up_soon(room: RoomPage) -> None:
    room.does("wire.now.hangUp()")
    room.begins(2)
    room.await_("wire.now.onconnectionstatechange")
    room.page.clock.fast_forward(3_000)
    room.await_("wire.lives[1].closed")
    room.page.clock.fast_forward(500)
    is_back(room, 3)


def test_slow_processors_are_no_missing_path(
    chromium: Browser, visit: Appointment
) -> None:
    """Two tries without a path end a first connection; shaking hands goes on."""
    with room_page(chromium, visit) as room:
        room.begins()
        room.await_("wire.now.onconnectionstatechange")
        room.does("wire.now.finds()")
        room.page.clock.fast_forward(15_000)
        room.connects()
        room.is_in("connected")
        assert room.asks("wire.lives.length") == 1


def test_the_other_side_was_here_and_is_not_yet_to_come(room: RoomPage) -> None:
    """Both were cut off, and Léa is the first to be back."""
    room.does("wire.now.hangUp()")
    is_back(room, 2)
    room.hears(greeting())
    room.says_instead("gone")
    words = room.page.locator('[data-part="absence"] [data-when="gone"]')
    expect(words).to_contain_text("Bob était là")
    shoot(room.page, "gone")
    room.hears({"type": "joined", "participant": BOB})
    room.shows("bob", sounds=False)
    room.says_instead(None)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("left", "left"), ("lost", "gone"), ("closed", "gone"), ("timeout", "gone")],
)
def test_who_left_and_who_was_cut_off_are_told_apart(
    room: RoomPage, reason: str, words: str
) -> None:
    room.hears({"type": "left", "participant": BOB, "reason": "replaced"})
    room.says_instead(None)
    room.hears({"type": "left", "participant": BOB, "reason": reason})
    room.says_instead(words)


@pytest.mark.parametrize(("reason", "words"), [("left", "left"), ("lost", "gone")])
def test_a_page_that_is_opened_anew_knows_who_was_here(
    chromium: Browser, visit: Appointment, reason: str, words: str
) -> None:
    now = timezone.now()
    services.say_here(room=room_of(visit), now=now)
    seats = Participant.objects.for_brand(visit.brand)
    stays = Stay.objects.for_brand(visit.brand)
    seat = seats.create(
        room=Room.objects.for_brand(visit.brand).get(),
        brand=visit.brand,
        role=Participant.Role.ADVISER,
        staff_member=visit.staff_member,
        waiting_since=now,
    )
    stays.create(
        brand=visit.brand,
        participant=seat,
        session="s",
        connected_at=now,
        left_at=now,
        reason=reason,
    )
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting())
        room.says_instead(words)


def test_a_seat_taken_by_an_offer_that_seemed_lost_is_our_own(room: RoomPage) -> None:
    """The server may take an offer whose answer never comes; the next one replaces it,
    or it the next one. Nobody else sits there."""
    room.does(f"{CUT}; wire.now.hangUp()")
    room.await_("wire.offers().length >= 2")
    room.does(MENDED)
    room.connects()
    room.is_in("connected")
    lives = room.asks("wire.lives.length")
    room.hears({"type": "ended", "reason": "replaced"})
    is_back(room, lives + 1)


def test_another_device_that_takes_the_seat_is_told_as_such(room: RoomPage) -> None:
    room.hears({"type": "ended", "reason": "replaced"})
    room.ended("replaced")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (409, "room_not_open", "over"),
        (404, "not_found", "over"),
        (409, "seat_taken", "replaced"),
        (403, "permission_denied", "failed"),
        (422, "offer_refused", "failed"),
    ],
)
def test_what_the_server_says_for_good_ends_the_stay(
    room: RoomPage, status: int, code: str, words: str
) -> None:
    room.does(
        f"wire.answers = (call) => call.answer({status}, {{ code: '{code}' }});"
        "wire.now.hangUp()"
    )
    room.ended(words)


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "nodes_full"), (503, "no_node_available"), (429, "too_many"), (403, "")],
)
def test_what_passes_is_waited_for(room: RoomPage, status: int, code: str) -> None:
    """A refusal without a code is of something between, such as a hotel's network."""
    room.does(
        f"wire.answers = (call) => call.answer({status}, {{ code: '{code}' }});"
        "wire.now.hangUp()"
    )
    room.await_("wire.offers().length >= 3")
    room.is_in("reconnecting")
    lives = room.asks("wire.lives.length")
    room.does(MENDED)
    room.begins(lives + 1)
    room.await_("wire.now.onconnectionstatechange")
    room.connects()
    room.is_in("connected")


def test_whoever_does_not_come_in_is_offered_the_telephone_and_waits_on(
    chromium: Browser, visit: Appointment
) -> None:
    full = "wire.answers = (call) => call.answer(503, { code: 'nodes_full' })"
    with room_page(chromium, visit, before=full) as room:
        room.begins()
        room.says_instead("busy")
        for _ in range(12):
            room.page.clock.fast_forward(5_000)
        phone = room.page.locator('vv-line [data-part="phone"]')
        expect(phone).to_be_visible(timeout=PATIENCE)
        room.says_instead("busy")
        room.does(MENDED)
        room.page.clock.fast_forward(5_000)
        room.connects()
        room.is_in("connected")
