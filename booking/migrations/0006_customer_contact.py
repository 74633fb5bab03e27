from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("booking", "0005_appointment_network")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index("brand", Upper("email"), name="customer_email"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["brand", "phone"], name="customer_phone"),
        ),
    ]
