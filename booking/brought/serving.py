"""The answer with a photograph: to whom it is open, the view has asked before."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse

from booking.brought.photos import Owner, photo_of
from booking.models import MessagePhoto, Photo
from stores.files.door import read_file

ALONE = "default-src 'none'; sandbox"


def picture_answer(owner: Owner, photo_id: uuid.UUID) -> HttpResponse:
    """The picture as it was drawn again, under its own name, kept by no cache. Http404
    for another's."""
    return answer_with(photo_of(owner, photo_id))


def answer_with(photo: Photo | MessagePhoto | None) -> HttpResponse:
    """The same of a photograph that was found, or was not."""
    if photo is None:
        raise Http404
    try:
        content = read_file(photo.file)
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(content, content_type=photo.file.content_type)
    name = f"photo-{photo.place + 1}.webp"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = ALONE
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
