"""Towns by postcode where an address is asked for."""

from __future__ import annotations

import pytest
from django.test import Client

from stores.models import Store
from tests.booking.at_the_desk import signed_in
from tests.booking.desk.setting_up import STORE, browser_of_a_new_brand, go
from tests.cast import World

pytestmark = pytest.mark.django_db
NEW, TOWNS = "/desk/stores/new/", "/desk/stores/towns/"
ADDRESS = {
    "name": "Metz, gare",
    "kind": "shop",
    "street": "1 place du Général-de-Gaulle",
    "postcode": "57000",
    "country": "FR",
    "once": "a-key-of-the-page-that-is-long",
}


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def test_the_town_gives_clock_holidays_and_point(dora: Client) -> None:
    dora.post(NEW, ADDRESS)
    store = Store.objects.all_brands().get(name="Metz, gare")
    assert (store.city, store.territory) == ("Metz", "FR-57")
    assert (store.latitude, store.longitude) == (49.1197, 6.1763)
    page = dora.get(f"/desk/stores/{store.pk}/").text
    assert "Metz, Moselle." in page
    assert "public holidays of Alsace-Moselle" in page


def test_several_towns_are_asked_about_and_offered(dora: Client) -> None:
    answer = dora.post(NEW, ADDRESS | {"postcode": "01000"})
    assert answer.status_code == 422
    assert "Several towns have this postcode" in answer.text
    assert '<option value="Saint-Denis-lès-Bourg">Ain</option>' in answer.text
    dora.post(NEW, ADDRESS | {"postcode": "01000", "city": "st denis les bourg"})
    assert Store.objects.all_brands().get(name="Metz, gare").city == (
        "Saint-Denis-lès-Bourg"
    )


def test_a_town_under_another_postcode_is_asked_about_once(dora: Client) -> None:
    wrong = ADDRESS | {"city": "Lyon"}
    asked = dora.post(NEW, wrong)
    assert asked.status_code == 422
    assert "This postcode is known for: Metz. Save again if" in asked.text
    assert asked.text.count("This postcode is known for") == 1
    assert '<option value="Metz">Moselle</option>' in asked.text
    sure = {"address_asked": "57000 Lyon"}
    assert 'name="address_asked" value="57000 Lyon"' in asked.text
    other = dora.post(NEW, wrong | {"city": "Nancy"} | sure)
    assert other.status_code == 422, "another town is another question"
    assert dora.post(NEW, wrong | sure).status_code == 302
    store = Store.objects.all_brands().get(name="Metz, gare")
    assert (store.city, store.latitude) == ("Lyon", None)
    known = wrong | {"slug": store.slug, "phone": "03 87 00 00 00"}
    answer = dora.post(f"/desk/stores/{store.pk}/", known)
    assert answer.status_code == 302, "what stands is not asked about"
    part = dora.get(TOWNS, {"postcode": "57000", "city": "Lyon", "country": "FR"}).text
    assert "This postcode is known for: Metz." in part
    right = dora.get(TOWNS, {"postcode": "57000", "city": "METZ", "country": "FR"})
    assert "This postcode is known for" not in right.text


def test_the_first_store_is_asked_about_too() -> None:
    client = browser_of_a_new_brand()
    wrong = STORE | {"city": "Lyon"}
    asked = client.post("/desk/setup/store/", wrong)
    assert asked.status_code == 422
    assert "This postcode is known for: Lille" in asked.text
    sure = {"address_asked": "59800 Lyon"}
    assert client.post("/desk/setup/store/", wrong | sure).status_code == 302
    assert client.post("/desk/setup/store/", wrong).status_code == 302, "it stands"


@pytest.mark.parametrize("postcode", ["57", "ABCDE", "570001"])
def test_a_postcode_that_cannot_be_is_refused(dora: Client, postcode: str) -> None:
    answer = dora.post(NEW, ADDRESS | {"postcode": postcode, "city": "Metz"})
    assert answer.status_code == 422
    assert "There is no such postcode in this country" in answer.text


@pytest.mark.parametrize(
    ("changed", "point"),
    [
        ({"street": "2 rue Serpenoise"}, (49.5, 6.5)),
        ({"postcode": "59800", "city": "Lille"}, (50.6309, 3.0709)),
        ({"postcode": "59777", "city": "Euralille"}, (None, None)),
        ({"postcode": "59800", "city": "Lille", "point": "50.1, 3.1"}, (50.1, 3.1)),
        ({"point": ""}, (None, None)),
    ],
)
def test_a_point_set_by_hand_stays_until_the_town_changes(
    dora: Client, changed: dict[str, str], point: tuple[float | None, float | None]
) -> None:
    dora.post(NEW, ADDRESS | {"city": "Metz", "point": "49.5, 6.5"})
    store = Store.objects.all_brands().get(name="Metz, gare")
    known = ADDRESS | {"city": "Metz", "point": "49.5, 6.5", "slug": store.slug}
    known |= {"time_zone": store.time_zone, "territory": store.territory}
    answer = dora.post(f"/desk/stores/{store.pk}/", known | changed)
    assert answer.status_code == 302
    store.refresh_from_db()
    assert (store.latitude, store.longitude) == point


def test_a_town_that_the_list_does_not_know_is_written(dora: Client) -> None:
    dora.post(NEW, ADDRESS | {"postcode": "57999", "city": "Metz Cedex"})
    store = Store.objects.all_brands().get(name="Metz, gare")
    assert (store.city, store.territory, store.latitude) == (
        "Metz Cedex",
        "FR-57",
        None,
    )


def test_a_page_asks_for_the_towns_while_one_types(dora: Client) -> None:
    one = dora.get(TOWNS, {"postcode": "97400"}).text
    assert "Saint-Denis, La Réunion." in one
    assert "Clock and public holidays of La Réunion." in one
    several = dora.get(TOWNS, {"postcode": "01000"}).text
    assert "2 towns have this postcode." in several
    assert "<option" not in dora.get(TOWNS, {"postcode": "01000", "country": "CH"}).text


def test_the_first_store_has_the_point_of_its_town(db: None) -> None:
    client = browser_of_a_new_brand()
    go(client, "store", STORE | {"city": ""})
    store = Store.objects.all_brands().get()
    assert (store.city, store.latitude) == ("Lille", 50.6309)
    assert "Lille, Nord." in client.get("/desk/setup/store/").text
