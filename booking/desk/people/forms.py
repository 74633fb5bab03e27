"""Forms of the pages of people. Field names are the keywords of the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, EmailField, NameField
from stores.editing.people import LONGEST, LONGEST_TITLE, SPOKEN
from stores.editing.roles import RoleTerm
from stores.errors import AddressKnown, PersonRefused
from stores.models import Agenda, Region, Role, Store, Topic
from stores.wording import languages

ROLES = {
    Role.ADVISER: _("Advises"),
    Role.MANAGER: _("Manages"),
    Role.ADMIN: _("Administers"),
}
MANY_STORES = 12


class _OptionalName(NameField):
    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def _name(field: str, label: Any, *, required: bool = False) -> forms.CharField:
    kind = NameField if required else _OptionalName
    return kind(
        label=label,
        max_length=LONGEST[field],
        required=required,
        widget=forms.TextInput({**INPUT, "autocomplete": "off"}),
        error_messages={
            "required": _("Write a first name."),
            "nothing": _("Write a first name."),
            "link": _("Only a name, please: no link."),
            "address": _("Only a name, please: no e-mail address."),
            "line_end": _("A name on one line, please."),
        },
    )


def _title(label: Any, language: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TITLE,
        widget=forms.TextInput({**INPUT, "lang": language}),
        error_messages={"max_length": _("At most %(limit_value)d characters, please.")},
    )


def _ticks(label: Any, *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=required, widget=forms.CheckboxSelectMultiple
    )


class PersonForm(forms.Form):
    """What customers and colleagues read of somebody."""

    first_name = _name("first_name", _("First name"), required=True)
    last_name = _name("last_name", _("Family name"))
    formal_name = _name("formal_name", _("Formal name"))
    title_fr = _title(_("Title, French"), "fr")
    title_en = _title(_("Title, English"), "en")
    languages = _ticks(_("Languages spoken"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (code, languages([code]).capitalize()) for code in SPOKEN
        ]

    def facts(self) -> dict[str, Any]:
        """The keywords of `edit_person`."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("first_name", "last_name")}
        return facts | {
            "formal_name": data["formal_name"],
            "title": {"fr": data["title_fr"], "en": data["title_en"]},
            "languages": data["languages"],
        }

    def refuse(self, refusal: PersonRefused) -> None:
        """Says at its field what the use case found."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, words_of(refusal))


def words_of(refusal: PersonRefused) -> str:
    if isinstance(refusal, AddressKnown):
        return str(_("%(name)s has this address already.")) % {"name": refusal.holder}
    if refusal.field == "email" and refusal.cause == "required":
        return str(_("Write the e-mail address."))
    if refusal.field == "email":
        return str(EmailField.default_error_messages["invalid"])
    if refusal.cause == "above":
        return str(_("This role is not yours to give."))
    return str(_("This cannot be written: look at it again, please."))


class NewPersonForm(PersonForm):
    """Somebody new: the person, where, what about, and how they come in."""

    home = forms.TypedChoiceField(
        label=_("Home store"), coerce=int, widget=forms.Select(INPUT)
    )
    further = _ticks(_("Works in these stores, too"))
    topics = _ticks(_("Topics"))
    like = forms.TypedChoiceField(
        label=_("Weekly hours"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(INPUT),
    )
    email = EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput({**INPUT, "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=list(ROLES.items()),
        initial=Role.ADVISER,
        widget=forms.Select(INPUT),
    )
    invite = forms.ChoiceField(
        label=_("Invitation"),
        choices=[("mail", _("Send it by e-mail now")), ("later", _("Later"))],
        initial="mail",
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        stores: Sequence[Store],
        topics: Sequence[Topic],
        patterns: Sequence[Agenda],
        may_admin: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._stores = {store.pk: store for store in stores}
        self._topics = {str(topic.pk): topic for topic in topics}
        self._patterns = {agenda.pk: agenda for agenda in patterns}
        named = [(store.pk, store.name) for store in stores]
        self._choose("home", named)
        self._choose("further", named if len(named) <= MANY_STORES else [])
        self._choose("topics", [(topic.pk, topic.label) for topic in topics])
        like = [(one.pk, one.staff_member.first_name) for one in patterns
                if one.staff_member]  # fmt: skip
        self._choose("like", [("", _("None yet")), *like])
        if not may_admin:
            self._choose("role", [(key, word) for key, word in ROLES.items()
                                  if key != Role.ADMIN])  # fmt: skip

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen_stores(self) -> list[Store]:
        """The home first."""
        home = self._stores[self.cleaned_data["home"]]
        further = [self._stores[int(pk)] for pk in self.cleaned_data["further"]]
        return [home, *(store for store in further if store != home)]

    def chosen_topics(self) -> list[Topic]:
        return [self._topics[pk] for pk in self.cleaned_data["topics"]]

    def pattern(self) -> Agenda | None:
        return self._patterns.get(self.cleaned_data["like"] or 0)

    @property
    def wants_mail(self) -> bool:
        data = self.cleaned_data
        return bool(data["email"]) and data["invite"] == "mail"


class InviteForm(forms.Form):
    email = EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput({**INPUT, "autocomplete": "off"}),
        error_messages={"required": _("Write the e-mail address.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the message"),
        choices=settings.LANGUAGES,
        widget=forms.Select(INPUT),
    )
    by = forms.ChoiceField(choices=[("mail", ""), ("link", "")])


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
