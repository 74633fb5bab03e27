from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stores", "0015_sign_in")]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="external_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The brand's own number of the person; files name them by "
                "this.",
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            "staffmember",
            models.UniqueConstraint(
                condition=~models.Q(external_id=""),
                fields=["brand", "external_id"],
                name="staffmember_external_id",
            ),
        ),
    ]
