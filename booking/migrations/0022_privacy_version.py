from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0021_import"),
        ("stores", "0020_legal_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="privacy_version",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="The version of the privacy text that was shown, in its "
                "language; 0 is the product's own.",
            ),
        ),
    ]
