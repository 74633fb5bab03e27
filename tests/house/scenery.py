"""Rows that the addresses of the product name."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from booking.front.links import make_link
from booking.links import issue_link, token_of
from booking.models import AccessLink, ApiKey, Appointment, Import, ShortLink
from booking.rota.asked_absences import ask_absence
from booking.rota.places.rooms import Room, create_rooms
from booking.services.api_keys import create_api_key
from notifications.models import WebhookEndpoint
from stores.editing.invitations import invite
from stores.editing.people import NewPerson, create_people
from stores.models import AbsenceRequest, Invitation, Resource
from tests.cast import World, now_utc


def make_endpoint(world: World) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        brand=world.brand,
        url="https://hooks.tilleul.example/",
        kinds=["booked"],
        key_id=next(iter(settings.LINK_KEYS)),
        created_at=now_utc(),
    )


def make_invitation(world: World) -> Invitation:
    person = NewPerson(
        first_name="Inès", email="ines@tilleul.example", stores=[world.store]
    )
    (ines,) = create_people(brand=world.brand, people=[person], now=now_utc())
    made = invite(
        staff_member=ines,
        email="ines@tilleul.example",
        by=world.dora,
        now=now_utc(),
    )
    assert made is not None
    return made


def make_booth(world: World) -> Resource:
    (booth,) = create_rooms(store=world.store, rooms=[Room(name="Booth", kind="booth")])
    return booth


def make_request(world: World) -> AbsenceRequest:
    """Bob asks for a day that is far away."""
    at = now_utc() + dt.timedelta(days=310)
    return ask_absence(
        agenda=world.bob.agenda,
        zone=world.store.zone,
        starts_at=at,
        ends_at=at + dt.timedelta(days=1),
        reason="holiday",
        note="",
        now=now_utc(),
    )


def make_factor(world: World) -> Authenticator:
    """The app of Charlie, whose sessions in these tests have shown it."""
    return TOTP.activate(world.charlie.user, "A" * 32).instance


def guest_token_of(visit: Appointment) -> str:
    """Of an invitation to the visit's room."""
    purpose = AccessLink.Purpose.GUEST
    return token_of(issue_link(visit, now=now_utc(), purpose=purpose))


def make_key(world: World) -> ApiKey:
    key, _text = create_api_key(
        brand=world.brand,
        name="Cash desk",
        scopes=["read:appointments"],
        user=world.dora,
        now=now_utc(),
    )
    return key


def make_run(world: World) -> Import:
    now = now_utc()
    return Import.objects.create(
        brand=world.brand,
        kind="stores",
        state=Import.State.CHECKED,
        header=["number", "name"],
        columns=["number", "name"],
        made_at=now,
        erase_after=now,
    )


def make_short_link(world: World) -> ShortLink:
    return make_link(
        brand=world.brand,
        store=world.store,
        topic=None,
        channel="video",
        staff_member=None,
        now=now_utc(),
    )
