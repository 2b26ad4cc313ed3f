"""The site from which a visit is held: on the visit, and signed with its record."""

from django.db import migrations, models

from xinglin.care.consultation import lifecycle, rules

_FINALS = sorted(lifecycle.CONSULTATION.finals)

GUARD = """
create function keep_where_a_visit_is_held() returns trigger language plpgsql as $$
begin
    if (old.site_id, old.walk_in_id) is distinct from (new.site_id, new.walk_in_id) then
        raise exception 'where a visit is held is not changed';
    end if;
    return new;
end $$;
create trigger where_a_visit_is_held_stands
    before update of site_id, walk_in_id on consultation_consultation
    for each row execute function keep_where_a_visit_is_held();
"""
NO_GUARD = """
drop trigger where_a_visit_is_held_stands on consultation_consultation;
drop function keep_where_a_visit_is_held();
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0021_calls")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="site_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="consultation",
            name="walk_in_id",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="recordversion",
            name="site",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                name="a_walk_in_is_of_a_site",
                condition=models.Q(("site_id__isnull", True), ("walk_in_id__isnull", True))
                | models.Q(("site_id__isnull", False), ("walk_in_id__isnull", False)),
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
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
