from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT, SET_NULL

SAME_BRAND = [
    ("booking_import", "file_id", "stores_storedfile"),
    ("booking_importrow", "of_id", "booking_import"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def identity() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0020_facts"),
        ("stores", "0016_staff_external_id"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", identity()),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Checking"),
                            ("checked", "Checked"),
                            ("writing", "Writing"),
                            ("written", "Written"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("header", models.JSONField(default=list)),
                ("columns", models.JSONField(default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                ("erase_after", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey("stores.Brand", PROTECT, related_name="imports"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        "stores.StoredFile",
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["id", "brand"], name="import_brand"
                    ),
                    models.UniqueConstraint(
                        fields=["brand"],
                        condition=models.Q(state__in=["checking", "writing"]),
                        name="import_one_at_a_time",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["brand", "-made_at"], name="import_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", identity()),
                ("number", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("changed", "Changed"),
                            ("same", "Same"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("cells", models.JSONField(default=list)),
                ("reason", models.JSONField(default=list)),
                ("changes", models.JSONField(default=dict)),
                ("written", models.BooleanField(default=False)),
                (
                    "brand",
                    models.ForeignKey(
                        "stores.Brand", PROTECT, related_name="import_rows"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey("booking.Import", CASCADE, related_name="rows"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["of", "number"], name="import_row_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["of", "state", "number"], name="import_row_state"
                    )
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
