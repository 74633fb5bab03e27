from django.db import migrations, models

BUSY = models.Q(state__in=["checking", "writing", "inviting"])
ONE = models.UniqueConstraint(
    fields=["brand"], condition=BUSY, name="import_one_at_a_time"
)


class Migration(migrations.Migration):
    dependencies = [("booking", "0022_privacy_version")]

    operations = [
        migrations.AlterField(
            "import",
            "state",
            models.CharField(
                choices=[
                    ("checking", "Checking"),
                    ("checked", "Checked"),
                    ("writing", "Writing"),
                    ("written", "Written"),
                    ("inviting", "Inviting"),
                    ("stopped", "Stopped"),
                    ("failed", "Failed"),
                ],
                default="checking",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("import", "import_one_at_a_time"),
        migrations.AddConstraint("import", ONE),
    ]
