import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_promise", "appointment_id", "booking_appointment"),
    ("booking_promise", "owner_id", "stores_staffmember"),
]

RUNNING = models.Q(kept_at__isnull=True, broken_at__isnull=True)

# What was asked for before there were promises: by half of its notice, too.
PROMISE_THE_ASKED = """
INSERT INTO booking_promise
       (brand_id, appointment_id, kind, owner_id, told_at, due_at)
SELECT brand_id, id, 'answer', staff_member_id, created_at,
       created_at + greatest(starts_at - created_at, interval '0') / 2
  FROM booking_appointment WHERE status = 'requested'
"""


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0013_store_answer"),
        ("stores", "0004_offer_retired"),
    ]

    operations = [
        migrations.CreateModel(
            name="Promise",
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
                    "kind",
                    models.CharField(choices=[("answer", "Answer")], max_length=12),
                ),
                ("due_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("broken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="stores.brand",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="stores.staffmember",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=RUNNING, fields=["due_at"], name="promise_running"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=RUNNING,
                        fields=("appointment", "kind"),
                        name="promise_runs_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["answer"]), name="promise_kind"
                    ),
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
        migrations.RunSQL(PROMISE_THE_ASKED, migrations.RunSQL.noop),
    ]
