from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0002_store_by_latitude")]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="retired",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
