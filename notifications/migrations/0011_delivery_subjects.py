from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import CASCADE

SAME_BRAND = [
    ("notifications_delivery", "staff_member_id", "stores_staffmember"),
    ("notifications_delivery", "member_id", "stores_membership"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand; those of before point at none."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED NOT VALID",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def subject(model: str) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        model,
        CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="deliveries",
    )


class Migration(migrations.Migration):
    """Reads no row: the table may be long, and is written to meanwhile. What has to
    read them all is the next one's."""

    dependencies = [
        ("notifications", "0010_message_text"),
        ("stores", "0023_membership_brand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="appointment",
            field=models.ForeignKey(
                "booking.Appointment",
                CASCADE,
                null=True,
                blank=True,
                related_name="deliveries",
            ),
        ),
        # Taken back: the release before knows no message without a visit.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "DELETE FROM notifications_delivery WHERE appointment_id IS NULL",
        ),
        migrations.AlterField(
            model_name="delivery",
            name="sequence",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField("delivery", "staff_member", subject("stores.StaffMember")),
        migrations.AddField("delivery", "member", subject("stores.Membership")),
        migrations.AddField(
            model_name="delivery",
            name="occasion",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60
            ),
        ),
        *(same_brand(*row) for row in SAME_BRAND),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=Q(
                    appointment__isnull=False,
                    staff_member__isnull=True,
                    member__isnull=True,
                )
                | Q(
                    appointment__isnull=True,
                    staff_member__isnull=False,
                    member__isnull=True,
                )
                | Q(
                    appointment__isnull=True,
                    staff_member__isnull=True,
                    member__isnull=False,
                ),
                name="delivery_one_subject",
            ),
        ),
    ]
