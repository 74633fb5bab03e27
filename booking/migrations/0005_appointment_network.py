from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_idempotency_key")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="network",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Keyed hash of the network that booked; text messages count by it.",
                max_length=64,
            ),
        ),
    ]
