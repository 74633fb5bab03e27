from django.db import migrations, models
from django.db.models.deletion import PROTECT

WHOLE = models.Q(store__isnull=True, region__isnull=True)

SAME_BRAND = [("stores_membership", "region_id", "stores_region")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0007_departure")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="region",
            field=models.ForeignKey(
                "stores.Region",
                PROTECT,
                blank=True,
                null=True,
                related_name="memberships",
            ),
        ),
        migrations.RemoveConstraint("membership", "membership_once_in_brand"),
        migrations.RemoveConstraint("membership", "membership_admin_of_whole_brand"),
        migrations.AddConstraint(
            "membership",
            models.UniqueConstraint(
                fields=["user", "brand"],
                condition=WHOLE,
                name="membership_once_in_brand",
            ),
        ),
        migrations.AddConstraint(
            "membership",
            models.UniqueConstraint(
                fields=["user", "region"],
                condition=models.Q(region__isnull=False),
                name="membership_once_in_region",
            ),
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(
                    role="admin", store__isnull=True, region__isnull=True
                )
                | ~models.Q(role="admin"),
                name="membership_admin_of_whole_brand",
            ),
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(store__isnull=True) | models.Q(region__isnull=True),
                name="membership_of_one_place",
            ),
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
