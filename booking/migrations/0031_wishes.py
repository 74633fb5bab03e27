import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_wish", "appointment_id", "booking_appointment"),
    ("booking_wish", "store_id", "stores_store"),
    ("booking_wish", "staff_member_id", "stores_staffmember"),
    ("booking_freedhour", "store_id", "stores_store"),
    ("booking_freedhour", "staff_member_id", "stores_staffmember"),
    ("booking_freedhour", "left_by_id", "booking_appointment"),
    ("booking_wishoffer", "wish_id", "booking_wish"),
    ("booking_wishoffer", "freed_id", "booking_freedhour"),
    ("booking_hold", "for_wish_id", "booking_wish"),
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
        ("booking", "0030_visit_rating"),
        ("stores", "0024_photo_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="FreedHour",
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
                ("depth", models.PositiveSmallIntegerField(default=1)),
                ("known_since", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("turn", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
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
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
                    ),
                ),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=9), size=None
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("offers_made", models.PositiveSmallIntegerField(default=0)),
                ("last_told_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WishOffer",
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
                ("is_shared", models.BooleanField(default=False)),
                ("told_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "Taken"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="appointmentevent",
            name="event_kind",
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("confirmed", "Confirmed"),
                    ("declined", "Declined"),
                    ("moved", "Moved"),
                    ("overlapped", "Overlapped"),
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
                    ("contact_changed", "Contact Changed"),
                    ("kept", "Kept"),
                    ("answer_late", "Answer Late"),
                    ("nobody_came", "Nobody Came"),
                    ("recovery_promised", "Recovery Promised"),
                    ("recovery_late", "Recovery Late"),
                    ("words_shown", "Words Shown"),
                    ("hour_offered", "Hour Offered"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "booked",
                            "confirmed",
                            "declined",
                            "moved",
                            "overlapped",
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
                            "contact_changed",
                            "kept",
                            "answer_late",
                            "nobody_came",
                            "recovery_promised",
                            "recovery_late",
                            "words_shown",
                            "hour_offered",
                        ],
                    )
                ),
                name="event_kind",
            ),
        ),
        migrations.AddField(
            model_name="freedhour",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="freed_hours",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="freedhour",
            name="left_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="freed_hours",
                to="booking.appointment",
            ),
        ),
        migrations.AddField(
            model_name="freedhour",
            name="staff_member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="freed_hours",
                to="stores.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="freedhour",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="freed_hours",
                to="stores.store",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="wishes",
                to="booking.appointment",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wishes",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="staff_member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wishes",
                to="stores.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wishes",
                to="stores.store",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="for_wish",
            field=models.ForeignKey(
                blank=True,
                help_text="Who wished for it; it has no visitor then.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="holds",
                to="booking.wish",
            ),
        ),
        migrations.AddField(
            model_name="wishoffer",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wish_offers",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="wishoffer",
            name="freed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="booking.freedhour",
            ),
        ),
        migrations.AddField(
            model_name="wishoffer",
            name="wish",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="booking.wish",
            ),
        ),
        migrations.AddIndex(
            model_name="freedhour",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["next_at"],
                name="freedhour_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="freedhour",
            constraint=models.UniqueConstraint(
                fields=("id", "brand"), name="freedhour_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="freedhour",
            constraint=models.UniqueConstraint(
                fields=("store", "staff_member", "starts_at"), name="freedhour_once"
            ),
        ),
        migrations.AddIndex(
            model_name="wish",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["store", "made_at"],
                name="wish_in_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                fields=("id", "brand"), name="wish_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("appointment",),
                name="wish_runs_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(("offers_made__lte", 3)), name="wish_most_offers"
            ),
        ),
        migrations.AddConstraint(
            model_name="wishoffer",
            constraint=models.UniqueConstraint(
                fields=("wish", "freed"), name="wishoffer_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="wishoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")),
                fields=("wish",),
                name="wishoffer_one_of_wish",
            ),
        ),
        migrations.AddConstraint(
            model_name="wishoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", ""), ("is_shared", False)),
                fields=("freed",),
                name="wishoffer_one_of_hour",
            ),
        ),
        migrations.AddConstraint(
            model_name="wishoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("told_at"))),
                name="wishoffer_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="wishoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["", "taken", "declined", "lapsed"])),
                name="wishoffer_answer",
            ),
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
