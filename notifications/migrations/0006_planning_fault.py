import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("notifications_planningfault", "appointment_id", "booking_appointment"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """See 0001: a row can only point at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0001_initial"),
        ("notifications", "0005_delivery_dead"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanningFault",
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
                ("code", models.CharField(max_length=80)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("next_at", models.DateTimeField()),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planning_fault",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planning_faults",
                        to="stores.brand",
                    ),
                ),
            ],
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
