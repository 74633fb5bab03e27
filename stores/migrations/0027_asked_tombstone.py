from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0026_widget_sites"),
    ]

    operations = [
        migrations.AlterField(
            model_name="tombstone",
            name="why",
            field=models.CharField(
                choices=[
                    ("asked", "Asked"),
                    ("date", "Date"),
                    ("replayed", "Replayed"),
                ],
                max_length=8,
            ),
        ),
    ]
