"""A customer, an adviser, somebody invited and a supervisor in one room: held, let in,
muted, asked, shown, written to, put out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.live.e2e.people import PATIENCE, Adviser, Lea, await_room
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

CANVAS = """navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1280, 720];
  const pen = canvas.getContext("2d");
  let page = 0;
  setInterval(() => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "#17408b";
    pen.font = "80px sans-serif";
    pen.fillText(`Notre offre, page ${(page += 1)}`, 100, 200);
  }, 100);
  return canvas.captureStream(10);
};"""
"""Headless Chromium has no screen to show."""


def visible(found: Locator) -> None:
    expect(found).to_be_visible(timeout=PATIENCE)


def gone(found: Locator) -> None:
    expect(found).to_be_hidden(timeout=PATIENCE)


def waits_is_held_and_refused(phone: Page, pc: Page) -> None:
    visible(pc.locator('[data-door="waiting"]'))
    pc.locator("#door-hold summary").click()
    pc.locator('button[value="with_customer"]').click()
    visible(phone.locator('[data-waiting="held"]'))
    visible(phone.get_by_text("termine avec un autre client, environ 5 minutes"))
    visible(pc.locator('[data-held="with_customer"]'))
    shoot(phone, "held")
    shoot(pc, "door-answered")
    pc.locator("#door-refuse summary").click()
    pc.locator('button[value="by_phone"]').click()
    visible(phone.locator('[data-waiting="refused"]'))
    visible(phone.get_by_text("vous propose un appel plutôt que la vidéo"))
    shoot(phone, "refused")
    pc.locator("#door-admit").click()


def invites_a_relative(phone: Page, pc: Page, guest: Page) -> None:
    phone.locator('.ctl[data-part="more"]').click()
    phone.locator('[data-part="invite"] button').click()
    link = phone.locator("[data-invitation] input")
    visible(link)
    shoot(phone, "invitation")
    guest.goto(link.input_value())
    shoot(guest, "guest-door")
    guest.locator("[name=first_name]").fill("Paul")
    guest.locator("button.btn-wide").click()
    visible(pc.locator('[data-guest="waiting"]'))
    pc.locator('[data-guest="waiting"] button').first.click()
    await_room(guest, "connected")
    phone.locator('.ctl[data-part="more"]').click()


def everybody_has_a_tile(*pages: Page) -> None:
    for page in pages:
        expect(page.locator(".person:not(.screen)")).to_have_count(
            len(pages) - 1, timeout=PATIENCE
        )
        page.wait_for_function(
            "async (n) => (await visavisRoom.stats()).inbound"
            ".filter((s) => s.kind === 'audio' && s.packetsReceived > 0).length >= n",
            arg=len(pages) - 1,
            timeout=PATIENCE,
        )


def is_muted_and_speaks_again(phone: Page, pc: Page) -> None:
    lea = pc.locator("vv-people li", has_text="Léa")
    lea.locator('[data-act="mute"]').click()
    muted = phone.locator('[data-part="by"]')
    visible(muted)
    expect(muted).to_contain_text("a coupé votre micro")
    visible(phone.locator('[data-part="microphone"][data-state="muted"]'))
    shoot(phone, "muted")
    phone.locator('[data-part="microphone"]').click()
    gone(muted)
    lea.locator("details summary").click()
    lea.locator('[data-act="lock"]').click()
    visible(muted)
    phone.locator('[data-part="microphone"]').click()
    visible(phone.get_by_text("vous redonnera la parole"))
    lea.locator('[data-act="unmute"]').click()
    gone(muted)
    mutes_herself(phone, pc)


def mutes_herself(phone: Page, pc: Page) -> None:
    tile = pc.locator('.person[data-role="customer"] [data-part="muted"]')
    row = pc.locator("vv-people li", has_text="Léa").get_by_text("A coupé son micro")
    gone(row)
    phone.locator('[data-part="microphone"]').click()
    visible(row)
    visible(tile)
    shoot(pc, "muted-herself")
    phone.locator('[data-part="microphone"]').click()
    gone(row)
    gone(tile)


def is_asked_to_show(phone: Page, pc: Page) -> None:
    visible(phone.locator('[data-part="camera"][data-state="off"]'))
    pc.locator('.ctl[data-part="ask"]').click()
    visible(phone.locator("vv-prompt"))
    expect(phone.locator('vv-prompt [data-part="yes"]')).to_be_focused()
    shoot(phone, "show-me")
    phone.locator('vv-prompt [data-part="yes"]').press("Enter")
    visible(phone.locator('[data-part="camera"][data-state="on"]'))
    visible(pc.locator('.person[data-role="customer"][data-state="picture"]'))


def sees_a_screen_twice(phone: Page, pc: Page) -> None:
    pc.evaluate(CANVAS)
    screen = phone.locator('.person.screen[data-state="picture"]')
    button = pc.locator('.ctl[data-part="screen"]')
    button.click()
    visible(screen)
    shoot(phone, "screen")
    button.click()
    expect(screen).to_have_count(0, timeout=PATIENCE)
    button.click()
    visible(screen)
    button.click()
    expect(screen).to_have_count(0, timeout=PATIENCE)


def writes_letter_by_letter(phone: Page, pc: Page) -> None:
    phone.locator('.ctl[data-part="chat"]').click()
    phone.locator('[data-part="letters"]').check()
    phone.locator("#chat-text").press_sequentially("Elle mesure un mètre")
    draft = pc.locator(".drafts .msg")
    expect(draft).to_contain_text("un mètre", timeout=PATIENCE)
    expect(pc.locator('[data-part="drafts"]')).to_have_attribute("aria-hidden", "true")
    shoot(pc, "letters")
    phone.locator("#chat-text").press("Enter")
    line = pc.locator('[data-part="lines"] .msg')
    expect(line).to_have_count(1, timeout=PATIENCE)
    expect(draft).to_have_count(0)
    pc.reload()
    await_room(pc, "connected")
    expect(line).to_have_count(1, timeout=PATIENCE)
    phone.locator('.ctl[data-part="chat"]').click()


def puts_the_guest_out(pc: Page, guest: Page) -> None:
    paul = pc.locator("vv-people li", has_text="Paul")
    paul.locator("details summary").click()
    paul.locator('[data-act="remove"]').click()
    await_room(guest, "ended")
    visible(guest.get_by_text("On vous a demandé de quitter la salle"))
    shoot(guest, "removed")
    expect(paul).to_have_count(0, timeout=PATIENCE)


@pytest.mark.timeout(300)
def test_four_people_and_what_they_may_do_to_each_other(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with (
        window(chromium, 360, 740) as phone,
        window(chromium, 1280, 820) as pc,
        window(chromium, 360, 740) as guest,
        window(chromium, 1280, 820) as manager,
    ):
        lea, adviser = Lea(phone, running_stack), Adviser(pc, running_stack)
        lea.books_the_first_video_time()
        address = phone.url.removesuffix("booked/")
        visit, name = address.rstrip("/").rpartition("/")[2], lea.adviser_name()
        phone.goto(f"{address}waiting/")
        phone.locator("form button.btn-wide").click()
        adviser.signs_in(name)
        adviser.joins(visit)
        waits_is_held_and_refused(phone, pc)
        lea.comes_in()
        invites_a_relative(phone, pc, guest)

        Adviser(manager, running_stack).signs_in("Camille")
        manager.goto(f"{running_stack.base_url}/staff/rooms/{visit}/")
        await_room(manager, "connected")
        visible(phone.locator('.person[data-role="supervisor"]'))
        everybody_has_a_tile(phone, pc, guest, manager)
        shoot(phone, "of-four")
        shoot(pc, "of-four-wide")

        is_muted_and_speaks_again(phone, pc)
        is_asked_to_show(phone, pc)
        sees_a_screen_twice(phone, pc)
        writes_letter_by_letter(phone, pc)
        puts_the_guest_out(pc, guest)
        pc.goto(f"{running_stack.base_url}/staff/rooms/{visit}/support/")
        expect(pc.locator("[data-seat]")).to_have_count(4)
        expect(pc.locator('[data-seat="guest"]')).to_contain_text(
            re.compile("prié de sortir"), timeout=PATIENCE
        )
        shoot(pc, "support")
