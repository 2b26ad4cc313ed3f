"""What the hospital's operators do with a visit: put first, given time, closed with a reason."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from xinglin.care.consultation import lifecycle, rules

_FINALS = sorted(lifecycle.CONSULTATION.finals)


class Migration(migrations.Migration):
    dependencies = [("consultation", "0014_phrases")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="put_first",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="consultation",
            name="extended_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True,
                fields=["requested_at"],
                name="consultation_requested",
                pages_per_range=16,
            ),
        ),
        migrations.RemoveConstraint(model_name="consultation", name="every_ending_has_a_reason"),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    state__in=_FINALS, ending__in=sorted(rules.ENDINGS), ended_at__isnull=False
                )
                | (~models.Q(state__in=_FINALS) & models.Q(ending="", ended_at__isnull=True)),
                name="every_ending_has_a_reason",
            ),
        ),
    ]
