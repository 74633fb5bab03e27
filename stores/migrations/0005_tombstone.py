from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):
    dependencies = [("stores", "0004_offer_retired")]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
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
                    "table",
                    models.CharField(
                        max_length=60, help_text="For example booking.customer."
                    ),
                ),
                ("row", models.CharField(max_length=40)),
                (
                    "why",
                    models.CharField(
                        max_length=8,
                        choices=[("date", "Date"), ("replayed", "Replayed")],
                    ),
                ),
                ("erased_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        "stores.Brand", CASCADE, related_name="tombstones"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["erased_at"], name="tombstone_age")]
            },
        ),
    ]
