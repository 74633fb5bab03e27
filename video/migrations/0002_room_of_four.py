import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Composite foreign keys, as in 0001.
SAME_BRAND = [
    ("video_stay", "participant_id", "video_participant"),
    ("video_callqualitysample", "participant_id", "video_participant"),
    ("video_chatmessage", "room_id", "video_room"),
    ("video_chatmessage", "participant_id", "video_participant"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0002_store_by_latitude"),
        ("video", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallQualitySample",
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
                ("taken_at", models.DateTimeField()),
                ("line", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, default="", max_length=12)),
                ("rung", models.CharField(blank=True, default="", max_length=8)),
                ("round_trip_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("lost_percent", models.FloatField(blank=True, null=True)),
                (
                    "frames_per_second",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                ("freezes", models.PositiveIntegerField(default=0)),
                ("kbits_in", models.PositiveIntegerField(blank=True, null=True)),
                ("kbits_out", models.PositiveIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ChatMessage",
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
                ("text", models.TextField(max_length=2000)),
                ("posted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Stay",
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
                ("session", models.CharField(max_length=40, unique=True)),
                ("connected_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=20)),
            ],
        ),
        migrations.AddField(
            model_name="participant",
            name="first_name",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_now", "Not Now"),
                    ("by_phone", "By Phone"),
                    ("another_visit", "Another Visit"),
                    ("removed", "Removed"),
                ],
                db_default="",
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="room",
            name="hold_message",
            field=models.CharField(
                blank=True,
                choices=[
                    ("with_customer", "With Customer"),
                    ("longer", "Longer"),
                    ("getting_ready", "Getting Ready"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("room", "user"),
                name="participant_once_per_user",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                fields=("id", "brand"), name="participant_brand"
            ),
        ),
        migrations.AddField(
            model_name="callqualitysample",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="callqualitysample",
            name="participant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="samples",
                to="video.participant",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="video.participant",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="room",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="video.room",
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="participant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stays",
                to="video.participant",
            ),
        ),
        migrations.AddIndex(
            model_name="callqualitysample",
            index=models.Index(fields=["participant", "taken_at"], name="sample_order"),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(fields=["room", "posted_at"], name="chat_order"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(
                fields=["participant", "connected_at"], name="stay_order"
            ),
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
