"""A patient's consent to a long supply (R41): asked once, answered once, and held by no other sheet."""

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
"""
NOT_GUARDED = """
drop trigger a_consent_is_answered_once on prescription_consent;
drop function guard_consent();
"""
_UNSIGNED = models.Q(algorithm="", key_id="", signature=b"", sha256="")
_UNANSWERED = models.Q(answered_by__isnull=True, answered_at__isnull=True)
_ANSWERED = models.Q(answered_by__isnull=False, answered_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0005_nothing_waits_for_ever")]

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
        migrations.RunSQL(GUARD, NOT_GUARDED),
    ]
