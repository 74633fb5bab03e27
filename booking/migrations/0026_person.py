from __future__ import annotations

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SAME_BRAND = [
    ("booking_customer", "person_id", "booking_person"),
    ("booking_personjoin", "one_id", "booking_customer"),
    ("booking_personjoin", "other_id", "booking_customer"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


# What joined two stories is never rewritten. A decision of the staff is taken back
# once; who said or took it back becomes null when that account is deleted.
FORWARD = """
CREATE FUNCTION booking_personjoin_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.said_by_id IS NULL THEN
        OLD.said_by_id := NULL;
    END IF;
    IF NEW.undone_by_id IS NULL THEN
        OLD.undone_by_id := NULL;
    END IF;
    IF OLD.undone_at IS NULL THEN
        OLD.undone_at := NEW.undone_at;
        OLD.undone_by_id := NEW.undone_by_id;
    END IF;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'booking_personjoin is append-only'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'personjoin_is_append_only';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER personjoin_is_append_only BEFORE UPDATE ON booking_personjoin
    FOR EACH ROW EXECUTE FUNCTION booking_personjoin_is_append_only();
"""
BACKWARD = """
DROP TRIGGER personjoin_is_append_only ON booking_personjoin;
DROP FUNCTION booking_personjoin_is_append_only();
"""


def by_account() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def story() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="booking.customer",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0025_import_undoes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
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
                (
                    "size",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        help_text="How many stories it had when it was last made of "
                        "its proofs.",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to="stores.brand",
                    ),
                ),
            ],
        ),
        # By itself, for the references below: those of a new table come at the end.
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(fields=("id", "brand"), name="person_brand"),
        ),
        migrations.AddField(
            model_name="customer",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stories",
                to="booking.person",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person"],
                name="customer_of_person",
            ),
        ),
        migrations.CreateModel(
            name="PersonJoin",
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
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("browser", "Browser"),
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("staff", "Staff"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person_joins",
                        to="stores.brand",
                    ),
                ),
                ("one", story()),
                ("other", story()),
                ("said_by", by_account()),
                ("undone_by", by_account()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("one", "other", "proof"),
                        name="personjoin_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="personjoin_of_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proof__in", ["browser", "email", "phone", "staff"])
                        ),
                        name="personjoin_proof",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proof", "staff"),
                            models.Q(
                                ("said_by__isnull", True),
                                ("undone_at__isnull", True),
                                ("undone_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="personjoin_undone_by_staff",
                    ),
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
