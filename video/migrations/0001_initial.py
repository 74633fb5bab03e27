import uuid

import django.db.models.deletion
from django.db import migrations, models

# Composite foreign keys: a row can only point at rows of its own brand. A null column
# (MATCH SIMPLE) is not checked. Deferred like Django's own keys.
SAME_BRAND = [
    ("video_room", "appointment_id", "booking_appointment"),
    ("video_participant", "room_id", "video_room"),
    ("video_participant", "staff_member_id", "stores_staffmember"),
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
            name="MediaNode",
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
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "boot_id",
                    models.UUIDField(help_text="New at each start of the worker."),
                ),
                ("control_url", models.CharField(max_length=200)),
                ("announce_ip", models.GenericIPAddressField()),
                ("udp_port", models.PositiveIntegerField()),
                ("rooms", models.PositiveIntegerField(default=0)),
                ("cpu_load", models.FloatField(default=0)),
                ("packets_per_second", models.FloatField(default=0)),
                ("loop_lag_ms", models.FloatField(default=0)),
                ("draining", models.BooleanField(default=False)),
                ("release", models.CharField(blank=True, default="", max_length=40)),
                (
                    "heartbeat_at",
                    models.DateTimeField(help_text="By the database's clock."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Room",
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
                ("epoch", models.PositiveIntegerField(default=0)),
                ("placed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hold_message",
                    models.CharField(blank=True, default="", max_length=20),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="stores.brand",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="placed_rooms",
                        to="video.medianode",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="room_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("adviser", "Adviser"),
                            ("guest", "Guest"),
                            ("supervisor", "Supervisor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("session", models.CharField(blank=True, default="", max_length=40)),
                (
                    "resume_hash",
                    models.CharField(blank=True, default="", max_length=64),
                ),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("present_at", models.DateTimeField(blank=True, null=True)),
                ("admitted_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("connected_at", models.DateTimeField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="stores.brand",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="video.room",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("role", "customer")),
                        fields=("room",),
                        name="participant_one_customer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("staff_member__isnull", False)),
                        fields=("room", "staff_member"),
                        name="participant_once_per_staff",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["customer", "adviser", "guest", "supervisor"])
                        ),
                        name="participant_role",
                    ),
                ],
            },
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
