"""Guardians, consent of adult relatives, merge proposals, copies of one's data, closed accounts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import xinglin.kernel.ids

# A child registered so far has the account's own person as guardian.
GUARDIANS = """
update people_patient p set guardian_id = s.id
from people_patient s
where s.holder_id = p.holder_id and s.relation = 'self' and p.relation = 'child'
    and p.birth_date > current_date - interval '18 years'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_named_doctors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("locale", models.CharField(max_length=8)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("retry_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="MergeProposal",
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
                ("asked_by", models.UUIDField()),
                ("relation", models.CharField(max_length=16)),
                ("name_sealed", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=16)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProxyConsent",
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
                ("phone_sealed", models.BinaryField()),
                ("phone_index", models.BinaryField()),
                ("token_index", models.BinaryField(unique=True)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("given_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="patient",
            name="an_identity_is_one_patient",
        ),
        migrations.AddField(
            model_name="patient",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="guardian",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("institution", "id_type", "id_number_index"),
                name="an_identity_is_one_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["holder_id", "-id"], name="exports_of_holder"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("state__in", ["asked", "ready"])),
                fields=["state", "expires_at"],
                name="exports_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "ready", "failed", "gone"])),
                name="an_export_is_in_one_of_four_states",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(("expires_at__isnull", False), ("ready_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_ready_export_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("holder_id",),
                name="an_account_waits_for_one_export",
            ),
        ),
        migrations.AddField(
            model_name="mergeproposal",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merge_proposals",
                to="people.patient",
            ),
        ),
        migrations.AddField(
            model_name="proxyconsent",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proxy_consents",
                to="people.patient",
            ),
        ),
        migrations.AddField(
            model_name="proxyconsent",
            name="text",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="people.consenttext"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("answer__in", ["confirmed", "refused"]),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_merge_is_answered_by_a_person_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="mergeproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")),
                fields=("patient", "asked_by"),
                name="a_merge_is_proposed_once_until_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="proxyconsent",
            index=models.Index(fields=["patient", "-asked_at"], name="proxy_consent_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="proxyconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_at__isnull", True), ("refused_at__isnull", True), _connector="OR"
                ),
                name="a_proxy_consent_is_given_or_refused",
            ),
        ),
        migrations.AddConstraint(
            model_name="proxyconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), ("given_at__isnull", False), _connector="OR"
                ),
                name="only_a_given_proxy_consent_is_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="proxyconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_at__isnull", False), ("withdrawn_at__isnull", True)),
                fields=("patient", "holder_id"),
                name="one_proxy_consent_holds",
            ),
        ),
        migrations.RunSQL(GUARDIANS, migrations.RunSQL.noop),
    ]
