from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0023_membership_brand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("portrait", "Portrait"),
                    ("logo", "Logo"),
                    ("import", "Import"),
                    ("photo", "Photo"),
                ],
                max_length=10,
            ),
        ),
    ]
