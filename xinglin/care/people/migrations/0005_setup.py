"""A hospital opens when it is ready, departments close by a date, and a text in force stays as it is."""

import django.db.models.deletion
from django.db import migrations, models

# Those who were here before have patients already.
OPEN = "update people_institution set opened_at = now()"
KEEP = """
create function people_keep_consent() returns trigger language plpgsql as $$
begin
    if old.in_force_from <= now() then
        raise exception 'the consent text % % is in force: % is refused', old.kind, old.version, tg_op
            using errcode = 'insufficient_privilege';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger a_text_in_force_is_never_altered before update or delete on people_consenttext
    for each row execute function people_keep_consent();
"""
FORGET = """
drop trigger a_text_in_force_is_never_altered on people_consenttext;
drop function people_keep_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_credentials")]

    operations = [
        migrations.AddField("institution", "opened_at", models.DateTimeField(null=True)),
        migrations.AddField("department", "closed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="SetupMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=16)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.institution"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "step"), name="a_step_is_marked_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
