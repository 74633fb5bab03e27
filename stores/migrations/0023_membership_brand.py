from django.db import migrations, models


class Migration(migrations.Migration):
    """Other tables may point at a member of their own brand."""

    dependencies = [("stores", "0022_topic_kept_starts")]

    operations = [
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=["id", "brand"], name="membership_brand"
            ),
        ),
    ]
