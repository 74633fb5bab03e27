"""Reads for the staff: the other visits of a person, and whose they might be, too.

All of it within the scope of the workplace (`seen_by`); a joined story elsewhere is
not even counted.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, Count, Q, When

from booking.access import seen_by
from booking.models import Appointment, Customer, PersonJoin
from booking.persons.joining import same_address
from stores.accounts.workplace import Workplace

MOST = 20
"""Other visits that a page lists, the latest first."""
MOST_STORIES = 200

Proof = PersonJoin.Proof


@dataclass(frozen=True)
class OtherVisit:
    """A visit of another story. `proofs` join the two directly, the earliest first;
    without one they are joined through a third."""

    visit: Appointment
    proofs: list[PersonJoin] = field(default_factory=list)

    @property
    def said(self) -> PersonJoin | None:
        """The decision of the staff, which can be taken back."""
        return next((one for one in self.proofs if one.proof == Proof.STAFF), None)


@dataclass(frozen=True)
class LikeVisit:
    """A visit of a story that is not joined and has the same number, or address."""

    visit: Appointment
    same_phone: bool


@dataclass(frozen=True)
class OtherVisits:
    """The visits that stand beside another one on its page."""

    joined: list[OtherVisit]
    alike: list[LikeVisit]


def others_of(workplace: Workplace, visit: Appointment) -> OtherVisits:
    """At most three queries, and one where no other story could be shown."""
    own = visit.customer
    stories = _joined_or_alike(own)
    if not stories:
        return OtherVisits([], [])
    rows = seen_by(workplace, Appointment.objects.for_brand(workplace.brand))
    rows = rows.filter(customer__in=[story.pk for story in stories]).with_people()
    visits = list(rows.exclude(customer=own).order_by("-starts_at", "-pk"))
    joined = [one for one in visits if _is_joined(one.customer, own)][:MOST]
    alike = [one for one in visits if not _is_joined(one.customer, own)]
    proofs = _proofs_of(own) if joined else {}
    return OtherVisits(
        [OtherVisit(one, proofs.get(one.customer_id, [])) for one in joined],
        [
            LikeVisit(one, bool(own.phone) and one.customer.phone == own.phone)
            for one in alike
            if not one.is_trial and one.customer.erased_at is None
        ][:MOST],
    )


def _is_joined(story: Customer, own: Customer) -> bool:
    return own.person_id is not None and story.person_id == own.person_id


def _joined_or_alike(own: Customer) -> list[Customer]:
    """Joined ones and then the latest first, so many that a number which a whole town
    gives costs no more."""
    alike = same_address(own, "phone") | same_address(own, "email")
    joined = Q(person=own.person_id) if own.person_id else Q(pk__in=[])
    rows = Customer.objects.all_brands().filter(joined | alike, brand_id=own.brand_id)
    first = Case(When(joined, then=0), default=1)
    rows = rows.exclude(pk=own.pk).order_by(first, "-erase_after", "-pk")
    return list(rows.only("pk")[:MOST_STORIES])


def _proofs_of(own: Customer) -> dict[uuid.UUID, list[PersonJoin]]:
    """Those that join it directly, by the other story."""
    rows = PersonJoin.objects.all_brands().filter(
        Q(one=own.pk) | Q(other=own.pk), undone_at__isnull=True
    )
    found: dict[uuid.UUID, list[PersonJoin]] = {}
    for proof in rows.select_related("said_by").order_by("made_at", "pk"):
        other = proof.other_id if proof.one_id == own.pk else proof.one_id
        found.setdefault(other, []).append(proof)
    return found


def number_of_visits(
    workplace: Workplace, persons: Collection[uuid.UUID]
) -> Counter[uuid.UUID]:
    """Visits within the scope, by person. One query, and none for no persons."""
    if not persons:
        return Counter()
    rows = seen_by(workplace, Appointment.objects.for_brand(workplace.brand))
    rows = rows.filter(customer__person__in=list(persons)).order_by()
    counted = rows.values_list("customer__person").annotate(visits=Count("pk"))
    return Counter(dict(counted))
