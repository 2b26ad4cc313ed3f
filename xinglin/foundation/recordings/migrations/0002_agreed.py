"""What both agreed to; and until when the law keeps a recording, so that nobody asks each hour."""

from django.db import migrations, models

FILLED = """
update recordings_recording set keep_until = ended_at + interval '3 years' where ended_at is not null
"""


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_initial")]

    operations = [
        migrations.AddField("recording", "agreed", models.JSONField(null=True)),
        migrations.AddField("recording", "keep_until", models.DateTimeField(null=True)),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.RemoveIndex("recording", "recordings_by_end"),
        migrations.AddIndex(
            "recording", models.Index(fields=["keep_until"], name="recordings_kept_until")
        ),
    ]
