from django.db import migrations

# In a transaction of its own: rows with checks still to come let no table be altered.
FILL = """
SELECT count(booking_write_words(id)) FROM (
    SELECT id FROM booking_appointment ORDER BY created_at) AS visit
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0017_search_word")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
