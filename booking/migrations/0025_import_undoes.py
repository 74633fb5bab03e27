from django.db import migrations, models
from django.db.models.deletion import SET_NULL

SAME_BRAND = [("booking_import", "undoes_id", "booking_import")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("booking", "0024_open_calls")]

    operations = [
        migrations.AddField(
            "import",
            "undoes",
            models.ForeignKey(
                "booking.Import",
                SET_NULL,
                blank=True,
                help_text="The import whose changes are this one's lines, the other way "
                "round: it has no file.",
                null=True,
                related_name="+",
            ),
        ),
        *(same_brand(*key) for key in SAME_BRAND),
    ]
