"""How topics are offered: the brand's rule, a store's own, and what stays booked."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.errors import OfferRefused
from booking.explain.why_not import why_not
from booking.rota.offers import OfferTerms, drop_store_offer, set_offer
from stores.access import offer_for
from stores.models import Membership, Offer, Resource, Role
from tests.booking.at_the_desk import signed_in
from tests.cast import (
    World,
    make_offers,
    make_topic,
    make_user,
    make_visit,
    next_step,
    now_utc,
)

pytestmark = pytest.mark.django_db
TERMS = OfferTerms(duration=45, buffer_after=10, step=15, minimum_notice=60, horizon=14)
SENT = {
    **{"active": "on", "duration": "45", "buffer_before": "0", "buffer_after": "10"},
    **{"step": "15", "minimum_notice": "60", "horizon": "14", "daily_ceiling": ""},
    **{"cancel_limit": "0", "resource_kind": ""},
}


def rule(world: World, *, elsewhere: bool = False) -> Offer:
    store = world.other_store if elsewhere else world.store
    offer = offer_for(store=store, topic=world.topic, channel="video")
    assert offer is not None
    return offer


def own(world: World, **changes: object) -> Offer:
    terms = dataclasses.replace(TERMS, **changes)  # type: ignore[arg-type]  # by name
    return set_offer(topic=world.topic, channel="video", store=world.store, terms=terms)


def edit_url(world: World, *, of_brand: bool = False) -> str:
    end = "brand/" if of_brand else ""
    return f"/desk/offers/{world.topic.pk}/video/{end}?store={world.store.pk}"


def test_a_stores_rule_replaces_the_brands_there_only(world: World) -> None:
    own(world)
    assert rule(world).duration == 45
    assert rule(world, elsewhere=True).duration == 20


def test_a_store_that_gives_its_rule_up_follows_and_old_visits_keep_theirs(
    world: World,
) -> None:
    mine = own(world)
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    visit.offer = mine
    visit.save(update_fields=["offer"])
    drop_store_offer(offer=mine)
    assert rule(world).duration == 20
    set_offer(
        topic=world.topic,
        channel="video",
        store=None,
        terms=dataclasses.replace(TERMS, duration=30),
    )
    assert rule(world).duration == rule(world, elsewhere=True).duration == 30
    visit.refresh_from_db()
    assert visit.offer.duration == 45
    assert own(world).pk == mine.pk, "the same row comes back"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration", 4),
        ("duration", 481),
        ("step", 7),
        ("horizon", 61),
        ("buffer_before", 241),
        ("daily_ceiling", 0),
        ("minimum_notice", 14 * 24 * 60),
        ("resource_kind", "submarine"),
        ("further_resources", ("submarine",)),
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(
    world: World, field: str, value: object
) -> None:
    Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Cabine 1"
    )
    with pytest.raises(OfferRefused) as refusal:
        own(world, **{"resource_kind": "booth", field: value})
    assert refusal.value.field == field
    assert rule(world).store_id is None


def test_a_manager_writes_the_stores_rule_and_booked_visits_are_named(
    world: World,
) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    mia = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=mia, store=world.store, role=Role.MANAGER
    )
    manager = signed_in(mia)
    assert "1 visit is booked." in manager.get(edit_url(world)).content.decode()
    page = manager.post(edit_url(world), SENT, follow=True).content.decode()
    assert "Booked visits stay as they are: 1." in page
    assert rule(world).duration == 45
    before = visit.starts_at, visit.ends_at, visit.offer_id
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at, visit.offer_id) == before
    assert manager.get(edit_url(world, of_brand=True)).status_code == 403
    asked = manager.post(edit_url(world), {"do": "brand"})
    assert asked.status_code == 200
    assert "follow the brand again?" in asked.content.decode()
    assert rule(world).duration == 45, "nothing changes without an answer"
    manager.post(edit_url(world), {"do": "follow"})
    assert rule(world).duration == 20


def test_head_office_writes_the_brands_rule_and_sees_who_does_not_follow(
    world: World,
) -> None:
    own(world)
    dora = signed_in(world.dora)
    page = dora.get(edit_url(world, of_brand=True)).content.decode()
    assert "They do not follow:" in page
    dora.post(edit_url(world, of_brand=True), {**SENT, "duration": "25"})
    assert rule(world, elsewhere=True).duration == 25
    assert rule(world).duration == 45


def test_a_wrong_figure_is_said_at_its_field(world: World) -> None:
    dora = signed_in(world.dora)
    page = dora.post(edit_url(world), {**SENT, "duration": "2"})
    assert page.status_code == 422
    assert page.context["form"].errors["duration"]
    late = dora.post(edit_url(world), {**SENT, "horizon": "1", "minimum_notice": 1440})
    assert late.status_code == 422
    assert late.context["form"].errors["minimum_notice"]
    assert rule(world).store_id is None


def test_a_thing_of_the_brand_can_be_needed(world: World) -> None:
    Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Cabine 1"
    )
    dora = signed_in(world.dora)
    assert "a booth" in dora.get(edit_url(world)).content.decode()
    things = {"resource_kind": "booth", "further_resources": "booth, booth"}
    dora.post(edit_url(world), {**SENT, **things})
    assert rule(world).resource_kind == "booth"
    assert rule(world).further_resources == ["booth", "booth"]
    unknown = {**things, "further_resources": "submarine"}
    assert dora.post(edit_url(world), {**SENT, **unknown}).status_code == 422


def test_not_here_is_a_rule_too_and_the_list_says_so(world: World) -> None:
    dora = signed_in(world.dora)
    dora.post(edit_url(world), {**SENT, "active": ""})
    assert offer_for(store=world.store, topic=world.topic, channel="video") is None
    page = dora.get(f"/desk/offers/?store={world.store.pk}").content.decode()
    assert "Not offered here." in page
    assert "this store’s" in page


def test_an_adviser_reads_of_no_rules_and_another_brand_finds_none(
    world: World,
) -> None:
    assert signed_in(world.bob.user).get("/desk/offers/").status_code == 403
    assert signed_in(world.bob.user).get(edit_url(world)).status_code == 403
    assert signed_in(world.eve.user).get(edit_url(world)).status_code == 404
    foreign = edit_url(world).replace("/video/", "/pigeon/")
    assert signed_in(world.dora).get(foreign).status_code == 404


def test_why_not_leads_to_the_figure_that_said_no(world: World) -> None:
    own(world)
    now = now_utc()
    for hours, figure in ((0.5, "id_minimum_notice"), (24 * 20, "id_horizon")):
        answer = why_not(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=next_step(now, minutes=int(hours * 60)),
            now=now,
        )
        target = answer.reasons[0].target
        assert target is not None
        assert target.name == "booking:edit_offer"
        assert target.args == (world.topic.pk, "video")
        assert target.anchor == figure


def test_the_list_asks_as_many_queries_for_many_rules_as_for_few(
    world: World,
) -> None:
    dora = signed_in(world.dora)
    with CaptureQueriesContext(connection) as few:
        dora.get("/desk/offers/")
    own(world)
    for n in range(5):
        make_offers(make_topic(world.brand, f"sujet-{n}", f"Sujet {n}", f"Topic {n}"))
    with CaptureQueriesContext(connection) as many:
        dora.get("/desk/offers/")
    assert len(many) <= len(few) <= 12
