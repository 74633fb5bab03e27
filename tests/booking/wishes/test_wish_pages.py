"""The pages of a wish: asked, changed, ended; an hour offered, taken, left, gone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from booking.links import permanent_url
from booking.models import Appointment, Customer, Hold, Wish, WishOffer
from booking.wishes.clock import offer_freed_hours
from stores.erasing import erase_due
from tests.booking.customers import opened, path_of, text_of
from tests.booking.wishes.lines import MINUTE, at, give_back, told, visit_on
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db

ALL = {"days": range(7), "parts": ["morning", "afternoon", "evening"], "who": "any"}


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's at three in the afternoon."""
    return visit_on(world, at(world, 15), now_utc())


@pytest.fixture
def page(client: Client, visit: Appointment) -> str:
    return opened(client, visit)


@pytest.fixture
def offer(world: World, client: Client, visit: Appointment, page: str) -> WishOffer:
    """Noon, held for her."""
    client.post(f"{page}earlier/", ALL)
    morning = at(world, 9)
    give_back(visit_on(world, at(world, 12), now_utc()), morning)
    offer_freed_hours(now=morning)
    [made] = told(morning)
    return made


def hidden_in(html: str) -> dict[str, str]:
    """What the first form would send."""
    form = html.partition('name="offer"')
    before = dict(re.findall(r'name="(sequence|status)" value="([^"]*)"', form[0]))
    found = re.search(r'name="offer" value="(\d+)"', html)
    assert found
    return {**before, "offer": found[1]}


def test_a_wish_is_made_changed_and_ended_from_the_permanent_page(
    client: Client, visit: Appointment, page: str
) -> None:
    assert f'href="{page}earlier/"' in text_of(client, page)
    asked = text_of(client, f"{page}earlier/")
    assert "Quels jours vous vont" in asked
    assert not Wish.objects.all_brands().exists(), "a look makes none"
    assert client.post(f"{page}earlier/", ALL).status_code == 303
    wish = Wish.objects.all_brands().get()
    assert (wish.days, wish.staff_member) == (list(range(7)), None)
    made_at = wish.made_at
    assert "Vous êtes sur la liste" in text_of(client, page)
    changed = {"days": ["2"], "parts": ["morning"], "who": "same"}
    client.post(f"{page}earlier/", changed)
    wish.refresh_from_db()
    assert (wish.days, wish.parts) == ([2], ["morning"])
    assert (wish.staff_member, wish.made_at) == (visit.staff_member, made_at)
    again = text_of(client, f"{page}earlier/")
    assert len(re.findall(r'name="days"\s+value="\d" checked', again)) == 1
    client.post(f"{page}earlier/", {"stop": "1"})
    wish.refresh_from_db()
    assert wish.ended_at is not None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({**ALL, "days": []}, "Choisissez au moins un jour."),
        ({**ALL, "days": ["9"]}, "n’"),
        ({**ALL, "parts": []}, "Choisissez matin, après-midi ou soir."),
        ({**ALL, "parts": ["night"]}, "n’"),
        ({**ALL, "who": "nobody"}, "n’"),
    ],
)
def test_what_is_missing_or_odd_is_said_and_nothing_is_lost(
    client: Client, page: str, sent: dict[str, object], said: str
) -> None:
    answer = client.post(f"{page}earlier/", sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert said in html
    assert not Wish.objects.all_brands().exists()


def test_who_cannot_be_written_to_is_asked_for_an_address(
    client: Client, visit: Appointment, page: str
) -> None:
    landline = Customer.objects.all_brands().filter(pk=visit.customer_id)
    landline.update(email="", phone="+33320000000")
    html = text_of(client, f"{page}earlier/")
    assert "Personne ne peut écrire à ce numéro" in html
    assert client.post(f"{page}earlier/", ALL).status_code == 409


def test_what_begins_within_the_hour_has_no_earlier(
    client: Client, world: World
) -> None:
    now = now_utc()
    near = visit_on(world, now + 50 * MINUTE, now)
    page = opened(client, near)
    assert "earlier/" not in text_of(client, page)
    assert client.get(f"{page}earlier/")["Location"] == page


def test_the_link_of_the_message_shows_the_hour_and_a_button_takes_it(
    client: Client, world: World, visit: Appointment, page: str, offer: WishOffer
) -> None:
    assert "Une heure plus tôt s’est libérée pour vous." in text_of(client, page)
    link = client.get(f"{path_of(permanent_url(visit))}/earlier")
    assert link["Location"] == f"{page}earlier/hour/"
    html = text_of(client, link["Location"])
    assert "Gardée pour vous jusqu’à 09:15" in html
    assert ">15:00</time>" in html
    visit.refresh_from_db()
    assert visit.starts_at == at(world, 15), "a look takes nothing"
    answer = client.post(f"{page}earlier/hour/", hidden_in(html))
    assert answer["Location"] == page
    visit.refresh_from_db()
    assert visit.starts_at == at(world, 12)
    assert client.get(f"{page}earlier/hour/")["Location"] == page


def test_no_thanks_keeps_the_place(client: Client, page: str, offer: WishOffer) -> None:
    sent = {**hidden_in(text_of(client, f"{page}earlier/hour/")), "no": "1"}
    assert client.post(f"{page}earlier/hour/", sent)["Location"] == page
    assert not Hold.objects.all_brands().exists()
    assert "Vous êtes sur la liste" in text_of(client, page)
    assert "s’est libérée pour vous" not in text_of(client, page)


def test_what_is_over_says_first_what_remains_true(
    client: Client, world: World, visit: Appointment, page: str, offer: WishOffer
) -> None:
    sent = hidden_in(text_of(client, f"{page}earlier/hour/"))
    WishOffer.objects.all_brands().update(
        told_at=now_utc() - 16 * MINUTE, ends_at=now_utc() - MINUTE
    )
    for answer, status in (
        (client.get(f"{page}earlier/hour/"), 200),
        (client.post(f"{page}earlier/hour/", sent), 409),
        (client.post(f"{page}earlier/hour/", {"offer": "9" * 30}), 409),
    ):
        assert answer.status_code == status
        html = answer.content.decode()
        main = html.partition("<main")[2]
        assert "Votre rendez-vous n’a pas bougé." in main
        assert main.index("15:00") < main.index("Plus tôt, libres maintenant")
        assert main.count("move/?at=") == 2
        assert "Vous restez sur la liste" in main
    visit.refresh_from_db()
    assert visit.starts_at == at(world, 15)


def test_another_browser_sees_and_does_nothing(page: str, offer: WishOffer) -> None:
    stranger = Client()
    for address in (f"{page}earlier/", f"{page}earlier/hour/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"stop": "1"}).status_code == 404
    assert stranger.get("/r/nobodys-link-at-all-22/earlier").status_code == 404
    assert Wish.objects.all_brands().get().ended_at is None


def test_all_of_it_goes_with_the_data_of_the_visit(
    visit: Appointment, offer: WishOffer
) -> None:
    erase_due(now=visit.erase_after + dt.timedelta(days=1))
    assert not Wish.objects.all_brands().exists()
    assert not WishOffer.objects.all_brands().exists()
    assert not Hold.objects.all_brands().exists()
