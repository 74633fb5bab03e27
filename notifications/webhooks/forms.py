"""Forms of the webhook pages; field names are the services' own."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT
from booking.models import EventKind
from notifications.channels.reachable import is_refused

KINDS = [
    (EventKind.BOOKED, _("Booked")),
    (EventKind.CONFIRMED, _("Confirmed by the store")),
    (EventKind.DECLINED, _("Declined")),
    (EventKind.ANSWER_LATE, _("Answer overdue")),
    (EventKind.MOVED, _("Moved")),
    (EventKind.REASSIGNED, _("Given to another adviser")),
    (EventKind.CHANNEL_CHANGED, _("By another channel")),
    (EventKind.BECAME_CALLBACK, _("Turned into a call")),
    (EventKind.CANCELLED, _("Cancelled")),
    (EventKind.REOPENED, _("Cancellation taken back")),
    (EventKind.DELAYED, _("Running late")),
    (EventKind.ARRIVED, _("The customer is there")),
    (EventKind.STARTED, _("Started")),
    (EventKind.COMPLETED, _("Finished")),
    (EventKind.NOBODY_CAME, _("The customer waits, and nobody came")),
    (EventKind.MISSED, _("Visit missed")),
    (EventKind.CALL_TRIED, _("Called in vain")),
    (EventKind.OVERLAPPED, _("Overlapping, on purpose")),
    (EventKind.RECOVERY_PROMISED, _("Unhappy: a talk is promised")),
    (EventKind.RECOVERY_LATE, _("Promised talk overdue")),
]


_PRIVATE = _("This address leads into a private network and would never be called.")


def check_public_https(url: str) -> None:
    """Refuses what can be refused before the name is resolved; the call itself checks
    the address that the name leads to."""
    schemes = ["https", "http"] if settings.WEBHOOK_ALLOW_PRIVATE else ["https"]
    try:
        # Django's knows no bare host names, which a private network has.
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
        if host and not settings.WEBHOOK_ALLOW_PRIVATE and is_refused(host):
            raise ValidationError(_PRIVATE, "private")
        if not settings.WEBHOOK_ALLOW_PRIVATE:
            URLValidator(schemes=schemes)(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise ValidationError(_("An address that begins with https:// and has a name."))


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        validators=[check_public_https],
        widget=forms.URLInput({**INPUT, "placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"), choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(label=_("Calls are made"), required=False, initial=True)
