from django.db import migrations, models
from django.db.models.deletion import CASCADE

SAME_BRAND = [
    ("booking_dayfacts", "store_id", "stores_store"),
    ("booking_dayfacts", "topic_id", "stores_topic"),
    ("booking_hourfacts", "store_id", "stores_store"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def number() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


def key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def to(
    target: str, *, may_be_empty: bool = False
) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        target, CASCADE, related_name="+", null=may_be_empty, blank=may_be_empty
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0019_appointment_answer"),
        ("stores", "0014_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayFacts",
            fields=[
                ("id", key()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("callback", "Callback"),
                            ("in_store", "In Store"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                ("due", number()),
                ("kept", number()),
                ("on_time", number()),
                ("missed_by_customer", number()),
                ("missed_by_staff", number()),
                ("cancelled_by_customer", number()),
                ("cancelled_by_store", number()),
                (
                    "switched",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Booked by another channel, and held by telephone.",
                    ),
                ),
                ("minutes", number()),
                ("brand", to("stores.Brand")),
                ("store", to("stores.Store", may_be_empty=True)),
                ("topic", to("stores.Topic")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["brand", "store", "day", "topic", "channel"],
                        nulls_distinct=False,
                        name="dayfacts_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="HourFacts",
            fields=[
                ("id", key()),
                ("day", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("demand", number()),
                (
                    "present",
                    models.PositiveIntegerField(
                        default=0, help_text="Minutes of people."
                    ),
                ),
                ("brand", to("stores.Brand")),
                ("store", to("stores.Store", may_be_empty=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["brand", "store", "day", "hour"],
                        nulls_distinct=False,
                        name="hourfacts_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(hour__lt=24),
                        name="hourfacts_hour_of_a_day",
                    ),
                ]
            },
        ),
        *(same_brand(*row) for row in SAME_BRAND),
    ]
