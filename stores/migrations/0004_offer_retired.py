from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0003_offer_further_resources")]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="retired",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
