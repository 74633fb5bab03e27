"""One archive of all that a customer's link may see: for programs, for readers, and
the photographs."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string

from booking.models import Appointment, Customer
from booking.mydata.words import TABLES, in_words, label_of
from stores.erasing import belonging_to
from stores.files.door import read_file
from stores.models import StaffMember, StoredFile
from stores.retention import Retention


@dataclass(frozen=True)
class Part:
    """The rows of one table, each as it is stored."""

    table: str
    rows: list[dict[str, Any]]

    @property
    def title(self) -> str:
        return str(TABLES.get(self.table, self.table))


def archive_of(appointment: Appointment, *, now: dt.datetime) -> bytes:
    """A ZIP with `data.json`, `index.html` in the active language, and the files. A
    file whose content is gone is named and not there."""
    parts, files = _gathered(appointment)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr("data.json", _document(appointment, parts, now))
        found.writestr("index.html", _page(appointment, parts, now))
        for name, file in files.items():
            try:
                found.writestr(name, read_file(file), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
    return stream.getvalue()


def _gathered(
    appointment: Appointment,
) -> tuple[list[Part], dict[str, StoredFile]]:
    story = Appointment.objects.for_brand(appointment.brand)
    visits = story.filter(customer=appointment.customer_id).values_list("pk", flat=True)
    owners: dict[type[models.Model], list[Any]] = {
        Customer: [appointment.customer_id],
        Appointment: list(visits),
    }
    parts: list[Part] = []
    files: dict[str, StoredFile] = {}
    for model, retention, path, ids in belonging_to(owners):
        if not retention.tells:
            continue
        rows = list(_told(model, retention, path, ids, files))
        if rows:
            parts.append(Part(model._meta.label_lower, rows))
    return parts, files


def _told(
    model: type[models.Model],
    retention: Retention,
    path: str,
    ids: Any,
    files: dict[str, StoredFile],
) -> Iterator[dict[str, Any]]:
    rows = model._base_manager.filter(**{f"{path}__in": ids}, **retention.tells_only)
    fields = (model._meta.get_field(name) for name in retention.tells)
    if beside := [field.name for field in fields if field.is_relation]:
        rows = rows.select_related(*beside)
    for row in rows.order_by(*(model._meta.ordering or ["pk"])):
        told = {}
        for name in retention.tells:
            value = getattr(row, name)
            if isinstance(value, StoredFile):
                place = f"photos/{len(files) + 1}.webp"
                files[place] = value
                value = place
            told[name] = _named(value)
        yield told


def _named(value: Any) -> Any:
    """A row of the brand by its name; all else as it is stored."""
    if isinstance(value, StaffMember):
        return value.display_name
    if isinstance(value, models.Model):
        return getattr(value, "label", "") or getattr(value, "name", "")
    return value


def _document(appointment: Appointment, parts: list[Part], now: dt.datetime) -> str:
    told = {"brand": appointment.brand.name, "made_at": now}
    told |= {part.table: part.rows for part in parts}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _page(appointment: Appointment, parts: list[Part], now: dt.datetime) -> str:
    """Only what has words: a code that only programs need stands in the document."""
    zone = appointment.zone
    sections = [
        (part.title, [_lines(row, zone) for row in part.rows]) for part in parts
    ]
    context = {
        "brand": appointment.brand,
        "language": appointment.language,
        "sections": sections,
        "made_at": now.astimezone(zone),
    }
    return render_to_string("booking/customer/mydata/archive.html", context)


def _lines(row: dict[str, Any], zone: dt.tzinfo) -> list[tuple[str, str]]:
    return [
        (label, in_words(name, value, zone))
        for name, value in row.items()
        if value not in (None, "") and (label := label_of(name))
    ]
