"""An intake keeps how urgent it is, why, on which findings, and which questions it put."""

from django.db import migrations, models

# What was decided before there were five levels.
LEVELS = """
update triage_intake set level = case
    when outcome = 'emergency' then 'emergency'
    when urgency = 2 then 'online_soon'
    else 'online_routine'
end;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0002_override"),
    ]

    operations = [
        migrations.AddField(
            "intake", "level", models.CharField(default="online_routine", max_length=16)
        ),
        migrations.AddField("intake", "reasons", models.JSONField(default=list)),
        migrations.AddField("intake", "findings", models.JSONField(default=list)),
        migrations.AddField("intake", "ranked", models.JSONField(default=list)),
        migrations.AddField("intake", "crisis", models.BooleanField(default=False)),
        migrations.AddField(
            "intake", "interview", models.CharField(default="general", max_length=32)
        ),
        migrations.AddField("intake", "asks", models.JSONField(default=list)),
        migrations.AddField("intake", "versions", models.JSONField(default=dict)),
        migrations.RunSQL(LEVELS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "intake",
            models.CheckConstraint(
                name="an_intake_has_one_of_five_levels",
                condition=models.Q(
                    (
                        "level__in",
                        [
                            "emergency",
                            "in_person_today",
                            "online_soon",
                            "online_routine",
                            "self_care",
                        ],
                    )
                ),
            ),
        ),
        migrations.AddConstraint(
            "intake",
            models.CheckConstraint(
                name="an_emergency_is_of_that_level_and_no_other_is",
                condition=models.Q(
                    ("outcome", "emergency"),
                    ("level", "emergency"),
                    _connector="XOR",
                    _negated=True,
                ),
            ),
        ),
    ]
