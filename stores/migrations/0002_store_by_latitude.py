from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="store",
            index=models.Index(fields=["brand", "latitude"], name="store_by_latitude"),
        ),
    ]
