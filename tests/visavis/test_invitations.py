"""The pages behind an invitation: what its link shows in each state, and to whom."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from notifications.outbox.dispatch import sweep
from stores.editing.invitations import invite, revoke, url_of
from stores.editing.people import NewPerson, create_people
from stores.models import Invitation, StaffMember, User
from tests.cast import PASSWORD, World, now_utc

pytestmark = pytest.mark.django_db

INES = "ines@tilleul.example"
NEW = "four words are better"
CHOSEN = {"new_password1": NEW, "new_password2": NEW}
FORM = "/accounts/invitation/"


@pytest.fixture(autouse=True)
def nothing_counted_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ines(world: World) -> StaffMember:
    (made,) = create_people(
        brand=world.brand,
        people=[
            NewPerson(
                first_name="Inès", last_name="Moreau", email=INES, stores=[world.store]
            )
        ],
        now=now_utc(),
    )
    return made


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def invited(
    world: World, person: StaffMember, email: str = INES, language: str = "en"
) -> Invitation:
    made = invite(
        staff_member=person,
        email=email,
        by=world.dora,
        now=now_utc(),
        language=language,
    )
    assert made is not None
    return made


def path_of(invitation: Invitation) -> str:
    return "/r/" + url_of(invitation).split("/r/")[1]


def state(invitation: Invitation) -> Any:
    return Invitation.objects.all_brands().values().get(pk=invitation.pk)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mail_opens_the_page_and_the_page_the_day(
    world: World, ines: StaffMember, language: str
) -> None:
    invitation = invited(world, ines, language=language)
    sweep()
    (letter,) = mail.outbox
    assert letter.to == [INES]
    french = "Votre compte chez Maison Tilleul"
    assert (letter.subject == french) == (language == "fr")
    body = str(letter.body)
    for text in (body, str(letter.message())):
        assert path_of(invitation) in text
        assert "Dora Roussel" in text
    assert state(invitation)["mail"] == Invitation.Mail.SENT
    client = english()
    found = re.search(r"/r/invitation/\S+/", body)
    assert found
    page = client.get(found[0], follow=True)
    assert page.redirect_chain[-1][0] == FORM
    assert "Welcome, Inès" in page.text
    done = client.post(FORM, CHOSEN)
    assert done["Location"] == "/staff/"
    day = client.get("/staff/")
    assert day.status_code == 200
    assert "Inès" in day.text
    user = User.objects.get(email=INES)
    assert (user.language, user.check_password(NEW)) == (language, True)


def test_looking_at_it_uses_nothing_up(world: World, ines: StaffMember) -> None:
    """A mail program opens links before people do, and more than once."""
    invitation = invited(world, ines)
    before = state(invitation)
    robot = Client()
    for _ in range(3):
        assert robot.get(path_of(invitation), follow=True).status_code == 200
        assert robot.head(path_of(invitation)).status_code == 302
    assert state(invitation) == before
    assert not User.objects.filter(email=INES).exists()
    assert robot.post(path_of(invitation)).status_code == 405


def test_the_token_stands_in_no_page_and_no_later_address(
    world: World, ines: StaffMember
) -> None:
    invitation = invited(world, ines)
    token = path_of(invitation).split("/")[3]
    client = english()
    page = client.get(path_of(invitation), follow=True)
    assert token not in page.text
    assert (
        page["Cache-Control"] == "private, no-store"
        or "no-store" in page["Cache-Control"]
    )
    cookie = client.cookies["invitation"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        FORM,
        True,
        "Lax",
    )


def test_what_is_no_password_is_refused_with_a_word(
    world: World, ines: StaffMember
) -> None:
    client = english()
    client.get(path_of(invited(world, ines)))
    for one, two, word in (
        ("", "", "required"),
        ("short", "short", "12 characters"),
        ("passwordpassword", "another password", "match"),
        ("x" * 5000, "x" * 5000, "at most"),
    ):
        page = client.post(FORM, {"new_password1": one, "new_password2": two})
        assert page.status_code == 422
        assert word in page.text, (one[:20], word)
    assert not User.objects.filter(email=INES).exists()


def test_each_way_of_being_over_says_its_own_sentence(
    world: World, ines: StaffMember
) -> None:
    first = path_of(invited(world, ines))
    second = path_of(invited(world, ines))

    def told(path: str) -> str:
        page = english().get(path)
        assert page.status_code == 410
        assert "This invitation is over" in page.text
        assert "/accounts/login/" in page.text, "a way on"
        return page.text

    assert "a newer one" in told(first)
    assert "a newer one" in told("/r/invitation/no-such-token-at-all-22/")
    with time_machine.travel(now_utc() + dt.timedelta(days=7, minutes=1)):
        assert "seven days" in told(second)
    revoke(staff_member=ines, now=now_utc())
    assert "taken back" in told(second)
    third = path_of(invited(world, ines))
    client = english()
    client.get(third)
    client.post(FORM, CHOSEN)
    assert "your account is ready" in told(third)


def test_a_page_that_was_open_meanwhile_is_told_too(
    world: World, ines: StaffMember
) -> None:
    client, other = english(), english()
    path = path_of(invited(world, ines))
    for one in (client, other):
        one.get(path)
    assert other.post(FORM, CHOSEN).status_code == 302
    page = client.post(FORM, CHOSEN)
    assert page.status_code == 410
    assert "your account is ready" in page.text
    assert english().get(FORM).status_code == 410, "nor without a link"


def test_who_has_an_account_signs_in_and_keeps_the_password(
    world: World, ines: StaffMember
) -> None:
    eve = world.eve.user
    path = path_of(invited(world, ines, eve.email))
    client = english()
    page = client.get(path, follow=True)
    assert "sign in as you always do" in page.text
    assert "new_password1" not in page.text
    refused = client.post(FORM, CHOSEN)
    assert "sign in as you always do" in refused.text
    eve.refresh_from_db()
    assert eve.check_password(PASSWORD)
    data = {"login": eve.email, "password": PASSWORD}
    in_again = client.post(f"/accounts/login/?next={FORM}", data)
    assert in_again["Location"] == FORM
    assert "Work at Maison Tilleul" in client.get(FORM).text
    assert client.post(FORM)["Location"] == "/staff/"
    assert "Maison Tilleul" in client.get("/staff/").text, "there, not at the bank"
    assert eve.memberships.count() == 2


def test_somebody_else_who_is_signed_in_is_told_so(
    world: World, ines: StaffMember
) -> None:
    client = english()
    client.force_login(world.bob.user)
    page = client.get(path_of(invited(world, ines)), follow=True)
    assert page.status_code == 409
    assert world.bob.user.email in page.text
    assert client.post(FORM, CHOSEN).status_code == 409
    ines.refresh_from_db()
    assert ines.user is None
