"""A doctor's own offers, newest first: own figures read a month of them and no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0005_hand_overs")]

    operations = [
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["practitioner", "-id"], name="offer_of_doctor"),
        ),
    ]
