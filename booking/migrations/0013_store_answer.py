from django.db import migrations, models

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
}


class Migration(migrations.Migration):
    dependencies = [("booking", "0012_indexes_once")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=280
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(status="requested"),
                fields=["store", "starts_at"],
                name="appointment_asked",
            ),
        ),
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
    ]
