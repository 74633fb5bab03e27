from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.deletion import PROTECT, SET_NULL

# Read by the list of stores alone, so the model does not know it: names without their
# accents, which a search of ten thousand cannot work out each time.
SEARCHED = """
ALTER TABLE stores_store ADD COLUMN searched text GENERATED ALWAYS AS (
    regexp_replace(normalize(lower(
        name || ' ' || city || ' ' || postcode || ' ' || slug || ' ' || external_id
    ), NFD), '[\\u0300-\\u036f]', '', 'g')
) STORED
"""
ACCESS = ["level", "loop", "parking", "toilets"]


class Migration(migrations.Migration):
    dependencies = [("stores", "0013_topic_questions")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="external_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The brand's own number of it; files name it by this.",
                max_length=40,
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="access",
            field=ArrayField(
                models.CharField(
                    choices=[
                        ("level", "Level"),
                        ("loop", "Loop"),
                        ("parking", "Parking"),
                        ("toilets", "Toilets"),
                    ],
                    max_length=10,
                ),
                blank=True,
                db_default=[],
                default=list,
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="directions",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text='{"fr": …, "en": …}',
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="capacity",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.RunSQL(SEARCHED, "ALTER TABLE stores_store DROP COLUMN searched"),
        migrations.AddIndex(
            "store",
            models.Index(fields=["brand", "name", "id"], name="store_by_name"),
        ),
        migrations.AddConstraint(
            "store",
            models.UniqueConstraint(
                condition=~models.Q(external_id=""),
                fields=["brand", "external_id"],
                name="store_external_id",
            ),
        ),
        migrations.AddConstraint(
            "store",
            models.CheckConstraint(
                condition=models.Q(access__contained_by=ACCESS), name="store_access"
            ),
        ),
        migrations.AddConstraint(
            "resource",
            models.CheckConstraint(
                condition=models.Q(capacity__gte=1, capacity__lte=500),
                name="resource_capacity",
            ),
        ),
        migrations.CreateModel(
            name="StoreEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("field", models.CharField(max_length=20)),
                ("value", models.JSONField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        "stores.Brand", PROTECT, related_name="store_edits"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "-made_at"], name="store_edit_newest")
                ],
            },
        ),
    ]
