import uuid

import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [("booking_calendarfeed", "staff_member_id", "stores_staffmember")]


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0008_customer_reach"),
        ("stores", "0004_offer_retired"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
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
                ("key_id", models.CharField(max_length=20)),
                ("generation", models.PositiveIntegerField(default=1)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("created_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feeds",
                        to="stores.brand",
                    ),
                ),
                (
                    "staff_member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feed",
                        to="stores.staffmember",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE booking_calendarfeed "
            "ADD CONSTRAINT booking_calendarfeed_staff_member_id_same_brand "
            "FOREIGN KEY (staff_member_id, brand_id) "
            "REFERENCES stores_staffmember (id, brand_id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE booking_calendarfeed "
            "DROP CONSTRAINT booking_calendarfeed_staff_member_id_same_brand",
        ),
    ]
