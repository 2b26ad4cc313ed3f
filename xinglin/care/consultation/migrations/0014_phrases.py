"""Quick phrases and templates; which fields of a draft a template wrote."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# By its text, or the name of a template; in each language for itself.
DOUBLES = """
create unique index no_phrase_twice_zh on consultation_phrase
    (institution_id, kind, coalesce(owner_id::text, department), md5(coalesce(zh ->> 'text', zh ->> 'name')))
    where removed_at is null and zh <> '{}';
create unique index no_phrase_twice_en on consultation_phrase
    (institution_id, kind, coalesce(owner_id::text, department), md5(coalesce(en ->> 'text', en ->> 'name')))
    where removed_at is null and en <> '{}';
"""
NO_DOUBLES = "drop index no_phrase_twice_zh; drop index no_phrase_twice_en;"
# The opening of a visit, which is hot, need not name it.
BARE = "alter table consultation_record_draft alter column templated set default '{}'"


class Migration(migrations.Migration):
    dependencies = [("consultation", "0013_told")]

    operations = [
        migrations.CreateModel(
            name="Phrase",
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
                ("kind", models.CharField(max_length=16)),
                ("owner_id", models.UUIDField(null=True)),
                ("department", models.CharField(blank=True, max_length=32)),
                ("zh", models.JSONField(default=dict)),
                ("en", models.JSONField(default=dict)),
                ("spelt", models.TextField(blank=True)),
                ("position", models.PositiveIntegerField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "consultation_phrase",
                "indexes": [
                    models.Index(
                        condition=models.Q(("owner_id__isnull", False)),
                        fields=["owner_id"],
                        name="phrase_of_owner",
                    ),
                    models.Index(
                        condition=models.Q(("owner_id__isnull", True)),
                        fields=["institution_id", "department"],
                        name="phrase_of_department",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reply", "template"])),
                        name="a_phrase_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department", ""), ("owner_id__isnull", False)),
                            models.Q(
                                ("owner_id__isnull", True),
                                models.Q(("department", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_phrase_is_of_somebody_or_of_a_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("en", {}), ("zh", {}), _negated=True),
                        name="a_phrase_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhraseUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("used_at", models.DateTimeField()),
                (
                    "phrase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="consultation.phrase",
                    ),
                ),
            ],
            options={
                "db_table": "consultation_phrase_use",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "phrase"), name="a_phrase_was_last_used_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="recorddraft",
            name="templated",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(DOUBLES, NO_DOUBLES),
        migrations.RunSQL(BARE, migrations.RunSQL.noop),
    ]
