import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_agendabits", "agenda_id", "stores_agenda"),
    ("booking_agendabits", "store_id", "stores_store"),
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
        ("booking", "0010_event_kept"),
        ("stores", "0004_offer_retired"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgendaBits",
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
                ("channel", models.CharField(blank=True, default="", max_length=10)),
                ("version", models.PositiveBigIntegerField()),
                ("first_day", models.DateField(help_text="The Monday of bit 0.")),
                (
                    "recipe",
                    models.CharField(
                        help_text="What the bits were made by.", max_length=40
                    ),
                ),
                ("bits", models.BinaryField()),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bits",
                        to="stores.agenda",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_bits",
                        to="stores.brand",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda_bits",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", False)),
                        fields=("agenda", "store", "channel"),
                        name="agendabits_open_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", True)),
                        fields=("agenda",),
                        name="agendabits_taken_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", ""), ("store__isnull", True)),
                            models.Q(
                                ("store__isnull", False),
                                models.Q(("channel", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="agendabits_open_or_taken",
                    ),
                ],
            },
        ),
        *[same_brand(*wall) for wall in SAME_BRAND],
    ]
