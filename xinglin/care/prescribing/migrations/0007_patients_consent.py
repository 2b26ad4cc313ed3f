"""A patient's consent to a long supply (R41), answered once and of one sheet; and tickets of repeats."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

GUARD = """
create function guard_consent() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'what was asked stands' using errcode = 'restrict_violation';
    end if;
    if (new.id, new.prescription_id, new.revision, new.words, new.sheet_sha256, new.asked_by,
            new.asked_at, new.due_at)
        is distinct from (old.id, old.prescription_id, old.revision, old.words, old.sheet_sha256,
            old.asked_by, old.asked_at, old.due_at) then
        raise exception 'what was asked stands' using errcode = 'restrict_violation';
    end if;
    if old.answer <> '' and (
        (new.answer, new.role, new.answered_by, new.answered_at, new.algorithm, new.key_id,
            new.signature, new.sha256, new.certificates)
        is distinct from (old.answer, old.role, old.answered_by, old.answered_at, old.algorithm,
            old.key_id, old.signature, old.sha256, old.certificates)
        or old.withdrawn_at is not null
    ) then
        raise exception 'a consent is answered once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_consent_is_answered_once before update or delete on prescription_consent
    for each row execute function guard_consent();

create function guard_repeat() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        -- Another ticket only once the one before it is gone, and while the prescription stands.
        if not exists (select from prescription p where p.id = new.prescription_id
                and p.state = 'effective')
            or new.number = 1 and not exists (select from prescription_ticket t
                where t.prescription_id = new.prescription_id and t.taken_at is not null)
            or new.number > 1 and not exists (select from prescription_repeat r
                where r.prescription_id = new.prescription_id and r.number = new.number - 1
                and r.taken_at is not null)
            or new.taken_at is not null then
            raise exception 'a repeat follows a ticket that was taken'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if tg_op = 'DELETE' or old.taken_at is not null or new.taken_at is null
        or (new.id, new.prescription_id, new.number, new.opens_on, new.token_sealed,
                new.token_index, new.made_at)
            is distinct from (old.id, old.prescription_id, old.number, old.opens_on,
                old.token_sealed, old.token_index, old.made_at) then
        raise exception 'a ticket is taken once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_repeat_is_taken_once before insert or update or delete on prescription_repeat
    for each row execute function guard_repeat();
"""
NOT_GUARDED = """
drop trigger a_repeat_is_taken_once on prescription_repeat;
drop function guard_repeat();
drop trigger a_consent_is_answered_once on prescription_consent;
drop function guard_consent();
"""
_UNSIGNED = models.Q(algorithm="", key_id="", signature=b"", sha256="")
_UNANSWERED = models.Q(answered_by__isnull=True, answered_at__isnull=True)
_ANSWERED = models.Q(answered_by__isnull=False, answered_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0006_two_pharmacists")]

    operations = [
        migrations.CreateModel(
            name="PrescriptionConsent",
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
                ("revision", models.PositiveIntegerField()),
                ("words", models.JSONField()),
                ("sheet_sha256", models.CharField(max_length=64)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=16)),
                ("role", models.CharField(blank=True, max_length=16)),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("algorithm", models.CharField(blank=True, max_length=32)),
                ("key_id", models.CharField(blank=True, max_length=80)),
                ("signature", models.BinaryField(default=b"")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "certificates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(), default=list, size=None
                    ),
                ),
                (
                    "prescription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="prescribing.prescription",
                    ),
                ),
            ],
            options={
                "db_table": "prescription_consent",
                "indexes": [
                    models.Index(fields=["prescription", "-id"], name="consent_of_prescription")
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="a_consent_is_signed_or_declined_or_waits",
                        condition=(
                            models.Q(answer="", role="", withdrawn_at__isnull=True)
                            & _UNANSWERED
                            & _UNSIGNED
                        )
                        | (
                            models.Q(answer="declined", withdrawn_at__isnull=True)
                            & _ANSWERED
                            & _UNSIGNED
                        )
                        | (
                            models.Q(answer="signed")
                            & _ANSWERED
                            & ~models.Q(algorithm="")
                            & ~models.Q(sha256="")
                            & ~models.Q(signature=b"")
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrescriptionRepeat",
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
                ("opens_on", models.DateField()),
                ("token_sealed", models.BinaryField()),
                ("token_index", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("taken_by", models.UUIDField(null=True)),
                ("pharmacy_id", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "prescription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeats",
                        to="prescribing.prescription",
                    ),
                ),
            ],
            options={
                "db_table": "prescription_repeat",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("prescription", "number"), name="a_repeat_has_its_number"
                    ),
                    models.CheckConstraint(
                        name="a_taken_repeat_says_by_whom_and_when",
                        condition=models.Q(
                            taken_by__isnull=True, pharmacy_id__isnull=True, taken_at__isnull=True
                        )
                        | models.Q(
                            taken_by__isnull=False,
                            pharmacy_id__isnull=False,
                            taken_at__isnull=False,
                        ),
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, NOT_GUARDED),
    ]
