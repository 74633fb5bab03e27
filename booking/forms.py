"""Forms of customers, checked before any service is asked; and the base of those with
hours on the clock of a store."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from booking.fields import (
    INPUT,
    PHONE_ATTRIBUTES,
    EmailField,
    NameField,
    Need,
    PhoneField,
    PhotosField,
    SeenField,
    answer_field,
    meant_address,
    question_field,
)
from stores.models import Absence, Channel, TopicQuestion

ANSWER = "answer_"
ABSENCE_REASONS = [
    (Absence.Reason.HOLIDAY, _("Holiday")),
    (Absence.Reason.SICKNESS, _("Illness")),
    (Absence.Reason.TRAINING, _("Training")),
    (Absence.Reason.OTHER, _("Other reason")),
]


class OnClockForm(forms.Form):
    """Base of forms with days and hours on the clock of a store."""

    def __init__(self, *args: Any, zone: zoneinfo.ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def instant(self, day: str, time: str, *, fold: int) -> dt.datetime | None:
        """The instant of both fields, in UTC; None where one is empty or was refused.
        An end inside the repeated hour is its second pass: longer, never shorter."""
        on, at = self.cleaned_data.get(day), self.cleaned_data.get(time)
        if on is None or at is None:
            return None
        local = dt.datetime.combine(on, at, self.zone)
        try:
            instant = local.replace(fold=fold).astimezone(dt.UTC)
        except OverflowError:
            self.add_error(day, _("This is no time."))
            return None
        if instant.astimezone(self.zone).time() != at:
            self.add_error(time, _("The clocks change: this hour does not exist."))
        return instant


class SummedForm(forms.Form):
    """Base of forms whose page begins with a summary of their errors."""

    @property
    def errors_in_order(self) -> list[tuple[str, str]]:
        """Each error with the id of its field, for the summary."""
        return [
            (self[name].id_for_label, str(message))
            for name in self.fields
            for message in self.errors.get(name, ())
        ]


class BroughtForm(SummedForm):
    """Question, photographs, product and needs of a visit; all of it may stay empty."""

    question = question_field(_("Your question"), rows=3)

    product = forms.CharField(
        max_length=300,
        required=False,
        label=_("Link or reference of the product"),
        widget=forms.TextInput(
            {**INPUT, "autocomplete": "off", "autocapitalize": "off",
             "spellcheck": "false"}
        ),
        error_messages={"max_length": _("At most %(limit_value)d characters, please.")},
    )  # fmt: skip
    asks_stock = forms.BooleanField(required=False, label=_("Is it available?"))
    needs = forms.MultipleChoiceField(
        choices=Need.choices,
        required=False,
        label=_("A particular need?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Tick what is in the list, please.")},
    )
    photos = PhotosField(required=False, label=_("Up to 3 photos"))

    def clean_asks_stock(self) -> bool:
        """Of no product there is nothing to ask."""
        asks: bool = self.cleaned_data["asks_stock"]
        return asks and bool(self.cleaned_data.get("product"))

    @property
    def needs_given(self) -> int:
        return len(self["needs"].value() or ())


class DetailsForm(BroughtForm):
    """Name, and one way to be reached; a callback needs the number to call.

    `reach` says which of the two fields the customer filled in; the other is dropped.
    """

    PHONE, EMAIL = "phone", "email"

    name = NameField(max_length=80, label=_("Your name"))
    reach = forms.ChoiceField(
        choices=[(EMAIL, _("By e-mail")), (PHONE, _("By phone"))],
        required=False,
        initial=EMAIL,
        widget=forms.RadioSelect,
    )
    email = EmailField(max_length=254, required=False, label=_("Your e-mail"))
    phone = PhoneField(max_length=40, required=False, label=_("Your telephone number"))
    no_email = forms.BooleanField(
        required=False,
        label=_("I have no e-mail address: I note the hour and the link myself."),
    )
    also = forms.BooleanField(required=False, label=_("Book this one too"))
    privacy_version = SeenField(required=False)
    field_order = ("name", "reach", "email", "phone", "question")

    def __init__(
        self,
        *args: Any,
        brand_id: int,
        channel: str,
        country: str,
        questions: Sequence[TopicQuestion] = (),
        asks_domain: bool = True,
        **kwargs: Any,
    ) -> None:
        """`questions` are the topic's, each a field `answer_<id>`. `asks_domain`: once
        about a mail domain that looks mistyped."""
        super().__init__(*args, **kwargs)
        self.brand_id = brand_id
        self.questions = questions
        for asked in questions:
            self.fields[f"{ANSWER}{asked.pk}"] = answer_field(asked)
        self.is_callback = channel == Channel.CALLBACK
        self.asks_both = False
        self.asks_domain, self.doubted = asks_domain, ""
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        for name, token in (("name", "name"), ("email", "email")):
            attributes = self.fields[name].widget.attrs
            attributes.update({"class": "input", "autocomplete": token})
        phone.widget.attrs.update(PHONE_ATTRIBUTES)

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [self[f"{ANSWER}{asked.pk}"] for asked in self.questions]

    @property
    def answers(self) -> list[tuple[TopicQuestion, str]]:
        """Question and text of each answer that was given, of a valid form."""
        given = ((asked, self.cleaned_data[f"{ANSWER}{asked.pk}"])
                 for asked in self.questions)  # fmt: skip
        return [(asked, text) for asked, text in given if text]

    @property
    def is_email_optional(self) -> bool:
        return not self.asks_both

    @property
    def asks_email(self) -> bool:
        """True if the form offers to go on without one."""
        return self.asks_both and not self.cleaned_data.get("email")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.is_callback:
            self._require("phone", _("Write the number that we should call."))
            self._ask_email()
        elif cleaned.get("reach") == self.PHONE:
            self._require("phone", _("Write your telephone number."))
            self._ask_email()
            if not self.asks_both:
                self._drop("email")
        else:
            self._drop("phone")
            self._require("email", _("Write your e-mail address."))
        self._ask_domain()
        return cleaned

    @property
    def as_typed(self) -> str:
        """The address about which this page asks, or another has asked."""
        asks = self.is_bound and "email" in self.errors and self.doubted
        return asks or str(self.data.get("as_typed", ""))

    def _ask_domain(self) -> None:
        """Asks once; the same address again is taken as it is."""
        email = self.cleaned_data.get("email", "")
        meant = meant_address(email) if email else ""
        if not (meant and self.asks_domain) or self.data.get("as_typed") == email:
            return
        self.doubted = email
        words = _("Did you mean %(meant)s? If not, confirm once more.")
        self.add_error("email", words % {"meant": meant})

    def _ask_email(self) -> None:
        """At once where no text message will arrive: later nobody could say so."""
        phone = self.cleaned_data.get("phone")
        if not phone or reached_by_text(self.brand_id, phone):
            return
        self.asks_both = True
        if not self.cleaned_data.get("no_email"):
            self._require(
                "email",
                _(
                    "No text message reaches this number. Write your e-mail address, "
                    "and we send you the link and the reminders there."
                ),
            )

    def _require(self, name: str, message: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def _drop(self, name: str) -> None:
        self.cleaned_data[name] = ""
        self.errors.pop(name, None)


def reached_by_text(brand_id: int, phone: str) -> bool:
    """Asked of the floor that sends texts, by the setting that names it."""
    reach: Callable[[int, str], bool] = import_string(settings.TEXTS_REACH)
    return reach(brand_id, phone)


class PhoneForm(SummedForm):
    """The number to call; may stay empty where one is known already."""

    phone = PhoneField(max_length=40, required=False, label=_("Your telephone number"))

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone = self.fields["phone"]
        if isinstance(phone, PhoneField):
            phone.region = country
        phone.widget.attrs.update(PHONE_ATTRIBUTES)
