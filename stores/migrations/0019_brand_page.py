from django.db import migrations, models
from django.db.models.deletion import SET_NULL

COLUMNS = ("logo_id", "logo_dark_id")


def own_file(column: str) -> migrations.RunSQL:
    """A brand shows only files of its own."""
    name = f"stores_brand_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE stores_brand ADD CONSTRAINT {name} FOREIGN KEY ({column}, id) "
        "REFERENCES stores_storedfile (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE stores_brand DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0018_company")]

    operations = [
        migrations.AddField(
            "brand",
            "logo",
            models.ForeignKey(
                "stores.StoredFile",
                SET_NULL,
                blank=True,
                null=True,
                related_name="+",
            ),
        ),
        migrations.AddField(
            "brand",
            "logo_dark",
            models.ForeignKey(
                "stores.StoredFile",
                SET_NULL,
                blank=True,
                null=True,
                related_name="+",
                help_text="The logo on dark pages; without it the same is shown there.",
            ),
        ),
        migrations.AddField(
            "brand",
            "accessible_way",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                help_text="How deaf and hard-of-hearing people reach the brand: a web "
                "address, or words. Stands beside its telephone.",
            ),
        ),
        *(own_file(column) for column in COLUMNS),
    ]
