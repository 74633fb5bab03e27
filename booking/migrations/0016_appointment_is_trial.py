from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0015_booking_count")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="is_trial",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Booked by the shop itself to try its page; in no figure.",
            ),
        ),
    ]
