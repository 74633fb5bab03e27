import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT, SET_NULL

SAME_BRAND = [("stores_invitation", "staff_member_id", "stores_staffmember")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0008_membership_region")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("language", models.CharField(default="fr", max_length=5)),
                ("roles", models.JSONField(blank=True, default=list)),
                ("key_id", models.CharField(blank=True, default="", max_length=20)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("token_hash", models.CharField(blank=True, default="", max_length=64)),
                (
                    "mail",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        "stores.Brand", PROTECT, related_name="invitations"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "staff_member",
                    models.OneToOneField(
                        "stores.StaffMember", CASCADE, related_name="invitation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["brand", "email"],
                        condition=~models.Q(email=""),
                        name="invitation_once_per_address",
                    ),
                    models.UniqueConstraint(
                        fields=["token_hash"],
                        condition=~models.Q(token_hash=""),
                        name="invitation_token_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(token_hash="")
                        | models.Q(expires_at__isnull=False),
                        name="invitation_runs_out",
                    ),
                ],
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
