"""Spreadsheets are a fourth kind of file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0002_files")]

    operations = [
        migrations.RemoveConstraint("File", "a_file_is_of_a_known_kind"),
        migrations.AddConstraint(
            "File",
            models.CheckConstraint(
                name="a_file_is_of_a_known_kind",
                condition=models.Q(kind__in=["picture", "document", "voice", "sheet"]),
            ),
        ),
    ]
