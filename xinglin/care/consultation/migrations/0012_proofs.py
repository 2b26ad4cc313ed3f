"""Proofs of earlier diagnoses, what was shown where, and judgements that stand."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# `refuse_change` is of 0003. A proof itself is only ever withdrawn, once.
GUARDS = """
create trigger a_judgement_stands before update or delete on consultation_proof_judgement
    for each row execute function refuse_change();
create trigger a_proofs_file_stands before update or delete on consultation_proof_file
    for each row execute function refuse_change();
create trigger what_was_shown_stands before update or delete on consultation_shown_proof
    for each row execute function refuse_change();
create trigger a_proof_is_not_deleted before delete on consultation_proof
    for each row execute function refuse_change();
create function only_withdrawn() returns trigger language plpgsql as $$
begin
    if old.withdrawn_at is null and new.withdrawn_at is not null
        and to_jsonb(new) - 'withdrawn_at' = to_jsonb(old) - 'withdrawn_at' then
        return new;
    end if;
    raise exception 'a proof is withdrawn once and otherwise not changed'
        using errcode = 'restrict_violation';
end $$;
create trigger a_proof_is_only_withdrawn before update on consultation_proof
    for each row execute function only_withdrawn();
"""

NO_GUARDS = """
drop trigger a_judgement_stands on consultation_proof_judgement;
drop trigger a_proofs_file_stands on consultation_proof_file;
drop trigger what_was_shown_stands on consultation_shown_proof;
drop trigger a_proof_is_not_deleted on consultation_proof;
drop trigger a_proof_is_only_withdrawn on consultation_proof;
drop function only_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("consultation", "0011_who_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
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
                ("holder_id", models.UUIDField()),
                ("kind", models.CharField(max_length=32)),
                ("diagnosis_code", models.CharField(blank=True, max_length=24)),
                ("diagnosis_zh", models.CharField(max_length=120)),
                ("diagnosis_en", models.CharField(blank=True, max_length=240)),
                ("hospital", models.CharField(max_length=120)),
                ("issued_on", models.DateField()),
                ("evidence", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.patient"
                    ),
                ),
            ],
            options={
                "db_table": "consultation_proof",
                "indexes": [models.Index(fields=["patient", "-id"], name="proof_of_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            kind__in=[
                                "diagnosis_certificate",
                                "discharge_summary",
                                "inpatient_record",
                                "outpatient_record",
                            ]
                        ),
                        name="a_proof_is_of_a_known_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProofFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("file_id", models.UUIDField()),
                ("kind", models.CharField(max_length=16)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="consultation.proof",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_proof_file",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proof", "position"), name="a_proof_has_its_order"
                    ),
                    models.UniqueConstraint(fields=("proof", "file_id"), name="a_file_proves_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShownProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shown_at", models.DateTimeField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_proofs",
                        to="consultation.consultation",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown",
                        to="consultation.proof",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_shown_proof",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "proof"), name="a_proof_is_shown_once_a_visit"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProofJudgement",
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
                ("number", models.PositiveSmallIntegerField()),
                ("outcome", models.CharField(max_length=16)),
                ("diagnoses", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("judged_by", models.UUIDField()),
                ("judged_at", models.DateTimeField()),
                ("evidence", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("may_prescribe", models.BooleanField()),
                ("rule_ids", models.JSONField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="consultation.consultation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.practitioner"
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="consultation.proof",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_proof_judgement",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proof", "consultation", "number"),
                        name="a_judgement_follows_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", "accepted"),
                                ("reason", ""),
                                models.Q(("diagnoses", []), _negated=True),
                            ),
                            models.Q(
                                ("diagnoses", []),
                                ("outcome", "not_accepted"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_refused_proof_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
