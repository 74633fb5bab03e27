import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_shortlink", "store_id", "stores_store"),
    ("booking_shortlink", "topic_id", "stores_topic"),
    ("booking_shortlink", "staff_member_id", "stores_staffmember"),
]
CHANNELS = [
    ("video", "Video"),
    ("callback", "Callback"),
    ("in_store", "In Store"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0032_thread"),
        ("stores", "0024_photo_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShortLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True, choices=CHANNELS, default="", max_length=10
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="short_links",
                        to="stores.brand",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="short_links",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="short_links",
                        to="stores.store",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="short_links",
                        to="stores.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="shortlink_brand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["", "video", "callback", "in_store"])
                        ),
                        name="shortlink_channel",
                    ),
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
