from django.db import migrations

# History that can be rewritten proves nothing, and an outbox whose rows change has
# said two things. Two columns may change: `relayed_at`, and `actor_user_id` to null
# when that account is deleted.
FORWARD = """
CREATE FUNCTION booking_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.actor_user_id IS NULL THEN
        OLD.actor_user_id := NULL;
    END IF;
    OLD.relayed_at := NEW.relayed_at;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'booking_appointmentevent is append-only'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'event_is_append_only';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE ON booking_appointmentevent
    FOR EACH ROW EXECUTE FUNCTION booking_event_is_append_only();
"""
BACKWARD = """
DROP TRIGGER event_is_append_only ON booking_appointmentevent;
DROP FUNCTION booking_event_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
