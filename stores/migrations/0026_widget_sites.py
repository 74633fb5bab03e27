from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0025_stores_reserved")]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="widget_sites",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text='Web sites that may show its hours: ["https://shop.example"].',
            ),
        ),
    ]
