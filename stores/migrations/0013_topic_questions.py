import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [("stores_topicquestion", "topic_id", "stores_topic")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0012_stored_file")]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="retired_at",
            field=models.DateTimeField(
                blank=True, help_text="Since when it is not active.", null=True
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="steps",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text='{"fr": ["…", "…"], "en": […]}',
            ),
        ),
        migrations.CreateModel(
            name="TopicQuestion",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("choice", "Choice"),
                        ],
                        default="text",
                        max_length=6,
                    ),
                ),
                ("text", models.JSONField(help_text='{"fr": …, "en": …}')),
                (
                    "choices",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='{"fr": ["…", "…"], "en": […]}',
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("retired", models.BooleanField(db_default=False, default=False)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topic_questions",
                        to="stores.brand",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="stores.topic",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="topicquestion_brand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["text", "number", "choice"]),
                        name="topicquestion_kind",
                    ),
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
