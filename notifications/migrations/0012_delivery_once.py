from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

TABLE = "notifications_delivery"
WHAT = ["kind", "channel", "recipient", "occasion"]


def once(name: str, subject: str, *more: str) -> migrations.SeparateDatabaseAndState:
    """Built while others write: `CONCURRENTLY` locks nobody out. One that was broken
    off left an index that is no good, which goes first."""
    columns = ", ".join([f"{subject}_id", *more, *WHAT])
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {TABLE} ({columns}) "
                    f"WHERE {subject}_id IS NOT NULL",
                ],
                [f"DROP INDEX CONCURRENTLY IF EXISTS {name}"],
            )
        ],
        state_operations=[
            migrations.AddConstraint(
                model_name="delivery",
                constraint=models.UniqueConstraint(
                    fields=[subject, *more, *WHAT],
                    condition=Q(**{f"{subject}__isnull": False}),
                    name=name,
                ),
            )
        ],
    )


def validated(column: str) -> migrations.RunSQL:
    name = f"{TABLE}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT {name}", migrations.RunSQL.noop
    )


class Migration(migrations.Migration):
    """Reads all rows, each step by itself, and nobody waits for it."""

    atomic = False

    dependencies = [("notifications", "0011_delivery_subjects")]

    operations = [
        once("delivery_once_for_visit", "appointment", "sequence"),
        once("delivery_once_for_person", "staff_member"),
        once("delivery_once_for_member", "member"),
        migrations.RemoveConstraint("delivery", "delivery_once"),
        ValidateConstraint("delivery", "delivery_one_subject"),
        validated("staff_member_id"),
        validated("member_id"),
    ]
