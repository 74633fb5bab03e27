import uuid

import django.db.models.deletion
from django.db import migrations, models

SAME_BRAND = [
    ("booking_photo", "appointment_id", "booking_appointment"),
    ("booking_photo", "file_id", "stores_storedfile"),
]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


# Whatever deletes a photograph deletes its file; that writes its name into LooseFile.
FORWARD = """
CREATE FUNCTION booking_photo_takes_its_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stores_storedfile WHERE id = OLD.file_id;
    RETURN NULL;
END $$;
CREATE TRIGGER photo_takes_its_file AFTER DELETE ON booking_photo
    FOR EACH ROW EXECUTE FUNCTION booking_photo_takes_its_file();
"""
BACKWARD = """
DROP TRIGGER photo_takes_its_file ON booking_photo;
DROP FUNCTION booking_photo_takes_its_file;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0028_words_and_cases"),
        ("stores", "0024_photo_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
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
                    "visitor",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="That of the hold.",
                        max_length=64,
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="0 to 2, as they are shown."
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        help_text="Keyed, of the file as it came: sent twice is once.",
                        max_length=64,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("place",),
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="needs",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Codes of `booking.fields.Need`, with a space between.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="product",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="A link or a reference, as the customer typed it.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="stock",
            field=models.CharField(
                blank=True,
                choices=[("asked", "Asked"), ("yes", "Yes"), ("no", "No")],
                db_default="",
                default="",
                help_text="Whether the product is there, as the customer asked.",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="stock_left",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("stock__in", ["", "asked", "yes", "no"])),
                name="appointment_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs__regex", "^((writing|signs|interpreter|helper)( |$))*$")
                ),
                name="appointment_needs",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photos",
                to="booking.appointment",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="photos",
                to="stores.brand",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="photo",
                to="stores.storedfile",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appointment__isnull", True), ("visitor", ""), _connector="XOR"
                ),
                name="photo_of_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__lt", 3)), name="photo_at_most_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("appointment", "place"), name="photo_of_visit"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("appointment", "digest"), name="photo_of_visit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("visitor", ""), _negated=True),
                fields=("brand", "visitor", "place"),
                name="photo_of_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("visitor", ""), _negated=True),
                fields=("brand", "visitor", "digest"),
                name="photo_of_hold_once",
            ),
        ),
        *(same_brand(*key) for key in SAME_BRAND),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
