"""Stories of customers, and what the tests ask of the persons behind them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from booking.links import issue_link
from booking.models import Appointment, Customer, Person, PersonJoin
from booking.persons.joining import join_by_browser
from booking.persons.saying import say_same_person
from stores.models import Channel
from tests.booking.customers import opened
from tests.cast import World, make_customer, make_visit, now_utc


def story(
    world: World, *, channel: str = Channel.VIDEO, hours: int = 2, **facts: Any
) -> Appointment:
    """A visit with Bob in Lille and a customer of its own, with its link."""
    now = now_utc()
    customer = make_customer(world.brand, now=now)
    Customer.objects.filter(pk=customer.pk).update(**facts)
    at = now + dt.timedelta(hours=hours, minutes=30 * Appointment.objects.count())
    visit = make_visit(world, starts_at=at, now=now, channel=channel)
    Appointment.objects.filter(pk=visit.pk).update(customer=customer)
    visit.refresh_from_db()
    issue_link(visit, now=now)
    return visit


def strangers(world: World, number: int) -> list[Appointment]:
    """Stories that have no address in common."""
    return [
        story(
            world,
            name=f"Anna {letter}",
            email=f"{letter}@x.example",
            phone=f"+3363998000{nr}",
        )
        for nr, letter in enumerate("abcdefgh"[:number])
    ]


def in_arras(world: World, visit: Appointment) -> Appointment:
    """The visit becomes one of Charlie's, in the other store."""
    Appointment.objects.filter(pk=visit.pk).update(
        store=world.other_store, staff_member=world.charlie.staff_member
    )
    visit.refresh_from_db()
    return visit


def browser_of(*visits: Appointment) -> Client:
    """A browser that has opened their links."""
    client = Client()
    for visit in visits:
        opened(client, visit)
    return client


def join(*visits: Appointment) -> None:
    """As one browser that opened their links and did something would."""
    links = {visit.links.get().id.hex: 1 for visit in visits}
    join_by_browser(brand=visits[0].brand.slug, links=links, now=now_utc())


def say(world: World, one: Appointment, other: Appointment) -> PersonJoin:
    return say_same_person(
        one=one.customer, other=other.customer, user=world.bob.user, now=now_utc()
    )


def person_of(visit: Appointment) -> Person | None:
    return Customer.objects.get(pk=visit.customer_id).person


def are_one(*visits: Appointment) -> bool:
    persons = {person_of(visit) for visit in visits}
    return len(persons) == 1 and None not in persons


def are_sound() -> bool:
    """Each person has two stories at least, and knows how many."""
    return all(
        row.size == row.stories.count() >= 2 for row in Person.objects.all_brands()
    )
