"""Photographs of a hold or of a visit: taken in, handed over, removed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from booking.errors import PhotosFull, TooLateToBring, TooManyPhotos
from booking.models import Appointment, Hold, Photo
from booking.models.photo import MOST_PHOTOS
from stores.counts import count_up
from stores.files.door import UNUSED_FOR, put_picture
from stores.models import Brand, StoredFile
from stores.models.brand import BrandQuerySet

HOUR = 3600
MOST_OF_VISITOR = 30
MOST_OF_NETWORK = 300
"""Pictures sent in an hour: each is drawn again, which costs up to ten seconds."""


@dataclass(frozen=True)
class Owner:
    """A visit, or before it is booked a visitor at a brand."""

    brand: Brand
    visitor: str = ""
    appointment: Appointment | None = None

    @classmethod
    def of(cls, appointment: Appointment) -> Owner:
        return cls(appointment.brand, appointment=appointment)

    def photos(self) -> BrandQuerySet[Photo]:
        rows = Photo.objects.for_brand(self.brand).select_related("file")
        return rows.filter(appointment=self.appointment, visitor=self.visitor)

    def check(self, now: dt.datetime) -> None:
        """Raises TooLateToBring."""
        if self.appointment is not None and not self.appointment.may_bring(now):
            raise TooLateToBring

    def lock(self, now: dt.datetime) -> None:
        """Checks again, in the caller's transaction: while a picture is drawn the visit
        may begin, be cancelled or be erased."""
        if self.appointment is not None:
            rows = Appointment.objects.for_brand(self.brand)
            row = rows.select_for_update(no_key=True).get(pk=self.appointment.pk)
            Owner.of(row).check(now)


def add_photo(*, owner: Owner, content: bytes, network: str, now: dt.datetime) -> Photo:
    """Takes a picture in, drawn again; the same file sent twice is one. A hold's goes
    an hour after the last one came, unless it is booked.

    Raises PictureRefused, PhotosFull, TooManyPhotos, and TooLateToBring. Call it
    outside of a transaction: it draws, and writes to the storage.
    """
    owner.check(now)
    digest = salted_hmac("photo", content, algorithm="sha256").hexdigest()
    known = owner.photos().filter(digest=digest).first()
    if known is not None:
        return known
    if owner.photos().count() >= MOST_PHOTOS:
        raise PhotosFull
    _count(owner, network)
    kind = StoredFile.Kind.PHOTO
    file = put_picture(brand=owner.brand, kind=kind, content=content, now=now)
    with transaction.atomic():
        owner.lock(now)
        photo = _placed(owner, file, digest, now)
        if photo.file_id != file.pk:
            file.delete()
    return photo


def _count(owner: Owner, network: str) -> None:
    who = owner.visitor or (owner.appointment.pk.hex if owner.appointment else "")
    limits = (f"photos:{who}", MOST_OF_VISITOR), (f"photos:{network}", MOST_OF_NETWORK)
    for key, most in limits:
        if count_up(key, seconds=HOUR) > most:
            raise TooManyPhotos


def _placed(owner: Owner, file: StoredFile, digest: str, now: dt.datetime) -> Photo:
    """On the first free place. Two at once find it by the table's constraints; of two
    equal ones the second is the first. Raises PhotosFull and leaves the file to go."""
    if owner.appointment is not None:
        file.erase_after = None
        file.save(update_fields=["erase_after"])
    else:
        files = StoredFile.objects.for_brand(owner.brand)
        files.filter(photo__in=owner.photos()).update(erase_after=now + UNUSED_FOR)
    for place in range(MOST_PHOTOS):
        if owner.photos().filter(place=place).exists():
            continue
        try:
            with transaction.atomic():
                return Photo.objects.create(
                    brand=owner.brand,
                    file=file,
                    appointment=owner.appointment,
                    visitor=owner.visitor,
                    place=place,
                    digest=digest,
                    created_at=now,
                )
        except IntegrityError:
            same = owner.photos().filter(digest=digest).first()
            if same is not None:
                return same
    raise PhotosFull


def remove_photo(*, owner: Owner, photo_id: uuid.UUID, now: dt.datetime) -> None:
    """Removing twice changes nothing. Raises TooLateToBring."""
    owner.check(now)
    owner.photos().filter(pk=photo_id).delete()


def photo_of(owner: Owner, photo_id: uuid.UUID) -> Photo | None:
    return owner.photos().filter(pk=photo_id).first()


def hand_over(*, visitor: str, appointment: Appointment) -> None:
    """The photographs of the visitor's hold become the visit's, in the caller's
    transaction; a visit that has some already keeps them, and the others go."""
    brand = Brand(pk=appointment.brand_id)
    mine = Photo.objects.for_brand(brand).filter(visitor=visitor)
    if Photo.objects.for_brand(brand).filter(appointment=appointment).exists():
        mine.delete()
        return
    files = StoredFile.objects.for_brand(brand)
    files.filter(photo__in=mine).update(erase_after=None)
    mine.update(visitor="", appointment=appointment)


def keep_longer(hold: Hold, now: dt.datetime) -> None:
    """A hold that is kept for longer keeps its photographs."""
    files = StoredFile.objects.for_brand(hold.brand)
    files.filter(photo__visitor=hold.visitor).update(erase_after=now + UNUSED_FOR)
