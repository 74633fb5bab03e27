"""The two forms of the page: the list of sites, and how a widget is to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.availability.search import DOORS
from booking.fields import INPUT
from booking.wording import channel_question
from stores.editing.brand_edits import MOST_SITES
from stores.errors import SiteRefused
from stores.models import Brand, Store, Topic
from stores.wording import language_itself

WHY_NOT = {
    "form": gettext_lazy(
        "“%(site)s” is no web site: write it as https://shop.example, please."
    ),
    "https": gettext_lazy("“%(site)s”: only sites with https, please."),
    "many": gettext_lazy("At most %(most)d sites: “%(site)s” is one too many."),
}
LONGEST_SHOWN = 60
CUSTOMER = gettext_lazy("The customer chooses")
WORDS = gettext_lazy("Book an appointment")


class SitesForm(forms.Form):
    """All of the list, one site a line."""

    sites = forms.CharField(
        label=gettext_lazy("Sites that may show it"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(
            {**INPUT, "rows": 3, "spellcheck": "false", "autocapitalize": "off"}
        ),
        error_messages={
            "max_length": gettext_lazy("At most %(limit_value)d characters, please.")
        },
    )

    def refuse(self, refusal: SiteRefused) -> None:
        facts = {"site": refusal.site.strip()[:LONGEST_SHOWN], "most": MOST_SITES}
        self.add_error("sites", WHY_NOT[refusal.why] % facts)


class LookForm(forms.Form):
    """Asked by GET, for it writes nothing: what the site answers for the customer, and
    how it stands on the page."""

    INLINE, BUTTON = "inline", "button"

    look = forms.ChoiceField(label=gettext_lazy("On the page"), required=False)
    at = forms.ChoiceField(label=gettext_lazy("Store"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("How"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Words of the link"),
        required=False,
        max_length=60,
        widget=forms.TextInput({**INPUT, "autocomplete": "off", "placeholder": WORDS}),
        error_messages={
            "max_length": gettext_lazy("At most %(limit_value)d characters, please.")
        },
    )

    def __init__(
        self, sent: Any, *, brand: Brand, stores: Sequence[Store], topics: list[Topic]
    ) -> None:
        super().__init__(sent)
        free = [("", str(CUSTOMER))]
        choices = {
            "look": [(self.INLINE, _("The next hours, in the text")),
                     (self.BUTTON, _("A button that stays at the edge"))],
            "at": [*free, *((str(store.pk), store.name) for store in stores)],
            "topic": [*free, *((topic.slug, topic.label) for topic in topics)],
            "channel": [*free, *((str(c), channel_question(c)) for c in DOORS)],
            "language": [("", _("That of the page")), *(
                (code, language_itself(code)) for code in brand.languages)],
        }  # fmt: skip
        for name, named in choices.items():
            field = self.fields[name]
            field.widget = forms.Select(INPUT)
            field.choices = named  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """Of each field what was chosen; nothing where it is not in the list."""
        self.full_clean()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
