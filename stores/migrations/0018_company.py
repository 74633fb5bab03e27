import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0017_mail_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanySignIn",
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
                ("issuer", models.URLField()),
                ("client_id", models.CharField(max_length=190)),
                ("sealed", models.TextField(blank=True, default="")),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("is_on", models.BooleanField(default=False)),
                ("replaces_password", models.BooleanField(default=False)),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="company_sign_in",
                        to="stores.brand",
                    ),
                ),
                (
                    "first_keeper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_keeper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", False),
                            ("tested_at__isnull", False),
                            _connector="OR",
                        ),
                        name="companysignin_tested_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces_password", False),
                            models.Q(
                                ("first_keeper__isnull", False),
                                ("second_keeper__isnull", False),
                                models.Q(
                                    ("first_keeper", models.F("second_keeper")),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="companysignin_two_keepers",
                    ),
                ],
            },
        ),
    ]
