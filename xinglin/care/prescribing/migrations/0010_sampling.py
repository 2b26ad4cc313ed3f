"""Review by sample, and what the database refuses by itself: what is judged stays, and who judges is somebody else."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

GUARD_SAMPLE = """
create function guard_sample() returns trigger language plpgsql as $$
declare
    moves text[] := array['state', 'announced_at', 'announced_by', 'closed_at', 'closed_by'];
begin
    if tg_op = 'DELETE' then
        raise exception 'a sample is never deleted' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'drawn' then
            raise exception 'a sample begins as it is drawn' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if to_jsonb(new) - moves <> to_jsonb(old) - moves then
        raise exception 'what was drawn does not change' using errcode = 'restrict_violation';
    end if;
    if (old.state, new.state) not in (values ('drawn', 'announced'), ('announced', 'closed')) then
        raise exception 'no step leads from % to %', old.state, new.state
            using errcode = 'restrict_violation';
    end if;
    if new.state = 'closed' and (new.announced_at, new.announced_by)
        is distinct from (old.announced_at, old.announced_by) then
        raise exception 'when it was told does not change' using errcode = 'restrict_violation';
    end if;
    if new.state = 'announced' and new.size > (
        select count(distinct j.sampled_id) from prescription_sampled d
        join prescription_sample_judgement j on j.sampled_id = d.id where d.sample_id = new.id
    ) then
        raise exception 'all of it is judged before it is told' using errcode = 'restrict_violation';
    end if;
    if new.state = 'closed' and exists (
        select from prescription_sampled d
        join prescription_sample_objection o on o.sampled_id = d.id
        where d.sample_id = new.id and not exists (
            select from prescription_sample_judgement j where j.answers_id = o.sampled_id
        )
    ) then
        raise exception 'every objection is answered first' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_sample_keeps_to_its_table before insert or update or delete on prescription_sample
    for each row execute function guard_sample();
"""

GUARD_SAMPLED = """
create function guard_sampled() returns trigger language plpgsql as $$
begin
    if not exists (
        select from prescription_sample s
        join prescription p on p.id = new.prescription_id and p.institution_id = s.institution_id
        join prescription_version v on v.id = new.version_id and v.prescription_id = p.id
        join prescription_review r on r.version_id = v.id and r.outcome = 'approved'
        where s.id = new.sample_id and s.state = 'drawn' and new.position between 1 and s.size
            and v.signed_by = new.prescriber_id and r.reviewed_by = new.reviewer_id
            and v.practitioner_id = new.practitioner_id
    ) then
        raise exception 'what is drawn was signed by both' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_drawn_one_was_signed before insert on prescription_sampled
    for each row execute function guard_sampled();
create trigger a_drawn_one_stands before update or delete on prescription_sampled
    for each row execute function refuse_change();
"""

GUARD_JUDGEMENT = """
create function guard_sample_judgement() returns trigger language plpgsql as $$
declare
    found record;
begin
    select s.state, d.prescriber_id, d.reviewer_id, v.signer_marks, r.reviewer_marks,
        f.reviewed_by as first_id, f.reviewer_marks as first_marks into found
    from prescription_sampled d join prescription_sample s on s.id = d.sample_id
    join prescription_version v on v.id = d.version_id
    join prescription_review r on r.version_id = d.version_id
    left join prescription_first_review f on f.version_id = d.version_id
    where d.id = new.sampled_id for share of s;
    if found.state = 'closed' then
        raise exception 'a closed sample does not change' using errcode = 'restrict_violation';
    end if;
    if new.judged_by in (found.prescriber_id, found.reviewer_id)
        or new.judge_marks && found.signer_marks or new.judge_marks && found.reviewer_marks
        or new.judged_by = found.first_id or new.judge_marks && found.first_marks then
        raise exception 'nobody judges the own work' using errcode = 'restrict_violation';
    end if;
    if (found.state = 'announced') <> (new.answers_id is not null)
        or new.answers_id is not null and new.answers_id <> new.sampled_id then
        raise exception 'after it was told only an objection is answered'
            using errcode = 'restrict_violation';
    end if;
    if new.answers_id is not null and exists (
        select from prescription_sample_judgement j
        where j.sampled_id = new.sampled_id
            and (j.judged_by = new.judged_by or j.judge_marks && new.judge_marks)
    ) then
        raise exception 'an objection is answered by somebody else'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_judge_is_another before insert on prescription_sample_judgement
    for each row execute function guard_sample_judgement();
create trigger a_judgement_stands before update or delete on prescription_sample_judgement
    for each row execute function refuse_change();
"""

GUARD_OBJECTION = """
create function guard_sample_objection() returns trigger language plpgsql as $$
begin
    if not exists (
        select from prescription_sampled d
        join prescription_sample s on s.id = d.sample_id and s.state = 'announced'
        where d.id = new.sampled_id and d.prescriber_id = new.said_by
    ) then
        raise exception 'its doctor objects while the findings are open'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger an_objection_is_its_doctors before insert on prescription_sample_objection
    for each row execute function guard_sample_objection();
create trigger an_objection_stands before update or delete on prescription_sample_objection
    for each row execute function refuse_change();
"""

NOT_GUARDED = """
drop trigger an_objection_stands on prescription_sample_objection;
drop trigger an_objection_is_its_doctors on prescription_sample_objection;
drop trigger a_judgement_stands on prescription_sample_judgement;
drop trigger a_judge_is_another on prescription_sample_judgement;
drop trigger a_drawn_one_stands on prescription_sampled;
drop trigger a_drawn_one_was_signed on prescription_sampled;
drop trigger a_sample_keeps_to_its_table on prescription_sample;
drop function guard_sample_objection();
drop function guard_sample_judgement();
drop function guard_sampled();
drop function guard_sample();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0020_language"),
        ("people", "0008_languages"),
        ("prescribing", "0009_signed_pdf"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrescriptionSample",
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
                ("institution_id", models.UUIDField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("department", models.CharField(blank=True, max_length=32)),
                ("practitioner_id", models.UUIDField(null=True)),
                ("focus", models.CharField(blank=True, max_length=16)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
                ("seed", models.CharField(max_length=64)),
                ("algorithm", models.CharField(max_length=32)),
                (
                    "frame",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("frame_size", models.PositiveIntegerField()),
                ("frame_sha256", models.CharField(max_length=64)),
                ("size", models.PositiveSmallIntegerField()),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("drawn_by", models.UUIDField()),
                ("drawn_at", models.DateTimeField()),
                ("state", models.CharField(max_length=16)),
                ("announced_by", models.UUIDField(null=True)),
                ("announced_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "prescription_sample",
            },
        ),
        migrations.CreateModel(
            name="SampledPrescription",
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
                ("position", models.PositiveSmallIntegerField()),
                ("practitioner_id", models.UUIDField()),
                ("prescriber_id", models.UUIDField()),
                ("reviewer_id", models.UUIDField()),
                ("department", models.CharField(max_length=32)),
            ],
            options={
                "db_table": "prescription_sampled",
            },
        ),
        migrations.CreateModel(
            name="SampleJudgement",
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
                (
                    "problems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None
                    ),
                ),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=500)),
                ("judged_by", models.UUIDField()),
                (
                    "judge_marks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "prescription_sample_judgement",
            },
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(
                condition=models.Q(("effective_at__isnull", False)),
                fields=["institution_id", "effective_at"],
                name="prescription_of_a_period",
            ),
        ),
        migrations.AddIndex(
            model_name="prescriptionsample",
            index=models.Index(fields=["institution_id", "-id"], name="sample_of_house"),
        ),
        migrations.AddConstraint(
            model_name="prescriptionsample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("announced_at__isnull", True),
                        ("closed_at__isnull", True),
                        ("state", "drawn"),
                    ),
                    models.Q(
                        ("announced_at__isnull", False),
                        ("announced_by__isnull", False),
                        ("closed_at__isnull", True),
                        ("state", "announced"),
                    ),
                    models.Q(
                        ("announced_at__isnull", False),
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("state", "closed"),
                    ),
                    _connector="OR",
                ),
                name="a_sample_is_in_a_state_of_the_table",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescriptionsample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("size__lte", models.F("frame_size")), ("size__range", (1, 500))
                ),
                name="a_sample_is_some_of_its_frame",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescriptionsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="a_period_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescriptionsample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "focus__in",
                        [
                            "",
                            "antibacterial",
                            "injection",
                            "high_alert",
                            "overridden",
                            "long_supply",
                        ],
                    )
                ),
                name="a_sample_has_a_known_focus",
            ),
        ),
        migrations.CreateModel(
            name="SampleObjection",
            fields=[
                (
                    "sampled",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="objection",
                        serialize=False,
                        to="prescribing.sampledprescription",
                    ),
                ),
                ("words", models.CharField(max_length=500)),
                ("said_by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "prescription_sample_objection",
            },
        ),
        migrations.AddField(
            model_name="sampledprescription",
            name="prescription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prescribing.prescription",
            ),
        ),
        migrations.AddField(
            model_name="sampledprescription",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="prescribing.prescriptionsample",
            ),
        ),
        migrations.AddField(
            model_name="sampledprescription",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prescribing.prescriptionversion",
            ),
        ),
        migrations.AddField(
            model_name="samplejudgement",
            name="sampled",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgements",
                to="prescribing.sampledprescription",
            ),
        ),
        migrations.AddField(
            model_name="samplejudgement",
            name="answers",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer",
                to="prescribing.sampleobjection",
            ),
        ),
        migrations.AddIndex(
            model_name="sampledprescription",
            index=models.Index(fields=["prescriber_id", "-id"], name="sampled_of_doctor"),
        ),
        migrations.AddConstraint(
            model_name="sampledprescription",
            constraint=models.UniqueConstraint(
                fields=("sample", "position"), name="a_place_is_drawn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampledprescription",
            constraint=models.UniqueConstraint(
                fields=("sample", "prescription"), name="a_prescription_is_drawn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplejudgement",
            constraint=models.UniqueConstraint(
                fields=("sampled", "number"), name="a_judgement_has_its_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplejudgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("classes", []), ("problems", [])),
                    models.Q(
                        models.Q(("problems", []), _negated=True),
                        models.Q(("classes", []), _negated=True),
                        models.Q(("comment", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="what_is_not_rational_is_explained",
            ),
        ),
        migrations.RunSQL(
            [GUARD_SAMPLE, GUARD_SAMPLED, GUARD_JUDGEMENT, GUARD_OBJECTION], [NOT_GUARDED]
        ),
    ]
