"""Transfers with a note, questions to a colleague, and answers that are signed with the record."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# `refuse_change` is of 0003.
GUARDS = """
create trigger a_transfer_stands before update or delete on consultation_transfer
    for each row execute function refuse_change();
create trigger a_questions_step_stands before update or delete on consultation_question_step
    for each row execute function refuse_change();
create trigger a_question_is_not_deleted before delete on consultation_question
    for each row execute function refuse_change();
"""
NO_GUARDS = """
drop trigger a_transfer_stands on consultation_transfer;
drop trigger a_questions_step_stands on consultation_question_step;
drop trigger a_question_is_not_deleted on consultation_question;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0015_operator_steps"),
        ("people", "0006_teams"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
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
                ("asker_user_id", models.UUIDField()),
                ("colleague_user_id", models.UUIDField()),
                ("words", models.CharField(max_length=1000)),
                ("with_identity", models.BooleanField()),
                ("given", models.JSONField()),
                ("picture_ids", models.JSONField(default=list)),
                ("state", models.CharField(max_length=16)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("readable_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "consultation_question",
            },
        ),
        migrations.CreateModel(
            name="QuestionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=16)),
                ("from_state", models.CharField(blank=True, max_length=16)),
                ("to_state", models.CharField(max_length=16)),
                ("who", models.CharField(max_length=16)),
                ("actor_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "consultation_question_step",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
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
                ("from_department", models.CharField(max_length=32)),
                ("to_department", models.CharField(max_length=32)),
                ("note", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "consultation_transfer",
            },
        ),
        migrations.AddField(
            model_name="consultation",
            name="handed_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="recordversion",
            name="consulted",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_to__isnull", True),
                    models.Q(("named_practitioner__isnull", True), ("state", "waiting")),
                    _connector="OR",
                ),
                name="only_what_waits_is_handed_to_a_colleague",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="asker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="colleague",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="consultation.consultation",
            ),
        ),
        migrations.AddField(
            model_name="questionstep",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="consultation.question",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="consultation.consultation",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="from_practitioner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="to_practitioner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.practitioner",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["colleague_user_id", "-id"], name="question_of_colleague"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="question_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["answered", "asked", "lapsed", "withdrawn"])),
                name="a_question_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("readable_until__isnull", False),
                        ("state", "answered"),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer", ""),
                        ("answered_at__isnull", True),
                        ("readable_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="only_an_answered_question_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("due_at__isnull", True)),
                    _connector="OR",
                ),
                name="an_open_question_has_a_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("asker", models.F("colleague")), _negated=True),
                name="nobody_asks_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="a_transfer_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_practitioner__isnull", True),
                    models.Q(("to_practitioner", models.F("from_practitioner")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_transfers_to_oneself",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
