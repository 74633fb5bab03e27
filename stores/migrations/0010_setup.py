import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

BEFORE = (
    "accounts", "admin", "api", "assets", "desk", "dev", "docs", "favicon.ico",
    "healthz", "help", "i18n", "legal", "login", "logout", "media", "metrics", "r",
    "readyz", "robots.txt", "staff", "static", "status", "www",
)  # fmt: skip
AFTER = (*BEFORE[:19], "setup", *BEFORE[19:])


class Migration(migrations.Migration):
    dependencies = [("stores", "0009_invitation")]

    operations = [
        migrations.CreateModel(
            name="SetupCode",
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
                ("code_hash", models.CharField(max_length=64)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(id=1), name="setupcode_only_one")
                ]
            },
        ),
        migrations.CreateModel(
            name="BrandSetup",
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
                ("colleague_later_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="setup",
                        to="stores.brand",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint("brand", "brand_slug_not_reserved"),
        migrations.AddConstraint(
            "brand",
            models.CheckConstraint(
                condition=~Q(slug__in=AFTER), name="brand_slug_not_reserved"
            ),
        ),
    ]
