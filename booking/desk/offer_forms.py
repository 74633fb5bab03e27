"""Forms of topics, of the team and of API keys; field names are the services' own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.desk.hours.stretch_forms import CHANNELS
from booking.fields import INPUT
from booking.models import ApiKey
from booking.rota.competences import CompetenceTerm
from booking.rota.offers import RANGES, OfferTerms
from booking.wording import span_of_minutes
from stores.models import Offer, Topic

STEPS = (5, 10, 15, 20, 30, 45, 60)
HOUR, DAY = 60, 24 * 60
LEADS = (0, 15, 30, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
"""Lengths of a notice or of a limit that somebody would really choose."""

SCOPES = [
    (ApiKey.Scope.READ_APPOINTMENTS.value, _("Read the appointments")),
    (ApiKey.Scope.WRITE_APPOINTMENTS.value, _("Book, move and cancel")),
    (ApiKey.Scope.READ_CUSTOMERS.value, _("Read the customers’ names and numbers")),
]


def _figure(name: str) -> forms.NumberInput:
    least, most = RANGES[name]
    return forms.NumberInput(
        {**INPUT, "min": least, "max": most, "inputmode": "numeric"}
    )


def _number(name: str, label: Any, help_text: Any, **kwargs: Any) -> forms.IntegerField:
    least, most = RANGES[name]
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        widget=_figure(name),
        **kwargs,
    )


def _choice(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=int, label=label, help_text=help_text, widget=forms.Select(INPUT)
    )


class OfferForm(forms.Form):
    """One topic by one channel; `offer` is the row that it begins with, or None."""

    active = forms.BooleanField(label=_("Customers may book it"), required=False)
    duration = _number("duration", _("Length"), _("Minutes with the customer."))
    buffer_before = _number(
        "buffer_before", _("Buffer before"), _("Minutes that nobody can book.")
    )
    buffer_after = _number(
        "buffer_after", _("Buffer after"), _("Minutes that nobody can book.")
    )
    step = _choice(_("One start every"), _("On the clock of the store."))
    minimum_notice = _choice(
        _("Notice"), _("How long before its hour a visit can still be booked.")
    )
    horizon = _number("horizon", _("Horizon"), _("Days ahead that can be booked."))
    daily_ceiling = _number(
        "daily_ceiling",
        _("At most a day"),
        _("Visits of each adviser. Empty: as many as fit."),
        required=False,
    )
    cancel_limit = _choice(
        _("Changes until"),
        _("How long before its hour a customer can still move or cancel."),
    )
    resource_kind = forms.ChoiceField(
        label=_("What it needs"),
        help_text=_("A thing of the store that nobody else has meanwhile."),
        required=False,
        widget=forms.Select(INPUT),
    )
    further_resources = forms.CharField(
        label=_("And beside it"),
        help_text=_("Kinds, with commas; named twice, two of them are needed."),
        required=False,
        max_length=100,
        widget=forms.TextInput(INPUT),
    )
    needs_approval = forms.BooleanField(
        label=_("The store confirms each visit"), required=False
    )

    def __init__(
        self, data: Any = None, *, offer: Offer | None, kinds: Sequence[str]
    ) -> None:
        known = offer or Offer()
        initial = {name: getattr(known, name) for name in self.base_fields}
        initial["further_resources"] = ", ".join(known.further_resources)
        super().__init__(data, initial=initial)
        steps = sorted({*STEPS, known.step})
        self._offer_choices("step", [(n, span_of_minutes(n)) for n in steps])
        for name, none in (
            ("minimum_notice", gettext("none, until its hour")),
            ("cancel_limit", gettext("its hour")),
        ):
            leads = sorted({*LEADS, getattr(known, name)})
            words = [(n, span_of_minutes(n) if n else none) for n in leads]
            self._offer_choices(name, words)
        things = sorted({*kinds, known.resource_kind} - {""})
        nothing = [("", gettext("nothing but the adviser"))]
        self._offer_choices("resource_kind", nothing + [(k, _kind(k)) for k in things])

    def clean_further_resources(self) -> tuple[str, ...]:
        kinds = self.cleaned_data["further_resources"].split(",")
        return tuple(kind.strip() for kind in kinds if kind.strip())

    def _offer_choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def terms(self) -> OfferTerms:
        return OfferTerms(**self.cleaned_data)


def _kind(kind: str) -> str:
    known = {"booth": gettext("a booth"), "room": gettext("a room")}
    return known.get(kind, kind)


class CompetenceForm(forms.Form):
    """One topic of a person: by which channels they advise on it; by none: not."""

    channels = forms.MultipleChoiceField(
        choices=CHANNELS,
        label=_("Channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic

    def term(self) -> CompetenceTerm | None:
        """By all of them is written as such, so that a new channel is among them."""
        channels = self.cleaned_data["channels"]
        if not channels:
            return None
        by_all = len(channels) == len(CHANNELS)
        return CompetenceTerm(topic=self.topic, channels=() if by_all else channels)


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"), max_length=60, widget=forms.TextInput(INPUT)
    )
    scopes = forms.MultipleChoiceField(
        choices=SCOPES,
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
