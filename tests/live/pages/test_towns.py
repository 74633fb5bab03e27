"""The town follows the postcode while an address is written."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import World
from tests.live.axe import finds_nothing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def new_store(chromium: Browser, live_server: LiveServer, world: World) -> Page:
    """The page of a new store, for somebody who leads the brand."""
    client = Client()
    client.force_login(world.dora)
    context = chromium.new_context(locale="en", base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto("/desk/stores/new/")
    return page


def asks_and_waits(page: Page, code: str) -> list[Route]:
    """Writes a postcode; the question about it, which nobody answers yet."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk/stores/towns/?*", hold)
    with page.expect_request("**/desk/stores/towns/?*"):
        page.get_by_label("Postcode").fill(code)
    return held


def test_the_only_town_is_filled_in_and_several_are_offered(
    chromium: Browser, live_server: LiveServer, world: World
) -> None:
    page = new_store(chromium, live_server, world)
    postcode, city = page.get_by_label("Postcode"), page.get_by_label("Town")
    found = page.get_by_role("status").filter(has_text="map service")
    postcode.press_sequentially("57000")
    expect(city).to_have_value("Metz")
    expect(found).to_contain_text("Metz, Moselle.")
    postcode.fill("01000")
    expect(city).to_have_value("")
    expect(page.get_by_text("2 towns have this postcode.")).to_be_visible()
    city.fill("bourg en bresse")
    city.blur()
    expect(found).to_contain_text("Bourg-en-Bresse, Ain.")
    # A town that somebody wrote is theirs, whatever the list says.
    postcode.fill("59800")
    expect(page.get_by_text("2 towns have this postcode.")).to_be_hidden()
    expect(city).to_have_value("bourg en bresse")
    finds_nothing(page)
    page.context.close()


def test_letters_written_before_the_answer_stay(
    chromium: Browser, live_server: LiveServer, world: World
) -> None:
    page = new_store(chromium, live_server, world)
    city = page.get_by_label("Town")
    held = asks_and_waits(page, "57000")
    city.press_sequentially("Metz Ce")
    held[0].continue_()
    expect(page.locator("#towns option")).to_have_count(1)
    expect(city).to_have_value("Metz Ce")
    page.context.close()


def test_what_is_found_moves_no_button_from_under_a_finger(
    chromium: Browser, live_server: LiveServer, world: World
) -> None:
    page = new_store(chromium, live_server, world)
    page.locator("input[name=name]").fill("Bourg, avenue d'Alsace")
    page.get_by_label("Postcode").fill("01000")
    expect(page.get_by_text("2 towns have this postcode.")).to_be_visible()
    page.get_by_label("Town").fill("Bourg-en-Bresse")
    button = page.locator("main form button[type=submit]").last
    button.hover()
    # The press leaves the town, which asks for what is known of it.
    with page.expect_response("**/desk/stores/towns/?*") as answer:
        page.mouse.down()
    answer.value.finished()
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
    before = button.bounding_box()
    expect(page.get_by_text("2 towns have this postcode.")).to_be_visible()
    assert button.bounding_box() == before
    with page.expect_request(lambda request: request.method == "POST"):
        page.mouse.up()
    page.context.close()


def test_a_town_that_comes_under_the_caret_is_written_over(
    chromium: Browser, live_server: LiveServer, world: World
) -> None:
    page = new_store(chromium, live_server, world)
    city = page.get_by_label("Town")
    held = asks_and_waits(page, "57000")
    city.focus()
    held[0].continue_()
    expect(city).to_have_value("Metz")
    page.keyboard.type("Metz-Nord")
    expect(city).to_have_value("Metz-Nord")
    page.context.close()
