"""The one door of the staff: where it leads, how guessing is slowed, what is closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from stores.models import (
    Absence,
    Agenda,
    Closure,
    DayOverride,
    Posting,
    User,
    WorkingHours,
)
from tests.cast import PASSWORD, World, make_adviser, make_user, make_world

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def forget_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_world()


def sign_in(email: str, password: str = PASSWORD, **more: str) -> tuple[Client, str]:
    client = Client(headers={"accept-language": "en"})
    data = {"login": email, "password": password, **more}
    return client, client.post(SIGN_IN, data).get("Location", "")


def test_each_is_led_to_where_they_work(world: World) -> None:
    manager = make_adviser(world.store, "Sarah", topics=[], role="manager")
    assert sign_in(world.bob.user.email)[1] == "/staff/"
    assert sign_in(manager.user.email)[1] == "/staff/"
    assert sign_in(world.dora.email)[1] == "/desk/"
    operator = User.objects.create_superuser("o@p.example", PASSWORD, name="Operator")
    assert sign_in(operator.email)[1] == "/admin/"


def test_the_page_asked_for_comes_after_the_sign_in(world: World) -> None:
    place = "/staff/callbacks/"
    assert sign_in(world.bob.user.email, next=place)[1] == place
    assert sign_in(world.bob.user.email, next="https://elsewhere.example/")[1] == (
        "/staff/"
    )


def test_a_wrong_password_says_so_and_not_which_part(world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    pages = [
        client.post(SIGN_IN, {"login": email, "password": "wrong-password"})
        for email in (world.bob.user.email, "nobody@tilleul.example")
    ]
    said = [list(page.context["form"].non_field_errors()) for page in pages]
    assert said[0] == said[1] != []


def test_guessing_is_answered_with_429_and_words(world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    data = {"login": world.bob.user.email, "password": "wrong-password"}
    statuses = [client.post(SIGN_IN, data).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    data["password"] = PASSWORD
    refused = client.post(SIGN_IN, data)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert "Too many requests at once" in refused.content.decode()


def test_one_address_cannot_try_many_people(world: World) -> None:
    client = Client()
    guesses = [
        {"login": f"staff{n}@tilleul.example", "password": "wrong-password"}
        for n in range(12)
    ]
    statuses = {client.post(SIGN_IN, guess).status_code for guess in guesses}
    assert 429 in statuses


@override_settings(TRUSTED_PROXIES=1)
def test_the_limit_counts_clients_and_not_the_proxy_before_them(world: World) -> None:
    def guess(n: int, address: str) -> int:
        guess = {"login": f"staff{n}@tilleul.example", "password": "wrong-password"}
        told = {"x-forwarded-for": address}
        return Client().post(SIGN_IN, guess, headers=told).status_code

    # What stands left of the proxy's own word is the client's claim.
    statuses = [guess(n, f"198.51.100.{n}, 203.0.113.9") for n in range(11)]
    assert statuses == [200] * 10 + [429]
    assert guess(12, "203.0.113.10") == 200


def guess_until_refused(client: Client, email: str) -> int:
    data = {"login": email, "password": "wrong-password"}
    for made in range(1, 40):
        if client.post(SIGN_IN, data).status_code == 429:
            return made
    return 0


@override_settings(TRUSTED_PROXIES=1)
def test_a_strangers_guesses_shut_nobody_else_out(world: World) -> None:
    email = world.bob.user.email
    right = {"login": email, "password": PASSWORD}

    def sign_in_from(address: str, client: Client) -> int:
        told = {"x-forwarded-for": address}
        return client.post(SIGN_IN, right, headers=told).status_code

    at_home = Client()
    assert sign_in_from("203.0.113.9", at_home) == 302
    at_home.post("/accounts/logout/")
    for _ in range(8):
        wrong = right | {"password": "wrong-password"}
        told = {"x-forwarded-for": "198.51.100.7"}
        last = Client().post(SIGN_IN, wrong, headers=told).status_code
    assert last == 429
    assert sign_in_from("203.0.113.10", Client()) == 302, "another place, new browser"
    assert sign_in_from("198.51.100.7", at_home) == 302, "the same place, own browser"
    assert sign_in_from("198.51.100.7", Client()) == 429, "the guesser finds it not"


def test_a_known_device_may_not_guess_for_ever(world: World) -> None:
    client, _ = sign_in(world.bob.user.email)
    client.post("/accounts/logout/")
    assert guess_until_refused(client, world.bob.user.email) == 11
    # It is a stranger to every other account.
    assert guess_until_refused(client, world.dora.email) == 6


def test_a_shared_tablet_knows_each_who_works_with_it(world: World) -> None:
    client = Client()
    people = [world.bob.user.email, world.dora.email]
    for email in people:
        client.post(SIGN_IN, {"login": email, "password": PASSWORD})
        client.post("/accounts/logout/")
    assert [guess_until_refused(client, email) for email in people] == [11, 11]


def test_a_made_up_device_is_a_stranger(world: World) -> None:
    client = Client()
    client.cookies["device"] = "eyJpZCI6IngiLCJ1c2VycyI6WzFdfQ:1abc:forged"
    assert guess_until_refused(client, world.bob.user.email) == 6


@override_settings(TRUSTED_PROXIES=1)
def test_many_addresses_together_find_no_password(world: World) -> None:
    data = {"login": world.bob.user.email, "password": "wrong-password"}
    statuses = []
    for n in range(103):
        told = {"x-forwarded-for": f"198.51.{n}.1"}
        statuses.append(Client().post(SIGN_IN, data, headers=told).status_code)
    assert statuses == [200] * 100 + [429] * 3


def test_right_passwords_are_not_counted(world: World) -> None:
    assert {sign_in(world.bob.user.email)[1] for _ in range(25)} == {"/staff/"}


def test_nobody_signs_up(world: World) -> None:
    data = {"email": "new@tilleul.example", "password1": PASSWORD}
    assert Client().get("/accounts/signup/").status_code == 404
    assert Client().post("/accounts/signup/", data).status_code == 404
    assert not User.objects.filter(email=data["email"]).exists()


def test_signing_out_takes_a_post(world: World) -> None:
    client, _ = sign_in(world.bob.user.email)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/staff/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == SIGN_IN
    assert client.get("/staff/").status_code == 302


def test_somebody_without_a_workplace_finds_no_board() -> None:
    make_user("former@tilleul.example", "Former")
    client, _ = sign_in("former@tilleul.example")
    assert client.get("/staff/").status_code == 404
    assert client.get("/desk/").status_code == 404


def test_the_stock_admin_is_for_superusers_and_has_no_door_of_its_own(
    world: World,
) -> None:
    stranger = Client().get("/admin/login/")
    assert stranger["Location"].startswith(SIGN_IN)
    user = world.dora
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(user)
    refused = client.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert 'type="password"' not in refused.content.decode()
    operator = User.objects.create_superuser("o@p.example", PASSWORD, name="Operator")
    client.force_login(operator)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "model", [Absence, Agenda, Closure, DayOverride, Posting, WorkingHours]
)
def test_what_shapes_time_is_read_only_in_the_admin(
    world: World, model: type[WorkingHours]
) -> None:
    operator = User.objects.create_superuser("o@p.example", PASSWORD, name="Operator")
    client = Client()
    client.force_login(operator)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    row = model.objects.all_brands().first()
    if row is not None:
        page = reverse(f"{name}_change", args=[row.pk])
        assert client.get(page).status_code == 200
        assert client.post(page, {}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_every_table_of_ours_is_known_to_the_admin(world: World) -> None:
    operator = User.objects.create_superuser("o@p.example", PASSWORD, name="Operator")
    client = Client()
    client.force_login(operator)
    for model in admin.site._registry:
        if model._meta.app_label in ("stores", "booking"):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            assert client.get(reverse(name)).status_code == 200
