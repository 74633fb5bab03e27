from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0021_absence_request")]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="kept_starts",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="First starts of each day that a priority topic keeps for "
                "itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_starts", 0))
                | models.Q(("kept_starts__lte", 4), ("priority", "sensitive")),
                name="topic_few_kept_starts",
            ),
        ),
    ]
