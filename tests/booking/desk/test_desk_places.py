"""Stores at the desk: found, changed one by one and together, closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from stores.models import Membership, Region, Resource, Role, Store, StoreEdit
from tests.booking.at_the_desk import chosen_in, signed_in
from tests.cast import World, make_store, make_user, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
LIST = "/desk/stores/"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


@pytest.fixture
def rita(world: World) -> Client:
    """Manages the region of Lille alone."""
    region = Region.objects.create(brand=world.brand, slug="nord", name="Nord")
    Store.objects.filter(pk=world.store.pk).update(region=region)
    user = make_user("rita@tilleul.example", "Rita Vasseur")
    Membership.objects.create(
        brand=world.brand, user=user, region=region, role=Role.MANAGER
    )
    return signed_in(user)


def form_of(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Évreux, cathédrale",
        "kind": "shop",
        "street": "1 rue de l’Horloge",
        "postcode": "27000",
        "city": "Évreux",
        "country": "FR",
        "external_id": "0027",
        "new_region": "Normandie",
        "phone": "02 32 00 00 00",
        "point": "49.0241, 1.1508",
        "access": ["level", "toilets"],
        "directions_fr": "Sonnez.",
        "once": "a-key-of-the-page-that-is-long",
    } | changed


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*<a href="[^"]*">([^<]*)</a>', page)


def test_a_store_is_made_with_all_its_facts_once(world: World, dora: Client) -> None:
    answers = [dora.post(f"{LIST}new/", form_of()) for _ in range(2)]
    store = Store.objects.get(external_id="0027")
    assert {a["Location"] for a in answers} == {f"{LIST}{store.pk}/"}
    assert store.region is not None
    assert (store.region.name, store.slug, store.territory) == (
        "Normandie",
        "evreux-cathedrale",
        "FR",
    )
    assert (store.latitude, store.access) == (49.0241, ["level", "toilets"])
    for wanted in ("evreux", "EVREUX cath", "27000", "0027"):
        assert names(dora.get(LIST, {"q": wanted}).text) == [store.name], wanted
    page = Client().get(f"/{world.brand.slug}/{store.slug}/").text
    assert "Sonnez." in page
    assert "plain-pied" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "—"}, "Write the name of your store."),
        ({"slug": "lille"}, "Another store has this address."),
        ({"slug": "à côté"}, "Small letters, digits and dashes"),
        ({"external_id": "59"}, "Another store has this number."),
        ({"point": "here"}, "Two figures, please"),
        ({"point": "91, 200"}, "This does not go together."),
        ({"phone": "call me"}, "This is no telephone number."),
        ({"street": ""}, "Street and number"),
        ({"access": ["lift"]}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    world: World, dora: Client, changed: dict[str, Any], words: str
) -> None:
    Store.objects.filter(pk=world.store.pk).update(external_id="59")
    page = dora.post(f"{LIST}new/", form_of(**changed))
    assert page.status_code == 422
    assert words in page.text
    assert Store.objects.for_brand(world.brand).count() == 2
    assert not Region.objects.for_brand(world.brand).exists(), "nothing half written"


def test_a_stale_page_of_a_store_is_told(world: World, dora: Client) -> None:
    page = f"{LIST}{world.store.pk}/"
    data = form_of(external_id="", as_shown=dora.get(page).context["as_shown"])
    assert dora.post(page, data).status_code == 302
    old = dora.post(page, data | {"name": "Other", "once": "another-key-that-is-long"})
    assert old.status_code == 409
    assert "Évreux, cathédrale" in old.text
    world.store.refresh_from_db()
    assert world.store.name == "Évreux, cathédrale"


def test_who_does_not_lead_sees_theirs_and_changes_none(
    world: World, rita: Client
) -> None:
    assert names(rita.get(LIST).text) == ["Lille"]
    assert rita.get(f"{LIST}{world.other_store.pk}/").status_code == 404
    own = f"{LIST}{world.store.pk}/"
    assert rita.get(own).status_code == rita.get(f"{own}poster/").status_code == 200
    refused = [rita.post(own, form_of()), rita.post(f"{own}close/")]
    refused += [rita.get(f"{LIST}new/"), rita.get(f"{LIST}change/")]
    assert {answer.status_code for answer in refused} == {403}
    room = {"name": "Booth", "kind": "Booth", "capacity": "2"}
    assert rita.post(f"{own}rooms/", room).status_code == 302
    assert Resource.objects.get().kind == "booth", "rooms are the manager's"
    assert signed_in(world.bob.user).get(LIST).status_code == 403


def test_pages_follow_by_key_and_the_selection_survives(
    world: World, dora: Client
) -> None:
    for number in range(60):
        make_store(world.brand, f"s{number:03}")
    first = dora.get(LIST, {"q": "s0"})
    assert len(names(first.text)) == 50
    sent = [("q", "s0"), ("all", "1"), ("go", re.findall(
        r'name="go"\s+value="(\d+)"', first.text)[-1])]  # fmt: skip
    rows = re.findall(r'name="seen" value="(\d+)"', first.text)
    sent += [("seen", pk) for pk in rows] + [("pick", pk) for pk in rows[1:]]
    query = "&".join(f"{name}={value}" for name, value in sent)
    second = dora.get(f"{LIST}?{query}", follow=True)
    assert names(second.text)[0] == "S050"
    assert "59 chosen" in second.text, "all that match, but the one that was unticked"
    kept = second.redirect_chain[-1][0].split("?")[1]
    many = dora.get(f"{LIST}change/?{kept}&what=kind&to=branch")
    assert "Change 59 stores together" in many.text
    unticked = Store.objects.get(pk=rows[0])
    answer = dora.post(
        f"{LIST}change/?{kept}&what=kind&to=branch", chosen_in(many.text)
    )
    assert answer.status_code == 302
    shops = Store.objects.for_brand(world.brand).filter(kind="shop")
    assert {store.name for store in shops} == {"Arras", "Lille", unticked.name}
    (edit,) = StoreEdit.objects.for_brand(world.brand)
    assert "59 stores were changed together" in dora.get(LIST).text
    dora.post(f"{LIST}changes/{edit.pk}/undo/")
    assert not Store.objects.for_brand(world.brand).filter(kind="branch").exists()


def test_what_changed_meanwhile_is_shown_and_not_written(
    world: World, dora: Client
) -> None:
    page = f"{LIST}change/?all=1&what=territory&to=FR-57"
    data = chosen_in(dora.get(page).text)
    Store.objects.filter(pk=world.store.pk).update(territory="FR-974")
    stale = dora.post(page, data)
    assert stale.status_code == 409
    assert "FR-974" in stale.text
    world.store.refresh_from_db()
    assert world.store.territory == "FR-974"
    assert dora.post(page, chosen_in(stale.text)).status_code == 302


def test_no_filter_makes_a_fault(dora: Client) -> None:
    for query in ("after=x", "region=999", "keep=-1&all=1", "q=%00", "what=name&to=x",
                  "kind=kiosk&state=away", "after=99999999999999999999"):  # fmt: skip
        for page in (LIST, f"{LIST}change/"):
            assert dora.get(f"{page}?{query}").status_code in (200, 422), query


def test_the_square_of_a_poster_survives_another_address(
    world: World, dora: Client
) -> None:
    page = dora.get(f"{LIST}{world.store.pk}/poster/").text
    (path,) = set(re.findall(r"/r/s/\d+/", page))
    for slug in ("lille", "lille-metz"):
        Store.objects.filter(pk=world.store.pk).update(slug=slug)
        assert Client().get(path)["Location"] == f"/{world.brand.slug}/{slug}/"


def test_a_store_with_visits_lists_them_before_it_closes(
    world: World, dora: Client
) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    page = f"{LIST}{world.store.pk}/close/"
    assert f"/staff/appointments/{visit.pk}/" in dora.get(page).text
    assert dora.post(page).status_code == 409
    assert Store.objects.get(pk=world.store.pk).active
    page = f"{LIST}{world.other_store.pk}/close/"
    assert dora.post(page).status_code == 302
    assert names(dora.get(LIST, {"state": "closed"}).text) == ["Arras"]
    assert Client().get(f"/r/s/{world.other_store.pk}/").status_code == 404
    dora.post(f"{LIST}{world.other_store.pk}/open/")
    assert Store.objects.get(pk=world.other_store.pk).active
