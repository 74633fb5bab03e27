"""The form of a message, of both sides: words, photographs, or both."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.fields import LinesField, PhotosField
from booking.forms import SummedForm
from booking.models import Message
from booking.models.message import MOST_PICTURES
from stores.errors import FileTooLarge
from stores.files.uploads import files_sent


class MessageForm(SummedForm):
    """`photos` are files that the view reads apart: what was typed stays if one of them
    is refused."""

    text = LinesField(
        max_length=Message.LONGEST,
        required=False,
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
        error_messages={"max_length": _("At most %(limit_value)d characters, please.")},
    )
    photos = PhotosField(required=False, label=_("Photos"))
    prefix = "message"

    def read(self, request: HttpRequest) -> list[bytes]:
        """The pictures that were sent; what is wrong with them, or that nothing was
        written, is an error of the form."""
        try:
            sent = files_sent(request, self.add_prefix("photos"))
        except FileTooLarge:
            self.add_error("photos", _("These photos are too heavy: send fewer."))
            return []
        if len(sent) > MOST_PICTURES:
            self.add_error("photos", _("Three photos at most, please."))
            return []
        if not sent and self.is_valid() and not self.cleaned_data["text"]:
            self.add_error("text", _("Write your message, or add a photo."))
        return [file.read() for file in sent]
