"""Mails to one address are counted beside text messages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_planning_fault")]

    operations = [
        migrations.AlterField(
            model_name="textcount",
            name="scope",
            field=models.CharField(
                choices=[
                    ("brand", "Brand"),
                    ("network", "Network"),
                    ("phone", "Phone"),
                    ("address", "Address"),
                ],
                max_length=8,
            ),
        ),
    ]
