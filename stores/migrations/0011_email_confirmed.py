from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0010_setup")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="email_confirmed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="A link that was sent there was opened.",
                null=True,
            ),
        ),
    ]
