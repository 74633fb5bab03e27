"""Many people invited at once, as an import asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from stores.editing.invitations import WRITTEN, mail_out, opened
from stores.models import Brand, Departure, Invitation, Membership, StaffMember, User


def never_invited(brand: Brand) -> QuerySet[Invitation]:
    """Those for whom an address waits, and no link was ever sent or taken back."""
    rows = Invitation.objects.for_brand(brand).exclude(email="")
    rows = rows.filter(sent_at=None, accepted_at=None, revoked_at=None)
    return rows.filter(staff_member__user=None)


def invite_waiting(
    *, brand: Brand, people: Collection[int], by: User | None, now: dt.datetime
) -> list[Invitation]:
    """Opens a link for those of the people (ids) who wait for their first one, and has
    it mailed. Who has left stays out, and whose address got an
    account of the brand meanwhile: their own page says so. Takes the rows of the people
    in order, and a fixed number of statements."""
    with transaction.atomic():
        staff = StaffMember.objects.for_brand(brand).filter(pk__in=people)
        left = Departure.objects.for_brand(brand).filter(ended_at__isnull=False)
        staff = staff.exclude(pk__in=left.values("staff_member"))
        locked = staff.order_by("pk").select_for_update(no_key=True)
        by_pk = {person.pk: person for person in locked}
        waiting = never_invited(brand).filter(staff_member__in=by_pk)
        rows = list(waiting.order_by("staff_member_id"))
        members = Membership.objects.for_brand(brand).filter(
            user__email__in=[row.email for row in rows]
        )
        known = set(members.values_list("user__email", flat=True))
        open_ = []
        for row in rows:
            if row.email in known:
                continue
            row.staff_member, row.brand = by_pk[row.staff_member_id], brand
            open_.append(opened(row, by, now, by_mail=True))
        Invitation.objects.for_brand(brand).bulk_update(open_, WRITTEN)
        mail_out(open_)
    return open_
