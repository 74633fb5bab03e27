import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SAME_BRAND = [("stores_absencerequest", "agenda_id", "stores_agenda")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0020_legal_texts")]

    operations = [
        migrations.CreateModel(
            name="AbsenceRequest",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("holiday", "Holiday"),
                            ("sickness", "Sickness"),
                            ("training", "Training"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=200)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absence_requests",
                        to="stores.agenda",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_requests",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="absencerequest_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                ["holiday", "sickness", "training", "other"],
                            )
                        ),
                        name="absencerequest_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state__in", ["approved", "refused"]),
                            ),
                            models.Q(
                                ("answered_at__isnull", True),
                                ("state__in", ["asked", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="absencerequest_answered_or_not",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state", "asked")),
                        expressions=[
                            (
                                models.Func(
                                    models.F("agenda_id"),
                                    models.F("agenda_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("starts_at"),
                                    models.F("ends_at"),
                                    models.Value("[)"),
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="absencerequest_asked_once",
                    ),
                ],
            },
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
