from django.db import migrations, models

OPEN_CALL = models.Q(
    ("channel", "callback"), ("status__in", ["arrived", "confirmed", "in_progress"])
)


class Migration(migrations.Migration):
    dependencies = [("booking", "0023_import_invites")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=OPEN_CALL,
                fields=["store", "starts_at"],
                name="appointment_store_calls",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=OPEN_CALL,
                fields=["staff_member", "starts_at"],
                name="appointment_staff_calls",
            ),
        ),
    ]
