"""The photograph of a person, as customers and colleagues see it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from stores.editing.roles import check_works_here
from stores.files.door import put_picture
from stores.models import StaffMember, StoredFile

SHOWN_AFTER_LEAVING = dt.timedelta(days=30)


def set_portrait(
    *, staff_member: StaffMember, content: bytes, now: dt.datetime
) -> StoredFile:
    """Shows this picture from now on, drawn again; the earlier one goes. Raises
    PictureRefused, and PersonRefused for somebody who has left."""
    check_works_here(staff_member)
    row = put_picture(
        brand=staff_member.brand,
        kind=StoredFile.Kind.PORTRAIT,
        content=content,
        now=now,
    )
    with transaction.atomic():
        person = _locked(staff_member)
        _file_of(person).delete()
        person.photo, row.erase_after = row, None
        person.save(update_fields=["photo"])
        row.save(update_fields=["erase_after"])
    return row


def remove_portrait(*, staff_member: StaffMember) -> None:
    with transaction.atomic():
        person = _locked(staff_member)
        _file_of(person).delete()


def forget_portrait(*, staff_member: StaffMember, now: dt.datetime) -> None:
    """Leaves the picture for a month: past visits show with whom they were."""
    _file_of(staff_member).update(erase_after=now + SHOWN_AFTER_LEAVING)


def _locked(staff_member: StaffMember) -> StaffMember:
    rows = StaffMember.objects.for_brand(staff_member.brand)
    return rows.select_for_update(no_key=True).get(pk=staff_member.pk)


def _file_of(person: StaffMember) -> QuerySet[StoredFile]:
    rows = StoredFile.objects.for_brand(person.brand)
    return rows.filter(pk__in=[person.photo_id] if person.photo_id else [])
