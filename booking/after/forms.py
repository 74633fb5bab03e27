"""Forms of what is said after a visit, by customers and by staff."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.after.summary import NEXT_STEP_BY
from booking.fields import INPUT, LinesField, StartField, day_input, question_field
from booking.forms import PhoneForm
from booking.instants import YEAR
from booking.models import VisitRating, VisitSummary
from booking.models.rating import BEST, WORST
from stores.calendar.recurrence import instant
from stores.models import StaffMember, Store

PARTS = ("score", "resolved", "words", "reason")
TOO_LONG = {"max_length": _("At most %(limit_value)d characters, please.")}


class RatingForm(forms.Form):
    """The word on a visit: any one part of it, or several. A part that is not sent is
    None, which leaves what was said before."""

    score = forms.IntegerField(required=False, min_value=WORST, max_value=BEST)
    resolved = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    words = question_field(_("A few words, if you like"), rows=2)
    reason = forms.TypedChoiceField(
        choices=VisitRating.Reason.choices, empty_value=None, required=False
    )
    place = forms.ChoiceField(choices=VisitRating.Place.choices, required=False)

    def clean_place(self) -> str:
        return self.cleaned_data["place"] or VisitRating.Place.PAGE

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if "words" not in self.data:
            cleaned["words"] = None
        parts = [cleaned.get(name) for name in PARTS]
        if not self.errors and not any(part is not None for part in parts):
            self.add_error("score", _("Choose one of the five faces."))
        return cleaned

    @property
    def is_odd(self) -> bool:
        """True of values that no button sends."""
        return bool(set(self.errors) - {"words"})


class DeadlineField(StartField):
    """May stay empty: the promise keeps its own then."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else None


class RecoveryForm(PhoneForm):
    """The way in which the customer wants to be talked to after a bad visit."""

    way = forms.ChoiceField(choices=VisitRating.Way.choices)
    due_at = DeadlineField(required=False)


class SummaryForm(forms.Form):
    """The summary as staff write it. A next step has an owner and a day."""

    words = LinesField(
        max_length=VisitSummary.LONGEST,
        required=False,
        label=_("What you advised"),
        widget=forms.Textarea({**INPUT, "rows": 8}),
        error_messages=TOO_LONG,
    )
    next_step = forms.CharField(
        max_length=VisitSummary.LONGEST_STEP,
        required=False,
        label=_("Next step"),
        widget=forms.TextInput({**INPUT, "autocomplete": "off"}),
        error_messages=TOO_LONG,
    )
    next_owner: forms.ModelChoiceField[StaffMember] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Who does it"),
        widget=forms.Select(INPUT),
    )
    next_day = forms.DateField(
        required=False, label=_("By the evening of"), widget=day_input()
    )
    announce = forms.BooleanField(
        required=False, label=_("Tell the customer that a summary comes")
    )

    def __init__(
        self, *args: Any, store: Store, team: Any, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.store, self.today = store, today
        owner = self.fields["next_owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = team

    def clean_next_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["next_day"]
        is_new = day is not None and "next_day" in self.changed_data
        if is_new and day and not self.today <= day <= self.today + YEAR:
            raise forms.ValidationError(
                _("A day from today on, within a year, please.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        missing = {
            "next_step": _("Say what happens next, or leave its day and person empty."),
            "next_owner": _("Choose who does it."),
            "next_day": _("Choose the day by which it is done."),
        }
        given = [name for name in missing if cleaned.get(name)]
        # A person is chosen already when the form opens.
        if set(given) - {"next_owner"} and not set(missing) & set(self.errors):
            for name, words in missing.items():
                if name not in given:
                    self.add_error(name, words)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The keywords of `save_summary`, of a valid form."""
        found = self.cleaned_data
        owner: StaffMember | None = found["next_owner"]
        day: dt.date | None = found["next_day"]
        return {
            "words": found["words"],
            "next_step": found["next_step"],
            "next_owner": owner,
            "next_due_at": instant(day, NEXT_STEP_BY, self.store.zone) if day else None,
            "announce": found["announce"],
        }
