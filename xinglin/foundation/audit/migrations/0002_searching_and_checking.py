"""Indexes of the auditor's search, anchors, and checks that are asked for.

Sized for 100 million lines: each index answers one question in the order of the page (newest first),
so that a page reads as many rows as it shows. A span of time needs none: ids begin with their time.
"""

from django.db import migrations, models

from xinglin.kernel import ids

# Which lines stand on one visit, record, offer or paper. Lines of lists have no thing.
# Of the purposes, those of nearly every line are met at once by going back along the key; the rare
# ones would not be, and cost the hot path nothing.
INDEXES = """
create index audit_line_of_thing on audit_line (thing_id, id desc) where thing_id is not null;
create index audit_line_of_rare_purpose on audit_line (purpose, id desc)
    where purpose not in ('care', 'own', 'triage');
"""
NO_INDEXES = "drop index audit_line_of_thing, audit_line_of_rare_purpose;"
GUARD = """
create trigger audit_anchor_is_append_only before update or delete on audit_anchor
    for each row execute function audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(INDEXES, NO_INDEXES),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("tips", models.JSONField()),
                ("previous", models.CharField(max_length=64)),
                ("algorithm", models.CharField(max_length=32)),
                ("key_id", models.CharField(max_length=80)),
                ("signature", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={"db_table": "audit_anchor"},
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ids.new, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(default="asked", max_length=8)),
                ("retry_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("walked", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("report", models.JSONField(null=True)),
            ],
            options={
                "db_table": "audit_check",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state="asked", finished_at__isnull=True)
                        | models.Q(state__in=["done", "failed"], finished_at__isnull=False),
                        name="a_check_is_in_one_of_three_states",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(state="asked"),
                        fields=("state",),
                        name="one_check_at_a_time",
                    ),
                ],
            },
        ),
    ]
