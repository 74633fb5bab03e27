"""Forms of the pages of people. Field names are the keywords of the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT, EmailField, NameField
from stores.editing.people import LONGEST, LONGEST_TITLE, SPOKEN
from stores.errors import AddressKnown, PersonRefused
from stores.models import Agenda, Role, Store, Topic
from stores.wording import languages

ROLES = {
    Role.ADVISER: _("Advises"),
    Role.MANAGER: _("Manages"),
    Role.ADMIN: _("Administers"),
}
CAUSES = {
    "above": _("This role is not yours to give."),
    "left": _("This person has left already."),
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
    """The names, title and languages that others read of somebody."""

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
    if refusal.cause == "often":
        return str(_("Enough messages went to this address today: show a link."))
    if refusal.field == "email":
        return str(EmailField.default_error_messages["invalid"])
    other = _("This cannot be written: look at it again, please.")
    return str(CAUSES.get(refusal.cause, other))


PICTURES = {
    "bytes": _("This picture is too large: send one of at most 12 megabytes."),
    "pixels": _("This picture is too large: send a smaller one."),
    "heic": _(
        "This is a HEIC picture, which not every browser shows: send it as JPEG."
    ),
}


def of_picture(cause: str) -> str:
    other = _("This is no picture that can be shown: send a JPEG, PNG or WebP.")
    return str(PICTURES.get(cause, other))


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
        is_all: bool = True,
        **options: Any,
    ) -> None:
        """`is_all` unless there are more stores than these."""
        super().__init__(*args, **options)
        self._stores = {store.pk: store for store in stores}
        self._topics = {str(topic.pk): topic for topic in topics}
        self._patterns = {agenda.pk: agenda for agenda in patterns}
        named = [(store.pk, store.name) for store in stores]
        self._choose("home", named)
        self._choose("further", named if is_all and len(named) <= MANY_STORES else [])
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
