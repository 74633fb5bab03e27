"""The question of what changes in many stores, and the words for its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.desk.places.forms import dialled
from booking.desk.setup.forms import KINDS, ZONES
from booking.fields import INPUT
from booking.rota.places.edits import FIELDS, Edit
from stores.calendar.public_holidays import TERRITORIES
from stores.models import Region

WORDS = {
    "region": _("Region"),
    "kind": _("What kind of place"),
    "territory": _("Public holidays of"),
    "time_zone": _("Time zone"),
    "calls_from": _("Number that it calls from"),
}


class EditForm(forms.Form):
    """First the field, then its value: two GETs, so that it needs no script."""

    what = forms.ChoiceField(
        label=_("What"), choices=list(WORDS.items()), widget=forms.Select(INPUT)
    )

    def __init__(self, sent: Any, *, regions: Sequence[tuple[Region, int]]) -> None:
        self.asked = sent.get("what", "")
        self.is_asked = "to" in sent
        super().__init__(sent if self.is_asked else None, initial={"what": self.asked})
        self.regions = {region.pk: region for region, _count in regions}
        if self.asked in FIELDS:
            self.fields["to"] = self._value_field()

    value_field = "to"

    @staticmethod
    def word_of(field: str) -> str:
        return str(WORDS.get(field, field))

    def _value_field(self) -> forms.Field:
        label = _("Becomes")
        if self.asked == "calls_from":
            widget = forms.TextInput(INPUT)
            return forms.CharField(
                label=label, max_length=20, required=False, widget=widget
            )
        choices: dict[str, list[tuple[str, Any]]] = {
            "region": [("", _("No region"))]
            + [(str(pk), region.name) for pk, region in self.regions.items()],
            "kind": list(KINDS),
            "territory": [(code, code) for code in TERRITORIES],
            "time_zone": [(zone, zone) for zone in ZONES],
        }
        return forms.ChoiceField(
            label=label,
            choices=choices[self.asked],
            required=self.asked != "region",
            widget=forms.Select(INPUT),
        )

    def clean_to(self) -> str:
        value = str(self.cleaned_data["to"])
        return dialled(value) if self.asked == "calls_from" else value

    def edit(self) -> Edit:
        value = self.cleaned_data["to"]
        if self.asked == "region":
            return Edit(
                field="region", value=self.regions[int(value)] if value else None
            )
        return Edit(field=self.asked, value=value)


def label_of(field: str, value: Any, regions: dict[int, Region]) -> str:
    """A value as people read it; for nothing, the word for that."""
    if field == "region":
        return regions[value].name if value in regions else gettext("No region")
    if field == "kind":
        return str(dict(KINDS).get(value, value))
    if not value:
        return (
            gettext("The brand's") if field == "calls_from" else gettext("No territory")
        )
    return str(value)
