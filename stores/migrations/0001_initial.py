import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

# Composite foreign keys: a row can only point at rows of its own brand. A null column
# (MATCH SIMPLE) is not checked. Deferred like Django's own keys.
SAME_BRAND = [
    ("stores_store", "region_id", "stores_region"),
    ("stores_closure", "region_id", "stores_region"),
    ("stores_closure", "store_id", "stores_store"),
    ("stores_membership", "store_id", "stores_store"),
    ("stores_offer", "topic_id", "stores_topic"),
    ("stores_offer", "store_id", "stores_store"),
    ("stores_posting", "staff_member_id", "stores_staffmember"),
    ("stores_posting", "store_id", "stores_store"),
    ("stores_competence", "staff_member_id", "stores_staffmember"),
    ("stores_competence", "topic_id", "stores_topic"),
    ("stores_resource", "store_id", "stores_store"),
    ("stores_agenda", "staff_member_id", "stores_staffmember"),
    ("stores_agenda", "resource_id", "stores_resource"),
    ("stores_workinghours", "agenda_id", "stores_agenda"),
    ("stores_workinghours", "store_id", "stores_store"),
    ("stores_dayoverride", "agenda_id", "stores_agenda"),
    ("stores_dayoverride", "store_id", "stores_store"),
    ("stores_absence", "agenda_id", "stores_agenda"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "is_staff",
                    models.BooleanField(default=False, help_text="May open /admin/."),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Brand",
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
                    "slug",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "short_name",
                    models.CharField(
                        help_text="Begins each text message.", max_length=20
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        default=list, help_text='For example ["fr", "en"].'
                    ),
                ),
                ("time_zone", models.CharField(default="Europe/Paris", max_length=50)),
                ("emblem", models.CharField(blank=True, default="", max_length=40)),
                (
                    "theme",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Derived from one colour: brand, hover, soft, on and dark twins.",
                    ),
                ),
                ("phone", models.CharField(blank=True, default="", max_length=20)),
                (
                    "sender_email",
                    models.EmailField(blank=True, default="", max_length=254),
                ),
                ("erase_after_days", models.PositiveSmallIntegerField(default=90)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "slug__in",
                                (
                                    "accounts",
                                    "admin",
                                    "api",
                                    "assets",
                                    "desk",
                                    "dev",
                                    "docs",
                                    "favicon.ico",
                                    "healthz",
                                    "help",
                                    "i18n",
                                    "legal",
                                    "login",
                                    "logout",
                                    "media",
                                    "metrics",
                                    "r",
                                    "readyz",
                                    "robots.txt",
                                    "staff",
                                    "static",
                                    "status",
                                    "www",
                                ),
                            ),
                            _negated=True,
                        ),
                        name="brand_slug_not_reserved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("slug__regex", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
                        ),
                        name="brand_slug_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erase_after_days__gte", 1),
                            ("erase_after_days__lte", 1095),
                        ),
                        name="brand_erase_after_days_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agenda",
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
                ("version", models.PositiveBigIntegerField(default=1)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agendas",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="agenda_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("holiday", "Holiday"),
                            ("sickness", "Sickness"),
                            ("training", "Training"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="stores.agenda",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="absence_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["holiday", "sickness", "training", "other"])
                        ),
                        name="absence_reason",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["agenda", "ends_at"], name="absence_by_agenda")
                ],
            },
        ),
        migrations.CreateModel(
            name="Region",
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
                    "slug",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regions",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "slug"), name="region_slug"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="region_brand"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resource",
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
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("active", models.BooleanField(default=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="resource_brand"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="agenda",
            name="resource",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda",
                to="stores.resource",
            ),
        ),
        migrations.CreateModel(
            name="StaffMember",
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
                ("first_name", models.CharField(max_length=40)),
                ("last_name", models.CharField(blank=True, default="", max_length=60)),
                (
                    "formal_name",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="What customers read where first names are not the custom.",
                        max_length=60,
                    ),
                ),
                (
                    "title",
                    models.JSONField(
                        blank=True, default=dict, help_text='{"fr": …, "en": …}'
                    ),
                ),
                ("languages", models.JSONField(blank=True, default=list)),
                ("portrait", models.CharField(blank=True, default="", max_length=80)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("erase_after", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="stores.brand",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="staff_members",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("id", "brand"), name="staffmember_brand"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("user", "brand"),
                        name="staffmember_once_per_user",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="agenda",
            name="staff_member",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda",
                to="stores.staffmember",
            ),
        ),
        migrations.CreateModel(
            name="Store",
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
                    "slug",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shop", "Shop"),
                            ("branch", "Branch"),
                            ("remote", "Remote"),
                        ],
                        default="shop",
                        max_length=10,
                    ),
                ),
                ("street", models.CharField(blank=True, default="", max_length=120)),
                ("postcode", models.CharField(blank=True, default="", max_length=12)),
                ("city", models.CharField(blank=True, default="", max_length=80)),
                ("country", models.CharField(default="FR", max_length=2)),
                (
                    "territory",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="For public holidays: FR-57 …",
                        max_length=10,
                    ),
                ),
                ("time_zone", models.CharField(default="Europe/Paris", max_length=50)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("phone", models.CharField(blank=True, default="", max_length=20)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stores",
                        to="stores.brand",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stores",
                        to="stores.region",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "slug"), name="store_slug"
                    ),
                    models.UniqueConstraint(fields=("id", "brand"), name="store_brand"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "slug__in",
                                (
                                    "appointments",
                                    "help",
                                    "holds",
                                    "legal",
                                    "now",
                                    "privacy",
                                ),
                            ),
                            _negated=True,
                        ),
                        name="store_slug_not_reserved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["shop", "branch", "remote"])),
                        name="store_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("latitude__isnull", True), ("longitude__isnull", True)
                            ),
                            models.Q(
                                ("latitude__gte", -90),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="store_point",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="resource",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resources",
                to="stores.store",
            ),
        ),
        migrations.CreateModel(
            name="Posting",
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
                ("is_home", models.BooleanField(default=False)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="stores.brand",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff_member", "store"), name="posting_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_home", True)),
                        fields=("staff_member",),
                        name="posting_one_home",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__gte", models.F("valid_from")),
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            _connector="OR",
                        ),
                        name="posting_days_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("adviser", "Adviser"),
                            ("manager", "Manager"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="stores.brand",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", True)),
                        fields=("user", "brand"),
                        name="membership_once_in_brand",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", False)),
                        fields=("user", "store"),
                        name="membership_once_in_store",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["adviser", "manager", "admin"])
                        ),
                        name="membership_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "admin"), ("store__isnull", True)),
                            models.Q(("role", "admin"), _negated=True),
                            _connector="OR",
                        ),
                        name="membership_admin_of_whole_brand",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayOverride",
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
                ("day", models.DateField()),
                ("starts_at", models.TimeField(blank=True, null=True)),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="day_overrides",
                        to="stores.agenda",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_overrides",
                        to="stores.brand",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_overrides",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("minutes__isnull", True), ("starts_at__isnull", True)
                            ),
                            models.Q(
                                ("minutes__gte", 5),
                                ("minutes__lte", 1440),
                                ("starts_at__isnull", False),
                                ("channels__len__gte", 1),
                                (
                                    "channels__contained_by",
                                    ["video", "callback", "in_store"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="dayoverride_open_or_off",
                    )
                ],
                "indexes": [
                    models.Index(fields=["agenda", "day"], name="override_by_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
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
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "reason",
                    models.JSONField(default=dict, help_text='{"fr": …, "en": …}'),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="stores.brand",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="stores.region",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="closure_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("region__isnull", True),
                            ("store__isnull", True),
                            _connector="OR",
                        ),
                        name="closure_of_one_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
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
                    "slug",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"
                            )
                        ],
                    ),
                ),
                ("name", models.JSONField(help_text='{"fr": …, "en": …}')),
                ("summary", models.JSONField(blank=True, default=dict)),
                (
                    "preparation",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='{"fr": ["…", "…"], "en": […]}',
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("normal", "Normal"), ("sensitive", "Sensitive")],
                        default="normal",
                        max_length=10,
                    ),
                ),
                ("camera_needed", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("active", models.BooleanField(default=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="stores.brand",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "slug"), name="topic_slug"
                    ),
                    models.UniqueConstraint(fields=("id", "brand"), name="topic_brand"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("callback", "Callback"),
                            ("in_store", "In Store"),
                        ],
                        max_length=10,
                    ),
                ),
                ("duration", models.PositiveSmallIntegerField(default=30)),
                ("buffer_before", models.PositiveSmallIntegerField(default=0)),
                ("buffer_after", models.PositiveSmallIntegerField(default=0)),
                ("step", models.PositiveSmallIntegerField(default=15)),
                ("minimum_notice", models.PositiveIntegerField(default=60)),
                ("horizon", models.PositiveSmallIntegerField(default=30)),
                (
                    "daily_ceiling",
                    models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                ("cancel_limit", models.PositiveIntegerField(default=0)),
                ("needs_approval", models.BooleanField(default=False)),
                (
                    "resource_kind",
                    models.CharField(blank=True, default="", max_length=20),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="stores.brand",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="stores.store",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="stores.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="offer_brand"),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", True)),
                        fields=("topic", "channel"),
                        name="offer_once_in_brand",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", False)),
                        fields=("topic", "channel", "store"),
                        name="offer_once_in_store",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["video", "callback", "in_store"])
                        ),
                        name="offer_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration__gte", 5),
                            ("duration__lte", 480),
                            ("step__gte", 5),
                            ("horizon__gte", 1),
                            ("horizon__lte", 60),
                            ("step__lte", 240),
                            ("buffer_after__lte", 240),
                            ("buffer_before__lte", 240),
                        ),
                        name="offer_numbers_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Competence",
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
                ("channels", models.JSONField(blank=True, default=list)),
                ("weight", models.PositiveSmallIntegerField(default=100)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="stores.brand",
                    ),
                ),
                (
                    "staff_member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="competences",
                        to="stores.staffmember",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="competences",
                        to="stores.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff_member", "topic"), name="competence_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
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
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("starts_at", models.TimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None
                    ),
                ),
                ("every_n_weeks", models.PositiveSmallIntegerField(default=1)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "agenda",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_hours",
                        to="stores.agenda",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="working_hours",
                        to="stores.brand",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="working_hours",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)),
                        name="workinghours_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 1440)),
                        name="workinghours_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channels__len__gte", 1),
                            (
                                "channels__contained_by",
                                ["video", "callback", "in_store"],
                            ),
                        ),
                        name="workinghours_channels",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_n_weeks", 1),
                            models.Q(
                                ("every_n_weeks__gte", 2),
                                ("every_n_weeks__lte", 8),
                                ("valid_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="workinghours_rhythm_has_anchor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__gte", models.F("valid_from")),
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            _connector="OR",
                        ),
                        name="workinghours_days_in_order",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["store", "weekday"], name="hours_by_store")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="agenda",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("resource__isnull", True), ("staff_member__isnull", False)
                    ),
                    models.Q(
                        ("resource__isnull", False), ("staff_member__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="agenda_of_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(
                fields=("store", "name"), name="resource_name"
            ),
        ),
        *[same_brand(*key) for key in SAME_BRAND],
    ]
