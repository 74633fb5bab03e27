"""Budgets of bookings: so many a day for one contact and from one network."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0014_promise"),
        ("stores", "0006_calls_from"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingCount",
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
                ("day", models.DateField()),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("contact", "Contact"),
                            ("network", "Network"),
                            ("store", "network at store"),
                        ],
                        max_length=8,
                    ),
                ),
                ("subject", models.CharField(max_length=80)),
                ("taken", models.PositiveIntegerField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_counts",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="bookingcount_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "day", "scope", "subject"),
                        name="bookingcount_once",
                    )
                ],
            },
        ),
    ]
