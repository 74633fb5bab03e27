import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A text that can be rewritten proves nothing of what a customer read. One column may
# change: `published_by_id` to null, when that account is deleted.
FORWARD = """
CREATE FUNCTION stores_legaltext_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.published_by_id IS NULL THEN
        OLD.published_by_id := NULL;
    END IF;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'stores_legaltext is append-only'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'legaltext_is_append_only';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER legaltext_is_append_only BEFORE UPDATE ON stores_legaltext
    FOR EACH ROW EXECUTE FUNCTION stores_legaltext_is_append_only();
"""
BACKWARD = """
DROP TRIGGER legaltext_is_append_only ON stores_legaltext;
DROP FUNCTION stores_legaltext_is_append_only();
"""
KINDS = [
    ("privacy", "Privacy"),
    ("accessibility", "Accessibility"),
    ("terms", "Terms"),
]
STATES = [("not", "Not"), ("partly", "Partly"), ("fully", "Fully")]


class Migration(migrations.Migration):
    dependencies = [("stores", "0019_brand_page")]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="legal",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="Copied from the legal texts that stand, for every page: "
                "their versions, and the state of accessibility.",
            ),
        ),
        migrations.CreateModel(
            name="LegalText",
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
                ("kind", models.CharField(choices=KINDS, max_length=13)),
                ("language", models.CharField(max_length=5)),
                ("version", models.PositiveSmallIntegerField()),
                ("body", models.TextField(blank=True, default="")),
                ("address", models.URLField(blank=True, default="", max_length=300)),
                (
                    "state",
                    models.CharField(
                        blank=True, choices=STATES, default="", max_length=6
                    ),
                ),
                ("rate", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("published_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_texts",
                        to="stores.brand",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "kind", "language", "version"),
                        name="legaltext_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            kind__in=["privacy", "accessibility", "terms"]
                        ),
                        name="legaltext_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(version__gte=1), name="legaltext_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(address="") | models.Q(kind="terms"),
                        name="legaltext_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["", "not", "partly", "fully"])
                        & (models.Q(kind="accessibility") ^ models.Q(state="")),
                        name="legaltext_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(rate__isnull=True) | models.Q(rate__lte=100),
                        name="legaltext_rate",
                    ),
                ]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
