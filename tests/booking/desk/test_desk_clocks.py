"""Moments of the desk's own rows are told by the clock of the store, not by UTC's."""

from __future__ import annotations

import datetime as dt

import pytest

from stores.models import BrowserSession, User
from tests.booking.at_the_desk import signed_in
from tests.cast import World, now_utc
from tests.house.scenery import make_invitation, make_key

pytestmark = pytest.mark.django_db
NIGHT = dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC)
"""Half past midnight of the tenth in Paris."""


def test_a_person_was_seen_by_the_stores_clock(world: World) -> None:
    User.objects.filter(pk=world.bob.user.pk).update(last_login=NIGHT)
    client = signed_in(world.dora)
    page = client.get(f"/desk/team/{world.bob.staff_member.pk}/").text
    assert "Tuesday 10 March, 00:30" in " ".join(page.split())


def test_an_invitation_ends_by_the_stores_clock(world: World) -> None:
    invitation = make_invitation(world)
    person = invitation.staff_member
    until = now_utc().replace(hour=23, minute=30) + dt.timedelta(days=3)
    type(invitation).objects.filter(pk=invitation.pk).update(expires_at=until)
    page = signed_in(world.dora).get(f"/desk/team/{person.pk}/").text
    assert until.astimezone(world.store.zone).strftime("%H:%M") in page
    assert "23:30" not in page


def test_keys_and_sessions_are_told_by_the_stores_clock(world: World) -> None:
    key = make_key(world)
    type(key).objects.filter(pk=key.pk).update(created_at=NIGHT)
    client = signed_in(world.dora)
    assert "Tuesday 10 March" in client.get("/desk/keys/").text
    signed_in(world.bob.user).get("/staff/")
    theirs = BrowserSession.objects.exclude(pk=client.session.session_key)
    theirs.update(seen_at=NIGHT)
    page = " ".join(client.get("/desk/security/").text.split())
    assert "Tuesday 10 March, 00:30" in page
