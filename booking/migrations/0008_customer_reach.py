from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0007_api_key"),
        ("stores", "0004_offer_retired"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointmentevent",
            name="event_kind",
        ),
        migrations.AddField(
            model_name="customer",
            name="email_answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="email_failed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_failed_at",
            field=models.DateTimeField(blank=True, null=True),
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
                        ],
                    )
                ),
                name="event_kind",
            ),
        ),
    ]
