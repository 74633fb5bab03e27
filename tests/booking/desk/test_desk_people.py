"""People at the desk: made, invited, named, found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from notifications.channels.status_codes import Cause
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from notifications.returns.bounces import take_bounce
from stores.models import (
    Invitation,
    Membership,
    Role,
    StaffMember,
    User,
    WorkingHours,
)
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_user, now_utc
from visavis.celery import app

pytestmark = pytest.mark.django_db
INES = "ines@tilleul.example"


@pytest.fixture(autouse=True)
def sent_at_once() -> Iterator[None]:
    cache.clear()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
    cache.clear()


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


@pytest.fixture
def mia(world: World) -> Client:
    """Manages Lille."""
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=user, store=world.store, role=Role.MANAGER
    )
    return signed_in(user)


def form_of(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "first_name": "Inès",
        "last_name": "Moreau",
        "formal_name": "Madame Moreau",
        "title_fr": "Conseillère",
        "title_en": "Adviser",
        "languages": ["fr", "en"],
        "home": world.store.pk,
        "topics": [world.topic.pk],
        "like": world.bob.agenda.pk,
        "email": INES,
        "role": "adviser",
        "invite": "mail",
        "once": "a-key-of-the-page-that-is-long",
    } | changed


def made(world: World, name: str = "Inès") -> StaffMember:
    return StaffMember.objects.for_brand(world.brand).get(first_name=name)


def page_of(person: StaffMember, act: str = "") -> str:
    return f"/desk/team/{person.pk}/{act}"


def test_somebody_new_is_in_the_team_and_invited(world: World, mia: Client) -> None:
    assert mia.get("/desk/team/new/").status_code == 200
    answer = mia.post("/desk/team/new/", form_of(world))
    assert "on its way" in mia.get(answer["Location"]).text
    sweep()
    ines = made(world)
    assert answer["Location"] == f"{page_of(ines)}?store={world.store.pk}"
    (letter,) = mail.outbox
    assert letter.to == [INES]
    assert "Mia Blin" in str(letter.body)
    hours = WorkingHours.objects.for_brand(world.brand)
    assert hours.filter(agenda=ines.agenda).count() == 7, "as Bob's"
    page = mia.get(answer["Location"]).text
    for words in ("Invited, not yet in", INES, "handed over", "Monday – Sunday"):
        assert words in page
    assert "Inès Moreau" in mia.get("/desk/team/").text


def test_sent_twice_is_made_once(world: World, mia: Client) -> None:
    answers = [mia.post("/desk/team/new/", form_of(world)) for _ in range(2)]
    sweep()
    assert len({answer["Location"] for answer in answers}) == 1
    assert made(world)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first_name": ""}, "Write a first name."),
        ({"first_name": "x" * 300}, "At most 40 characters"),
        ({"last_name": "see www.x.example/"}, "no link"),
        ({"email": "nobody"}, "This is no e-mail address."),
        ({"email": "bob@tilleul.example"}, "Bob Durand has this address already."),
        ({"title_fr": "x" * 300}, "At most 80 characters"),
        ({"home": "999999"}, "Select a valid choice"),
        ({"topics": ["0"]}, "Select a valid choice"),
        ({"languages": ["tlh"]}, "Select a valid choice"),
        ({"role": "admin"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(
    world: World, mia: Client, changed: dict[str, Any], words: str
) -> None:
    before = StaffMember.objects.for_brand(world.brand).count()
    page = mia.post("/desk/team/new/", form_of(world, **changed))
    assert page.status_code == 422
    assert words in page.text
    if "last_name" not in changed:
        assert "Moreau" in page.text, "what was typed stays"
    assert StaffMember.objects.for_brand(world.brand).count() == before
    assert not sweep()


def test_an_address_of_another_brand_tells_nothing(world: World, mia: Client) -> None:
    eve = world.eve.user
    answer = mia.post("/desk/team/new/", form_of(world, email=eve.email))
    page = mia.get(answer["Location"]).text
    for secret in ("Eve", "Durand", "Banque", "account here"):
        assert secret not in page
    assert not Membership.objects.for_brand(world.brand).filter(user=eve).exists()


def test_a_link_is_shown_once_and_ends_the_one_before(
    world: World, mia: Client
) -> None:
    mia.post("/desk/team/new/", form_of(world, invite="later"))
    ines = made(world)
    data = {"email": INES, "language": "fr", "by": "link"}
    first, second = (mia.post(page_of(ines, "invite/"), data) for _ in range(2))
    assert (first.status_code, first["Cache-Control"]) == (201, "no-store")
    links = [answer.context["link"] for answer in (first, second)]
    assert links[0] in first.text
    assert links[1] not in mia.get(page_of(ines)).text
    paths = ["/r/" + link.split("/r/")[1] for link in links]
    assert [Client().get(path).status_code for path in paths] == [410, 302]
    assert not sweep()
    mia.post(page_of(ines, "revoke/"))
    assert Client().get(paths[1]).status_code == 410


def test_an_invitation_that_does_not_arrive_is_said_where_one_looks(
    world: World, mia: Client
) -> None:
    answer = mia.post("/desk/team/new/", form_of(world))
    row = Delivery.objects.get(staff_member=made(world))
    sweep()
    for page in ("/desk/team/", answer["Location"]):
        assert "did not arrive" not in mia.get(page).text
    take_bounce(key=row.provider_key, cause=Cause.ADDRESS, now=now_utc())
    for page in ("/desk/team/", answer["Location"]):
        assert "The invitation did not arrive" in mia.get(page).text
    assert "Correct the address and invite again" in mia.get(answer["Location"]).text
    data = {"email": f"new.{INES}", "language": "fr", "by": "mail"}
    mia.post(page_of(made(world), "invite/"), data)
    sweep()
    assert mail.outbox[-1].to == [f"new.{INES}"]
    for page in ("/desk/team/", answer["Location"]):
        assert "did not arrive" not in mia.get(page).text


def test_the_address_of_an_invitation_is_looked_at(world: World, mia: Client) -> None:
    mia.post("/desk/team/new/", form_of(world, invite="later"))
    for email, words in (
        ("", "Write the e-mail address."),
        ("nobody", "This is no e-mail address."),
        (world.bob.user.email, "Bob Durand has this address already."),
    ):
        data = {"email": email, "language": "fr", "by": "mail"}
        page = mia.post(page_of(made(world), "invite/"), data)
        assert page.status_code == 422
        assert words in page.text


def test_names_are_changed_and_a_page_that_is_old_is_told(
    world: World, mia: Client
) -> None:
    bob = world.bob.staff_member
    shown = mia.get(page_of(bob)).context["as_shown"]
    data = {
        "first_name": "Robert",
        "last_name": "Durand",
        "title_en": "Mechanic",
        "languages": ["fr", "fsl"],
        "as_shown": shown,
    }
    assert mia.post(page_of(bob), data).status_code == 302
    bob.refresh_from_db()
    assert (bob.first_name, bob.title, bob.languages) == (
        "Robert",
        {"en": "Mechanic"},
        ["fr", "fsl"],
    )
    old = mia.post(page_of(bob), data | {"first_name": "Bobby"})
    assert old.status_code == 409
    assert "Robert Durand" in old.text
    bob.refresh_from_db()
    assert bob.first_name == "Robert"
    assert mia.post(page_of(bob), {"first_name": ""}).status_code == 422


def test_a_password_link_goes_to_the_person(world: World, mia: Client) -> None:
    bob = world.bob.user
    before = bob.password
    for _ in range(5):
        answer = mia.post(page_of(world.bob.staff_member, "password/"))
        assert answer.status_code == 302
    assert {address for letter in mail.outbox for address in letter.to} == {bob.email}
    assert len(mail.outbox) == 3, "nobody's mailbox is filled"
    bob.refresh_from_db()
    assert bob.password == before
    User.objects.filter(pk=bob.pk).update(is_active=False)
    page = mia.post(page_of(world.bob.staff_member, "password/"), follow=True)
    assert "This account is not open." in page.text
    assert "Account closed" in page.text


def test_a_name_is_found_without_its_accents(
    world: World, mia: Client, dora: Client
) -> None:
    mia.post("/desk/team/new/", form_of(world, invite="later"))
    for wanted in ("ines", "INÈS mor", "moreau in"):
        assert "Inès Moreau" in mia.get("/desk/team/", {"q": wanted}).text, wanted
    assert "Nobody of this name." in mia.get("/desk/team/", {"q": "charlie"}).text
    assert "Charlie Durand" in dora.get("/desk/team/", {"q": "charlie"}).text
    assert mia.get("/desk/team/", {"q": "%\0_'"}).status_code == 200
    assert mia.get("/desk/team/", {"page": "99999"}).status_code == 200


def test_each_standing_is_told(world: World, mia: Client, dora: Client) -> None:
    bob = world.bob.staff_member
    mia.post("/desk/team/new/", form_of(world, email="", first_name="Ana"))
    assert "Without an account" in mia.get(page_of(made(world, "Ana"))).text
    mia.post("/desk/team/new/", form_of(world, invite="later", once="x" * 30))
    ines = made(world)
    assert "Not invited yet" in mia.get(page_of(ines)).text
    mia.post(page_of(ines, "invite/"), {"email": INES, "language": "fr", "by": "link"})
    assert "Invited, not yet in" in mia.get("/desk/team/").text
    Invitation.objects.for_brand(world.brand).filter(staff_member=ines).update(
        expires_at=world.brand.created_at
    )
    assert "Invitation expired" in mia.get("/desk/team/").text
    StaffMember.objects.for_brand(world.brand).filter(pk=bob.pk).update(active=False)
    assert "Has left" in mia.get("/desk/team/", {"q": "bob"}).text
    assert "Bob Durand" not in mia.get("/desk/team/").text


def test_a_colleagues_week_is_taken(world: World, dora: Client) -> None:
    dora.post("/desk/team/new/", form_of(world, like=""))
    ines = made(world)
    query = f"?store={world.store.pk}"
    data = {"like": world.bob.agenda.pk}
    assert "Take this week" in dora.get(page_of(ines) + query).text
    assert dora.post(page_of(ines, "hours/") + query, data).status_code == 302
    assert ines.agenda.working_hours.count() == 7
    page = dora.post(page_of(ines, "hours/") + query, {"like": "0"}, follow=True)
    assert "Choose somebody who works in this store." in page.text


def test_nobodys_mailbox_is_filled_with_invitations(world: World, mia: Client) -> None:
    mia.post("/desk/team/new/", form_of(world, invite="later"))
    ines, told = made(world), []
    for email in (*[INES] * 5, INES.upper()):
        data = {"email": email, "language": "fr", "by": "mail"}
        told.append(mia.post(page_of(ines, "invite/"), data))
        sweep()
    assert [answer.status_code for answer in told] == [302] * 5 + [422]
    assert "Enough messages went to this address today" in told[-1].text
    assert len(mail.outbox) == 5
    data = {"email": INES, "language": "fr", "by": "link"}
    assert mia.post(page_of(ines, "invite/"), data).status_code == 201
