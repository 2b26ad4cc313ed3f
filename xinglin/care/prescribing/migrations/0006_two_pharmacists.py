"""Where two pharmacists are asked for, the database makes nothing effective before both have signed."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from xinglin.kernel import ids

# As in 0003, and the first of two where the version asks for two, or where there was one.
ALL_SIGNATURES = """
create or replace function is_signed_by_both(
    prescription uuid, number integer, prescriber uuid, reviewer uuid
) returns boolean language sql stable as $$
    select exists (
        select from prescription_version v join prescription_review r on r.version_id = v.id
            left join prescription_first_review f on f.version_id = v.id
        where v.prescription_id = prescription and v.number = is_signed_by_both.number
            and v.signed_by = prescriber and r.reviewed_by = reviewer
            and r.reviewed_by <> v.signed_by and not (r.reviewer_marks && v.signer_marks)
            and r.outcome = 'approved'
            and octet_length(v.signature) > 0 and octet_length(r.signature) > 0
            and (v.reviews_needed = 1 and f.id is null or f.id is not null
                and f.reviewed_by not in (v.signed_by, r.reviewed_by)
                and not (f.reviewer_marks && (v.signer_marks || r.reviewer_marks))
                and octet_length(f.signature) > 0)
    )
$$;
"""
BOTH_SIGNATURES = """
create or replace function is_signed_by_both(
    prescription uuid, number integer, prescriber uuid, reviewer uuid
) returns boolean language sql stable as $$
    select exists (
        select from prescription_version v join prescription_review r on r.version_id = v.id
        where v.prescription_id = prescription and v.number = is_signed_by_both.number
            and v.signed_by = prescriber and r.reviewed_by = reviewer
            and r.reviewed_by <> v.signed_by and not (r.reviewer_marks && v.signer_marks)
            and r.outcome = 'approved'
            and octet_length(v.signature) > 0 and octet_length(r.signature) > 0
    )
$$;
"""
IMMUTABLE = """
create trigger a_first_review_stands before update or delete on prescription_first_review
    for each row execute function refuse_change();
"""
NOT_IMMUTABLE = "drop trigger a_first_review_stands on prescription_first_review;"


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0005_nothing_waits_for_ever")]

    operations = [
        migrations.AddField(
            "prescriptionversion",
            "reviews_needed",
            models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddConstraint(
            "prescriptionversion",
            models.CheckConstraint(
                condition=models.Q(("reviews_needed__in", [1, 2])),
                name="one_or_two_pharmacists_pass_a_version",
            ),
        ),
        migrations.CreateModel(
            name="FirstReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ids.new, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("checks", ArrayField(models.CharField(max_length=24), default=list)),
                ("reviewed_by", models.UUIDField()),
                ("reviewer_marks", ArrayField(models.CharField(max_length=80))),
                ("reviewed_at", models.DateTimeField()),
                ("algorithm", models.CharField(max_length=32)),
                ("key_id", models.CharField(max_length=80)),
                ("signature", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("certificates", ArrayField(models.BinaryField(), default=list)),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_review",
                        to="prescribing.prescriptionversion",
                    ),
                ),
            ],
            options={
                "db_table": "prescription_first_review",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("algorithm", ""), _negated=True),
                            models.Q(("sha256", ""), _negated=True),
                            models.Q(("signature", b""), _negated=True),
                        ),
                        name="a_first_review_is_signed",
                    )
                ],
            },
        ),
        migrations.RunSQL([IMMUTABLE, ALL_SIGNATURES], [BOTH_SIGNATURES, NOT_IMMUTABLE]),
    ]
