"""Brands, stores and topics are made by the row or by the hundred."""

from __future__ import annotations

from typing import Any

import pytest

from stores.editing.brands import NewAdmin, NewBrand, create_brand
from stores.editing.packs import PACKS
from stores.editing.people import NewPerson, create_people
from stores.editing.slugs import free_slugs, slug_of
from stores.editing.stores import NewStore, create_stores
from stores.editing.topics import NewTopic, create_topics
from stores.errors import BrandRefused, StoreRefused, TopicRefused
from stores.models import (
    Agenda,
    Brand,
    Channel,
    Membership,
    Offer,
    Posting,
    Role,
    Store,
    Topic,
    User,
)
from tests.cast import make_brand, make_user, now_utc

pytestmark = pytest.mark.django_db
ADMIN = NewAdmin(email="sarah@tilleul.example", name="Sarah")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Maison Tilleul", "maison-tilleul"),
        ("Cœur d’Œuvre", "coeur-d-oeuvre"),
        ("Élan_bleu", "elan-bleu"),
        ("!!!", ""),
        ("東京", ""),
    ],
)
def test_a_name_makes_an_address(name: str, slug: str) -> None:
    assert slug_of(name, longest=40) == slug


def test_addresses_of_equal_names_differ() -> None:
    names = ["Lille", "Lille", "Lille", "東京", "大阪"]
    found = free_slugs(names, taken={"lille-2"}, otherwise="store", longest=60)
    assert found == ["lille", "lille-3", "lille-4", "store", "store-2"]


def test_a_long_name_keeps_its_number() -> None:
    (one, two) = free_slugs(["a" * 70] * 2, taken=(), otherwise="x", longest=60)
    assert len(one) == len(two) == 60
    assert two.endswith("-2")


def test_a_brand_of_the_same_name_is_refused_however_it_is_spelled() -> None:
    create_brand(brand=NewBrand(name="Maison Tilleul"), admin=ADMIN)
    with pytest.raises(BrandRefused) as refused:
        create_brand(brand=NewBrand(name="MAISON TILLEUL"), admin=ADMIN)
    assert (refused.value.field, refused.value.why) == ("name", "taken")
    assert Brand.objects.count() == 1


def test_an_admin_of_two_brands_keeps_the_account() -> None:
    user = make_user("sarah@tilleul.example", "Sarah")
    for name in ("One", "Two"):
        made = create_brand(brand=NewBrand(name=name), admin=ADMIN)
        assert (made.user, made.role) == (user, Role.ADMIN)
    assert User.objects.count() == 1


def test_hundreds_of_stores_in_a_few_statements(
    django_assert_max_num_queries: object,
) -> None:
    brand = make_brand("tilleul", "Maison Tilleul")
    new = [NewStore(name="Lille", city="Lille") for _ in range(400)]
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        rows = create_stores(brand=brand, stores=new)
    assert len({row.slug for row in rows}) == 400


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "—"}, "name"),
        ({"kind": "kiosk"}, "kind"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"territory": "FR-XX"}, "territory"),
    ],
)
def test_a_store_that_does_not_hold_writes_none(
    changed: dict[str, Any], field: str
) -> None:
    brand = make_brand("tilleul", "Maison Tilleul")
    wrong = NewStore(**{"name": "Arras", **changed})
    with pytest.raises(StoreRefused) as refused:
        create_stores(brand=brand, stores=[NewStore(name="Lille"), wrong])
    assert refused.value.field == field
    assert not Store.objects.all_brands().exists()


def test_a_store_named_like_a_page_of_ours_gets_another_address() -> None:
    brand = make_brand("tilleul", "Maison Tilleul")
    (store,) = create_stores(brand=brand, stores=[NewStore(name="Now")])
    assert store.slug == "now-2"


@pytest.mark.parametrize(
    "topic",
    [
        NewTopic(name={"fr": " "}, minutes={"video": 20}),
        NewTopic(name={"fr": "Vélo"}, minutes={}),
        NewTopic(name={"fr": "Vélo"}, minutes={"fax": 20}),
        NewTopic(name={"fr": "Vélo"}, minutes={"video": 4}),
    ],
)
def test_a_topic_that_does_not_hold_writes_none(topic: NewTopic) -> None:
    brand = make_brand("tilleul", "Maison Tilleul")
    good = NewTopic(name={"fr": "Cadeau"}, minutes={"video": 20})
    with pytest.raises(TopicRefused):
        create_topics(brand=brand, topics=[good, topic])
    assert not Topic.objects.all_brands().exists()
    assert not Offer.objects.all_brands().exists()


@pytest.mark.parametrize(
    ("pack", "count"), [("advice", 6), ("after_sales", 5), ("bank", 7)]
)
def test_each_ready_list_is_whole_in_both_languages(pack: str, count: int) -> None:
    topics = PACKS[pack]
    assert len(topics) == len({topic.slug for topic in topics}) == count
    for topic in topics:
        topic.check()
        assert all(topic.name[language] for language in ("fr", "en"))
        french, english = (topic.preparation[name] for name in ("fr", "en"))
        assert len(french) == len(english)
        assert set(topic.minutes) <= set(Channel.values)
    brand = make_brand("tilleul", "Maison Tilleul")
    rows = create_topics(brand=brand, topics=topics)
    assert [row.position for row in rows] == list(range(count))
    offers = Offer.objects.all_brands().count()
    assert offers == sum(len(topic.minutes) for topic in topics)


def test_people_have_all_that_makes_them_bookable() -> None:
    brand = make_brand("tilleul", "Maison Tilleul")
    stores = create_stores(
        brand=brand, stores=[NewStore(name="Lille"), NewStore(name="Arras")]
    )
    topics = create_topics(brand=brand, topics=PACKS["advice"])
    new = NewPerson(
        first_name="Inès",
        last_name="Benali",
        email="Ines@Tilleul.example",
        stores=stores,
        topics=topics,
        role=Role.MANAGER,
    )
    alone = NewPerson(first_name="Tom", last_name="", stores=stores[:1])
    ines, tom = create_people(brand=brand, people=[new, alone], now=now_utc())
    assert Agenda.objects.all_brands().filter(staff_member__in=[ines, tom]).count() == 2
    homes = Posting.objects.all_brands().filter(staff_member=ines, is_home=True)
    assert [row.store for row in homes] == stores[:1]
    assert not Membership.objects.all_brands().exists(), "roles wait for the way in"
    assert ines.invitation.email == "ines@tilleul.example"
    assert (ines.active, ines.user, tom.active, tom.user) == (False, None, True, None)
