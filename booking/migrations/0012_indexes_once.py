"""Two indexes that Django makes for foreign keys stood there twice, and each time that
is taken wrote both; of customers' numbers only those that are given are looked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0011_agenda_bits"),
        ("stores", "0004_offer_retired"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_phone",
        ),
        migrations.RemoveIndex(
            model_name="occupancy",
            name="occupancy_by_appointment",
        ),
        migrations.RemoveIndex(
            model_name="occupancy",
            name="occupancy_by_hold",
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True),
                fields=["brand", "phone"],
                name="customer_phone_given",
            ),
        ),
    ]
