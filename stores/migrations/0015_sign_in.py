import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0014_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="BrowserSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("device", "Device"),
                            ("pin", "Pin"),
                            ("full", "Full"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Browser and system.",
                        max_length=40,
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "seen_at",
                    models.DateTimeField(help_text="Known to some minutes.", null=True),
                ),
                (
                    "idle_until",
                    models.DateTimeField(
                        help_text="It ends then unless it is used before.", null=True
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FactorRemoval",
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
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="brand",
            name="second_factor",
            field=models.CharField(
                choices=[
                    ("nobody", "Nobody"),
                    ("admins", "Admins"),
                    ("managers", "Admins and managers"),
                    ("all", "All"),
                ],
                db_default="nobody",
                default="nobody",
                help_text="Who must show a second factor.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="second_factor_from",
            field=models.DateField(
                blank=True,
                help_text="Until that day without one; empty: at once.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="session_hours",
            field=models.PositiveSmallIntegerField(
                db_default=12,
                default=12,
                help_text="A session ends after it, used or not.",
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="session_idle_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=240,
                default=240,
                help_text="A session unused for so long ends.",
            ),
        ),
        migrations.AddConstraint(
            model_name="brand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("session_hours__gte", 1), ("session_hours__lte", 24)
                ),
                name="brand_session_hours_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="brand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("session_idle_minutes__gte", 5),
                    ("session_idle_minutes__lte", 1440),
                ),
                name="brand_session_idle_minutes_range",
            ),
        ),
        migrations.AddField(
            model_name="browsersession",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="browser_sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="factorremoval",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="factorremoval",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="factor_removals",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="factorremoval",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="factorremoval",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="factor_removals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="factorremoval",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)
                ),
                fields=("brand", "user"),
                name="factorremoval_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorremoval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                    models.Q(("asked_by", models.F("user")), _negated=True),
                ),
                name="factorremoval_four_eyes",
            ),
        ),
    ]
