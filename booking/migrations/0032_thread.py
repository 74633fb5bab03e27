import uuid

import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_message", "appointment_id", "booking_appointment"),
    ("booking_message", "staff_member_id", "stores_staffmember"),
    ("booking_messagephoto", "message_id", "booking_message"),
    ("booking_messagephoto", "file_id", "stores_storedfile"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


# As of a photograph of a visit: whatever deletes it deletes its file.
FORWARD = """
CREATE TRIGGER message_photo_takes_its_file AFTER DELETE ON booking_messagephoto
    FOR EACH ROW EXECUTE FUNCTION booking_photo_takes_its_file();
"""
BACKWARD = "DROP TRIGGER message_photo_takes_its_file ON booking_messagephoto"


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0031_wishes"),
        ("stores", "0027_asked_tombstone"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
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
                    "author",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("staff", "Staff"),
                            ("system", "System"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=280)),
                (
                    "code",
                    models.CharField(
                        blank=True, choices=[("late", "Late")], default="", max_length=8
                    ),
                ),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("sent_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="MessagePhoto",
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
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="0 to 2, as they are shown."
                    ),
                ),
            ],
            options={
                "ordering": ("place",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="appointmentevent",
            name="event_kind",
        ),
        migrations.RemoveConstraint(
            model_name="promise",
            name="promise_kind",
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
                    ("question_changed", "Question Changed"),
                    ("thread_answered", "Thread Answered"),
                    ("erased", "Erased"),
                    ("hour_offered", "Hour Offered"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="promise",
            name="kind",
            field=models.CharField(
                choices=[
                    ("answer", "Answer"),
                    ("call", "Call"),
                    ("recovery", "Recovery"),
                    ("thread", "Thread"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("kept_at__isnull", True), ("kind", "thread")),
                fields=["due_at"],
                name="promise_thread",
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
                            "question_changed",
                            "thread_answered",
                            "erased",
                            "hour_offered",
                        ],
                    )
                ),
                name="event_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["answer", "call", "recovery", "thread"])
                ),
                name="promise_kind",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="booking.appointment",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="staff_member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="stores.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="messagephoto",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="message_photos",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="messagephoto",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="message_photo",
                to="stores.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="messagephoto",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="booking.message",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("id", "brand"), name="message_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author__in", ["customer", "staff"]), ("code", "")),
                    models.Q(("author", "system"), ("code", "late"), ("text", "")),
                    _connector="OR",
                ),
                name="message_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("staff_member__isnull", True), ("author", "staff"), _connector="OR"
                ),
                name="message_of_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagephoto",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__lt", 3)), name="messagephoto_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="messagephoto",
            constraint=models.UniqueConstraint(
                fields=("message", "place"), name="messagephoto_place"
            ),
        ),
        *(same_brand(*key) for key in SAME_BRAND),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
