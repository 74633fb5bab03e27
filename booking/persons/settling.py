"""Persons, made of the proofs that stand: each group of joined stories is one.

Every change of a proof settles the persons that it touches, under one lock per brand
and then the rows of the stories in ascending order. So a join makes one person of two,
a decision that is taken back parts exactly what it alone held together, and a story
that is erased leaves: what was joined through it alone comes apart.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q

from booking.models import Customer, Person, PersonJoin
from stores.erasing import AFTERWARDS
from stores.statements import ask

AT_ONCE = 200

# A brand's number may have more digits than the two halves of such a lock take.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('persons', %s))::text"


@dataclass(frozen=True)
class LockedStories:
    """Stories with all whom they are joined with, locked until the transaction ends."""

    brand_id: int
    person_of: dict[uuid.UUID, uuid.UUID | None]
    before: set[uuid.UUID]
    """The persons that they had, and those that were named."""


def lock_persons(brand_id: int) -> None:
    """One change of proofs at a time in a brand, until the transaction ends. Comes
    after the locks of agendas and visits, and before those of customers."""
    ask(_LOCK, [brand_id])


def lock_stories(
    *,
    brand_id: int,
    stories: Collection[uuid.UUID] = (),
    persons: Collection[uuid.UUID] = (),
) -> LockedStories:
    """The living ones of these and of their persons, in ascending order."""
    lock_persons(brand_id)
    of_brand = Customer.objects.all_brands().filter(brand_id=brand_id)
    known = of_brand.filter(pk__in=list(stories)).values_list("person_id", flat=True)
    before = set(persons) | {pk for pk in known if pk}
    rows = of_brand.filter(Q(pk__in=list(stories)) | Q(person__in=before))
    rows = rows.filter(erased_at__isnull=True).select_for_update(no_key=True)
    found = rows.order_by("pk").values_list("pk", "person_id")
    return LockedStories(brand_id, dict(found), before)


def settle(locked: LockedStories, *, now: dt.datetime) -> None:
    """Makes persons of these stories as the proofs say now.

    Of a person that comes apart the largest group keeps the id; of several that become
    one, the one with most stories. A story that is joined with none has no person.
    """
    known, kept = locked.person_of, set[uuid.UUID]()
    for group in groups(known, _proofs_between(known)):
        person = None if len(group) == 1 else _person_for(group, known, kept)
        if person is None and len(group) > 1:
            made = Person.objects.create(brand_id=locked.brand_id, created_at=now)
            person = made.pk
        _put(group, person, known)
        kept |= {person} if person else set()
    Person.objects.all_brands().filter(pk__in=locked.before - kept).delete()


def groups(
    stories: Iterable[uuid.UUID], pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]
) -> list[list[uuid.UUID]]:
    """The stories that hang together by the pairs, the largest group first."""
    group_of = {story: [story] for story in stories}
    for one, other in pairs:
        larger, smaller = group_of[one], group_of[other]
        if larger is smaller:
            continue
        if len(larger) < len(smaller):
            larger, smaller = smaller, larger
        larger += smaller
        group_of |= dict.fromkeys(smaller, larger)
    found = {id(group): sorted(group) for group in group_of.values()}
    return sorted(found.values(), key=lambda group: (-len(group), group))


def _proofs_between(
    stories: Collection[uuid.UUID],
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    rows = PersonJoin.objects.all_brands().filter(
        undone_at__isnull=True, one__in=list(stories), other__in=list(stories)
    )
    return list(rows.values_list("one_id", "other_id"))


def _person_for(
    group: list[uuid.UUID],
    known: dict[uuid.UUID, uuid.UUID | None],
    kept: set[uuid.UUID],
) -> uuid.UUID | None:
    """The person of most of the group, unless a larger group has kept it."""
    persons = Counter(
        person for story in group if (person := known[story]) and person not in kept
    )
    return min(persons, key=lambda person: (-persons[person], person), default=None)


def _put(
    group: list[uuid.UUID],
    person: uuid.UUID | None,
    known: dict[uuid.UUID, uuid.UUID | None],
) -> None:
    changed = [story for story in group if known[story] != person]
    Customer.objects.all_brands().filter(pk__in=changed).update(person=person)
    if person is not None:
        Person.objects.all_brands().filter(pk=person).update(size=len(group))


def settle_persons(*, now: dt.datetime) -> int:
    """Settles the persons of which stories were erased or removed since; how many."""
    done = 0
    while changed := _changed():
        done += len(changed)
        for brand_id in sorted({brand_id for _, brand_id in changed}):
            these = [pk for pk, brand in changed if brand == brand_id]
            with transaction.atomic():
                settle(lock_stories(brand_id=brand_id, persons=these), now=now)
    return done


def _changed() -> list[tuple[uuid.UUID, int]]:
    rows = Person.objects.all_brands().annotate(left=Count("stories"))
    rows = rows.exclude(left=F("size")).order_by("pk")
    return list(rows.values_list("pk", "brand_id")[:AT_ONCE])


AFTERWARDS["booking.person"] = settle_persons
