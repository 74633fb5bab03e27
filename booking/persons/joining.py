"""The two proofs that come by themselves: a browser, and an address that answered.

A number that was merely typed proves nothing, for a telephone may be a family's: it
must have been answered from in both stories. A text message that comes back answers no
story in particular, so it shows that the number is right and joins nothing. What the
shop booked to try its own page is joined with nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from booking.models import AccessLink, CallAttempt, Customer, PersonJoin
from booking.persons.settling import lock_persons, lock_stories, settle

MOST = 20
"""Stories that one proof joins at a time, those that end last; a browser remembers no
more links. Each is joined with each, so that none hangs on one that is erased first."""

Proof = PersonJoin.Proof


def join_by_browser(*, brand: str, links: Mapping[str, int], now: dt.datetime) -> None:
    """Joins the stories whose links to a brand, named by its slug, one browser opens:
    the hex of a link's id → its generation, as the browser's signed cookie has them.
    Two queries where they are joined already, and one where there is only one."""
    opened = _opened(brand, links)
    stories = sorted(opened)
    if len(stories) < 2 or _are_joined(stories, Proof.BROWSER):
        return
    wanted = Q(pk__in=stories)
    with transaction.atomic():
        _join(brand_id=opened[stories[0]], wanted=wanted, proof=Proof.BROWSER, now=now)


def lock_same_address(customer: Customer, channel: str) -> bool:
    """True if the brand has another story with this address; then no other answer is
    noted at the same time, and one of two sees the other."""
    rows = Customer.objects.all_brands().filter(
        same_address(customer, channel), brand_id=customer.brand_id
    )
    if not rows.exclude(pk=customer.pk).exists():
        return False
    lock_persons(customer.brand_id)
    return True


def join_by_address(*, customer: Customer, channel: str, now: dt.datetime) -> None:
    """Joins all stories in which somebody answered from this customer's address, by
    `channel`. In the transaction that notes the answer, after `lock_same_address`."""
    wanted = same_address(customer, channel) & _answered(channel)
    _join(brand_id=customer.brand_id, wanted=wanted, proof=Proof(channel), now=now)


def _join(*, brand_id: int, wanted: Q, proof: Proof, now: dt.datetime) -> None:
    """Writes each with each, what is written already excepted. What is `wanted` is
    asked once more under the locks."""
    rows = Customer.objects.all_brands().filter(wanted, brand_id=brand_id)
    rows = rows.filter(erased_at__isnull=True).exclude(appointments__is_trial=True)
    lock_persons(brand_id)
    latest = [one.pk for one in rows.order_by("-erase_after", "-pk")[:MOST]]
    locked = lock_stories(brand_id=brand_id, stories=latest)
    stories = rows.filter(pk__in=latest).values_list("pk", flat=True)
    PersonJoin.objects.bulk_create(
        (
            PersonJoin(
                brand_id=brand_id, one_id=one, other_id=other, proof=proof, made_at=now
            )
            for one, other in pairs_of(stories)
        ),
        ignore_conflicts=True,
    )
    settle(locked, now=now)


def pairs_of(stories: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """As they are written: the smaller id first."""
    return list(combinations(sorted(stories), 2))


def same_address(customer: Customer, channel: str) -> Q:
    """Stories with the customer's address; an e-mail address in any case. Nothing is
    the same as an address that was not given."""
    address = getattr(customer, channel)
    if not address:
        return Q(pk__in=[])
    match = "email__iexact" if channel == "email" else "phone"
    return Q(**{match: address}) & ~Q(**{channel: ""})


def _answered(channel: str) -> Q:
    """Stories in which somebody opened the link of a mail to the present address, or
    was reached by a call to the present number."""
    if channel == "email":
        return Q(email_answered_at__isnull=False)
    reached = CallAttempt.objects.all_brands().filter(
        appointment__customer=OuterRef("pk"),
        result=CallAttempt.Result.REACHED,
        # Another number begins without this date.
        made_at__gte=OuterRef("phone_answered_at"),
    )
    return Q(Exists(reached))


def _opened(brand: str, links: Mapping[str, int]) -> dict[uuid.UUID, int]:
    """The stories behind the links that are still valid, each with its brand's id."""
    rows = AccessLink.objects.all_brands().filter(
        brand__slug=brand,
        pk__in=list(links),
        purpose=AccessLink.Purpose.CUSTOMER,
        appointment__is_trial=False,
        appointment__customer__erased_at__isnull=True,
    )
    found = rows.values_list("id", "generation", "appointment__customer_id", "brand_id")
    return {
        customer_id: brand_id
        for link_id, generation, customer_id, brand_id in found
        if links.get(link_id.hex) == generation
    }


def _are_joined(stories: Sequence[uuid.UUID], proof: Proof) -> bool:
    rows = PersonJoin.objects.all_brands().filter(
        undone_at__isnull=True, proof=proof, one__in=stories, other__in=stories
    )
    return rows.count() == len(pairs_of(stories))
