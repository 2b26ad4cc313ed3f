"""Guests of one visit, the links by which they come, and words that nobody else may change."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# As before, and: what a guest has said (`body.by`) is kept as it was said. It stands on the patient's
# side, whose account could else put other words into the guest's mouth.
CORRECTIONS = """
create or replace function refuse_correction(
    cid uuid, by uuid, how text, asked jsonb, now timestamptz, gone integer[]
) returns text language plpgsql as $$
declare
    target consultation_message;
begin
    if jsonb_typeof(asked -> 'of') = 'number' and asked ->> 'of' ~ '^[0-9]{1,9}$' then
        select * into target from consultation_message m
        where m.consultation_id = cid and m.seq = (asked -> 'of')::integer;
    end if;
    return case
        when target.sender_id is distinct from by or target.kind not in ('text', 'picture')
            or (how = 'edit' and target.kind <> 'text') or target.body ? 'by' then 'not_yours'
        when target.withdrawn or target.seq = any (gone) then 'withdrawn'
        when now > target.at + interval '2 minutes' then 'too_late'
    end;
end $$;
"""
_FORMER = importlib.import_module(f"{__package__}.0004_turns_marks_edits").CORRECTIONS
FORMER = _FORMER.replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0006_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="JoinLink",
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
                ("made_by", models.UUIDField()),
                ("made_as", models.CharField(max_length=8)),
                ("for_whom", models.CharField(max_length=16)),
                ("name_sealed", models.BinaryField()),
                ("token_hash", models.BinaryField(unique=True)),
                ("sees_earlier", models.BooleanField(default=False)),
                ("may_write", models.BooleanField(default=True)),
                ("by_sms", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="join_links",
                        to="consultation.consultation",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_join_link",
            },
        ),
        migrations.CreateModel(
            name="Guest",
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
                ("device", models.UUIDField()),
                ("cookie_hash", models.BinaryField(unique=True)),
                ("name_sealed", models.BinaryField()),
                ("from_seq", models.PositiveIntegerField()),
                ("agreed_version", models.CharField(max_length=32)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="consultation.consultation",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="consultation.joinlink",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_guest",
            },
        ),
        migrations.AddConstraint(
            model_name="joinlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("made_as__in", ["patient", "doctor"])),
                name="a_side_of_the_visit_invites",
            ),
        ),
        migrations.AddConstraint(
            model_name="joinlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("made_as", "doctor"), _negated=True),
                    ("sees_earlier", False),
                    _connector="OR",
                ),
                name="a_doctor_shows_nothing_said_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="guest",
            constraint=models.UniqueConstraint(
                fields=("link", "device"), name="a_device_comes_in_once"
            ),
        ),
        migrations.RunSQL(CORRECTIONS, FORMER),
    ]
