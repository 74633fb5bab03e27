"""The logo of a brand, one for light pages and perhaps one for dark ones."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from stores.errors import LogoRefused, PictureRefused
from stores.files.door import put_file, put_picture
from stores.looks.drawings import clean_drawing
from stores.models import Brand, StoredFile

MOST_BYTES = 512 * 2**10
_PNG = b"\x89PNG\r\n\x1a\n"
_MARKS = b"\xef\xbb\xbf \t\r\n"
"""Signs that may stand before the first sign of a drawing."""


def set_logo(
    *, brand: Brand, content: bytes, dark: bool, now: dt.datetime
) -> StoredFile:
    """Shows it from now on, a drawing written again or a picture drawn again; the
    earlier one goes. Raises LogoRefused. Call it outside of a transaction."""
    if dark and brand.logo_id is None:
        raise LogoRefused("light_first")
    row = _put(brand, content, now)
    with transaction.atomic():
        known = _locked(brand)
        earlier = known.logo_dark if dark else known.logo
        row.erase_after = None
        row.save(update_fields=["erase_after"])
        _show(known, row, dark=dark)
        if earlier is not None:
            earlier.delete()
    return row


def remove_logo(*, brand: Brand, dark: bool) -> None:
    """Without the one for light pages there is none for dark ones, either: our
    emblem stands there again."""
    with transaction.atomic():
        known = _locked(brand)
        files = (known.logo_dark,) if dark else (known.logo, known.logo_dark)
        for file in files:
            if file is not None:
                file.delete()


def _put(brand: Brand, content: bytes, now: dt.datetime) -> StoredFile:
    if len(content) > MOST_BYTES:
        raise LogoRefused("bytes")
    kind = StoredFile.Kind.LOGO
    if content.startswith(_PNG):
        try:
            return put_picture(brand=brand, kind=kind, content=content, now=now)
        except PictureRefused as refused:
            large = refused.cause in ("bytes", "pixels")
            raise LogoRefused("pixels" if large else "no_logo") from None
    if not content.lstrip(_MARKS).startswith(b"<"):
        raise LogoRefused("no_logo")
    return put_file(
        brand=brand,
        kind=kind,
        content=clean_drawing(content),
        content_type="image/svg+xml",
        now=now,
    )


def _locked(brand: Brand) -> Brand:
    return Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


def _show(brand: Brand, row: StoredFile, *, dark: bool) -> None:
    field = "logo_dark" if dark else "logo"
    setattr(brand, field, row)
    brand.save(update_fields=[field])
