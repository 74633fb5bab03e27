from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0016_staff_external_id")]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="mail_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="From whom mails are; empty: the brand's name.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="reply_to",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="The address that answers to mails go to.",
                max_length=254,
            ),
        ),
    ]
