"""Calls of a visit: their steps, consents, invitations, observers and stills."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# `refuse_change` is of 0003.
GUARDS = """
create trigger a_call_is_not_deleted before delete on consultation_call
    for each row execute function refuse_change();
create trigger a_calls_step_stands before update or delete on consultation_call_step
    for each row execute function refuse_change();
create trigger a_calls_consent_stands before update or delete on consultation_call_consent
    for each row execute function refuse_change();
create trigger an_observation_stands before update or delete on consultation_call_observation
    for each row execute function refuse_change();
create trigger a_still_stands before update or delete on consultation_call_still
    for each row execute function refuse_change();
"""
NO_GUARDS = """
drop trigger a_call_is_not_deleted on consultation_call;
drop trigger a_calls_step_stands on consultation_call_step;
drop trigger a_calls_consent_stands on consultation_call_consent;
drop trigger an_observation_stands on consultation_call_observation;
drop trigger a_still_stands on consultation_call_still;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0020_language"),
        ("people", "0008_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="held_by",
            field=models.CharField(db_default="text", default="text", max_length=16),
        ),
        migrations.AddField(
            model_name="consultation",
            name="in_call_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Call",
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
                ("channel", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16)),
                ("due_at", models.DateTimeField(null=True)),
                ("asked_by", models.CharField(max_length=8)),
                ("doctor_user_id", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(blank=True, max_length=16)),
                ("promised_s", models.PositiveIntegerField()),
                ("visit_closes_at", models.DateTimeField(null=True)),
                ("recording_wanted_since", models.DateTimeField(null=True)),
                ("still_asked_at", models.DateTimeField(null=True)),
                ("clock_ms", models.BigIntegerField(null=True)),
                ("cut_short", models.BooleanField(default=False)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="consultation.consultation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.practitioner",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call",
            },
        ),
        migrations.CreateModel(
            name="CallConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("side", models.CharField(max_length=8)),
                ("answer", models.BooleanField()),
                ("version", models.CharField(max_length=32)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="consultation.call",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call_consent",
            },
        ),
        migrations.CreateModel(
            name="CallInvitation",
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
                ("user_id", models.UUIDField()),
                ("invited_by", models.UUIDField()),
                ("invited_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=8)),
                ("answered_at", models.DateTimeField(null=True)),
                ("joined_at", models.DateTimeField(null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="consultation.call",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.practitioner",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call_invitation",
            },
        ),
        migrations.CreateModel(
            name="CallStep",
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
                ("detail", models.JSONField(default=dict)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="consultation.call",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call_step",
            },
        ),
        migrations.CreateModel(
            name="Observation",
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
                ("observer_id", models.UUIDField()),
                ("reason", models.CharField(max_length=200)),
                ("openly", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="consultation.call",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call_observation",
            },
        ),
        migrations.CreateModel(
            name="Still",
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
                ("file_id", models.UUIDField(unique=True)),
                ("seq", models.PositiveIntegerField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stills",
                        to="consultation.call",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultation.callconsent",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_call_still",
            },
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="call_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("consultation",),
                name="a_visit_has_one_call_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ended", "open", "ringing"])),
                name="a_call_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by__in", ["patient", "doctor"])),
                name="a_call_is_between_the_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("clock_ms__isnull", False),
                        ("due_at__isnull", True),
                        ("ended_at__isnull", False),
                        (
                            "ending__in",
                            [
                                "declined",
                                "ended_by_doctor",
                                "ended_by_patient",
                                "line_lost",
                                "missed",
                                "taken_back",
                                "visit_over",
                            ],
                        ),
                        ("state", "ended"),
                    ),
                    models.Q(
                        models.Q(("state", "ended"), _negated=True),
                        ("clock_ms__isnull", True),
                        ("due_at__isnull", False),
                        ("ended_at__isnull", True),
                        ("ending", ""),
                    ),
                    _connector="OR",
                ),
                name="every_call_ends_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), _negated=True),
                    ("answered_at__isnull", False),
                    _connector="OR",
                ),
                name="an_open_call_was_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="callconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["recording", "still"]), ("side__in", ["patient", "doctor"])
                ),
                name="a_side_consents_to_something",
            ),
        ),
        migrations.AddIndex(
            model_name="callinvitation",
            index=models.Index(fields=["user_id", "-id"], name="call_invitation_of_colleague"),
        ),
        migrations.AddConstraint(
            model_name="callinvitation",
            constraint=models.UniqueConstraint(
                fields=("call", "practitioner"), name="a_colleague_is_asked_into_a_call_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="callinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(
                        ("answer__in", ["joined", "declined", "removed"]),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_invitation_is_answered_in_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.UniqueConstraint(
                fields=("call", "observer_id"), name="an_observer_gives_one_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="nobody_observes_without_a_reason",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
