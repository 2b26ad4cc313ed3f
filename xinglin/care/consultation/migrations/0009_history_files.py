"""The files of closed conversations, listed for their holder."""

from django.db import migrations

# One row a picture, voice note or document, written once by the worker when the conversation has
# closed (`services/indexing.py`); open conversations are read themselves. The holder's newest come
# by the index and in its order, however many messages the house has: 100 million messages with one
# file in ten are 10 million narrow rows here, of which a page reads as many as it shows.
TABLE = """
create table consultation_file (
    consultation_id uuid not null,
    seq integer not null,
    holder_id uuid not null,
    patient_id uuid not null,
    kind text not null,
    body jsonb not null,
    sender text not null,
    at timestamptz not null,
    primary key (consultation_id, seq)
);
create index consultation_file_of_holder
    on consultation_file (holder_id, consultation_id desc, seq desc);
"""

# What was indexed before has no files yet: the worker enters it again, 200 conversations at a time,
# and meanwhile it is read like an open one.
AGAIN = "update consultation_thread set is_indexed = false where is_indexed;"


class Migration(migrations.Migration):
    dependencies = [("consultation", "0008_named_doctor")]

    operations = [migrations.RunSQL(TABLE + AGAIN, "drop table consultation_file;")]
