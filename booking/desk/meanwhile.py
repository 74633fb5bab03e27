"""Forms of the desk whose subject was changed meanwhile: each says how that is now, and
asks again. The page keeps what was typed; sent again, it takes the place of the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.shown import AS_SHOWN, stamp_of

UNSAID = {"over_midnight"}
"""Fields that repeat others."""


def first_shown(*things: object) -> dict[str, Any]:
    """Context of a page that is opened: its form carries the stamp of what it shows."""
    return {AS_SHOWN: stamp_of(*things)}


def shown_now(lines: Iterable[str], *things: object) -> dict[str, Any]:
    """Context of the page that asks again, 409: the lines say what stands there now."""
    return {**first_shown(*things), "now_shown": list(lines)}


def line_of(form: forms.Form, name: str = "") -> str:
    """One unbound form as a line: Day: Monday, From: 09:00, Until: 18:00."""
    said = [
        f"{field.label}: {value}"
        for field in form
        if field.name not in UNSAID and (value := _said(field))
    ]
    return ": ".join(part for part in (name, ", ".join(said)) if part)


def _said(field: BoundField) -> str:
    value = field.value()
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return date_format(value)
    choices = getattr(field.field, "choices", None)
    names = {str(key): str(word) for key, word in choices or ()}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(names.get(str(one), str(one)) for one in values)
