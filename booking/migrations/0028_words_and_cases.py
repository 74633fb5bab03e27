import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SAME_BRAND = [
    ("booking_case", "appointment_id", "booking_appointment"),
    ("booking_caseview", "case_id", "booking_case"),
    ("booking_caseview", "store_id", "stores_store"),
]

KINDS = {
    "booked": "Booked",
    "confirmed": "Confirmed",
    "declined": "Declined",
    "moved": "Moved",
    "overlapped": "Overlapped",
    "reassigned": "Reassigned",
    "channel_changed": "Channel Changed",
    "cancelled": "Cancelled",
    "arrived": "Arrived",
    "delayed": "Delayed",
    "started": "Started",
    "completed": "Completed",
    "missed": "Missed",
    "became_callback": "Became Callback",
    "call_tried": "Call Tried",
    "reopened": "Reopened",
    "contact_changed": "Contact Changed",
    "kept": "Kept",
    "answer_late": "Answer Late",
    "nobody_came": "Nobody Came",
    "recovery_promised": "Recovery Promised",
    "recovery_late": "Recovery Late",
    "words_shown": "Words Shown",
}


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0027_nobody_came"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="appointmentevent", name="event_kind"),
        migrations.AlterField(
            model_name="appointmentevent",
            name="kind",
            field=models.CharField(choices=list(KINDS.items()), max_length=20),
        ),
        migrations.AddConstraint(
            model_name="appointmentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=list(KINDS)), name="event_kind"
            ),
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key_id", models.CharField(max_length=20)),
                ("code_hash", models.CharField(max_length=64)),
                (
                    "shows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("question", "Question"), ("answers", "Answers")],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="case_brand"),
                    models.UniqueConstraint(
                        condition=models.Q(closed_at__isnull=True),
                        fields=("appointment",),
                        name="case_open_once",
                    ),
                    models.UniqueConstraint(
                        fields=("brand", "code_hash"), name="case_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(closes_at__gt=models.F("opened_at")),
                        name="case_not_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseView",
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
                ("seen_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_views",
                        to="stores.brand",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to="booking.case",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_views",
                        to="stores.store",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-seen_at", "-pk")},
        ),
        *(same_brand(*where) for where in SAME_BRAND),
    ]
