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
    "nobody_came": "Nobody Came",
    "recovery_promised": "Recovery Promised",
    "recovery_late": "Recovery Late",
}
PROMISES = {"answer": "Answer", "call": "Call", "recovery": "Recovery"}


class Migration(migrations.Migration):
    dependencies = [("booking", "0026_person")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="staff_came_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                fields=["starts_at"],
                condition=models.Q(status="arrived"),
                name="appointment_waiting",
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
        migrations.RemoveConstraint(model_name="promise", name="promise_kind"),
        migrations.AlterField(
            model_name="promise",
            name="kind",
            field=models.CharField(choices=list(PROMISES.items()), max_length=12),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=list(PROMISES)), name="promise_kind"
            ),
        ),
    ]
