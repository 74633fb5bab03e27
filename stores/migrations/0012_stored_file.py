import uuid

from django.db import migrations, models
from django.db.models.deletion import CASCADE, SET_NULL

LEFT_BEHIND = """
CREATE FUNCTION stores_file_is_loose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stores_loosefile (name, since) VALUES (OLD.name, now())
    ON CONFLICT (name) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER file_is_loose AFTER DELETE ON stores_storedfile
    FOR EACH ROW EXECUTE FUNCTION stores_file_is_loose();
"""
NO_MORE = """
DROP TRIGGER file_is_loose ON stores_storedfile;
DROP FUNCTION stores_file_is_loose;
"""
SAME_BRAND = [("stores_staffmember", "photo_id", "stores_storedfile")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("stores", "0011_email_confirmed")]

    operations = [
        migrations.CreateModel(
            name="LooseFile",
            fields=[
                (
                    "name",
                    models.CharField(max_length=120, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="StoredFile",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("portrait", "Portrait"),
                            ("logo", "Logo"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("content_type", models.CharField(max_length=60)),
                ("size", models.PositiveBigIntegerField(help_text="In bytes.")),
                ("created_at", models.DateTimeField()),
                ("erase_after", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey("stores.Brand", CASCADE, related_name="files"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["id", "brand"], name="storedfile_brand"
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["erase_after"],
                        condition=models.Q(erase_after__isnull=False),
                        name="storedfile_to_erase",
                    )
                ],
            },
        ),
        migrations.AddField(
            "staffmember",
            "photo",
            models.ForeignKey(
                "stores.StoredFile",
                SET_NULL,
                blank=True,
                null=True,
                related_name="+",
            ),
        ),
        migrations.RunSQL(LEFT_BEHIND, NO_MORE),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
