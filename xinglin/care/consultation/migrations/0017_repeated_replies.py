"""Replies that are nearly the same for several patients: what is still to be looked at, what was said
in the last weeks, and what was found.
"""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# `sketch`: some hashes of pieces of the text (`services/likeness.py`); texts that are alike share one.
PRINTS = """
create table consultation_reply_due (consultation_id uuid primary key);
create table consultation_reply_print (
    consultation_id uuid not null,
    seq integer not null,
    doctor_user_id uuid not null,
    patient_id uuid not null,
    at timestamptz not null,
    length integer not null,
    sketch integer[] not null,
    primary key (consultation_id, seq)
);
create index reply_print_of_doctor on consultation_reply_print (doctor_user_id, at);
create index reply_print_at on consultation_reply_print (at);
"""
NO_PRINTS = "drop table consultation_reply_print; drop table consultation_reply_due;"


class Migration(migrations.Migration):
    dependencies = [("consultation", "0016_colleagues")]

    operations = [
        migrations.CreateModel(
            name="RepeatedReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xinglin.kernel.ids.new,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("doctor_user_id", models.UUIDField()),
                ("other_consultation_id", models.UUIDField()),
                ("other_seq", models.PositiveIntegerField()),
                ("similarity", models.PositiveSmallIntegerField()),
                ("found_at", models.DateTimeField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeated_replies",
                        to="consultation.consultation",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_repeated_reply",
                "indexes": [
                    models.Index(fields=["found_at", "id"], name="repeated_reply_found"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "seq"), name="a_reply_is_flagged_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(PRINTS, NO_PRINTS),
    ]
