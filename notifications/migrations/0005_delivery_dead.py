from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_webhooks")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "dead")),
                fields=["due_at"],
                name="delivery_dead",
            ),
        ),
    ]
