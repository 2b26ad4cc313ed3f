"""Who asked: frozen with the visit, and part of what is signed."""

from django.db import migrations, models

from xinglin.care.consultation import rules

_FINALS = ["cancelled", "ended"]

# As well as it can be known afterwards: by the relation and the age on the day of asking.
BEFORE = """
update consultation_consultation c set
    relation = p.relation,
    asked_by = case when p.birth_date > c.requested_at::date - interval '18 years'
        then 'guardian' else 'proxy' end,
    asker_id = s.id
from people_patient p
left join people_patient s on s.holder_id = p.holder_id and s.relation = 'self'
where p.id = c.patient_id and p.relation <> 'self';
update consultation_consultation set asker_id = patient_id where asked_by = 'self';
"""

# For these columns alone, so that no other update pays for it.
FROZEN = """
create function refuse_another_asker() returns trigger language plpgsql as $$
begin
    if (old.asked_by, old.relation, old.asker_id, old.proxy_consent_id)
        is distinct from (new.asked_by, new.relation, new.asker_id, new.proxy_consent_id) then
        raise exception 'who asked is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger who_asked_stands
    before update of asked_by, relation, asker_id, proxy_consent_id on consultation_consultation
    for each row execute function refuse_another_asker();
"""
NOT_FROZEN = """
drop trigger who_asked_stands on consultation_consultation;
drop function refuse_another_asker();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0010_voice_and_documents"),
        ("people", "0003_family"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="asked_by",
            field=models.CharField(db_default="self", default="self", max_length=8),
        ),
        migrations.AddField(
            model_name="consultation",
            name="relation",
            field=models.CharField(db_default="self", default="self", max_length=16),
        ),
        migrations.AddField(
            model_name="consultation", name="asker_id", field=models.UUIDField(null=True)
        ),
        migrations.AddField(
            model_name="consultation", name="proxy_consent_id", field=models.UUIDField(null=True)
        ),
        migrations.AddField(
            model_name="recordversion", name="asked_by", field=models.JSONField(null=True)
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", "self"), ("relation", "self"))
                | (
                    models.Q(("asked_by__in", ["guardian", "proxy"]))
                    & models.Q(("relation", "self"), _negated=True)
                ),
                name="who_asks_is_known",
            ),
        ),
        migrations.RemoveConstraint(model_name="consultation", name="every_ending_has_a_reason"),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    state__in=_FINALS, ending__in=sorted(rules.ENDINGS), ended_at__isnull=False
                )
                | (~models.Q(state__in=_FINALS) & models.Q(ending="", ended_at__isnull=True)),
                name="every_ending_has_a_reason",
            ),
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
