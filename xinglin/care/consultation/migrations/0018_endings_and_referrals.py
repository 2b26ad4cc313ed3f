"""Why a doctor ended a visit, and referrals with the question whether the patient went."""

import django.db.models.deletion
from django.db import migrations, models

# Of visits from before: nobody was asked for a reason of a closing; a referral stands in its step.
REASONS = """
update consultation_consultation set ended_for = 'unstated' where ending = 'closed';
update consultation_consultation c set ended_for = s.reason
    from consultation_step s
    where c.ending = 'stopped' and s.consultation_id = c.id and s.step = 'stop';
"""
LETTERS = """
insert into consultation_referral (consultation_id, practitioner_id, reason, urgency, hospital,
        department, booking_url, advice, clinical, issued_at, ask_at, asked_at)
    select c.id, c.practitioner_id, s.reason, s.detail ->> 'urgency', s.detail ->> 'where', '', '',
        s.detail ->> 'advice', '', s.at, s.at, s.at
    from consultation_consultation c
    join consultation_step s on s.consultation_id = c.id and s.step = 'stop'
    where c.ending = 'stopped';
set constraints all immediate;
"""
# `refuse_change` is of 0003. Of a letter only what becomes of it afterwards is written.
GUARDS = """
create function a_letter_stands() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or to_jsonb(new) - 'asked_at' - 'seen_at'
        is distinct from to_jsonb(old) - 'asked_at' - 'seen_at'
    then
        raise exception 'what a referral says is never changed or deleted'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger a_referral_stands before update or delete on consultation_referral
    for each row execute function a_letter_stands();
create trigger a_referrals_answer_stands before update or delete on consultation_referral_answer
    for each row execute function refuse_change();
"""
NO_GUARDS = """
drop trigger a_referral_stands on consultation_referral;
drop trigger a_referrals_answer_stands on consultation_referral_answer;
drop function a_letter_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0017_repeated_replies"),
        ("people", "0007_sheets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="referral",
                        serialize=False,
                        to="consultation.consultation",
                    ),
                ),
                ("reason", models.CharField(max_length=32)),
                ("urgency", models.CharField(max_length=16)),
                ("hospital", models.CharField(max_length=200)),
                ("department", models.CharField(blank=True, max_length=200)),
                ("booking_url", models.CharField(blank=True, max_length=500)),
                ("advice", models.TextField()),
                ("clinical", models.CharField(blank=True, max_length=1000)),
                ("issued_at", models.DateTimeField()),
                ("ask_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "consultation_referral",
            },
        ),
        migrations.CreateModel(
            name="ReferralAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("went", models.CharField(max_length=16)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("answered_by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "consultation_referral_answer",
            },
        ),
        migrations.AddField(
            model_name="consultation",
            name="ended_for",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.RunSQL(REASONS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "ended_for__in",
                            [
                                "advice_given",
                                "asked_to_end",
                                "duplicate",
                                "follow_up",
                                "no_answer",
                                "not_medical",
                                "other",
                                "treated",
                                "unstated",
                            ],
                        ),
                        ("ending", "closed"),
                    ),
                    models.Q(
                        (
                            "ended_for__in",
                            ["changed_condition", "emergency", "first_visit", "unsuitable"],
                        ),
                        ("ending", "stopped"),
                    ),
                    models.Q(
                        models.Q(("ending__in", ["closed", "stopped"]), _negated=True),
                        ("ended_for", ""),
                    ),
                    _connector="OR",
                ),
                name="a_doctor_ends_a_visit_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="practitioner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="referralanswer",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="consultation.referral",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", True)),
                fields=["ask_at"],
                name="referral_to_ask",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["changed_condition", "emergency", "first_visit", "unsuitable"]),
                    ("urgency__in", ["days", "now", "today"]),
                    models.Q(("hospital", ""), _negated=True),
                    models.Q(("advice", ""), _negated=True),
                ),
                name="a_referral_says_why_where_and_how_soon",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("went__in", ["booked", "not_yet", "went", "will_not"])),
                name="whether_one_went_is_of_the_list",
            ),
        ),
        migrations.RunSQL(LETTERS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
