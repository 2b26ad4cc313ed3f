"""What the database refuses by itself, and the indexes of the diagnosis search."""

from django.db import migrations

IMMUTABLE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is never changed or deleted', tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger a_step_stands before update or delete on consultation_step
    for each row execute function refuse_change();
create trigger a_version_stands before update or delete on consultation_record_version
    for each row execute function refuse_change();
create trigger a_rating_stands before update or delete on consultation_rating
    for each row execute function refuse_change();
"""

NOT_IMMUTABLE = """
drop trigger a_step_stands on consultation_step;
drop trigger a_version_stands on consultation_record_version;
drop trigger a_rating_stands on consultation_rating;
drop function refuse_change();
"""

# Single characters and pairs: pg_trgm cannot serve one or two characters.
SEARCH = """
create function diagnosis_grams(name text) returns text[]
language sql immutable strict parallel safe as $$
    select array_agg(distinct substr(name, i, n))
    from generate_series(1, length(name)) i, generate_series(1, 2) n
$$;

create index diagnosis_code_by_name on diagnosis_code using gin (diagnosis_grams(name_zh));
create index diagnosis_code_by_initials on diagnosis_code (initials text_pattern_ops);
create index diagnosis_code_by_code on diagnosis_code (code text_pattern_ops);
create index diagnosis_code_by_words on diagnosis_code
    using gin (to_tsvector('simple', name_en));
"""

NO_SEARCH = """
drop index diagnosis_code_by_name;
drop index diagnosis_code_by_initials;
drop index diagnosis_code_by_code;
drop index diagnosis_code_by_words;
drop function diagnosis_grams(text);
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0002_messages")]

    operations = [
        migrations.RunSQL(IMMUTABLE, NOT_IMMUTABLE),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
