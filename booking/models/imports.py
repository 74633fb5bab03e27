"""Files that were sent to be imported, and their rows."""

from __future__ import annotations

from django.db import models

from stores.models import Brand, StoredFile, User
from stores.models.brand import BrandQuerySet
from stores.retention import Erasure, Retention


class Import(models.Model):
    """One file: checked against what stands there, then written in portions, each a
    short transaction. A brand has one that is checked or written at a time. `columns`
    names our column for each of the file's `header`, empty for one that is ignored."""

    class State(models.TextChoices):
        CHECKING = "checking"
        CHECKED = "checked"
        WRITING = "writing"
        WRITTEN = "written"
        INVITING = "inviting"
        STOPPED = "stopped"
        FAILED = "failed"

    BUSY = (State.CHECKING, State.WRITING, State.INVITING)

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undoes = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The import whose changes are this one's lines, the other way "
        "round: it has no file.",
    )  # fmt: skip
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    erase_after = models.DateTimeField()

    objects = BrandQuerySet["Import"].as_manager()

    retention = Retention(
        (Erasure("erase_after", goes=True),),
        keeps=("kind", "name", "header", "columns"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="import_brand"),
            models.UniqueConstraint(
                fields=["brand"],
                condition=models.Q(state__in=["checking", "writing", "inviting"]),
                name="import_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["brand", "-made_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ImportRow(models.Model):
    """A line of the file. `cells` are its texts in the order of the header; `reason` is
    [column, code, detail] of a refusal; `changes` is {column: [old, new]}."""

    class State(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        SAME = "same"
        REFUSED = "refused"

    DUE = (State.CREATED, State.CHANGED)

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="import_rows")
    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State)
    cells = models.JSONField(default=list)
    reason = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    written = models.BooleanField(default=False)

    objects = BrandQuerySet["ImportRow"].as_manager()

    retention = Retention(
        (Erasure("of__erase_after", goes=True),),
        keeps=("key", "cells", "reason", "changes"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="import_row_once")
        ]
        indexes = [
            models.Index(fields=["of", "state", "number"], name="import_row_state")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.number}"
