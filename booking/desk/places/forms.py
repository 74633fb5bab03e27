"""Forms of one store and of its rooms: the rules of the set-up step, and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.desk.setup.forms import ZONES, StoreForm
from booking.fields import INPUT, LinesField
from booking.rota.places.rooms import MOST_CAPACITY, Room
from stores.editing.stores import LONGEST, LONGEST_DIRECTIONS, NewStore
from stores.errors import EditRefused
from stores.models import Region, Resource, Store
from stores.telephone import is_dialled
from stores.wording import ACCESS

WHY_NOT = {
    ("slug", "taken"): _("Another store has this address."),
    ("slug", "form"): _("Small letters, digits and dashes, please."),
    ("external_id", "taken"): _("Another store has this number."),
}
OTHER = _("This does not go together.")
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*°?\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*°?\s*")


def _text(label: Any, length: int, **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(INPUT | {"autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=length, required=False, widget=widget, **kwargs
    )


def _directions(label: Any, language: str) -> LinesField:
    return LinesField(
        label=label,
        required=False,
        max_length=LONGEST_DIRECTIONS,
        widget=forms.Textarea(INPUT | {"rows": 2, "lang": language}),
    )


class PlaceForm(StoreForm):
    """All facts of a store. `point` is what a map copies: 50.6292, 3.0573."""

    slug = _text(_("Address of its page"), 60)
    external_id = _text(_("Your number of it"), LONGEST["external_id"])
    region = forms.ChoiceField(
        label=_("Region"), required=False, widget=forms.Select(INPUT)
    )
    new_region = _text(_("Another region"), 60)
    phone = _text(_("Telephone"), 20)
    calls_from = _text(_("Number that it calls from"), 20)
    point = _text(_("Point on the map"), 60)
    access = forms.MultipleChoiceField(
        label=_("What there is"),
        choices=list(ACCESS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    directions_fr = _directions(_("How to find it, French"), "fr")
    directions_en = _directions(_("How to find it, English"), "en")

    def __init__(
        self, *args: Any, regions: Sequence[Region], known: Store | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.initial = facts_shown(known) if known else {}
        self.known = known
        self.regions = {str(region.pk): region for region in regions}
        zones: Any = self.fields["time_zone"]
        if known and known.time_zone not in ZONES:
            zones.choices = [*zones.choices, (known.time_zone, known.time_zone)]
        names = [(key, region.name) for key, region in self.regions.items()]
        self.fields["region"].choices = [("", "—"), *names]  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_phone(self) -> str:
        return dialled(self.cleaned_data["phone"])

    def clean_calls_from(self) -> str:
        return dialled(self.cleaned_data["calls_from"])

    def clean_point(self) -> tuple[float, float] | None:
        text = self.cleaned_data["point"]
        if not text:
            return None
        found = _POINT.fullmatch(text)
        if not found:
            raise forms.ValidationError(_("Two figures, please: 50.6292, 3.0573"))
        return float(found[1]), float(found[2])

    def new_facts(self, made: dict[str, Region]) -> NewStore:
        """`made` holds the region of a new name."""
        data = self.cleaned_data
        facts = self.facts(self.known)
        if "point" in self.changed_data:
            north, east = data["point"] or (None, None)
            facts = replace(facts, latitude=north, longitude=east)
        name = " ".join(data["new_region"].split())
        return replace(
            facts,
            slug=data["slug"],
            external_id=data["external_id"],
            region=made[name] if name else self.regions.get(data["region"]),
            phone=data["phone"],
            calls_from=data["calls_from"],
            access=data["access"],
            directions={"fr": data["directions_fr"], "en": data["directions_en"]},
        )

    def refuse(self, refusal: EditRefused) -> None:
        """Says at its field what the use case found."""
        field = {"latitude": "point", "longitude": "point", "directions": None}.get(
            refusal.field, refusal.field
        )
        words = WHY_NOT.get((refusal.field, refusal.why), OTHER)
        self.add_error(field if field in self.fields else None, words)


def dialled(text: str) -> str:
    tidy = " ".join(text.split())
    if tidy and not is_dialled(tidy):
        raise forms.ValidationError(_("This is no telephone number."))
    return tidy


def facts_shown(store: Store) -> dict[str, Any]:
    """As the form shows them; a stale form is told by these."""
    names = (
        *("name", "slug", "external_id", "kind", "street", "postcode", "city"),
        *("country", "time_zone", "territory", "phone", "calls_from"),
    )
    point = store.latitude is not None and f"{store.latitude}, {store.longitude}"
    return {name: getattr(store, name) for name in names} | {
        "region": str(store.region_id or ""),
        "point": point or "",
        "access": list(store.access),
        "directions_fr": store.directions.get("fr", ""),
        "directions_en": store.directions.get("en", ""),
    }


class RoomForm(forms.Form):
    """A room or booth; `kind` is what a topic asks for."""

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(INPUT)
    )
    kind = forms.CharField(
        label=_("Kind"),
        max_length=20,
        initial="room",
        widget=forms.TextInput(INPUT | {"list": "kinds"}),
    )
    capacity = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_CAPACITY,
        initial=2,
        widget=forms.NumberInput(INPUT | {"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "room_%s", **options})

    @classmethod
    def of(cls, room: Resource) -> RoomForm:
        names = ("name", "kind", "capacity")
        return cls(initial={name: getattr(room, name) for name in names})

    def clean_kind(self) -> str:
        kind = str(self.cleaned_data["kind"]).strip().lower()
        if "," in kind:
            raise forms.ValidationError(_("One kind, please, without a comma."))
        return kind

    def room(self) -> Room:
        return Room(**self.cleaned_data)

    def refuse(self, refusal: EditRefused) -> None:
        taken = refusal.why == "taken"
        words = _("The store has a room of this name.") if taken else OTHER
        self.add_error(refusal.field, words)
