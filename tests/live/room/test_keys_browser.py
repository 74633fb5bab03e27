"""Keys of the room, and all of its controls by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.axe import finds_nothing
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import (
    BOB,
    LEA,
    PATIENCE,
    RoomPage,
    greeting,
    room_page,
    staff_page,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    with room_page(chromium, visit, width=1280, height=820) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.shows("bob", sounds=False)
        is_in(room, "microphone", "open")
        yield room


def is_in(room: RoomPage, control: str, state: str) -> None:
    found = room.page.locator(f'.ctl[data-part="{control}"]')
    expect(found).to_have_attribute("data-state", state, timeout=PATIENCE)


def dialog(room: RoomPage) -> Locator:
    return room.page.get_by_role("dialog", name="Raccourcis clavier")


def test_keys_do_what_their_list_says(room: RoomPage) -> None:
    room.page.keyboard.press("m")
    is_in(room, "microphone", "muted")
    room.page.keyboard.press("c")
    is_in(room, "camera", "on")
    room.page.keyboard.press("t")
    text = room.page.locator("#chat-text")
    expect(text).to_be_focused()
    expect(text).to_have_value("")


def test_while_one_types_letters_are_letters(room: RoomPage) -> None:
    room.page.keyboard.press("t")
    room.page.keyboard.type("comment ?")
    expect(room.page.locator("#chat-text")).to_have_value("comment ?")
    is_in(room, "microphone", "open")
    is_in(room, "camera", "off")
    expect(dialog(room)).to_be_hidden()


def test_letters_with_another_key_are_the_browsers(room: RoomPage) -> None:
    for held in ("Control", "Alt", "Meta"):
        room.page.keyboard.press(f"{held}+m")
    is_in(room, "microphone", "open")


def test_the_list_is_a_question_mark_away_and_switches_the_keys_off(
    room: RoomPage,
) -> None:
    room.page.keyboard.press("?")
    expect(dialog(room)).to_be_visible()
    shoot(room.page, "keys")
    finds_nothing(room.page)
    room.page.keyboard.press("m")
    dialog(room).get_by_label("Utiliser ces touches").uncheck()
    room.page.keyboard.press("Escape")
    expect(dialog(room)).to_be_hidden()
    for key in ("m", "?"):
        room.page.keyboard.press(key)
    is_in(room, "microphone", "open")
    expect(dialog(room)).to_be_hidden()
    room.page.locator('.ctl[data-part="more"]').click()
    room.page.locator('vv-more [data-part="keys"]').click()
    dialog(room).get_by_label("Utiliser ces touches").check()
    dialog(room).get_by_role("button", name="Fermer").click()
    room.page.keyboard.press("m")
    is_in(room, "microphone", "muted")


def test_the_panel_opens_and_closes_by_the_keyboard(room: RoomPage) -> None:
    more = room.page.locator('.ctl[data-part="more"]')
    more.focus()
    room.page.keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(room.page.locator("#more-title")).to_be_focused()
    reached = []
    for _ in range(12):
        room.page.keyboard.press("Tab")
        reached.append(
            room.asks(
                "document.activeElement.dataset.device"
                " ?? document.activeElement.dataset.part"
            )
        )
    assert [
        one for one in reached if one in ("close", "audioinput", "noise", "videoinput")
    ] == ["close", "audioinput", "noise", "videoinput"]
    assert {"whole", "keys"} <= set(reached)
    room.page.locator('vv-more [data-part="keys"]').focus()
    room.page.keyboard.press("Escape")
    expect(room.page.locator("vv-more")).to_be_hidden()
    expect(more).to_be_focused()


def test_one_panel_stands_beside_the_picture(room: RoomPage) -> None:
    chat, more = room.page.locator("vv-chat"), room.page.locator("vv-more")
    room.page.locator('.ctl[data-part="chat"]').click()
    room.page.locator('.ctl[data-part="more"]').click()
    expect(more).to_be_visible()
    expect(chat).to_be_hidden()
    expect(room.page.locator("#more-title")).to_be_focused()
    room.page.locator('.ctl[data-part="chat"]').click()
    expect(chat).to_be_visible()
    expect(more).to_be_hidden()
    for name, is_open in (("chat", "true"), ("more", "false")):
        button = room.page.locator(f'.ctl[data-part="{name}"]')
        expect(button).to_have_attribute("aria-expanded", is_open)


def test_staff_have_the_same_panel(chromium: Browser, visit: Appointment) -> None:
    with staff_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(LEA, you="bob"))
        room.page.locator('.ctl[data-part="more"]').click()
        expect(room.page.locator("#choose-microphone")).to_be_visible()
        expect(room.page.locator("vv-people")).to_be_visible()
        finds_nothing(room.page)
