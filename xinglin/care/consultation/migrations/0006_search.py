"""Finding words in conversations: one row for each closed one, written once."""

from django.db import migrations

# An open thread is read itself, so `is_indexed` changes once in its life, and what counts its
# messages touches no index: the updates of a send stay within the page (HOT). All three indexes
# hold only what is still to be indexed.
COLUMN = """
alter table consultation_thread add is_indexed boolean not null default false;
create index consultation_thread_of_holder_unindexed
    on consultation_thread (holder_id) where not is_indexed;
create index consultation_thread_of_doctor_unindexed
    on consultation_thread (doctor_user_id) where not is_indexed;
create index consultation_thread_to_index
    on consultation_thread (consultation_id) where not is_open and not is_indexed;
"""

# `grams`: each pair of characters that stand together, as a number (`messages/words.py`): no words,
# and a third of their size. Both columns in one index: a common pair is then only looked at where
# it meets the one who asks. Without a list of pending entries, which every search would read.
TABLE = """
create table consultation_search (
    consultation_id uuid primary key,
    parties uuid[] not null,
    grams integer[] not null
);
create index consultation_search_by_party_and_gram
    on consultation_search using gin (parties, grams) with (fastupdate = off);
"""

DROP = """
drop table consultation_search;
alter table consultation_thread drop is_indexed;
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0005_sealing_and_time_over")]

    operations = [migrations.RunSQL(COLUMN + TABLE, DROP)]
