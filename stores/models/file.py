"""Files, and names in the storage that no row speaks for."""

from __future__ import annotations

import uuid

from django.db import models

from stores.models.brand import Brand, BrandQuerySet
from stores.retention import Erasure, Retention


class StoredFile(models.Model):
    """A file that the storage holds by `name`, which is ours and says nothing about it.

    Its content never changes: another picture is another row. A row that nobody has
    taken into use goes at `erase_after`. Deleting a row writes its name into LooseFile
    (a trigger), whatever deletes it.
    """

    class Kind(models.TextChoices):
        PORTRAIT = "portrait"
        LOGO = "logo"
        IMPORT = "import"
        PHOTO = "photo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120, unique=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    created_at = models.DateTimeField()
    erase_after = models.DateTimeField(null=True, blank=True)

    objects = BrandQuerySet["StoredFile"].as_manager()

    retention = Retention(
        (Erasure("erase_after", goes=True),), keeps=("name", "content_type")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="storedfile_brand")
        ]
        indexes = [
            models.Index(
                fields=["erase_after"],
                condition=models.Q(erase_after__isnull=False),
                name="storedfile_to_erase",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class LooseFile(models.Model):
    """A name in the storage that no row speaks for: being written, or left behind. The
    hourly erasure removes it from the storage an hour after `since`."""

    name = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField(db_index=True)

    retention = Retention(keeps=("name",))

    def __str__(self) -> str:
        return self.name
