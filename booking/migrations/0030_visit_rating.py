import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_visitrating", "appointment_id", "booking_appointment"),
    ("booking_visitsummary", "appointment_id", "booking_appointment"),
    ("booking_visitsummary", "next_owner_id", "stores_staffmember"),
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
        ("booking", "0029_brought"),
        ("stores", "0023_membership_brand"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitRating",
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
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("resolved", models.BooleanField(blank=True, null=True)),
                ("words", models.CharField(blank=True, default="", max_length=280)),
                (
                    "place",
                    models.CharField(
                        choices=[("page", "Page"), ("room", "Room"), ("mail", "Mail")],
                        default="page",
                        max_length=4,
                    ),
                ),
                ("rated_at", models.DateTimeField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("write", "Write"),
                            ("none", "None"),
                        ],
                        default="call",
                        max_length=5,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "Reached"), ("settled", "Settled")],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rating",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True),
                            models.Q(("score__gte", 1), ("score__lte", 5)),
                            _connector="OR",
                        ),
                        name="visitrating_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["page", "room", "mail"])),
                        name="visitrating_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["call", "write", "none"])),
                        name="visitrating_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "reached", "settled"])),
                        name="visitrating_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitSummary",
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
                ("words", models.CharField(blank=True, default="", max_length=2000)),
                ("next_step", models.CharField(blank=True, default="", max_length=280)),
                ("next_due_at", models.DateTimeField(blank=True, null=True)),
                ("promised_for", models.DateTimeField(blank=True, null=True)),
                ("written_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="summary",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summaries",
                        to="stores.brand",
                    ),
                ),
                (
                    "next_owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_steps",
                        to="stores.staffmember",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_due_at__isnull", True),
                                ("next_owner__isnull", True),
                            ),
                            models.Q(
                                ("next_due_at__isnull", False),
                                ("next_owner__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visitsummary_step_is_whole",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                fields=["due_at"],
                condition=models.Q(kind="recovery", kept_at__isnull=True),
                name="promise_recovery",
            ),
        ),
        *(
            migrations.AddField(
                model_name="dayfacts",
                name=name,
                field=models.PositiveIntegerField(db_default=0, default=0),
            )
            for name in ("done", "rated", "scores")
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
