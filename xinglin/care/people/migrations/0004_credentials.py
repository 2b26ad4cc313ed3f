"""Applications of doctors, licences with their filing, suspension."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xinglin.kernel.ids

STANDS = """
create function refuse_application_step_change() returns trigger language plpgsql as $$
begin
    -- The account has closed: the step stands, what it showed is forgotten.
    if tg_op = 'UPDATE' and new.form is null and new.files is null
        and to_jsonb(new) - 'form' - 'files' = to_jsonb(old) - 'form' - 'files' then
        return new;
    end if;
    raise exception '% is never changed or deleted', tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger an_application_step_stands before update or delete on people_application_step
    for each row execute function refuse_application_step_change();
"""

STANDS_NOT = """
drop trigger an_application_step_stands on people_application_step;
drop function refuse_application_step_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_family"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="licence",
            name="filed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="licence",
            name="filing_number",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="practitioner",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="practitioner",
            name="suspended_for",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name="Application",
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
                ("kind", models.CharField(max_length=8)),
                ("state", models.CharField(default="draft", max_length=16)),
                ("since", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("form", models.JSONField(default=dict)),
                ("id_number_sealed", models.BinaryField(default=b"")),
                ("id_number_index", models.BinaryField(default=b"")),
                ("evidence_hash", models.CharField(blank=True, max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("checked_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_hash", models.CharField(blank=True, max_length=64)),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_hash", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.institution"
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.practitioner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="licence",
            name="application",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.application",
            ),
        ),
        migrations.CreateModel(
            name="ApplicationFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_id", models.UUIDField()),
                ("kind", models.CharField(max_length=32)),
                ("position", models.PositiveSmallIntegerField()),
                ("file_kind", models.CharField(max_length=10)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="people.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationStep",
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
                ("step", models.CharField(max_length=16)),
                ("from_state", models.CharField(blank=True, max_length=16)),
                ("to_state", models.CharField(max_length=16)),
                ("who", models.CharField(max_length=16)),
                ("actor_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("evidence_hash", models.CharField(blank=True, max_length=64)),
                ("form", models.JSONField(null=True)),
                ("files", models.JSONField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="people.application",
                    ),
                ),
            ],
            options={
                "db_table": "people_application_step",
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["institution", "state", "-id"], name="applications_of_a_state"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state__in", ["draft", "returned"])),
                fields=["state", "since"],
                name="applications_by_the_clock",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("state", "approved")),
                fields=["id_number_index"],
                name="approved_identities",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "approved",
                            "checked",
                            "draft",
                            "lapsed",
                            "refused",
                            "returned",
                            "submitted",
                            "withdrawn",
                        ],
                    )
                ),
                name="an_application_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["checked", "draft", "returned", "submitted"])),
                fields=("user",),
                name="a_doctor_has_one_open_application",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(
                        ("checked_by__isnull", False),
                        models.Q(("checked_by", models.F("approved_by")), _negated=True),
                        models.Q(("user_id", models.F("approved_by")), _negated=True),
                        models.Q(("user_id", models.F("checked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="one_person_checks_another_approves",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_hash", ""), _negated=True),
                        ("approved_hash", models.F("checked_hash")),
                    ),
                    _connector="OR",
                ),
                name="an_approval_names_who_what_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationfile",
            constraint=models.UniqueConstraint(
                fields=("application", "file_id"), name="evidence_is_shown_once"
            ),
        ),
        migrations.RunSQL(STANDS, STANDS_NOT),
    ]
