"""The form of somebody's roles, and the form that gives them a colleague's week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.desk.people.forms import ROLES
from booking.fields import INPUT
from stores.editing.roles import RoleTerm
from stores.models import Agenda, Region, Role, Store


class RolesForm(forms.Form):
    """A select for each role that stands, and one more place. `as_they_stand` are
    those that the editor may change."""

    place = forms.ChoiceField(
        label=_("One more place"), required=False, widget=forms.Select(INPUT)
    )
    role = forms.ChoiceField(
        label=_("Role there"),
        choices=list(ROLES.items()),
        initial=Role.ADVISER,
        required=False,
        widget=forms.Select(INPUT),
    )

    def __init__(
        self,
        *args: Any,
        as_they_stand: Sequence[RoleTerm],
        stores: Sequence[Store],
        regions: Sequence[Region],
        whole_brand: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._known = {f"role-{number}": term for number, term in
                       enumerate(as_they_stand)}  # fmt: skip
        for name, term in self._known.items():
            self.fields[name] = _role_field(term, whole_brand)
        taken = {term.place for term in as_they_stand}
        self._places: dict[str, tuple[str, dict[str, Any]]] = {}
        if whole_brand and (None, None) not in taken:
            self._places["brand"] = (whole_brand, {})
        for region in regions:
            if (None, region.pk) not in taken:
                self._places[f"region-{region.pk}"] = region.name, {"region": region}
        for store in stores:
            if (store.pk, None) not in taken:
                self._places[f"store-{store.pk}"] = store.name, {"store": store}
        names = [(key, name) for key, (name, _where) in self._places.items()]
        self.fields["place"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        if not whole_brand:
            self.fields["role"].choices = [  # type: ignore[attr-defined]
                (key, word) for key, word in ROLES.items() if key != Role.ADMIN
            ]

    def rows(self) -> list[tuple[RoleTerm, forms.BoundField]]:
        return [(term, self[name]) for name, term in self._known.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        one_store = data.get("place") not in ("", "brand", None)
        if one_store and data.get("role") == Role.ADMIN:
            self.add_error("role", _("Somebody administers the whole brand."))
        return data

    def terms(self) -> list[RoleTerm]:
        data = self.cleaned_data
        terms = [
            RoleTerm(Role(data[name]), term.store, term.region)
            for name, term in self._known.items()
            if data[name]
        ]
        if data["place"]:
            _named, where = self._places[data["place"]]
            terms.append(RoleTerm(Role(data["role"] or Role.ADVISER), **where))
        return terms


def _role_field(term: RoleTerm, whole_brand: str) -> forms.ChoiceField:
    of_brand = term.store is None and term.region is None
    known = [(key, word) for key, word in ROLES.items()
             if key != Role.ADMIN or (whole_brand and of_brand)]  # fmt: skip
    where = term.store or term.region
    name = where.name if where else whole_brand
    return forms.ChoiceField(
        label=name,
        choices=[*known, ("", _("None any more"))],
        initial=term.role,
        required=False,
        widget=forms.Select({**INPUT, "aria-label": name}),
    )


def store_chosen(sent: Mapping[str, Any]) -> set[int]:
    """The id in what was sent as one more place."""
    kind, _dash, number = str(sent.get("place", "")).partition("-")
    named = kind == "store" and number.isdecimal() and len(number) <= 18
    return {int(number)} if named else set()


class LikeForm(forms.Form):
    """A colleague's week at one of the stores, to begin with."""

    like = forms.TypedChoiceField(
        label=_("Hours like"), coerce=int, widget=forms.Select(INPUT)
    )

    def __init__(self, *args: Any, patterns: Sequence[Agenda], **options: Any) -> None:
        super().__init__(*args, **options)
        self._patterns = {agenda.pk: agenda for agenda in patterns}
        self.fields["like"].choices = [  # type: ignore[attr-defined]
            (one.pk, one.staff_member.first_name)
            for one in patterns
            if one.staff_member
        ]

    def pattern(self) -> Agenda:
        return self._patterns[self.cleaned_data["like"]]
