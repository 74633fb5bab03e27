"""The form of a brand. Field names are the keywords of the use case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from booking.desk.places.forms import dialled
from booking.fields import INPUT, NameField
from stores.editing.brand_edits import LONGEST_WAY, MOST_DAYS, BrandFacts, brand_colour
from stores.errors import BrandRefused, ColourRefused, LanguageRefused
from stores.looks.colours import colour_of
from stores.models import Brand
from stores.wording import languages

WHY_NOT = {
    ("name", "no_letters"): _("A name has letters or digits."),
    ("name", "taken"): _("There is a brand of this name here already."),
    ("short_name", "long"): _("At most 11 letters: telephones show no more."),
    ("short_name", "letters"): _(
        "Only letters without accents, digits and spaces: telephones show nothing else."
    ),
    ("languages", "none"): _("One language must stay."),
    ("colour", "unreadable"): _("This colour cannot be read wherever it stands."),
    ("colour", "form"): _("A colour, please, for example #17408B."),
}
OTHER = _("This cannot be written: look at it again, please.")
NO_MORE_TOPICS = 3


def _text(label: Any, length: int, **attributes: Any) -> forms.CharField:
    widget = forms.TextInput({**INPUT, "autocomplete": "off", **attributes})
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        widget=widget,
        error_messages={"max_length": _("At most %(limit_value)d characters, please.")},
    )


class BrandForm(forms.Form):
    """All of the page but the logo. The main language counts as ticked."""

    colour = _text(_("Code of the colour"), 20, spellcheck="false")
    name = NameField(
        label=_("Name of the brand"),
        max_length=60,
        widget=forms.TextInput({**INPUT, "autocomplete": "organization"}),
        error_messages={
            "required": _("Write the name of your brand."),
            "nothing": _("Write the name of your brand."),
        },
    )
    short_name = _text(_("Name in text messages"), 20, spellcheck="false")
    main_language = forms.ChoiceField(
        label=_("Main language"), widget=forms.Select(INPUT)
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = _text(_("Help telephone"), 20, inputmode="tel")
    accessible_way = _text(_("For deaf and hard-of-hearing people"), LONGEST_WAY)
    erase_after_days = forms.IntegerField(
        label=_("Visits, days after they took place"),
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(INPUT | {"inputmode": "numeric"}),
        error_messages={
            "min_value": _("A day at least."),
            "max_value": _("At most three years, which are 1,095 days."),
        },
    )

    def __init__(self, sent: Any = None, *, brand: Brand) -> None:
        super().__init__(sent, initial=facts_shown(brand))
        self.brand = brand
        choices = [(code, languages([code]).capitalize()) for code in _codes()]
        for name in ("main_language", "languages"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_colour(self) -> str:
        try:
            return colour_of(self.cleaned_data["colour"])
        except ColourRefused:
            raise forms.ValidationError(WHY_NOT["colour", "form"]) from None

    def clean_phone(self) -> str:
        return dialled(self.cleaned_data["phone"])

    def clean_accessible_way(self) -> str:
        return " ".join(self.cleaned_data["accessible_way"].split())

    def facts(self) -> BrandFacts:
        data = dict(self.cleaned_data)
        main = data.pop("main_language")
        others = [code for code in data.pop("languages") if code != main]
        return BrandFacts(**data, languages=[main, *others])

    def refuse(self, refusal: BrandRefused) -> None:
        """Says at its field what the use case found."""
        if isinstance(refusal, LanguageRefused):
            self.add_error("languages", _unnamed(refusal))
        else:
            words = WHY_NOT.get((refusal.field, refusal.why), OTHER)
            self.add_error(refusal.field if refusal.field in self.fields else None,
                           words)  # fmt: skip


def facts_shown(brand: Brand) -> dict[str, Any]:
    """As the form shows them; a stale form is told by these."""
    names = ("name", "short_name", "phone", "accessible_way", "erase_after_days")
    return {name: getattr(brand, name) for name in names} | {
        "colour": brand_colour(brand),
        "main_language": brand.languages[0] if brand.languages else "",
        "languages": list(brand.languages),
    }


def lines_of(brand: Brand) -> list[str]:
    """The facts as they stand, each with its label."""
    form = BrandForm(brand=brand)
    said = facts_shown(brand) | {
        "main_language": "",
        "languages": languages(brand.languages),
    }
    return [f"{form.fields[name].label}: {value}" for name, value in said.items()
            if value]  # fmt: skip


def _codes() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _unnamed(refusal: LanguageRefused) -> str:
    named = [f"“{topic}”" for topic in refusal.topics[:NO_MORE_TOPICS]]
    more = len(refusal.topics) - len(named)
    count = len(refusal.topics)
    words = ngettext(
        "Not in %(language)s yet: %(count)d topic has no name in it (%(topics)s).",
        "Not in %(language)s yet: %(count)d topics have no name in it (%(topics)s).",
        count,
    )
    topics = ", ".join([*named, "…"] if more else named)
    spoken = languages([refusal.language])
    return words % {"language": spoken, "count": count, "topics": topics}
