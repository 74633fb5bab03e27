import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Composite foreign keys: a row can only point at rows of its own brand. A null column
# (MATCH SIMPLE) is not checked. Deferred like Django's own keys.
SAME_BRAND = [
    ("booking_hold", "store_id", "stores_store"),
    ("booking_hold", "topic_id", "stores_topic"),
    ("booking_hold", "offer_id", "stores_offer"),
    ("booking_hold", "staff_member_id", "stores_staffmember"),
    ("booking_appointment", "store_id", "stores_store"),
    ("booking_appointment", "topic_id", "stores_topic"),
    ("booking_appointment", "offer_id", "stores_offer"),
    ("booking_appointment", "staff_member_id", "stores_staffmember"),
    ("booking_appointment", "customer_id", "booking_customer"),
    ("booking_occupancy", "agenda_id", "stores_agenda"),
    ("booking_occupancy", "hold_id", "booking_hold"),
    ("booking_occupancy", "appointment_id", "booking_appointment"),
    ("booking_appointmentevent", "appointment_id", "booking_appointment"),
    ("booking_accesslink", "appointment_id", "booking_appointment"),
    ("booking_callattempt", "appointment_id", "booking_appointment"),
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
        ("stores", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
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
                ("name", models.CharField(max_length=80)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=20)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("erase_after", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="customer_brand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), ("phone", ""), _negated=True),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                        name="customer_reachable",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True)),
                        fields=["erase_after"],
                        name="customer_to_erase",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("callback", "Callback"),
                            ("in_store", "In Store"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_progress", "In Progress"),
                            ("done", "Done"),
                            ("missed_by_customer", "Missed By Customer"),
                            ("missed_by_staff", "Missed By Staff"),
                            ("cancelled_by_customer", "Cancelled By Customer"),
                            ("cancelled_by_store", "Cancelled By Store"),
                            ("declined", "Declined"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("advised", "Advised"),
                            ("sold", "Sold"),
                            ("follow_up", "Follow Up"),
                            ("technical", "Technical"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "time_zone",
                    models.CharField(help_text="The store's, for life.", max_length=50),
                ),
                ("language", models.CharField(default="fr", max_length=5)),
                ("question", models.CharField(blank=True, default="", max_length=280)),
                ("question_erase_after", models.DateTimeField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("web", "Web"), ("staff", "Staff"), ("api", "Api")],
                        default="web",
                        max_length=6,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("delay_minutes", models.PositiveSmallIntegerField(default=0)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("erase_after", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="stores.brand",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="stores.offer",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="stores.store",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="stores.topic",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="appointment_brand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="appointment_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "requested",
                                    "confirmed",
                                    "arrived",
                                    "in_progress",
                                    "done",
                                    "missed_by_customer",
                                    "missed_by_staff",
                                    "cancelled_by_customer",
                                    "cancelled_by_store",
                                    "declined",
                                ],
                            )
                        ),
                        name="appointment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["video", "callback", "in_store"])
                        ),
                        name="appointment_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["", "advised", "sold", "follow_up", "technical"],
                            )
                        ),
                        name="appointment_outcome",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["store", "starts_at"], name="appointment_store_day"
                    ),
                    models.Index(
                        fields=["staff_member", "starts_at"],
                        name="appointment_staff_day",
                    ),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True)),
                        fields=["erase_after"],
                        name="appointment_to_erase",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("callback", "Callback"),
                            ("in_store", "In Store"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("booking", "Booking"),
                            ("undo", "Undo"),
                            ("waitlist", "Waitlist"),
                        ],
                        default="booking",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("renewals", models.PositiveSmallIntegerField(default=0)),
                (
                    "visitor",
                    models.CharField(
                        help_text="SHA-256 of the cookie's id.", max_length=64
                    ),
                ),
                (
                    "network",
                    models.CharField(
                        help_text="Keyed hash of the network.", max_length=64
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="stores.brand",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="stores.offer",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="stores.store",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="stores.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="hold_brand"),
                    models.UniqueConstraint(
                        condition=models.Q(("purpose", "booking")),
                        fields=("brand", "visitor"),
                        name="hold_one_per_visitor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="hold_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["video", "callback", "in_store"])
                        ),
                        name="hold_channel",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["network", "expires_at"], name="hold_by_network"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
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
                    "during",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            models.Value("[)"),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("overlap_allowed", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occupancies",
                        to="stores.agenda",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occupancies",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occupancies",
                        to="stores.brand",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occupancies",
                        to="booking.hold",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appointment__isnull", True), ("hold__isnull", False)
                            ),
                            models.Q(
                                ("appointment__isnull", False), ("hold__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="occupancy_of_one_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="occupancy_not_empty",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("active", True), ("overlap_allowed", False)
                        ),
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
                            ("during", "&&"),
                        ],
                        name="occupancy_no_overlap",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("active", True)),
                        fields=["agenda", "ends_at"],
                        name="occupancy_active",
                    ),
                    models.Index(
                        fields=["appointment"], name="occupancy_by_appointment"
                    ),
                    models.Index(fields=["hold"], name="occupancy_by_hold"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessLink",
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
                    "purpose",
                    models.CharField(
                        choices=[("customer", "Customer"), ("guest", "Guest")],
                        default="customer",
                        max_length=10,
                    ),
                ),
                ("key_id", models.CharField(max_length=20)),
                ("generation", models.PositiveIntegerField(default=1)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="stores.brand",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="booking.appointment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("purpose", "customer")),
                        fields=("appointment",),
                        name="link_one_per_appointment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentEvent",
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
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("declined", "Declined"),
                            ("moved", "Moved"),
                            ("reassigned", "Reassigned"),
                            ("channel_changed", "Channel Changed"),
                            ("cancelled", "Cancelled"),
                            ("arrived", "Arrived"),
                            ("delayed", "Delayed"),
                            ("started", "Started"),
                            ("completed", "Completed"),
                            ("missed", "Missed"),
                            ("became_callback", "Became Callback"),
                            ("call_tried", "Call Tried"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "from_status",
                    models.CharField(blank=True, default="", max_length=24),
                ),
                ("to_status", models.CharField(max_length=24)),
                ("version", models.PositiveIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                (
                    "actor",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("staff", "Staff"),
                            ("system", "System"),
                        ],
                        max_length=10,
                    ),
                ),
                ("occurred_at", models.DateTimeField()),
                ("relayed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "actor_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("relayed_at__isnull", True)),
                        fields=["appointment"],
                        name="event_unrelayed",
                    ),
                    models.Index(fields=["appointment", "id"], name="event_history"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "booked",
                                    "confirmed",
                                    "declined",
                                    "moved",
                                    "reassigned",
                                    "channel_changed",
                                    "cancelled",
                                    "arrived",
                                    "delayed",
                                    "started",
                                    "completed",
                                    "missed",
                                    "became_callback",
                                    "call_tried",
                                    "reopened",
                                ],
                            )
                        ),
                        name="event_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallAttempt",
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
                ("number", models.PositiveSmallIntegerField()),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No Answer"),
                            ("wrong_number", "Wrong Number"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_attempts",
                        to="booking.appointment",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_attempts",
                        to="stores.brand",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "number"), name="callattempt_number"
                    )
                ],
            },
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
