from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0005_tombstone")]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="calls_from",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The number that customers see when its stores call them; "
                "empty: it may be hidden.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="calls_from",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The number that customers see when it calls; "
                "empty: the brand's.",
                max_length=20,
            ),
        ),
    ]
