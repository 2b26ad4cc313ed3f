"""The leader hears of a doctor's languages; and which one it was that nobody on duty speaks."""

from django.db import migrations, models

HEARS = """
create function note_languages_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('duty', new.id);
    return null;
end $$;
create trigger dispatch_hears after update on people_practitioner
    for each row when (old.languages is distinct from new.languages)
    execute function note_languages_change();
"""
NO_HEARS = "drop function note_languages_change() cascade;"


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0017_spared_departments"),
        ("people", "0008_languages"),
        ("consultation", "0020_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="nobodytold",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.RunSQL(HEARS, NO_HEARS),
    ]
