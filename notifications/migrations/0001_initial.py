import uuid

import django.db.models.deletion
from django.db import migrations, models

# Composite foreign keys: a row can only point at rows of its own brand. A null column
# (MATCH SIMPLE) is not checked. Deferred like Django's own keys.
SAME_BRAND = [
    ("notifications_delivery", "appointment_id", "booking_appointment"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0001_initial"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
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
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=24)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("sms", "Sms"),
                            ("webhook", "Webhook"),
                        ],
                        max_length=8,
                    ),
                ),
                ("recipient", models.CharField(default="customer", max_length=40)),
                ("due_at", models.DateTimeField()),
                ("useless_after", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("void", "Void"),
                            ("dead", "Dead"),
                        ],
                        default="due",
                        max_length=8,
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("provider_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "provider_reference",
                    models.CharField(blank=True, default="", max_length=200),
                ),
                ("problem", models.CharField(blank=True, default="", max_length=80)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["due", "sending"])),
                        fields=["due_at"],
                        name="delivery_due",
                    ),
                    models.Index(fields=["appointment", "id"], name="delivery_history"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "appointment",
                            "sequence",
                            "kind",
                            "channel",
                            "recipient",
                        ),
                        name="delivery_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("useless_after__gt", models.F("due_at"))),
                        name="delivery_useful",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["due", "sending", "sent", "void", "dead"])
                        ),
                        name="delivery_state",
                    ),
                ],
            },
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
