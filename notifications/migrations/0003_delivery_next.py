from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_text_messages")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("channel"),
                Coalesce("lease_until", "due_at"),
                models.F("id"),
                condition=models.Q(("state__in", ["due", "sending"])),
                name="delivery_next",
            ),
        ),
    ]
