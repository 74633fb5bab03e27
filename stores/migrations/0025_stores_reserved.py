from django.db import migrations, models
from django.db.models import Q

RESERVED = ("appointments", "help", "holds", "legal", "now", "privacy")

RENAME = """
UPDATE stores_store store SET slug = 'stores-' || store.id WHERE slug = 'stores'
"""


class Migration(migrations.Migration):
    """The list of a brand's stores stands at /<brand>/stores/ from now on. A store that
    is called so gets an address that nobody else has."""

    dependencies = [("stores", "0024_photo_files")]

    operations = [
        migrations.RunSQL(RENAME, migrations.RunSQL.noop),
        migrations.RemoveConstraint("store", "store_slug_not_reserved"),
        migrations.AddConstraint(
            "store",
            models.CheckConstraint(
                condition=~Q(slug__in=(*RESERVED, "stores")),
                name="store_slug_not_reserved",
            ),
        ),
    ]
