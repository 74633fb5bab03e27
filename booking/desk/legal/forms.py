"""The form of a legal page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from booking.fields import INPUT, LinesField, day_input
from stores.editing.legal import WrittenLegal
from stores.legal.places import NAMES, Problem, Wrong
from stores.models import Conformity, LegalKind, LegalText


class LegalForm(forms.Form):
    """One page in one language; terms may stand elsewhere, accessibility has a
    state."""

    body = LinesField(
        label=gettext_lazy("Text"),
        required=False,
        widget=forms.Textarea({**INPUT, "rows": 24, "spellcheck": "true"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Instead, a page of your own site"),
        required=False,
        widget=forms.URLInput({**INPUT, "placeholder": "https://"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State of compliance"),
        required=False,
        choices=[
            (Conformity.NOT, gettext_lazy("Not compliant")),
            (Conformity.PARTLY, gettext_lazy("Partially compliant")),
            (Conformity.FULLY, gettext_lazy("Fully compliant")),
        ],
        widget=forms.Select(INPUT),
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Criteria that are met, in %"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput({**INPUT, "inputmode": "numeric"}),
    )
    reviewed_on = forms.DateField(
        label=gettext_lazy("Reviewed on"), required=False, widget=day_input()
    )

    def __init__(self, *args: Any, kind: str, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.language = kind, language
        if kind != LegalKind.TERMS:
            del self.fields["address"]
        if kind != LegalKind.ACCESSIBILITY:
            for name in ("state", "rate", "reviewed_on"):
                del self.fields[name]
        self.fields["body"].widget.attrs["lang"] = language

    def written(self) -> WrittenLegal:
        """The facts that are right; the text as it stands in its field."""
        known: dict[str, Any] = dict(getattr(self, "cleaned_data", {}))
        text = known.pop("body", None)
        body = text if text is not None else str(self["body"].value() or "")
        return WrittenLegal(kind=self.kind, language=self.language, body=body, **known)

    def refuse(self, problems: Sequence[tuple[str, object]]) -> None:
        for field, problem in problems:
            if isinstance(problem, Problem):
                self.add_error(field, words_of(problem))


def initial_of(row: LegalText | None, ours: str) -> dict[str, Any]:
    """The fields of the version that stands; of none, our text."""
    if row is None:
        return {"body": ours, "state": Conformity.NOT}
    names = ("address", "state", "rate", "reviewed_on")
    kept: dict[str, Any] = {name: getattr(row, name) for name in names}
    return kept | {"body": row.body or (ours if row.address else "")}


def words_of(problem: Problem) -> str:
    """One sentence at the field."""
    is_french = (get_language() or "").startswith("fr")
    brand = NAMES["brand"].name("fr" if is_french else "en")
    facts = {
        "found": problem.found,
        "instead": problem.instead,
        "brand": f"{{{brand}}}",
    }
    if problem.wrong == Wrong.UNKNOWN and problem.instead:
        return _("{%(found)s} is not known here. Did you mean {%(instead)s}?") % facts
    sentences = {
        Wrong.UNKNOWN: _("{%(found)s} is not known here."),
        Wrong.BRACE: _("A brace stands alone: write %(brand)s, for example."),
        Wrong.LINK: _(
            "“%(found)s” is no address for a link: it begins with https://, mailto: "
            "or tel:."
        ),
        Wrong.EMPTY: _("Write something, or take ours back."),
        Wrong.TOO_LONG: _("At most %(found)s characters, please."),
        Wrong.UNPRINTABLE: _("There are characters that cannot be shown."),
        Wrong.ADDRESS: _("The address of a page begins with https://."),
        Wrong.STATE: _("Choose the state of compliance."),
        Wrong.RATE: _("100 is “fully”, and less is not: figure and state must agree."),
        Wrong.FUTURE: _("This day is still to come."),
    }  # fmt: skip
    return sentences[problem.wrong] % facts
