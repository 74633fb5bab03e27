from django.db import migrations, models
from django.db.models import Q

# What was written before is erased like everything else.
FILL = """
    UPDATE video_participant AS seat SET erase_after = visit.erase_after
    FROM video_room AS room
    JOIN booking_appointment AS visit ON visit.id = room.appointment_id
    WHERE room.id = seat.room_id AND seat.first_name <> '';
    UPDATE video_chatmessage AS line SET erase_after = visit.ends_at + interval '30 minutes'
    FROM video_room AS room
    JOIN booking_appointment AS visit ON visit.id = room.appointment_id
    WHERE room.id = line.room_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("video", "0003_node_capacity"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="erase_after",
            field=models.DateTimeField(
                blank=True,
                help_text="When the first name goes, if one was given.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="erase_after",
            field=models.DateTimeField(
                blank=True,
                help_text="When the room closes, nobody re-joins.",
                null=True,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                condition=~Q(first_name=""),
                fields=["erase_after"],
                name="participant_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=~Q(text=""), fields=["erase_after"], name="chat_to_erase"
            ),
        ),
    ]
