"""Fields of what people say of themselves: each is kept in one form, and refused with
the words of its cause."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from booking.instants import read_instant
from stores import telephone, written
from stores.models import TopicQuestion

PHONE_ATTRIBUTES = {
    "class": "input",
    "type": "tel",
    "inputmode": "tel",
    "autocomplete": "tel",
}

INPUT = {"class": "input"}
FIGURE = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?")


class Need(TextChoices):
    """A customer's need, as codes that name nobody; several may be true at once."""

    WRITING = "writing", _("The whole visit by writing")
    SIGNS = "signs", _("Sign language")
    INTERPRETER = "interpreter", _("A relay or an interpreter")
    HELPER = "helper", _("Somebody comes along to help")


class NameField(forms.CharField):
    """A person's name; each refusal says its own cause."""

    default_error_messages = {
        "required": _("Write your name."),
        "max_length": _("At most %(limit_value)d characters, please."),
        written.HasLink.code: _("Only your name, please: no link."),
        written.HasAddress.code: _("Only your name, please: no e-mail address."),
        written.TurnsDirection.code: _(
            "This name contains invisible characters that turn the direction of "
            "writing. Type it anew, please."
        ),
        written.HasLineEnd.code: _("Your name on one line, please."),
        written.ShowsNothing.code: _("Write your name."),
        written.Unprintable.code: _(
            "This name contains characters that cannot be shown. Type it anew, please."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return written.tidy_name(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        try:
            written.check_name(value)
        except written.WritingRefused as refused:
            code = refused.code
            raise forms.ValidationError(self.error_messages[code], code) from None


class EmailField(forms.CharField):
    """An address of any script, as `stores.written` keeps it."""

    widget = forms.EmailInput
    default_error_messages = {
        "invalid": _("This is no e-mail address. For example: lea@example.org")
    }

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return written.mail_address(text)
        except written.NoMailAddress:
            raise forms.ValidationError(self.error_messages["invalid"]) from None


MAIL_DOMAINS = (
    *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.fr", "outlook.com"),
    *("outlook.fr", "live.com", "live.fr", "icloud.com", "yahoo.com", "yahoo.fr"),
    *("orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "neuf.fr"),
    *("bbox.fr", "protonmail.com", "aol.com"),
)
NEAR_AND_REAL = frozenset({"mail.com", "ymail.com", "email.com", "fastmail.com"})
TYPOS_OF_COM = frozenset({"co", "cm", "om"})
LONG = 9
"""Letters from which two may be wrong."""


def meant_address(email: str) -> str:
    """The address with the big mail domain that was probably meant; empty where the
    domain is right, or near to none. A country's own domain of a big name is right."""
    local, _at, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in MAIL_DOMAINS or domain in NEAR_AND_REAL:
        return ""
    name, _dot, end = domain.partition(".")
    if name == "gmail":  # which has no other domain
        return f"{local}@gmail.com"
    if (
        name in {known.partition(".")[0] for known in MAIL_DOMAINS}
        and len(end) == 2
        and end not in TYPOS_OF_COM
    ):
        return ""
    steps, known = min((_steps(domain, one), one) for one in MAIL_DOMAINS)
    return f"{local}@{known}" if steps <= 1 + (len(known) >= LONG) else ""


def _steps(typed: str, meant: str) -> int:
    """Letters to add, remove, change or swap with their neighbour."""
    if abs(len(typed) - len(meant)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(meant, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 < j and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]


class LinesField(forms.CharField):
    """Text of several lines; a line end counts as one character, as in the browser."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(written.one_line_end(value or "")) or ""


class PhoneField(forms.CharField):
    """A telephone number as people write it at home; cleaned to E.164."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Write your telephone number."),
        telephone.NotANumber.code: _(
            "This is no telephone number. For example: %(example)s"
        ),
        telephone.NoSuchNumber.code: _(
            "This number does not exist: please check its digits. "
            "For example: %(example)s"
        ),
        telephone.CostlyNumber.code: _(
            "We cannot call special or short numbers. Write a landline or a mobile "
            "number, for example: %(example)s"
        ),
        telephone.HasExtension.code: _(
            "We cannot dial an extension. Write a number that rings at your place, "
            "for example: %(example)s"
        ),
    }
    region = "FR"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return e164(text, self.region) if text else ""


def e164(text: str, region: str) -> str:
    """Raises ValidationError that says why, with an example of the region; its code is
    that of the NumberRefused."""
    try:
        return telephone.read(text, region)
    except telephone.NumberRefused as refused:
        raise forms.ValidationError(
            PhoneField.default_error_messages[refused.code],
            code=refused.code,
            params={"example": telephone.example(region)},
        ) from None


def question_field(label: Any, *, rows: int) -> LinesField:
    """The customer's own words, wherever they are asked for."""
    return LinesField(
        max_length=280,
        required=False,
        label=label,
        widget=forms.Textarea(attrs={"rows": rows, "class": "input"}),
        error_messages={"max_length": _("At most 280 characters, please.")},
    )


class FigureField(forms.CharField):
    """A number as people write it, kept as they wrote it: "4", "4,5", "-2"."""

    default_error_messages = {"invalid": _("A number, please.")}

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and not FIGURE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        return text


class SeenField(forms.IntegerField):
    """The version that a page showed. Nobody typed it: what is no number is nothing."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int | None:
        text = "" if value is None else str(value)
        is_figure = text.isascii() and text.isdecimal() and len(text) < 6
        return int(text) if is_figure else None


class StartField(forms.CharField):
    """An instant as the page wrote it: ISO 8601 with its offset."""

    def clean(self, value: Any) -> dt.datetime:
        text = super().clean(value)
        try:
            return read_instant(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["required"]) from error


class PhotosField(forms.Field):
    """The place of photographs in a form, and of what is wrong with them. Their files
    are read apart: those that are good stay, whatever else is refused."""

    def clean(self, value: Any) -> None:
        return None


def answer_field(question: TopicQuestion) -> forms.Field:
    """For an answer to a topic's question; nobody has to give one."""
    label, most = question.label, TopicQuestion.LONGEST
    if question.kind == TopicQuestion.Kind.CHOICE:
        named = [("", _("No matter")), *((one, one) for one in question.options)]
        return forms.ChoiceField(
            label=label, required=False, choices=named, widget=forms.Select(INPUT)
        )
    too_long = {"max_length": _("At most %(limit_value)d characters, please.")}
    if question.kind == TopicQuestion.Kind.NUMBER:
        return FigureField(
            label=label,
            required=False,
            max_length=12,
            widget=forms.TextInput({**INPUT, "inputmode": "decimal"}),
            error_messages=too_long,
        )
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.TextInput({**INPUT, "autocomplete": "off"}),
        error_messages=too_long,
    )


def day_input() -> forms.DateInput:
    """The browser's own picker, which sends and expects ISO whatever the language."""
    return forms.DateInput({**INPUT, "type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput({**INPUT, "type": "time"}, format="%H:%M")
