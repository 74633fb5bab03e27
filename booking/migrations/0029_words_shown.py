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
    "words_shown": "Words Shown",
}


class Migration(migrations.Migration):
    dependencies = [("booking", "0027_nobody_came")]

    operations = [
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
