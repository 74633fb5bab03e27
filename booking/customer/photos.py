"""Photographs in a customer's form: taken one by one, each refusal in its words."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import visitors
from booking.brought.photos import Owner, add_photo, remove_photo
from booking.errors import PhotosFull, TooManyPhotos
from booking.forms import BroughtForm
from booking.models.photo import MOST_PHOTOS
from booking.wording import words_of_refusal
from stores.errors import FileTooLarge, PictureRefused
from stores.files.uploads import files_sent

FIELD = "photos"


def take_photos(
    request: HttpRequest, owner: Owner, form: BroughtForm, *, is_asked: bool = False
) -> None:
    """Adds those that were sent; what is refused is an error of the form's field, and
    those before it stay. `is_asked`: the button that adds them was pressed. Raises
    TooLateToBring."""
    try:
        sent = files_sent(request, FIELD)
    except FileTooLarge:
        form.add_error(FIELD, words_of_refusal("bytes"))
        return
    if is_asked and not sent:
        form.add_error(FIELD, _("Choose a photo first."))
    network, now = visitors.network_of(request), timezone.now()
    for number, file in enumerate(sent[: MOST_PHOTOS + 1], start=1):
        try:
            add_photo(owner=owner, content=file.read(), network=network, now=now)
        except PictureRefused as refused:
            words = words_of_refusal(refused.cause)
            form.add_error(FIELD, _numbered(number, len(sent), words))
        except PhotosFull:
            form.add_error(FIELD, _("Three photos at most: remove one first."))
            return
        except TooManyPhotos:
            form.add_error(
                FIELD, _("Many photos were sent from here. Try again in an hour.")
            )
            return


def drop_photo(request: HttpRequest, owner: Owner) -> None:
    """Removes the photograph that the pressed button names; TooLateToBring."""
    try:
        photo_id = uuid.UUID(request.POST.get("remove", ""))
    except ValueError:
        return
    remove_photo(owner=owner, photo_id=photo_id, now=timezone.now())


def _numbered(number: int, count: int, words: str) -> str:
    if count == 1:
        return words
    facts = {"number": number, "words": words}
    return _("Photo %(number)s: %(words)s") % facts
