"""The fixed cast of the tests: who books, who serves, and who must see nothing.

Alice is a customer of store Lille. Bob is the adviser there whom she meets. Charlie
advises in another store of the brand and must see nothing of Lille. Dora is the
brand's admin. Eve advises for another brand and must not even learn that ours exists.

Both stores are open day and night, every day, by all three channels, in steps of five
minutes and without notice, so that no test depends on the hour at which it runs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection, models

from booking.models import Appointment, Customer, Occupancy
from booking.states import LIVE, Status
from stores.models import (
    Agenda,
    Brand,
    Channel,
    Competence,
    Membership,
    Offer,
    Posting,
    Role,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)
from tests.moulds import Mould

OF_A_BRAND: tuple[type[models.Model], ...] = (
    *(Store, Topic, Offer, Membership, StaffMember, Posting, Competence, Agenda),
    WorkingHours,
)
PASSWORD = "a-long-enough-password"
ALICE = {
    "name": "Alice Moreau",
    "email": "alice@customer.example",
    "phone": "+33639980001",
}
DURATION = 20
STEP = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Adviser:
    """One person of the staff: account, staff member and agenda."""

    user: User
    staff_member: StaffMember
    agenda: Agenda


@dataclass(frozen=True)
class World:
    """Two brands. `offers` are those of `brand` by channel, for every store of it."""

    brand: Brand
    store: Store
    other_store: Store
    topic: Topic
    offers: dict[str, Offer]
    bob: Adviser
    charlie: Adviser
    dora: User
    other_brand: Brand
    foreign_store: Store
    foreign_topic: Topic
    foreign_offers: dict[str, Offer]
    eve: Adviser

    @property
    def users(self) -> list[User]:
        return [self.bob.user, self.charlie.user, self.dora, self.eve.user]


_moulds: dict[str, Mould[World]] = {}


def make_world() -> World:
    """Writes the cast; the first one of each process is the mould of the others."""
    if mould := _moulds.get(connection.settings_dict["NAME"]):
        return mould.pour()
    world = make_cast()
    brands = (world.brand, world.other_brand)
    here = [model._base_manager.filter(brand__in=brands) for model in OF_A_BRAND]
    users = User.objects.filter(pk__in=[one.pk for one in world.users])
    rows = [Brand.objects.filter(pk__in=[b.pk for b in brands]), users, *here]
    _moulds[connection.settings_dict["NAME"]] = Mould(world, rows)
    return world


def make_cast() -> World:
    """Row by row, by the ORM."""
    brand = make_brand("tilleul", "Maison Tilleul")
    store = make_store(brand, "lille")
    other_store = make_store(brand, "arras")
    topic = make_topic(brand, "premier-velo", "Premier vélo", "First bike")
    dora = make_user("dora@tilleul.example", "Dora Roussel")
    Membership.objects.create(brand=brand, user=dora, role=Role.ADMIN)
    other_brand = make_brand("banque-du-port", "Banque du Port")
    foreign_store = make_store(other_brand, "calais", kind="branch")
    foreign_topic = make_topic(other_brand, "pret", "Prêt", "Loan")
    return World(
        brand=brand,
        store=store,
        other_store=other_store,
        topic=topic,
        offers=make_offers(topic),
        bob=make_adviser(store, "Bob", topics=[topic]),
        charlie=make_adviser(other_store, "Charlie", topics=[topic]),
        dora=dora,
        other_brand=other_brand,
        foreign_store=foreign_store,
        foreign_topic=foreign_topic,
        foreign_offers=make_offers(foreign_topic),
        eve=make_adviser(foreign_store, "Eve", topics=[foreign_topic]),
    )


def make_brand(slug: str, name: str) -> Brand:
    return Brand.objects.create(
        slug=slug, name=name, short_name=name, languages=["fr", "en"]
    )


def make_store(
    brand: Brand, slug: str, *, kind: str = "shop", time_zone: str = "Europe/Paris"
) -> Store:
    return Store.objects.create(
        brand=brand,
        slug=slug,
        name=slug.capitalize(),
        kind=kind,
        street="12 rue de Metz",
        postcode="59000",
        city=slug.capitalize(),
        time_zone=time_zone,
    )


def make_topic(brand: Brand, slug: str, french: str, english: str) -> Topic:
    return Topic.objects.create(
        brand=brand, slug=slug, name={"fr": french, "en": english}
    )


def make_offers(topic: Topic) -> dict[str, Offer]:
    """The topic by all three channels, in every store of its brand."""
    offers = Offer.objects.bulk_create(
        Offer(
            brand=topic.brand,
            topic=topic,
            channel=channel,
            duration=DURATION,
            step=5,
            minimum_notice=0,
        )
        for channel in Channel.values
    )
    return {offer.channel: offer for offer in offers}


def make_user(email: str, name: str) -> User:
    return User.objects.create_user(email, PASSWORD, name=name)


def make_adviser(
    store: Store, first_name: str, *, topics: list[Topic], role: str = Role.ADVISER
) -> Adviser:
    """Somebody who can sign in, works for the store day and night, knows the topics."""
    brand = store.brand
    email = f"{first_name.lower()}@{brand.slug}.example"
    user = make_user(email, f"{first_name} Durand")
    Membership.objects.create(brand=brand, user=user, store=store, role=role)
    staff_member = StaffMember.objects.create(
        brand=brand, user=user, first_name=first_name, last_name="Durand"
    )
    Posting.objects.create(
        brand=brand, staff_member=staff_member, store=store, is_home=True
    )
    Competence.objects.bulk_create(
        Competence(brand=brand, staff_member=staff_member, topic=topic)
        for topic in topics
    )
    agenda = Agenda.objects.create(brand=brand, staff_member=staff_member)
    open_day_and_night(agenda, store)
    return Adviser(user, staff_member, agenda)


def open_day_and_night(agenda: Agenda, store: Store) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(
            brand=store.brand,
            agenda=agenda,
            store=store,
            weekday=weekday,
            starts_at=dt.time(0),
            minutes=1440,
            channels=list(Channel.values),
        )
        for weekday in range(7)
    )


def now_utc() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def next_step(now: dt.datetime, *, minutes: int = 60) -> dt.datetime:
    """The first five-minute mark at least so many minutes after `now`."""
    at = now + dt.timedelta(minutes=minutes)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + -((midnight - at) // STEP) * STEP


def make_customer(brand: Brand, *, now: dt.datetime) -> Customer:
    return Customer.objects.create(
        brand=brand, **ALICE, erase_after=now + dt.timedelta(days=90)
    )


def make_visit(
    world: World,
    *,
    starts_at: dt.datetime,
    now: dt.datetime,
    channel: str = Channel.VIDEO,
    status: str = Status.CONFIRMED,
    adviser: Adviser | None = None,
) -> Appointment:
    """Alice's appointment with Bob as bare rows: no event, no link, no message.

    For tests that need one to exist; what must look as if a customer had booked goes
    through `booking.services`. A status that takes time occupies the agenda.
    """
    adviser = adviser or world.bob
    ends_at = starts_at + dt.timedelta(minutes=DURATION)
    visit = Appointment.objects.create(
        id=uuid.uuid4(),
        brand=world.brand,
        store=world.store,
        customer=make_customer(world.brand, now=now),
        topic=world.topic,
        offer=world.offers[channel],
        staff_member=adviser.staff_member,
        channel=channel,
        status=status,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=world.store.time_zone,
        created_at=now,
        erase_after=now + dt.timedelta(days=90),
    )
    if status in LIVE:
        Occupancy.objects.create(
            brand=world.brand,
            agenda=adviser.agenda,
            appointment=visit,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    return visit
