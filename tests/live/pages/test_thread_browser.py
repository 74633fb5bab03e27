"""A customer's phone: a question that is corrected, a message that is answered, and
the data of the visit, kept and then erased."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.links import permanent_url
from booking.models import Actor, Customer, Message
from booking.thread.writing import answer
from tests.booking.brought.hostile import drawn
from tests.booking.customers import path_of, visit_in
from tests.cast import World, make_world, now_utc
from tests.live.axe import finds_nothing
from tests.live.pages.looks import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_customer_writes_reads_the_answer_and_goes(
    world: World, live_server: LiveServer, page: Page
) -> None:
    visit = visit_in(world, minutes=24 * 60)
    page.goto(live_server.url + path_of(permanent_url(visit)))
    page.get_by_role("link", name="Ajouter une question").click()
    page.get_by_label("Votre question").fill("Faut-il commencer sans pédales ?")
    page.get_by_role("button", name="Garder").last.click()
    expect(page.get_by_text("Faut-il commencer sans pédales ?")).to_be_visible()

    page.get_by_label("Votre message").fill("Elle mesure 1,05 m.")
    page.get_by_text("Ajouter des photos").click()
    photo = FilePayload(name="a.png", mimeType="image/png", buffer=drawn("PNG"))
    page.get_by_label("Jusqu’à 3 photos").set_input_files([photo])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".msg.me img")).to_be_visible()

    by, bob = Actor.staff(world.bob.user), world.bob.staff_member
    said = "Oui, tout juste."
    answer(appointment=visit, text=said, staff_member=bob, by=by, now=now_utc())
    # The page finds it by itself, as it finds all that others do.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text(said)).to_be_visible()
    look(page, "c7-thread", whole=True)

    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mes données").click()
    assert download.value.suggested_filename == "tilleul.zip"
    page.get_by_role("link", name="Effacer mes données").click()
    look(page, "c7-erase", whole=True)
    page.get_by_role("button", name="Oui, tout effacer").click()
    expect(
        page.get_by_role("heading", name="Vos données sont effacées")
    ).to_be_visible()
    finds_nothing(page)
    assert not Message.objects.exists()
    assert Customer.objects.get(pk=visit.customer_id).name == ""
