"""Answers are kept sealed from now on; those of the last day, which were not, are forgotten."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("edge_api", "0001_initial")]

    operations = [
        migrations.RunSQL("delete from edge_api_givenanswer", migrations.RunSQL.noop),
    ]
