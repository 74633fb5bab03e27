from django.db import migrations, models
from django.db.models.deletion import CASCADE

# Words as they are compared: letters without accents, in lower case. Splitting at what
# is neither letter nor digit is left to ASCII, so that no locale loses a script.
FUNCTIONS = r"""
CREATE FUNCTION booking_folded(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(replace(translate(lower(
        regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g')),
        'øłđı', 'oldi'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss')
$$;
CREATE FUNCTION booking_write_words(visit uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM booking_searchword WHERE appointment_id = visit;
    INSERT INTO booking_searchword (brand_id, appointment_id, store_id, word)
    SELECT appointment.brand_id, appointment.id, appointment.store_id, found.word
    FROM booking_appointment appointment
    JOIN booking_customer customer ON customer.id = appointment.customer_id
    CROSS JOIN LATERAL (
        SELECT DISTINCT left(part, 80) FROM regexp_split_to_table(
            booking_folded(customer.name), '[][[:space:]!-/:-@\\^_`{|}~’]+') part
        UNION SELECT ltrim(customer.phone, '+')
        UNION SELECT lower(customer.email)
    ) AS found (word)
    WHERE appointment.id = visit AND found.word <> ''
$$;
CREATE FUNCTION booking_visit_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM booking_write_words(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION booking_customer_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM booking_write_words(id) FROM booking_appointment
    WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER visit_words AFTER INSERT OR UPDATE OF store_id, customer_id
    ON booking_appointment FOR EACH ROW EXECUTE FUNCTION booking_visit_words();
CREATE TRIGGER customer_words AFTER UPDATE OF name, phone, email
    ON booking_customer FOR EACH ROW
    WHEN ((OLD.name, OLD.phone, OLD.email) IS DISTINCT FROM
          (NEW.name, NEW.phone, NEW.email))
    EXECUTE FUNCTION booking_customer_words();
"""
NO_FUNCTIONS = """
DROP TRIGGER customer_words ON booking_customer;
DROP TRIGGER visit_words ON booking_appointment;
DROP FUNCTION booking_customer_words, booking_visit_words, booking_write_words,
    booking_folded;
"""
SAME_BRAND = [("booking_searchword", "appointment_id", "booking_appointment")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("booking", "0016_appointment_is_trial")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("store_id", models.BigIntegerField()),
                ("word", models.CharField(max_length=254)),
                (
                    "appointment",
                    models.ForeignKey(
                        "booking.Appointment", CASCADE, related_name="words"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey("stores.Brand", CASCADE, related_name="+"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["brand", "word", "-id"],
                        opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
                        name="searchword_of_brand",
                    ),
                    models.Index(
                        fields=["store_id", "word", "-id"],
                        opclasses=["int8_ops", "text_pattern_ops", "int8_ops"],
                        name="searchword_of_store",
                    ),
                ]
            },
        ),
        *(same_brand(*key) for key in SAME_BRAND),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
