from django.db import migrations, models
from django.db.models.deletion import CASCADE

SAME_BRAND = [("notifications_deliveryfacts", "store_id", "stores_store")]


def same_brand(table: str, column: str, target: str) -> migrations.RunSQL:
    """A row may point only at rows of its own brand."""
    name = f"{table}_{column}_same_brand"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, brand_id) "
        f"REFERENCES {target} (id, brand_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_mail_budget"),
        ("stores", "0014_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryFacts",
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
                ("day", models.DateField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("sms", "Sms"),
                            ("webhook", "Webhook"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sent", models.PositiveIntegerField(default=0)),
                ("dead", models.PositiveIntegerField(default=0)),
                (
                    "brand",
                    models.ForeignKey("stores.Brand", CASCADE, related_name="+"),
                ),
                (
                    "store",
                    models.ForeignKey(
                        "stores.Store", CASCADE, blank=True, null=True, related_name="+"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["brand", "store", "day", "channel"],
                        nulls_distinct=False,
                        name="deliveryfacts_once",
                    )
                ]
            },
        ),
        *(same_brand(*row) for row in SAME_BRAND),
    ]
