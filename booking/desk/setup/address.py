"""The part of a form that asks for an address, and what the list of towns says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT
from stores.towns.known import Town, place_of, town_of, towns_of

COUNTRIES = [
    ("FR", _("France")),
    ("BE", _("Belgium")),
    ("CH", _("Switzerland")),
    ("LU", _("Luxembourg")),
    ("MC", _("Monaco")),
]
ZONE = "Europe/Paris"
SHOWN_TOWNS = 5


def address_text(
    label: Any, length: int, autocomplete: str, extra: Any = None, **kwargs: Any
) -> forms.CharField:
    widget = forms.TextInput(INPUT | {"autocomplete": autocomplete} | (extra or {}))
    return forms.CharField(label=label, max_length=length, widget=widget, **kwargs)


class AddressForm(forms.Form):
    """The town of an address, as far as the list knows it: the only one of a postcode
    need not be written, and one that it knows is written as it is called."""

    postcode = address_text(_("Postcode"), 12, "postal-code", required=False)
    city = address_text(
        _("Town"), 80, "address-level2", required=False, extra={"list": "towns"}
    )
    country = forms.ChoiceField(
        choices=COUNTRIES,
        label=_("Country"),
        initial="FR",
        required=False,
        widget=forms.Select(INPUT),
    )

    @property
    def towns(self) -> list[Town]:
        """By what stands in the fields, also before it is judged."""
        country = self._stands("country") or "FR"
        return towns_of(self._stands("postcode"), country=country)

    @property
    def town(self) -> Town | None:
        return town_of(self.towns, self._stands("city"))

    @property
    def clock(self) -> str:
        """The time zone and public holidays that follow from the town."""
        town = self.town
        if town is None:
            return ""
        zone, territory = place_of(country="FR", postcode=town.postcode, town=town)
        if zone != ZONE:
            words = _("Clock and public holidays of %(where)s.")
            return str(words) % {"where": town.department}
        if territory != "FR":
            return str(_("Clock of Paris, public holidays of Alsace-Moselle."))
        return str(_("Clock of Paris, public holidays of France."))

    @property
    def is_elsewhere(self) -> bool:
        """True where the list knows the postcode, and the town under another one."""
        return bool(self.towns and self._stands("city") and self.town is None)

    @property
    def address_asked(self) -> str:
        """The words that the page asks about: sent back with it, they are meant."""
        return f"{self._stands('postcode')} {self._stands('city')}"

    @property
    def towns_known(self) -> str:
        names = list(dict.fromkeys(town.name for town in self.towns))
        more = ["…"] if len(names) > SHOWN_TOWNS else []
        return ", ".join([*names[:SHOWN_TOWNS], *more])

    def _stands(self, name: str) -> str:
        return str(self[name].value() or "").strip()
