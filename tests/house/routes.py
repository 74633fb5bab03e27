"""Every address of the product, filled in with ids that exist."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.calendars.feeds import open_feed, token_of_feed
from booking.links import permanent_url
from booking.models import ApiKey, Appointment, Hold, Import, ShortLink
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from booking.services.trials import trial_url
from booking.visitors import VISITOR_COOKIE
from notifications.models import WebhookEndpoint
from stores.editing.invitations import token_of as token_of_invitation
from stores.models import (
    Absence,
    AbsenceRequest,
    Closure,
    Invitation,
    Resource,
    StoreEdit,
    User,
)
from tests.cast import ALICE, World, make_world, now_utc
from tests.house.scenery import (
    guest_token_of,
    make_booth,
    make_endpoint,
    make_factor,
    make_invitation,
    make_key,
    make_request,
    make_run,
    make_short_link,
)
from video.models import Room as VideoRoom
from visavis.accounts.links import address_url, reset_url

QUERIES = {
    "booking_api:near": "?topic=premier-velo&lat=50.63&lon=3.06",
    "booking_api:starts": "?topic=premier-velo&channel=video",
}
"""What an address needs after its question mark."""

ELSEWHERE = ("admin:", "set_language", "javascript-catalog")
"""Routes of other people's packages."""


@dataclass(frozen=True)
class Route:
    """`name` with its namespace; `parameters` as the pattern names them."""

    name: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    found = {route.name: route for route in _below(get_resolver().url_patterns, "")}
    return sorted(found.values(), key=lambda route: route.name)


def our_routes() -> list[Route]:
    return [route for route in routes() if not route.name.startswith(ELSEWHERE)]


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _below(pattern.url_patterns, space)
        elif pattern.name:
            parameters = tuple(pattern.pattern.regex.groupindex)
            yield Route(f"{prefix}{pattern.name}", parameters)


SAME_EVERYWHERE: dict[str, Any] = {
    **{"channel": "video", "kind": "confirmed", "way": "sms", "number": 1},
    **{"exported_kind": "stores", "provider_id": "no-such-issuer"},
    **{"legal_kind": "privacy", "legal_version": 0},
    **{"session": "no-such-session", "mail_id": "no-such-mail"},
}
"""Parameters that name no row."""


@dataclass(frozen=True)
class Scene:
    """A world in which something stands behind each parameter of our addresses."""

    world: World
    visit: Appointment
    callback: Appointment
    hold: Hold
    room: VideoRoom
    token: str
    guest_token: str
    feed_token: str
    visitor: str
    absence: Absence
    asked: AbsenceRequest
    closure: Closure
    api_key: ApiKey
    endpoint: WebhookEndpoint
    invitation: Invitation
    booth: Resource
    store_edit: StoreEdit
    factor: Authenticator
    run: Import
    short_link: ShortLink

    def value_of(self, parameter: str, route: str) -> Any:
        """Fails for a parameter that nobody has given an example yet."""
        examples = SAME_EVERYWHERE | {
            "brand": self.world.brand.slug,
            "brand_slug": self.world.brand.slug,
            "store": self.world.store.slug,
            "topic": self.world.topic.slug,
            "topic_id": self.world.topic.pk,
            "token": self.guest_token if route.startswith("video:") else self.token,
            "feed_token": self.feed_token,
            "trial_token": trial_url(self.world.brand).rstrip("/").rsplit("/", 1)[1],
            "appointment_id": self.visit.pk,
            "other_id": self.callback.pk,
            "hold_id": self.hold.pk,
            "agenda_id": self.world.bob.agenda.pk,
            "staff_id": self.world.bob.staff_member.pk,
            "store_id": self.world.store.pk,
            "door_id": self.world.store.pk,
            "room_id": self.booth.pk if route.startswith("booking:") else self.room.pk,
            "edit_id": self.store_edit.pk,
            "import_id": self.run.pk,
            "link_id": self.short_link.pk,
            "code": self.short_link.code,
            "absence_id": self.absence.pk,
            "asked_id": self.asked.pk,
            "closure_id": self.closure.pk,
            "key_id": self.api_key.pk,
            "endpoint_id": self.endpoint.pk,
            "file_id": uuid.uuid4(),
            "photo_id": uuid.uuid4(),
            "day": now_utc().date().isoformat(),
            "reset_key": reset_url(self.world.bob.user).rstrip("/").rsplit("/", 1)[1],
            "address_token": self.address_token,
            "invitation_token": self.invitation_token,
            "factor_id": self.factor.pk,
            "lang": self.world.brand.languages[0],
        }
        assert parameter in examples, f"{route}: give <{parameter}> an example here"
        return examples[parameter]

    @property
    def address_token(self) -> str:
        """Of the link that makes another address Bob's."""
        url = address_url(self.world.bob.user, "bob.new@tilleul.example")
        return url.rstrip("/").rsplit("/", 1)[1]

    @property
    def invitation_token(self) -> str:
        """Of the link that Dora has sent to somebody new."""
        return token_of_invitation(self.invitation)

    def address(self, route: Route) -> str:
        values = {p: self.value_of(p, route.name) for p in route.parameters}
        return reverse(route.name, kwargs=values) + QUERIES.get(route.name, "")

    def browser_of_alice(self) -> Client:
        """A browser that has opened her link and holds another time."""
        client = Client()
        client.get(reverse("booking:permanent_link", args=[self.token]))
        client.cookies[VISITOR_COOKIE] = self.visitor
        return client

    def browser_with_mails(self) -> Client:
        """A browser that has opened the links of Bob's mails: to a new password and
        to a new address. A log-in of Bob's ends the first."""
        client = Client()
        opened = ("account_open_reset", "account_open_address")
        for name in (*opened, "account_open_invitation"):
            client.get(self.address(next(r for r in routes() if r.name == name)))
        return client

    def browser_of_a_guest(self) -> Client:
        """A browser that has opened an invitation to the room."""
        client = Client()
        client.get(reverse("video:invitation", args=[self.guest_token]))
        return client


def feed_token_of(world: World) -> str:
    bob = world.bob.staff_member
    return token_of_feed(open_feed(staff_member=bob, language="fr", now=now_utc()))


def make_scene() -> Scene:
    world = make_world()
    visit = book(world, channel="video")
    client = Client()
    # Not as soon as the visits beside it, and still to come on a slow machine.
    later = now_utc() + dt.timedelta(hours=3)
    starts_at = masks_for(
        StartQuery(offer=world.offers["video"], store=world.store, now=later)
    ).first()
    assert starts_at is not None
    address = reverse(
        "booking:times",
        args=[world.brand.slug, world.store.slug, world.topic.slug, "video"],
    )
    client.post(address, {"start": starts_at.starts_at.isoformat()})
    return Scene(
        world=world,
        visit=visit,
        callback=book(world, channel="callback"),
        hold=Hold.objects.get(),
        room=make_room(visit),
        token=permanent_url(visit).rsplit("/", 1)[1],
        guest_token=guest_token_of(visit),
        feed_token=feed_token_of(world),
        visitor=client.cookies[VISITOR_COOKIE].value,
        absence=make_absence(world),
        asked=make_request(world),
        closure=make_closure(world),
        api_key=make_key(world),
        endpoint=make_endpoint(world),
        invitation=make_invitation(world),
        booth=make_booth(world),
        run=make_run(world),
        short_link=make_short_link(world),
        store_edit=make_store_edit(world),
        factor=make_factor(world),
    )


def make_store_edit(world: World) -> StoreEdit:
    return StoreEdit.objects.create(brand=world.brand, field="kind", made_at=now_utc())


def make_room(visit: Appointment) -> VideoRoom:
    """It has its visit's id."""
    return VideoRoom.objects.create(id=visit.pk, brand=visit.brand, appointment=visit)


def make_absence(world: World) -> Absence:
    return Absence.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=now_utc() + dt.timedelta(days=300),
        ends_at=now_utc() + dt.timedelta(days=301),
    )


def make_closure(world: World) -> Closure:
    day = now_utc().date() + dt.timedelta(days=300)
    return Closure.objects.create(
        brand=world.brand, store=world.store, first_day=day, last_day=day
    )


def book(world: World, *, channel: str) -> Appointment:
    """As a customer would, with Bob, at the first start that may still be moved when
    a slow machine comes to ask."""
    now = now_utc()
    start = masks_for(
        StartQuery(
            offer=world.offers[channel],
            store=world.store,
            now=now + dt.timedelta(minutes=20),
            staff_member=world.bob.staff_member,
        )
    ).first()
    assert start is not None
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=channel,
        starts_at=start.starts_at,
        staff_member=world.bob.staff_member,
        visitor=f"alice {channel}",
        network="home",
        now=now,
    )
    name, email, phone = ALICE.values()
    return book_appointment(hold=hold, name=name, email=email, phone=phone, now=now)


def signed_in(user: User) -> Client:
    """A browser of somebody of the staff."""
    client = Client()
    client.force_login(user)
    return client
