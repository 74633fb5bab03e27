"""The one door by which files come in and go.

A name is noted as loose before its content is written, and a row takes it over: what a
kill leaves between the two is removed an hour later, as is what a deleted row leaves.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction

from stores.files.pictures import Frame, redrawn
from stores.models import Brand, LooseFile, StoredFile

UNUSED_FOR = dt.timedelta(hours=1)
BATCH = 200
FRAMES = {
    StoredFile.Kind.PORTRAIT: Frame(384, 384, cover=True),
    StoredFile.Kind.LOGO: Frame(640, 200, form="PNG"),
    StoredFile.Kind.PHOTO: Frame(1600, 1600),
}
PUBLIC = (StoredFile.Kind.PORTRAIT, StoredFile.Kind.LOGO)
ENDINGS = {
    "image/webp": ".webp",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "text/csv": ".csv",
}


def storage() -> Storage:
    return storages["files"]


def put_picture(
    *, brand: Brand, kind: StoredFile.Kind, content: bytes, now: dt.datetime
) -> StoredFile:
    """Stores the picture drawn again, as `put_file` does. Raises PictureRefused."""
    frame = FRAMES[kind]
    return put_file(
        brand=brand,
        kind=kind,
        content=redrawn(content, frame),
        content_type=frame.content_type,
        now=now,
    )


def put_file(
    *,
    brand: Brand,
    kind: StoredFile.Kind,
    content: bytes,
    content_type: str,
    now: dt.datetime,
) -> StoredFile:
    """Stores the content as it is, for an hour: who takes it into use clears
    `erase_after` in the transaction of its own. Call it outside of one, it writes to a
    disk or over the network."""
    name = f"{brand.pk}/{kind}/{uuid.uuid4().hex}{ENDINGS.get(content_type, '')}"
    LooseFile.objects.create(name=name, since=now)
    if storage().save(name, ContentFile(content)) != name:
        raise RuntimeError("The storage gave another name than a new one.")
    with transaction.atomic():
        row = StoredFile.objects.create(
            brand=brand,
            kind=kind,
            name=name,
            content_type=content_type,
            size=len(content),
            created_at=now,
            erase_after=now + UNUSED_FOR,
        )
        LooseFile.objects.filter(name=name).delete()
    return row


def public_file(pk: uuid.UUID) -> StoredFile | None:
    """A picture that a brand shows to everybody, as long as it is open."""
    rows = StoredFile.objects.all_brands().filter(brand__active=True)
    return rows.filter(pk=pk, kind__in=PUBLIC).first()


def read_file(row: StoredFile) -> bytes:
    """Raises FileNotFoundError for a row whose content is gone."""
    with storage().open(row.name, "rb") as stream:
        content: bytes = stream.read()
    return content


def remove_loose(*, now: dt.datetime) -> int:
    """Removes from the storage what no row speaks for since an hour; the number of
    files. Names that somebody else removes at the same moment are left to them."""
    removed = 0
    while names := _loose_batch(now):
        removed += names
    return removed


def remove_now(names: Collection[str]) -> None:
    """Removes these files from the storage, as far as no row speaks for them any
    more. Call it outside of a transaction, as `put_file`."""
    loose = LooseFile.objects.filter(name__in=names)
    for name in loose.values_list("name", flat=True):
        storage().delete(name)
    loose.delete()


def _loose_batch(now: dt.datetime) -> int:
    with transaction.atomic():
        rows = LooseFile.objects.filter(since__lte=now - UNUSED_FOR)
        locked = rows.select_for_update(skip_locked=True).order_by("name")
        names = list(locked.values_list("name", flat=True)[:BATCH])
        for name in names:
            storage().delete(name)
        LooseFile.objects.filter(name__in=names).delete()
    return len(names)
