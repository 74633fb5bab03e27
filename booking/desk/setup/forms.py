"""Forms of the first four steps. Each begins with values that most would choose."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.desk.hours.stretch_forms import WEEKDAYS
from booking.desk.setup.address import ZONE, AddressForm, address_text
from booking.fields import INPUT, EmailField, NameField, time_input
from booking.rota.hours import WeeklyStretch
from stores.calendar.public_holidays import TERRITORIES
from stores.editing.stores import NewStore
from stores.models import Channel, Role, Store, StoreKind
from stores.towns.known import ZONES_ABROAD, ZONES_OVERSEAS, is_postcode, place_of

KINDS = [
    (StoreKind.SHOP.value, _("Shop")),
    (StoreKind.BRANCH.value, _("Bank branch")),
    (StoreKind.REMOTE.value, _("Remote only")),
]
ZONES = sorted({ZONE, *ZONES_OVERSEAS.values(), *ZONES_ABROAD.values()})
"""Of the countries that an address may be in."""
BY_ADDRESS = ("", _("By the postcode"))
EVENING = dt.time(21)
TEN, NINETEEN = dt.time(10), dt.time(19)


class StoreForm(AddressForm):
    """A shop has an address; a team that advises from elsewhere needs none. Zone and
    territory follow the town unless they are chosen. `known` is the store as it stands:
    its own address is not asked about."""

    name = NameField(
        label=_("Name of the store"),
        max_length=80,
        error_messages={
            "required": _("Write the name of your store."),
            "nothing": _("Write the name of your store."),
        },
        widget=forms.TextInput(INPUT | {"autocomplete": "organization"}),
    )
    street = address_text(_("Address"), 120, "address-line1", required=False)
    kind = forms.ChoiceField(
        choices=KINDS,
        label=_("What kind of place"),
        initial=StoreKind.SHOP,
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(
        choices=[
            BY_ADDRESS,
            *((zone, zone) for zone in ZONES),
        ],
        label=_("Time zone"),
        required=False,
        widget=forms.Select(INPUT),
    )
    territory = forms.ChoiceField(
        choices=[BY_ADDRESS, *((code, code) for code in TERRITORIES)],
        label=_("Public holidays of"),
        required=False,
        widget=forms.Select(INPUT),
    )

    known: Store | None = None

    @classmethod
    def of(cls, store: Store) -> StoreForm:
        """Begins with the store as it is."""
        names = ("name", "street", "postcode", "city", "kind", "country", "time_zone")
        initial = {name: getattr(store, name) for name in names}
        return cls(initial=initial | {"territory": store.territory})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not is_postcode(data.get("postcode", ""), data.get("country") or "FR"):
            self.add_error("postcode", _("There is no such postcode in this country."))
        if self.town and "city" in data:
            data["city"] = self.town.name
        if self._is_to_ask(data):
            wrong = _("This postcode is known for: %(towns)s. Save again if the town "
                       "is right: the list may be old.")  # fmt: skip
            self.add_error("city", str(wrong) % {"towns": self.towns_known})
        if data.get("kind") != StoreKind.REMOTE:
            several = _("Several towns have this postcode: choose one.")
            words = {
                "street": _("Where is it? Street and number, please."),
                "postcode": _("The postcode, please."),
                "city": several if self.towns else _("The town, please."),
            }
            for name, text in words.items():
                if name not in self.errors and not data.get(name):
                    self.add_error(name, text)
        return data

    def _is_to_ask(self, data: dict[str, Any]) -> bool:
        """Once: who sends the same words again means them."""
        if not self.is_elsewhere or (self.known and not _moved(self.known, data)):
            return False
        return bool(self.data.get("address_asked", "") != self.address_asked)

    def facts(self, known: Store | None = None) -> NewStore:
        """The facts; those that no field asks for stay as of the store `known`. Its
        point is the town's until somebody says a better one for the same town."""
        data = self.cleaned_data
        country = data["country"] or "FR"
        town = self.town
        zone, territory = place_of(
            country=country, postcode=data["postcode"], town=town
        )
        facts = NewStore.of(known) if known else NewStore(name=data["name"])
        if not known or _moved(known, data):
            facts = replace(
                facts,
                latitude=town.latitude if town else None,
                longitude=town.longitude if town else None,
            )
        return replace(
            facts,
            name=data["name"],
            kind=data["kind"],
            street=data["street"],
            postcode=data["postcode"],
            city=data["city"],
            country=country,
            territory=data["territory"] or territory,
            time_zone=data["time_zone"] or zone,
        )


def _moved(known: Store, data: dict[str, Any]) -> bool:
    stood = (known.postcode, known.city, known.country)
    found = data.get("postcode"), data.get("city"), data.get("country") or "FR"
    return stood != found


class DayForm(forms.Form):
    """One weekday; midnight as the end is the end of that day."""

    is_open = forms.BooleanField(
        required=False,
        widget=forms.CheckboxInput({"class": "switch", "role": "switch"}),
    )
    starts_at = forms.TimeField(
        label=_("From"), required=False, initial=TEN, widget=time_input()
    )
    until = forms.TimeField(
        label=_("Until"), required=False, initial=NINETEEN, widget=time_input()
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        weekday: int,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"day-{weekday}", initial=initial)
        self.weekday, self.day = weekday, WEEKDAYS[weekday][1]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("is_open") or self.errors:
            return data
        start, end = data.get("starts_at"), data.get("until")
        if start is None:
            self.add_error("starts_at", _("From which hour?"))
        elif end is None:
            self.add_error("until", _("Until which hour?"))
        elif _minutes(end) - _minutes(start, is_start=True) < 5:
            self.add_error("until", _("It closes after it opens."))
        return data

    def stretches(self, channels: tuple[str, ...], *, evening: bool) -> list[Any]:
        """The day's open time, and with `evening` its end by video from home."""
        data = self.cleaned_data
        if not data["is_open"]:
            return []
        end = _minutes(data["until"])
        found = [self._stretch(data["starts_at"], end, channels)]
        if evening and end < _minutes(EVENING):
            from_home = self._stretch(data["until"], _minutes(EVENING), _VIDEO)
            found.append(from_home)
        return found

    def _stretch(
        self, starts_at: dt.time, end: int, channels: tuple[str, ...]
    ) -> WeeklyStretch:
        length = end - _minutes(starts_at, is_start=True)
        return WeeklyStretch(
            weekday=self.weekday,
            starts_at=starts_at,
            minutes=length,
            channels=channels,
        )


_VIDEO = (Channel.VIDEO.value,)


def _minutes(hour: dt.time, *, is_start: bool = False) -> int:
    found = hour.hour * 60 + hour.minute
    return found if found or is_start else 24 * 60


class ColleagueForm(forms.Form):
    """They sign in with the address; their password is theirs to set."""

    first_name = NameField(
        label=_("First name"),
        max_length=40,
        error_messages={
            "required": _("Write the first name."),
            "nothing": _("Write the first name."),
        },
        widget=forms.TextInput(INPUT | {"autocomplete": "off"}),
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(INPUT | {"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        choices=[(Role.ADVISER.value, ""), (Role.MANAGER.value, "")],
        label=_("What they may do"),
        initial=Role.ADVISER,
        widget=forms.RadioSelect,
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
