"""The board in a real Chromium: it follows by itself and keeps what has not changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Actor
from booking.services.attendance import record_arrival
from stores.models import Channel, User
from tests.cast import PASSWORD, World, make_visit, next_step, now_utc

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLL, PRESS = 10_500, 2_000


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    """Bob's tablet, signed in, its clock in the test's hand."""
    context = chromium.new_context(
        viewport={"width": 1180, "height": 820}, locale="en", base_url=live_server.url
    )
    tablet = context.new_page()
    tablet.clock.install()
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(message.text)

    tablet.on("console", note)
    tablet.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(tablet, world.bob.user)
    yield tablet
    context.close()
    assert not problems


def sign_in(tablet: Page, user: User) -> None:
    tablet.goto("/accounts/login/")
    tablet.get_by_label("E-mail").fill(user.email)
    tablet.get_by_label("Password").fill(PASSWORD)
    tablet.get_by_role("button", name="Sign in").click()
    tablet.wait_for_url("**/staff/")


def test_the_board_follows_and_an_unchanged_one_is_left_alone(
    world: World, page: Page
) -> None:
    now = now_utc()
    visit = make_visit(
        world,
        starts_at=next_step(now, minutes=90),
        now=now,
        channel=Channel.IN_STORE,
    )
    page.goto("/staff/")
    expect(page.locator("#lanes")).to_contain_text("Nobody is waiting.")
    status = 200
    while status == 200:  # again where the server's minute has just changed
        page.evaluate("document.getElementById('lanes').dataset.mark = 'kept'")
        with page.expect_response("**/staff/board/lanes/**") as answer:
            page.clock.fast_forward(POLL)
        status = answer.value.status
    assert status == 304
    expect(page.locator("#lanes")).to_have_attribute("data-mark", "kept")
    expect(page.locator("#lanes")).to_contain_text("Nobody is waiting.")
    record_arrival(appointment=visit, by=Actor.customer(), now=now_utc())
    with page.expect_response("**/staff/board/lanes/**") as changed:
        page.clock.fast_forward(POLL)
    assert changed.value.status == 200
    expect(page.get_by_role("button", name="Take Alice")).to_be_visible()
    page.clock.run_for(100)
    expect(page.locator("#say")).to_have_text("1 person is waiting.")


def test_a_button_is_not_replaced_under_a_finger(world: World, page: Page) -> None:
    now = now_utc()
    soon, later = (next_step(now, minutes=minutes) for minutes in (0, 90))
    make_visit(world, starts_at=soon, now=now, channel=Channel.IN_STORE)
    page.goto("/staff/")
    page.get_by_role("button", name="Alice is here").hover()
    page.clock.fast_forward(POLL - PRESS)
    make_visit(world, starts_at=later, now=now, channel=Channel.IN_STORE)
    page.mouse.down()
    with page.expect_response("**/staff/board/lanes/**") as changed:
        page.clock.fast_forward(PRESS)
    changed.value.finished()
    assert changed.value.status == 200
    page.clock.run_for(100)
    page.mouse.up()
    expect(page.get_by_role("button", name="Take Alice")).to_be_visible()


def test_a_release_that_nobody_hears_of_does_not_hold_the_board(
    world: World, page: Page
) -> None:
    """A menu opens on the press, and takes it."""
    page.goto("/staff/")
    now = now_utc()
    page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")
    soon = next_step(now, minutes=0)
    make_visit(world, starts_at=soon, now=now, channel=Channel.IN_STORE)
    with page.expect_response("**/staff/board/lanes/**"):
        page.clock.fast_forward(POLL)
    expect(page.get_by_role("button", name="Alice is here")).to_be_visible()


def test_one_tap_serves_and_one_tap_ends(world: World, page: Page) -> None:
    now = now_utc()
    visit = make_visit(
        world, starts_at=next_step(now, minutes=0), now=now, channel=Channel.IN_STORE
    )
    page.goto("/staff/")
    page.get_by_role("button", name="Alice is here").click()
    page.get_by_role("button", name="Take Alice").click()
    page.get_by_role("button", name="Sold").click()
    expect(page.locator("#lanes")).to_contain_text("Nothing right now.")
    visit.refresh_from_db()
    assert (visit.status, visit.outcome) == ("done", "sold")
    page.goto(reverse("booking:staff_appointment", args=[visit.pk]))
    expect(page.get_by_text("Over, Sold")).to_be_visible()


def test_a_board_that_hears_nothing_says_so(world: World, page: Page) -> None:
    page.goto("/staff/")
    stale = page.get_by_text("No news from the server")
    expect(stale).to_be_hidden()
    page.route("**/staff/board/lanes/**", lambda route: route.fulfill(status=204))
    page.evaluate("htmx.trigger(document.body, 'htmx:sendError')")
    expect(stale).to_be_visible()
    with page.expect_response("**/staff/board/lanes/**"):
        page.clock.fast_forward(POLL)
    expect(stale).to_be_hidden()
