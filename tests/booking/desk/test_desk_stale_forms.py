"""A form of the desk that was opened before a colleague's change is asked again: the
page says how it is now, keeps what was typed, and does it when it is sent once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from booking.models import IdempotencyKey
from notifications.models import WebhookEndpoint
from notifications.webhooks.endpoints import add_endpoint
from stores.models import (
    Competence,
    DayOverride,
    Offer,
    Posting,
    WorkingHours,
)
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_topic, now_utc
from tests.sent_forms import SentForm, answer_to, copy_of, forms_on

pytestmark = pytest.mark.django_db

Facts = Callable[[World], object]


@dataclass(frozen=True)
class Page:
    """A page of the desk; `mine` is typed into it, `theirs` by a colleague before it
    is sent; `said` is read of theirs afterwards."""

    address: str
    mine: dict[str, str]
    theirs: dict[str, str]
    said: str
    facts: Facts


def hours_now(world: World) -> object:
    rows = WorkingHours.objects.for_brand(world.brand)
    mine = rows.filter(agenda=world.bob.agenda, weekday=0)
    return list(mine.values_list("starts_at", "minutes"))


def day_now(world: World) -> object:
    rows = DayOverride.objects.for_brand(world.brand)
    return list(rows.values_list("starts_at", "minutes"))


def postings_now(world: World) -> object:
    rows = Posting.objects.for_brand(world.brand)
    mine = rows.filter(staff_member=world.bob.staff_member)
    return sorted(mine.values_list("store_id", "valid_until"))


def topics_now(world: World) -> object:
    rows = Competence.objects.for_brand(world.brand)
    mine = rows.filter(staff_member=world.bob.staff_member)
    return sorted(str(channels) for channels in mine.values_list("channels", flat=True))


def rules_now(world: World) -> object:
    rows = Offer.objects.for_brand(world.brand).filter(channel="video")
    return sorted(rows.values_list("duration", flat=True))


def webhook_now(world: World) -> object:
    return WebhookEndpoint.objects.for_brand(world.brand).get().url


def pages(world: World) -> dict[str, Page]:
    agenda = f"/desk/hours/{world.bob.agenda.pk}"
    store = f"?store={world.store.pk}"
    until = f"{coming_day(world.store) + dt.timedelta(days=30)}"
    later = f"{coming_day(world.store) + dt.timedelta(days=60)}"
    home = f"store-{world.store.pk}-valid_until"
    topic = f"topic-{world.topic.pk}-channels"
    return {
        "week": Page(
            f"{agenda}/week/{store}",
            {"row-0-starts_at": "10:00"},
            {"row-0-starts_at": "08:00"},
            "From: 08:00",
            hours_now,
        ),
        "day": Page(
            f"{agenda}/days/{coming_day(world.store)}/{store}",
            {"row-0-starts_at": "10:00"},
            {"row-0-starts_at": "08:00"},
            "From: 08:00",
            day_now,
        ),
        "stores": Page(
            f"{agenda}/stores/{store}",
            {home: until},
            {home: later},
            "Last day:",
            postings_now,
        ),
        "topics": Page(
            f"{agenda}/topics/{store}",
            {topic: "callback"},
            {topic: "video"},
            "Channels: Video",
            topics_now,
        ),
        **others(world),
    }


def others(world: World) -> dict[str, Page]:
    store = f"?store={world.store.pk}"
    offer = f"/desk/offers/{world.topic.pk}/video/"
    hook = WebhookEndpoint.objects.for_brand(world.brand).first()
    return {
        "rule": Page(
            f"{offer}{store}",
            {"duration": "35"},
            {"duration": "55"},
            "Length: 55",
            rules_now,
        ),
        "rule of the brand": Page(
            f"{offer}brand/{store}",
            {"duration": "35"},
            {"duration": "55"},
            "Length: 55",
            rules_now,
        ),
        "webhook": Page(
            f"/desk/webhooks/{hook.pk if hook else ''}/",
            {"url": "https://mine.example/in"},
            {"url": "https://theirs.example/in"},
            "https://theirs.example/in",
            webhook_now,
        ),
    }


NAMES = ["week", "day", "stores", "topics", "rule", "rule of the brand", "webhook"]


@pytest.fixture
def page(request: pytest.FixtureRequest, world: World) -> Page:
    make_topic(world.brand, "reglage", "Réglage", "Adjustment")
    add_endpoint(
        brand=world.brand,
        url="https://first.example/in",
        kinds=["booked"],
        active=True,
        now=now_utc(),
    )
    return pages(world)[request.param]


def form_of(html: str, page: Page) -> SentForm:
    """The form that writes."""
    name = next(iter(page.mine))
    found = [
        form
        for form in forms_on(html, page.address)
        if name in form.fields or name.rpartition("-")[2] == "channels"
        if form.fields.get("do", "save") == "save" and "as_shown" in form.fields
    ]
    return found[-1]


def send(client: Client, form: SentForm, typed: dict[str, str]) -> int:
    return int(client.post(form.path, {**form.fields, **typed}).status_code)


@pytest.mark.parametrize("page", NAMES, indirect=True)
def test_a_stale_form_is_asked_again_and_then_written(
    world: World, dora: Client, page: Page
) -> None:
    first = form_of(dora.get(page.address).content.decode(), page)
    assert send(dora, first, page.theirs) == 302
    theirs = page.facts(world)

    answer = dora.post(first.path, {**first.fields, **page.mine})
    assert answer.status_code == 409
    assert page.facts(world) == theirs, "nothing is written"
    html = answer.content.decode()
    assert "This was changed meanwhile" in html
    assert page.said in html
    again = form_of(html, page)
    for name, value in page.mine.items():
        assert again.fields[name] == value, "what was typed is kept"

    assert send(dora, again, {}) == 302
    assert page.facts(world) != theirs


@pytest.mark.parametrize("page", NAMES, indirect=True)
def test_a_form_that_is_not_stale_is_written_at_once(
    world: World, dora: Client, page: Page
) -> None:
    form = form_of(dora.get(page.address).content.decode(), page)
    before = page.facts(world)
    assert send(dora, form, page.mine) == 302
    assert page.facts(world) != before


@pytest.mark.parametrize("page", NAMES, indirect=True)
def test_of_two_taps_both_read_that_it_is_written(
    world: World, dora: Client, page: Page
) -> None:
    form = form_of(dora.get(page.address).content.decode(), page)
    sent = {**form.fields, **page.mine}
    one, two = (answer_to(copy_of(dora), form.path, sent) for _ in range(2))
    assert one == two
    assert one[0] == 302
    assert one[2]
    # Not two in one browser that has kept the first's.
    assert len(answer_to(dora, form.path, sent)[2]) == len(one[2])


@pytest.mark.parametrize("page", NAMES, indirect=True)
def test_what_is_pressed_again_later_is_judged_by_what_it_showed(
    world: World, dora: Client, page: Page
) -> None:
    form = form_of(dora.get(page.address).content.decode(), page)
    assert send(dora, form, page.mine) == 302
    IdempotencyKey.objects.update(created_at=now_utc() - dt.timedelta(minutes=3))
    assert send(dora, form, page.mine) == 409


def test_two_taps_follow_the_brand_and_open_what_was_closed(
    world: World, dora: Client
) -> None:
    store = f"?store={world.store.pk}"
    address = f"/desk/offers/{world.topic.pk}/video/{store}"
    page = pages(world)["rule"]
    assert send(dora, form_of(dora.get(address).text, page), page.mine) == 302
    (follow,) = [
        form
        for form in forms_on(dora.post(address, {"do": "brand"}).text, address)
        if form.fields.get("do") == "follow"
    ]
    day = coming_day(world.store)
    place = f"store-{world.store.pk}"
    closed = {"do": "close", "place": place, "reason": "stocktaking"}
    days = {"first_day": f"{day}", "last_day": f"{day}"}
    assert dora.post(f"/desk/closures/{store}", closed | days).status_code == 302
    away = {"agenda": f"{world.bob.agenda.pk}", "reason": "training"}
    hours = days | {"first_time": "09:00", "last_time": "18:00"}
    answer = dora.post(f"/desk/absences/add/{store}", away | days | hours)
    assert answer.status_code == 302
    presses = [follow]
    for where in ("/desk/closures/", "/desk/absences/"):
        forms = forms_on(dora.get(f"{where}{store}").text, where)
        presses += [form for form in forms if "/remove/" in form.path]
    assert len(presses) == 3
    for form in presses:
        one, two = (answer_to(copy_of(dora), form.path, form.fields) for _ in range(2))
        assert one == two
        assert one[0] == 302
        assert len(one[2]) == 1


@pytest.mark.parametrize("page", ["week", "day", "rule", "webhook"], indirect=True)
def test_a_form_that_is_put_right_first_still_knows_what_it_showed(
    world: World, dora: Client, page: Page
) -> None:
    first = form_of(dora.get(page.address).content.decode(), page)
    wrong = dora.post(first.path, {**first.fields, **dict.fromkeys(page.mine, "?")})
    assert wrong.status_code == 422
    assert send(dora, first, page.theirs) == 302
    assert send(dora, form_of(wrong.content.decode(), page), page.mine) == 409


def test_following_the_brand_is_asked_of_the_rules_that_were_shown(
    world: World, dora: Client
) -> None:
    address = f"/desk/offers/{world.topic.pk}/video/?store={world.store.pk}"
    page = pages(world)["rule"]
    form = form_of(dora.get(address).content.decode(), page)
    assert send(dora, form, page.mine) == 302
    asked = dora.post(address, {"do": "brand"}).content.decode()
    (question,) = [f for f in forms_on(asked, address) if "as_shown" in f.fields]
    assert question.fields["do"] == "follow"
    Offer.objects.for_brand(world.brand).filter(channel="video", store=None).update(
        duration=75
    )
    stale = dora.post(question.path, question.fields)
    assert stale.status_code == 409
    assert "Length: 75" in stale.content.decode()
    assert Offer.objects.for_brand(world.brand).filter(store=world.store).exists()
    (again,) = [
        f for f in forms_on(stale.content.decode(), address) if "as_shown" in f.fields
    ]
    assert dora.post(again.path, again.fields).status_code == 302
    assert not Offer.objects.for_brand(world.brand).filter(store=world.store).exists()
