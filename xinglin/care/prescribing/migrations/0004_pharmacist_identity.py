"""By what a pharmacist is known beyond the account; empty until the administrator notes the number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0003_guards")]

    operations = [
        migrations.AddField("pharmacist", "id_number_sealed", models.BinaryField(default=b"")),
        migrations.AddField("pharmacist", "id_number_index", models.BinaryField(default=b"")),
    ]
